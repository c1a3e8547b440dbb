"""The loop of a consumer: bad messages, floods, outages, replays."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import DataFolderError, FloodError, StoreUnavailable
from monitor.model import Article
from monitor.stream.base import Message, Record
from monitor.stream.codec import ARTICLES, DEAD_LETTERS, article_codec
from monitor.stream.sqlite import SqliteConsumer, SqliteStream
from monitor.stream.worker import FLOOD, REPLAYED, Stage, Worker
from tests.contract.harness import TestClock
from tests.samples import article
from tests.stream.narrow import NarrowStream


@pytest.fixture
def stream(tmp_path: Path) -> SqliteStream:
    return SqliteStream(tmp_path / "stream.db", TestClock())


class Handled(list[str]):
    """Remembers the articles it was given; refuses those called bad."""

    def __call__(self, articles: Sequence[Article]) -> None:
        if any(one.title == "bad" for one in articles):
            raise ValueError("bad one")
        self.extend(one.id for one in articles)


def worker(stream: SqliteStream, handle: Handled, stop: threading.Event | None = None) -> Worker[Article]:
    return Worker(Stage("g", ARTICLES, article_codec, handle), stream, stop or threading.Event())


def publish(stream: SqliteStream, *articles: Article) -> None:
    stream.publish(ARTICLES, [article_codec.encode(one.id, one) for one in articles])


def dead_letters(stream: SqliteStream) -> list[Record]:
    return stream.consumer("reader", DEAD_LETTERS).poll(1000, 0)


def test_an_article_comes_through_the_stream_unchanged(stream: SqliteStream) -> None:
    one = article(title="북한군 «в Курске»", authors=("A", "B"), published=None)
    publish(stream, one)
    assert article_codec.decode(stream.consumer("g", ARTICLES).poll(1, 0)[0]) == one


def test_one_bad_message_does_not_stop_the_others(stream: SqliteStream) -> None:
    publish(stream, *[article(str(n), "bad" if n == 3 else "good") for n in range(8)])
    handled = Handled()
    assert worker(stream, handled).drain() == 8
    assert sorted(handled) == [str(n) for n in range(8) if n != 3]
    letters = dead_letters(stream)
    assert [(one.key, one.headers["reason"]) for one in letters] == [("3", "ValueError: bad one")]
    assert letters[0].headers["stream"] == ARTICLES


def test_a_bad_message_too_large_for_the_dead_letters_does_not_stop_the_others(tmp_path: Path) -> None:
    """Its bytes are still where its letter says that it came from."""
    with NarrowStream(tmp_path / "narrow.db", TestClock(), {DEAD_LETTERS: 100}) as stream:
        stream.publish(ARTICLES, [Message("bad", b"x" * 101, {"schema": "article.v1"})])
        publish(stream, article("next"))
        handled = Handled()
        assert worker(stream, handled).drain() == 2
        assert handled == ["next"]
        (letter,) = dead_letters(stream)
        assert (letter.value, letter.headers["left-out"], letter.headers["offset"]) == (b"", "101", "0")


@pytest.mark.parametrize(
    "message",
    [
        Message("k", b"not json", {"schema": "article.v1"}),
        Message("k", b"null", {"schema": "article.v1"}),
        Message("k", b'{"id": 1}', {"schema": "article.v1"}),
        Message("k", b"\xff\xfe" * 100_000, {"schema": "article.v1"}),
        Message("k", b"{}", {"schema": "article.v9"}),
        Message("k", b"{}"),
    ],
)
def test_poison_goes_to_the_dead_letters_with_its_bytes(stream: SqliteStream, message: Message) -> None:
    stream.publish(ARTICLES, [message])
    publish(stream, article("next"))
    handled = Handled()
    worker(stream, handled).drain()
    assert handled == ["next"]
    (letter,) = dead_letters(stream)
    assert letter.value == message.value
    assert letter.headers["reason"].startswith("PoisonError: ")


def test_a_flood_of_bad_messages_stops_the_stage(stream: SqliteStream) -> None:
    stream.publish(ARTICLES, [Message(str(n), b"{}") for n in range(FLOOD + 50)])
    with pytest.raises(FloodError, match="in a row"):
        worker(stream, Handled()).drain()
    assert len(dead_letters(stream)) == FLOOD + 50


def test_after_a_flood_a_restart_goes_on_behind_it(stream: SqliteStream) -> None:
    stream.publish(ARTICLES, [Message("k", b"{}") for _ in range(FLOOD)])
    with pytest.raises(FloodError):
        worker(stream, Handled()).drain()
    publish(stream, article("next"))
    handled = Handled()
    worker(stream, handled).drain()
    assert handled == ["next"]
    assert len(dead_letters(stream)) == FLOOD


def test_bad_messages_among_good_ones_are_no_flood(stream: SqliteStream) -> None:
    for n in range(FLOOD + 20):
        stream.publish(ARTICLES, [Message("k", b"{}")])
        stream.publish(ARTICLES, [replace(article_codec.encode(str(n), article(str(n))), key="k")])
    handled = Handled()
    assert worker(stream, handled).drain() == 2 * (FLOOD + 20)
    assert len(handled) == len(dead_letters(stream)) == FLOOD + 20


def test_replayed_messages_that_are_still_bad_are_no_flood(stream: SqliteStream) -> None:
    stream.publish(ARTICLES, [Message("k", b"{}", {REPLAYED: "1"}) for _ in range(FLOOD + 20)])
    assert worker(stream, Handled()).drain() == FLOOD + 20


def test_bad_messages_are_set_aside_once_though_the_store_is_away(stream: SqliteStream) -> None:
    stream.publish(ARTICLES, [Message("k", b"{}") for _ in range(5)])
    publish(stream, article("one"))
    tries: list[int] = []

    def handle(_: Sequence[Article]) -> None:
        tries.append(1)
        if len(tries) < 4:
            raise StoreUnavailable("away")

    Worker(Stage("g", ARTICLES, article_codec, handle), stream, threading.Event()).drain()
    assert len(dead_letters(stream)) == 5


def test_a_broken_disk_is_no_fault_of_the_message(stream: SqliteStream) -> None:
    publish(stream, article("one"))

    def handle(_: Sequence[Article]) -> None:
        raise DataFolderError("damaged")

    with pytest.raises(DataFolderError):
        Worker(Stage("g", ARTICLES, article_codec, handle), stream, threading.Event()).drain()
    assert dead_letters(stream) == []


def test_an_outage_loses_nothing_and_repeats_the_batch(stream: SqliteStream) -> None:
    publish(stream, article("one"))
    tries: list[int] = []
    seen: list[str] = []

    def handle(articles: Sequence[Article]) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise StoreUnavailable("away")
        seen.extend(one.id for one in articles)

    Worker(Stage("g", ARTICLES, article_codec, handle), stream, threading.Event()).drain()
    assert seen == ["one"]
    assert len(tries) == 3
    assert dead_letters(stream) == []


def test_a_stop_during_an_outage_commits_nothing(stream: SqliteStream) -> None:
    publish(stream, article("one"))
    stop = threading.Event()

    def handle(_: Sequence[Article]) -> None:
        stop.set()
        raise StoreUnavailable("away")

    Worker(Stage("g", ARTICLES, article_codec, handle), stream, stop).drain()
    assert [lag.behind for lag in stream.lag() if lag.behind] == [1]


def test_the_group_is_told_that_the_member_works_while_something_is_away(
    stream: SqliteStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(stream, article("one"))
    told: list[str] = []
    monkeypatch.setattr(SqliteConsumer, "keep_alive", lambda one: told.append(one.group))

    def handle(_: Sequence[Article]) -> None:
        if len(told) < 2:
            raise StoreUnavailable("away")

    Worker(Stage("g", ARTICLES, article_codec, handle), stream, threading.Event()).drain()
    assert told == ["g", "g"]
