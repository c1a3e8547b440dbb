"""What is too large for a stream is cut, or set aside; the others go on."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import PoisonError, StreamUnavailable
from monitor.model import Article, FeedHealth, Span
from monitor.stream import kafka_client
from monitor.stream.base import Record, Stream
from monitor.stream.codec import (
    ALERTS,
    ARTICLES,
    DEAD_LETTERS,
    FEEDS,
    MATCHES,
    alert_codec,
    article_codec,
    match_codec,
)
from monitor.stream.contract import ALERT, ARTICLE, FEED, MATCH
from monitor.stream.kafka import KafkaStream
from monitor.stream.kafka_access import KafkaAccess
from monitor.stream.sending import Sender
from tests.contract.harness import TestClock
from tests.samples import NOW, alert, article, match
from tests.stream.narrow import NarrowStream

ROOM = 4000


def narrow(folder: Path, **limits: int) -> NarrowStream:
    named = {f"monitor.{name.replace('_', '-')}": limit for name, limit in limits.items()}
    return NarrowStream(folder / "stream.db", TestClock(), named)


def big(id_: str = "big", size: int = 50_000, **more: Any) -> Article:
    """Return an article whose body does not compress."""
    noise = random.Random(id_)
    return article(id_, body="".join(noise.choices("абвгдежзийклмнопрстуфхцчшщ북한군", k=size)), **more)


def taken(records: list[Record]) -> dict[str, Article]:
    return {record.key: article_codec.decode(record) for record in records}


def test_what_fits_is_published_at_once_and_whole(tmp_path: Path) -> None:
    with narrow(tmp_path) as stream:
        Sender(ARTICLE, stream, "poller").send([article("a"), big(size=500_000)])
        assert taken(stream.all_of(ARTICLES)) == {"a": article("a"), "big": big(size=500_000)}
        assert stream.asked == 1


def test_one_too_large_is_cut_and_the_others_are_whole(tmp_path: Path) -> None:
    with narrow(tmp_path, articles=ROOM) as stream:
        Sender(ARTICLE, stream, "poller").send([article("a"), big(), article("b")])
        found = taken(stream.all_of(ARTICLES))
        assert (found["a"], found["b"]) == (article("a"), article("b"))
        assert found["big"].cut == ("body",)
        assert big().body.startswith(found["big"].body)
        assert replace(found["big"], body=big().body, cut=()) == big()
        assert stream.all_of(DEAD_LETTERS) == []


def test_a_cut_message_uses_at_least_a_third_of_the_room(tmp_path: Path) -> None:
    for room in (1500, 2000, 3000, 20_000, 100_000):
        with NarrowStream(tmp_path / f"{room}.db", TestClock(), {ARTICLES: room}) as stream:
            Sender(ARTICLE, stream, "poller").send([big()])
            (record,) = stream.all_of(ARTICLES)
            assert room / 3 < len(record.value) <= room


def test_one_that_cannot_be_cut_enough_is_set_aside_whole_and_the_others_go_on(tmp_path: Path) -> None:
    monster = big(url="https://wire.example/" + "x" * ROOM)
    with narrow(tmp_path, articles=ROOM) as stream:
        Sender(ARTICLE, stream, "poller", "/monitor/desk").send([article("a"), monster, article("b")])
        assert set(taken(stream.all_of(ARTICLES))) == {"a", "b"}
        (letter,) = stream.all_of(DEAD_LETTERS)
    whole = article_codec.encode("big", monster, "/monitor/desk")
    assert (letter.key, letter.value) == ("big", whole.value)
    assert (letter.headers["stream"], letter.headers["group"]) == (ARTICLES, "poller")
    assert "too large" in letter.headers["reason"]
    assert {
        f"original-{name}": value for name, value in whole.headers.items()
    }.items() <= letter.headers.items()


def test_it_is_tried_a_few_times_only(tmp_path: Path) -> None:
    with narrow(tmp_path, articles=10) as stream:
        Sender(ARTICLE, stream, "poller").send([big(size=200_000)])
        assert len(stream.all_of(DEAD_LETTERS)) == 1
        assert stream.asked < 20


def test_dead_letters_too_large_for_the_dead_letters_leave_their_bytes_out_and_say_so(tmp_path: Path) -> None:
    with narrow(tmp_path, articles=10, dead_letters=ROOM) as stream:
        Sender(ARTICLE, stream, "poller").send([article("small"), big()])
        small, large = sorted(stream.all_of(DEAD_LETTERS), key=lambda one: -len(one.value))
        assert small.value == article_codec.encode("small", article("small")).value
        assert (large.key, large.value) == ("big", b"")
        assert large.headers["left-out"] == str(article_codec.size(big()))


def test_while_nothing_at_all_is_taken_the_stream_counts_as_away(tmp_path: Path) -> None:
    with (
        narrow(tmp_path, articles=-1, dead_letters=-1) as stream,
        pytest.raises(StreamUnavailable, match="takes nothing"),
    ):
        Sender(ARTICLE, stream, "poller").send([article()])


def test_an_outage_while_sending_one_by_one_is_told(tmp_path: Path) -> None:
    class Dying(NarrowStream):
        def publish(self, stream: str, messages: object) -> None:
            if self.asked == 1:
                self.close()
            super().publish(stream, messages)  # type: ignore[arg-type]

    with (
        Dying(tmp_path / "s.db", TestClock(), {ARTICLES: ROOM}) as stream,
        pytest.raises(StreamUnavailable),
    ):
        Sender(ARTICLE, stream, "poller").send([article("a"), big()])


def test_matches_and_alerts_are_cut_in_their_articles_and_spans_stay_true(tmp_path: Path) -> None:
    one = big(title="Troops in Kursk")
    spans = (Span("title", 0, 6, "troops"), Span("body", 0, 3, "x"), Span("body", 40_000, 40_005, "x"))
    found = match(one, spans=spans)
    with narrow(tmp_path, matches=ROOM, alerts=ROOM) as stream:
        Sender(MATCH, stream, "matcher").send([found])
        Sender(ALERT, stream, "alerter").send([alert(found)])
        sent = match_codec.decode(stream.all_of(MATCHES)[0])
        decided = alert_codec.decode(stream.all_of(ALERTS)[0])
    for cut in (sent, decided.match):
        assert cut.spans == spans[:2]
        assert cut.article.cut == ("body",)
        assert one.body.startswith(cut.article.body)
    assert sent.article.body


def test_a_feeds_health_has_nothing_to_cut(tmp_path: Path) -> None:
    health = FeedHealth("wire", "https://wire.example/feed", "The Wire", "failing", NOW, "no answer", NOW)
    with narrow(tmp_path, feeds=10) as stream:
        Sender(FEED, stream, "poller").send([health])
        assert [letter.headers["stream"] for letter in stream.all_of(DEAD_LETTERS)] == [FEEDS]


def made_by_others(access: KafkaAccess, stream: str, largest: int) -> None:
    admin = kafka_client.admin(access.connection())
    topic = {"num_partitions": 4, "configs": {"max.message.bytes": str(largest)}}
    admin.create_topics({access.topic(stream): topic}, wait_for_metadata=True)
    admin.close()


def read(stream: Stream, name: str) -> list[Record]:
    consumer, found = stream.consumer(f"reader-of-{name}", name), list[Record]()
    while records := consumer.poll(100, 0):
        found += records
    consumer.close()
    return found


@pytest.mark.servers
def test_brokers_with_little_room_get_it_cut_to_their_size(access: KafkaAccess) -> None:
    made_by_others(access, ARTICLES, 200_000)
    large = big(size=400_000)
    with KafkaStream(access) as stream:
        Sender(ARTICLE, stream, "poller").send([article("a"), large, article("b")])
        found = taken(read(stream, ARTICLES))
        assert (found["a"], found["b"]) == (article("a"), article("b"))
        assert found["big"].cut == ("body",)
        assert large.body.startswith(found["big"].body)
        assert len(found["big"].body) > 40_000
        assert read(stream, DEAD_LETTERS) == []


@pytest.mark.servers
def test_brokers_that_refuse_even_the_smallest_get_the_others(access: KafkaAccess) -> None:
    made_by_others(access, ARTICLES, 2000)
    monster = big(url="https://wire.example/" + big(size=4000).body)
    with KafkaStream(access) as stream:
        Sender(ARTICLE, stream, "poller").send([article("a"), monster, article("b")])
        assert set(taken(read(stream, ARTICLES))) == {"a", "b"}
        (letter,) = read(stream, DEAD_LETTERS)
        assert letter.value == article_codec.encode("big", monster).value
        with pytest.raises(PoisonError):
            stream.publish(ARTICLES, [article_codec.encode("big", monster)])
