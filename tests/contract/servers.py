"""Where the real servers are. Without one: a skip with its reason, but a failure in CI.

`make servers` starts them and ends with their addresses.
"""

import os
from typing import NoReturn

import pytest

ADDRESSES = {"kafka": "KAFKA_FOR_TESTS", "elasticsearch": "ELASTICSEARCH_FOR_TESTS"}
"""The variables with the addresses, by server. ``tests.own_servers`` changes them for a while."""


def kafka_address() -> str:
    """Return ``host:port`` of the Kafka for tests."""
    return _address("kafka")


def elasticsearch_url() -> str:
    """Return the URL of the Elasticsearch for tests."""
    return _address("elasticsearch")


def _address(server: str) -> str:
    variable = ADDRESSES[server]
    return os.environ.get(variable) or missing(f"{variable} is not set: run `make servers`")


def missing(reason: str) -> NoReturn:
    """Skip a test for want of a server, or fail it in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
