"""Where the real servers are. Without one: a skip with its reason, but a failure in CI.

`make servers` starts them and ends with their addresses.
"""

import os
from typing import NoReturn

import pytest


def kafka_address() -> str:
    """Return ``host:port`` of the Kafka for tests."""
    return os.environ.get("KAFKA_FOR_TESTS") or _missing("KAFKA_FOR_TESTS")


def elasticsearch_url() -> str:
    """Return the URL of the Elasticsearch for tests."""
    return os.environ.get("ELASTICSEARCH_FOR_TESTS") or _missing("ELASTICSEARCH_FOR_TESTS")


def _missing(variable: str) -> NoReturn:
    missing(f"{variable} is not set: run `make servers`")


def missing(reason: str) -> NoReturn:
    """Skip the test for this reason; in CI, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
