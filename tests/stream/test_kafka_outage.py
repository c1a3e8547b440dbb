"""A Kafka that is killed under those who work with it, and comes back."""

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from monitor.errors import StreamUnavailable
from monitor.stream.base import Message, Record
from monitor.stream.codec import ARTICLES
from monitor.stream.kafka import KafkaStream
from monitor.stream.kafka_access import KafkaAccess
from tests.contract.members import Member, messages, until
from tests.own_servers import OwnServers, own_servers

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module", autouse=True)
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServers]:
    with own_servers(tmp_path_factory.mktemp("servers"), "kafka") as made:
        made.start()
        yield made


def test_an_outage_loses_nothing_and_all_go_on_by_themselves(
    access: KafkaAccess, stream: KafkaStream, servers: OwnServers
) -> None:
    with Member(stream, ARTICLES) as member:
        stream.publish(ARTICLES, messages("before", 100))
        until(lambda: len(member.texts("before")) == 100)

        threads = threading.active_count()
        servers.kill()
        begun = time.monotonic()
        with pytest.raises(StreamUnavailable) as caught:
            stream.publish(ARTICLES, messages("during", 100))
        assert caught.value.__cause__
        assert time.monotonic() - begun < 2 * access.request_timeout + 10
        with pytest.raises(StreamUnavailable):
            stream.lag()
        until(lambda: member.troubles)

        servers.start()
        begun = time.monotonic()
        for start in ("during", "after"):
            publish_patiently(stream, messages(start, 100))
        until(lambda: len(set(member.texts())) == 300, 60)
        print(f"all was read {time.monotonic() - begun:.1f} s after the start")
    until(lambda: threading.active_count() <= threads)
    assert not sum(lag.behind for lag in stream.lag())
    counts = Counter(record.value.decode() for record in read_all(stream))
    assert len(counts) == 300
    assert all(count == 1 for text, count in counts.items() if not text.startswith("during"))


def publish_patiently(stream: KafkaStream, sent: list[Message]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            return stream.publish(ARTICLES, sent)
        except StreamUnavailable:
            assert time.monotonic() < deadline


def read_all(stream: KafkaStream) -> list[Record]:
    consumer, found = stream.consumer("reader", ARTICLES), []
    while records := consumer.poll(100, 0):
        found += records
    return found
