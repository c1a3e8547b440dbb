"""The promises of the stream, for every implementation of it."""

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.articles.build import AUTHORS, BODY, GUID, SUMMARY, TITLE
from monitor.errors import StreamUnavailable
from monitor.stream.base import Consumer, Message, Record, Stream
from monitor.stream.codec import article_codec
from monitor.stream.contract import ARTICLE
from monitor.stream.sending import Sender
from tests.contract.harness import StreamHarness, expect_gaps, kafka_stream, sqlite_stream
from tests.contract.members import Member, until
from tests.samples import article

NAME = "monitor.articles"


@pytest.fixture(
    params=[
        pytest.param(sqlite_stream, id="sqlite"),
        pytest.param(kafka_stream, id="kafka", marks=pytest.mark.servers),
    ]
)
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StreamHarness]:
    made: StreamHarness = request.param(tmp_path)
    expect_gaps(request, made.gaps)
    yield made
    made.clean()


@pytest.fixture
def stream(harness: StreamHarness) -> Iterator[Stream]:
    with harness.open() as opened:
        yield opened


def message(key: str, text: str) -> Message:
    return Message(key, text.encode())


def texts(records: list[Record]) -> list[str]:
    return [record.value.decode() for record in records]


def read_all(consumer: Consumer) -> list[Record]:
    found: list[Record] = []
    while records := consumer.poll(100, 0.01):
        found += records
    return found


def test_messages_of_a_key_share_a_partition_and_keep_their_order(stream: Stream) -> None:
    stream.publish(NAME, [message(f"key-{n % 7}", str(n)) for n in range(100)])
    records = read_all(stream.consumer("g", NAME))
    assert sorted(int(text) for text in texts(records)) == list(range(100))
    for key in range(7):
        mine = [record for record in records if record.key == f"key-{key}"]
        assert texts(mine) == [str(n) for n in range(100) if n % 7 == key]
        assert len({record.partition for record in mine}) == 1


def test_what_was_read_but_not_committed_comes_again(harness: StreamHarness) -> None:
    with harness.open() as stream:
        stream.publish(NAME, [message("k", "a"), message("k", "b"), message("k", "c")])
        consumer = stream.consumer("g", NAME)
        records = consumer.poll(100, 0)
        consumer.commit(records[:1])
    with harness.open() as stream:
        assert texts(read_all(stream.consumer("g", NAME))) == ["b", "c"]


def test_what_was_committed_does_not_come_again(harness: StreamHarness) -> None:
    with harness.open() as stream:
        stream.publish(NAME, [message("k", "a")])
        consumer = stream.consumer("g", NAME)
        consumer.commit(consumer.poll(10, 0))
    with harness.open() as stream:
        consumer = stream.consumer("g", NAME)
        assert read_all(consumer) == []
        stream.publish(NAME, [message("k", "b")])
        assert texts(read_all(consumer)) == ["b"]


def test_two_groups_each_see_all(stream: Stream) -> None:
    stream.publish(NAME, [message(str(n), str(n)) for n in range(20)])
    for group in ("one", "two"):
        assert len(read_all(stream.consumer(group, NAME))) == 20


def test_two_members_share_the_partitions(stream: Stream) -> None:
    with Member(stream, NAME) as one, Member(stream, NAME) as two:
        settle(stream, one, two)
        stream.publish(NAME, [message(str(n), f"last {n}") for n in range(50)])
        until(lambda: len(one.texts("last") + two.texts("last")) >= 50)
    first, second = one.texts("last"), two.texts("last")
    assert first
    assert second
    assert len(set(first + second)) == len(first) + len(second) == 50


def test_a_member_that_leaves_hands_over_what_it_had_not_committed(stream: Stream) -> None:
    with Member(stream, NAME) as two:
        with Member(stream, NAME) as one:
            settle(stream, one, two)
            one.commits = False
            stream.publish(NAME, [message(str(n), f"last {n}") for n in range(50)])
            until(lambda: len(one.texts("last") + two.texts("last")) >= 50)
            theirs, mine = one.texts("last"), two.texts("last")
        until(lambda: set(theirs) <= set(two.texts("last")))
    assert sorted(two.texts("last")) == sorted(mine + theirs)


def settle(stream: Stream, *members: Member) -> None:
    """Return when each of the members has partitions of its own, and nothing is left to read."""
    for turn in range(100):
        sent = {f"turn {turn}, {n}" for n in range(20)}
        stream.publish(NAME, [message(text, text) for text in sent])
        until(lambda sent=sent: sent <= {text for one in members for text in one.texts("turn")})  # type: ignore[misc]
        if all(sent & set(one.texts("turn")) for one in members):
            return
    pytest.fail("the members do not share")


def test_payloads_come_back_unchanged(stream: Stream) -> None:
    values = [b"", "북한군".encode(), "їжак і ґанок".encode(), bytes(range(256)), b"x" * 1_000_000]
    headers = {"schema": "article.v1", "reason": "что-то не так"}
    stream.publish(NAME, [Message("ключ", value, headers) for value in values])
    records = read_all(stream.consumer("g", NAME))
    assert [record.value for record in records] == values
    assert all(record.key == "ключ" and record.headers == headers for record in records)


def test_an_article_with_every_field_at_its_limit_passes_whole(stream: Stream) -> None:
    noise = "".join(random.Random(1).choices("북한군남조선로동당🚩", k=BODY))
    one = article(
        title=noise[:TITLE],
        summary=noise[:SUMMARY],
        body=noise,
        guid=noise[:GUID],
        authors=(noise[:TITLE],) * AUTHORS,
    )
    Sender(ARTICLE, stream, "poller").send([article("before"), one])
    assert one in [article_codec.decode(record) for record in read_all(stream.consumer("g", NAME))]


def test_an_idle_poll_returns_empty(stream: Stream) -> None:
    assert stream.consumer("g", NAME).poll(10, 0.02) == []


def test_a_waiting_poll_returns_when_something_arrives(stream: Stream) -> None:
    consumer = stream.consumer("g", NAME)
    got: list[Record] = []
    thread = threading.Thread(target=lambda: got.extend(consumer.poll(10, 20)))
    thread.start()
    stream.publish(NAME, [message("k", "now")])
    thread.join(10)
    assert texts(got) == ["now"]


def test_lag_counts_what_is_still_to_be_handled(stream: Stream) -> None:
    consumer = stream.consumer("g", NAME)
    stream.publish(NAME, [message("k", str(n)) for n in range(5)])
    assert sum(lag.behind for lag in stream.lag() if lag.group == "g") == 5
    consumer.commit(consumer.poll(3, 0))
    assert sum(lag.behind for lag in stream.lag() if lag.group == "g") == 2


def test_a_commit_never_goes_back(stream: Stream) -> None:
    consumer = stream.consumer("g", NAME)
    stream.publish(NAME, [message("k", str(n)) for n in range(5)])
    records = consumer.poll(5, 0)
    consumer.commit(records)
    consumer.commit(records[:1])
    assert sum(lag.behind for lag in stream.lag()) == 0


@pytest.mark.promise("prune")
def test_prune_keeps_what_a_group_has_not_handled(harness: StreamHarness, stream: Stream) -> None:
    consumer = stream.consumer("g", NAME)
    stream.publish(NAME, [message("k", str(n)) for n in range(5)])
    consumer.commit(consumer.poll(3, 0))
    later = harness.clock.now() + timedelta(days=8)
    assert stream.prune(NAME, later) == 3
    assert texts(read_all(stream.consumer("other", NAME))) == ["3", "4"]


def test_prune_keeps_what_is_young(harness: StreamHarness, stream: Stream) -> None:
    stream.publish(NAME, [message("k", "a")])
    assert stream.prune(NAME, harness.clock.now() - timedelta(days=1)) == 0


def test_published_means_it_survives_kill_9(harness: StreamHarness) -> None:
    script = (
        f"{harness.publisher}\nfrom monitor.stream.base import Message\nimport os, signal\n"
        f"for n in range(50): stream.publish({NAME!r}, [Message('k', str(n).encode())])\n"
        "print('done', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr
    assert done.returncode == -9
    with harness.open() as stream:
        assert texts(read_all(stream.consumer("g", NAME))) == [str(n) for n in range(50)]


def test_what_another_process_publishes_is_found(harness: StreamHarness, stream: Stream) -> None:
    consumer = stream.consumer("g", NAME)
    script = (
        f"{harness.publisher}\nfrom monitor.stream.base import Message\n"
        f"stream.publish({NAME!r}, [Message('k', b'hello')]); stream.close()"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    assert texts(consumer.poll(10, 10)) == ["hello"]


def test_use_after_close_is_an_error_and_closing_twice_is_not(harness: StreamHarness) -> None:
    stream = harness.open()
    consumer = stream.consumer("g", NAME)
    stream.close()
    stream.close()
    with pytest.raises(StreamUnavailable):
        stream.publish(NAME, [message("k", "a")])
    with pytest.raises(StreamUnavailable):
        consumer.poll(1, 0)
