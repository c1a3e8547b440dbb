"""A corner of the Kafka for tests, for each test its own."""

from collections.abc import Iterator

import pytest

from monitor.stream.kafka import KafkaStream
from monitor.stream.kafka_access import KafkaAccess
from tests.contract.harness import kafka_access, remove_from_kafka


@pytest.fixture
def access() -> Iterator[KafkaAccess]:
    made = kafka_access()
    yield made
    remove_from_kafka(made)


@pytest.fixture
def stream(access: KafkaAccess) -> Iterator[KafkaStream]:
    with KafkaStream(access) as opened:
        yield opened
