"""Where the real servers are. Without one: a skip with its reason, but a failure in CI.

`make servers` starts them and ends with their addresses.
"""

import os
from typing import NoReturn

import pytest


def kafka_address() -> str:
    """Return ``host:port`` of the Kafka for tests."""
    return os.environ.get("KAFKA_FOR_TESTS") or missing("KAFKA_FOR_TESTS is not set: run `make servers`")


def elasticsearch_url() -> str:
    """Return the URL of the Elasticsearch for tests."""
    return os.environ.get("ELASTICSEARCH_FOR_TESTS") or missing(
        "ELASTICSEARCH_FOR_TESTS is not set: run `make servers`"
    )


def missing(reason: str) -> NoReturn:
    """Skip a test for want of a server, or fail it in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
