"""What only Kafka can do wrong: brokers that are nowhere, groups that move, messages too large for it."""

import gc
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType
from pytest_httpserver import HTTPServer

from monitor.errors import MonitorError, PoisonError, StreamRefused, StreamUnavailable, UsageError
from monitor.model import Article
from monitor.stream import kafka_client, kafka_net
from monitor.stream.base import Message
from monitor.stream.codec import ARTICLES, DEAD_LETTERS, FEEDS, article_codec
from monitor.stream.kafka import KafkaStream
from monitor.stream.kafka_access import LARGEST, KafkaAccess
from monitor.stream.letters import dead_letter
from monitor.stream.worker import Stage, Worker
from tests.contract.harness import kafka_access, remove_from_kafka
from tests.contract.members import Member, messages, until
from tests.samples import article

NOBODY = KafkaAccess(("127.0.0.1:1",), request_timeout=1)


def behind(stream: KafkaStream) -> int:
    return sum(lag.behind for lag in stream.lag())


ERRORS = sorted(
    {one for one in vars(kafka_errors).values() if isinstance(one, type) and issubclass(one, Exception)},
    key=lambda one: one.__name__,
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda one: one.__name__)
def test_every_error_of_kafka_python_becomes_ours(error: type[Exception]) -> None:
    with pytest.raises(MonitorError, match="the trouble") as caught, kafka_client.translated("the trouble"):
        raise error("x")
    assert type(caught.value) in {StreamRefused, StreamUnavailable, PoisonError, UsageError}
    assert isinstance(caught.value.__cause__, error)


def test_there_are_errors_to_translate() -> None:
    assert len(ERRORS) > 100
    assert isinstance(kafka_client.translation(kafka_errors.KafkaTimeoutError(), ""), StreamUnavailable)
    assert isinstance(kafka_client.translation(kafka_errors.MessageSizeTooLargeError(), ""), PoisonError)
    for refusal in (kafka_errors.SaslAuthenticationFailedError, kafka_errors.GroupAuthorizationFailedError):
        assert isinstance(kafka_client.translation(refusal(), ""), StreamRefused)


def test_the_prefix_stands_for_ours_in_every_name() -> None:
    access = KafkaAccess(("k:9092",), prefix="desk")
    assert access.topic(ARTICLES) == "desk.articles"
    assert access.stream("desk.articles") == ARTICLES
    assert access.stream("desktop.articles") is None
    assert access.group(access.group_id("match")) == "match"
    assert access.group("monitor-match") is None


def test_dead_letters_are_kept_for_ever_unless_told_otherwise() -> None:
    access = KafkaAccess(("k:9092",))
    assert access.new_topic(DEAD_LETTERS)["configs"]["retention.ms"] == "-1"
    assert access.new_topic(ARTICLES)["configs"]["retention.ms"] == str(7 * 24 * 3600 * 1000)
    short = replace(access, retention={DEAD_LETTERS: timedelta(hours=1)})
    assert short.new_topic(DEAD_LETTERS)["configs"]["retention.ms"] == "3600000"


def test_the_health_of_feeds_is_kept_by_key_unless_told_otherwise() -> None:
    access = KafkaAccess(("k:9092",), retention={ARTICLES: timedelta(hours=1)})
    made = access.new_topic(FEEDS)["configs"]
    assert (made["cleanup.policy"], made["retention.ms"]) == ("compact", "-1")
    assert access.new_topic(ARTICLES)["configs"]["cleanup.policy"] == "delete"
    other = replace(access, cleanup={ARTICLES: "compact"})
    assert other.new_topic(FEEDS)["configs"]["cleanup.policy"] == "delete"
    assert other.new_topic(ARTICLES)["configs"]["cleanup.policy"] == "compact"


def test_a_password_is_sent_over_tls_and_never_shown() -> None:
    access = KafkaAccess(("k:9092",), security="sasl", username="u", password="hush")
    assert access.connection()["security_protocol"] == "SASL_SSL"
    assert access.connection()["sasl_plain_password"] == "hush"
    assert "hush" not in repr(access)


def test_without_a_broker_everything_says_so_in_time_and_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    with KafkaStream(NOBODY) as stream:
        for call in (
            lambda: stream.publish(ARTICLES, messages("a", 1)),
            lambda: stream.consumer("g", ARTICLES),
            stream.lag,
        ):
            begun = time.monotonic()
            with pytest.raises(StreamUnavailable) as caught:
                call()
            assert caught.value.__cause__
            assert time.monotonic() - begun < 5
    until(lambda: threading.active_count() <= before)


def test_a_client_that_ends_while_it_connects_leaves_no_connection_behind() -> None:
    with socket.socket() as full, socket.socket() as first:
        full.bind(("127.0.0.1", 0))
        full.listen(0)  # one waits to be taken, all others to wait for that
        first.connect(full.getsockname())
        host, port = full.getsockname()
        client = kafka_net.client(bootstrap_servers=[f"{host}:{port}"], security_protocol="PLAINTEXT")
        with warnings.catch_warnings(record=True) as left:
            warnings.simplefilter("always", ResourceWarning)
            client.ready(client.cluster.bootstrap_brokers()[0].node_id)
            client.poll(timeout_ms=100)
            client.close()
            del client
            gc.collect()
    assert not left


def test_a_place_where_nobody_is_is_named_with_the_setting_whatever_was_asked_for() -> None:
    with KafkaStream(NOBODY) as stream:
        for call in (stream.lag, stream.members, stream.check, stream.setup):
            with pytest.raises(StreamUnavailable) as caught:
                call()
            assert str(caught.value) == (
                "Kafka cannot be reached: no broker answers at 127.0.0.1:1 (connection refused): "
                "check kafka.servers, and whether Kafka runs there"
            )


def test_a_place_where_something_else_is_has_the_setting_of_security_second(httpserver: HTTPServer) -> None:
    place = f"{httpserver.host}:{httpserver.port}"
    with (
        KafkaStream(replace(NOBODY, servers=(place,))) as stream,
        pytest.raises(StreamUnavailable, match=f"at {place}, .* check kafka.servers, then kafka.security$"),
    ):
        stream.check()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            kafka_errors.NodeNotReadyError("No node_id provided"),
            "no broker answers at k:9092: check kafka.servers",
        ),
        (
            kafka_errors.KafkaConnectionError("[Errno 104]"),
            "no broker answers at k:9092: check kafka.servers",
        ),
        (ConnectionResetError(104, "reset"), "no broker answers at k:9092: check kafka.servers"),
        (kafka_errors.KafkaTimeoutError(None), "no answer in time from the brokers at k:9092: check"),
        (
            kafka_errors.KafkaTimeoutError("Failed to get offsets by timestamps in 5000 ms"),
            "no answer in time from the brokers at k:9092: check",
        ),
        (kafka_errors.CoordinatorLoadInProgressError(), "settling who does what; this passes"),
        (kafka_errors.CommitFailedError(), "the group is sharing out its partitions anew"),
        (kafka_errors.PolicyViolationError("too many\nand more"), "too many (PolicyViolationError)"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_kafka_python_says_is_told_in_words_for_people(error: Exception, said: str) -> None:
    told = str(kafka_client.translation(error, "the trouble", ["k:9092"]))
    assert said in told
    assert not any(
        raw in told for raw in ("node_id", "None", "timestamps", "Errno", "NodeNotReady", "Timeout")
    )


@pytest.mark.servers
def test_a_fresh_topic_takes_its_first_messages_at_once(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(5):  # with one the leaders may happen to know of it in time
        access = kafka_access()
        with KafkaStream(access) as stream:
            stream.publish(FEEDS, messages("first", 100))
        remove_from_kafka(access)
    assert [one.getMessage() for one in caplog.records if one.name == "kafka.producer.sender"] == []


@pytest.mark.servers
def test_people_read_the_names_that_topics_have_in_kafka(access: KafkaAccess, stream: KafkaStream) -> None:
    consumer = stream.consumer("g", ARTICLES)
    stream.close()
    with pytest.raises(StreamUnavailable, match=f"this consumer of {access.prefix}.articles is closed"):
        consumer.poll(1, 0)


def test_what_is_too_large_is_named_and_nothing_is_sent() -> None:
    with KafkaStream(NOBODY) as stream, pytest.raises(PoisonError, match="big: too large"):
        stream.publish(ARTICLES, [Message("k", b""), Message("big", b"x" * (LARGEST + 1))])


@pytest.mark.servers
def test_the_largest_message_passes_and_fits_into_a_dead_letter(stream: KafkaStream) -> None:
    largest = Message("k", bytes(LARGEST - 1))
    stream.publish(ARTICLES, [largest])
    (record,) = stream.consumer("g", ARTICLES).poll(10, 0)
    assert record.value == largest.value
    stream.publish(DEAD_LETTERS, [dead_letter(record, "g", "r" * 3000)])


@pytest.mark.servers
def test_what_the_brokers_find_too_large_is_poison(access: KafkaAccess, stream: KafkaStream) -> None:
    admin = kafka_client.admin(access.connection())
    small = {"num_partitions": 4, "configs": {"max.message.bytes": "1000"}}
    admin.create_topics({access.topic(ARTICLES): small}, wait_for_metadata=True)
    admin.close()
    noise = b"".join(str(hash((n, "x"))).encode() for n in range(1000))
    for _ in range(2):
        with pytest.raises(PoisonError, match="big: the brokers refuse it"):
            stream.publish(ARTICLES, [Message("k", b"a"), Message("big", noise), Message("k", b"b")])
        stream.publish(ARTICLES, [Message("k", b"fits")])


@pytest.mark.servers
def test_a_topic_gets_the_partitions_that_are_asked_for_and_keeps_those_it_has(access: KafkaAccess) -> None:
    for asked, found in ((2, 2), (6, 6), (3, 6)):
        with KafkaStream(replace(access, partitions=asked)) as stream:
            stream.consumer("g", ARTICLES).close()
            assert len(stream.lag()) == found


@pytest.mark.servers
def test_the_brokers_compact_the_health_of_feeds(access: KafkaAccess, stream: KafkaStream) -> None:
    stream.publish(FEEDS, messages("health", 1))
    admin = kafka_client.admin(access.connection())
    asked = ConfigResource(ConfigResourceType.TOPIC, access.topic(FEEDS))
    (topic,) = admin.describe_configs([asked])["topic"].values()
    admin.close()
    assert topic["cleanup.policy"]["value"] == "compact"


@pytest.mark.servers
def test_what_others_wrote_is_read_as_it_is(access: KafkaAccess, stream: KafkaStream) -> None:
    consumer = stream.consumer("g", ARTICLES)
    producer = kafka_client.producer(access.producing())
    producer.send(access.topic(ARTICLES), b"\xff", headers=[("odd", b"\xff"), ("none", b"")], partition=1)
    producer.send(access.topic(ARTICLES), None, key=b"\xff", partition=1)
    producer.close()
    records = []
    while polled := consumer.poll(10, 0):
        records += polled
    assert [(one.key, one.value) for one in records] == [("", b"\xff"), ("\ufffd", b"")]
    assert records[0].headers == {"odd": "\ufffd", "none": ""}


@pytest.mark.servers
def test_a_worker_drains_all_there_is(stream: KafkaStream) -> None:
    stream.publish(ARTICLES, [article_codec.encode(str(n), article(str(n))) for n in range(50)])
    stream.publish(ARTICLES, [Message("bad", b"{}")])
    handled: list[str] = []

    def handle(articles: Sequence[Article]) -> None:
        handled.extend(one.id for one in articles)

    worker = Worker(Stage("g", ARTICLES, article_codec, handle, batch=20), stream, threading.Event())
    assert worker.drain() == 51
    assert sorted(handled) == sorted(str(n) for n in range(50))
    assert len(stream.consumer("reader", DEAD_LETTERS).poll(10, 0)) == 1
    assert worker.drain() == 0


@pytest.mark.servers
def test_keeping_alive_keeps_the_partitions_for_longer_than_handling_may_take(access: KafkaAccess) -> None:
    with KafkaStream(replace(access, handling_timeout=2)) as stream:
        consumer = stream.consumer("g", ARTICLES)
        stream.publish(ARTICLES, messages("a", 20))
        records = consumer.poll(5, 0)
        for _ in range(5):
            consumer.keep_alive()
        consumer.commit(records)
        assert behind(stream) == 20 - len(records)
        while more := consumer.poll(5, 0):
            records += more
        assert len(records) == len({record.value for record in records}) == 20


@pytest.mark.servers
def test_what_was_begun_is_read_on_though_partitions_came_while_it_was_kept_alive(
    access: KafkaAccess, stream: KafkaStream
) -> None:
    consumer = stream.consumer("g", ARTICLES)
    with Member(stream, ARTICLES) as other:
        until(lambda: consumer.poll(1, 0) is not None and len(consumer._client.assignment()) == 2)
        stream.publish(ARTICLES, messages("a", 400))
        begun = {record.value for record in consumer.poll(5, 5)}
        until(lambda: len(other.records) > 0)
    while len(consumer._client.assignment()) < access.partitions:
        consumer.keep_alive()
    consumer.keep_alive()
    read = {record.value for record in other.records} | begun
    while len(read) < 400:
        records = consumer.poll(100, 1)
        assert records, "the rest is never read"
        read |= {record.value for record in records}


@pytest.mark.servers
def test_who_handles_for_too_long_loses_the_partitions_and_reads_again(access: KafkaAccess) -> None:
    with KafkaStream(replace(access, handling_timeout=1)) as stream:
        consumer = stream.consumer("g", ARTICLES)
        stream.publish(ARTICLES, messages("a", 5))
        records = consumer.poll(5, 0)
        time.sleep(4)
        consumer.commit(records)
        assert behind(stream) == 5
        again = consumer.poll(5, 0)
        assert {record.value for record in records} <= {
            record.value for record in again + consumer.poll(5, 0)
        }


@pytest.mark.servers
@pytest.mark.soak
def test_the_partitions_of_a_killed_member_move_within_the_session_timeout(
    access: KafkaAccess, stream: KafkaStream
) -> None:
    script = (
        "from monitor.stream.kafka import KafkaStream; from monitor.stream.kafka_access import KafkaAccess\n"
        f"access = KafkaAccess({access.servers!r}, prefix={access.prefix!r}, session_timeout=10)\n"
        f"consumer = KafkaStream(access).consumer('g', {ARTICLES!r})\n"
        "while True: consumer.poll(100, 0.1)\n"
    )
    with Member(stream, ARTICLES) as mine:
        stream.publish(ARTICLES, messages("a", 40))
        until(lambda: len(mine.texts("a")) == 40)
        other = subprocess.Popen([sys.executable, "-c", script])
        try:
            sent: set[str] = set()
            for turn in range(100):  # until the other has a share
                stream.publish(ARTICLES, messages(f"b{turn},", 40))
                time.sleep(1)
                sent = {f"b{turn}, {n}" for n in range(40)} - set(mine.texts())
                if sent:
                    break
        finally:
            other.kill()
            other.wait()
        killed = time.monotonic()
        assert sent
        until(lambda: sent <= set(mine.texts()), 10 + 5)
        print(f"moved after {time.monotonic() - killed:.1f} s")
