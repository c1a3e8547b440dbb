"""What the tests of hostile feeds share."""

from collections.abc import Iterator

import pytest

from tests.hostile.reader import Reader, reading
from tests.hostile.server import Server, server


@pytest.fixture
def site() -> Iterator[Server]:
    with server() as made:
        yield made


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    with reading() as opened:
        yield opened
