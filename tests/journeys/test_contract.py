"""What other programs see of a run on Kafka: every message fits the schema that is shipped for it."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from kafka import KafkaConsumer, TopicPartition

from monitor.stream.schema import FOLDER
from tests.contract.servers import kafka_address
from tests.journeys.cluster import corner, demo_in
from tests.journeys.world import monitor

CONTRACT = json.loads((FOLDER / "asyncapi.json").read_text("utf-8"))


@pytest.fixture
def prefix(tmp_path: Path) -> Iterator[str]:
    """Run the demo on the servers; return what its names there begin with."""
    with corner() as name:
        done = monitor("demo", "--data", str(tmp_path), *demo_in(name))
        assert done.returncode == 0, done.stderr
        yield name


def messages(prefix: str) -> Iterator[tuple[str, dict[str, str], bytes]]:
    """Return channel, headers and value of all that is in the topics, as any program reads them."""
    consumer = KafkaConsumer(bootstrap_servers=kafka_address(), enable_auto_commit=False)
    try:
        topics = [topic for topic in consumer.topics() if topic.startswith(f"{prefix}.")]
        places = [TopicPartition(t, n) for t in topics for n in consumer.partitions_for_topic(t)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        left = {place for place, end in ends.items() if end}
        while left:
            for one in consumer.poll(timeout_ms=1000).values():
                for record in one:
                    headers = {name: value.decode() for name, value in record.headers}
                    yield record.topic.removeprefix(f"{prefix}."), headers, record.value
            left = {place for place in left if consumer.position(place) < ends[place]}
    finally:
        consumer.close()


def validators(channel: str) -> tuple[str, Draft202012Validator, Draft202012Validator]:
    """Return the name of a channel's schema, and the validators of headers and value."""
    (name,) = CONTRACT["channels"][channel]["messages"]
    headers = CONTRACT["components"]["messages"][name]["headers"]
    payload: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return name, Draft202012Validator(headers), Draft202012Validator(payload)


@pytest.mark.servers
def test_every_message_of_a_demo_fits_the_schema_that_is_shipped(prefix: str) -> None:
    seen: Counter[str] = Counter()
    for channel, headers, value in messages(prefix):
        name, of_headers, of_value = validators(channel)
        assert headers["schema"] == name
        assert list(of_headers.iter_errors(headers)) == []
        assert list(of_value.iter_errors(json.loads(value))) == []
        seen[channel] += 1
    assert {"articles", "matches", "alerts"} <= seen.keys()
    assert seen["articles"] > 100
    assert seen["dead-letters"] == 0
