"""How fast the stages are on this machine: parsed entries to matches stored and outbox written."""

import platform
import sqlite3
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.alerts.route import Route
from monitor.articles.build import clean
from monitor.clock import SystemClock
from monitor.config.samples import sample
from monitor.feeds.novelty import novelty
from monitor.feeds.state import FeedStates
from monitor.model import Entry, Feed, Topic, Watchlist
from monitor.pipeline import Alerting, Matching, Watch
from monitor.store import records
from monitor.store.base import Query
from monitor.store.sqlite import SqliteStore
from monitor.stream import codec
from monitor.stream.sqlite import SqliteStream
from monitor.stream.worker import Stage, Worker
from monitor.topics.matcher import Text, compile_watchlist

pytestmark = pytest.mark.benchmark
FEEDS, ENTRIES = 60, 50
WORDS = sample("watchlist.yaml").replace(",", " ").replace("[", " ").replace("]", " ").split()
PLAIN = [
    *[
        "the",
        "city",
        "council",
        "said",
        "on",
        "weather",
        "market",
        "festival",
        "museum",
        "погода",
        "рынок",
        "город",
        "музей",
        "날씨",
        "시장",
    ]
]


def entry(number: int) -> Entry:
    words = [PLAIN[(number * 7 + n * 3) % len(PLAIN)] for n in range(40)]
    words[5:8] = [WORDS[(number * 13 + n) % len(WORDS)] for n in range(3)]
    return Entry(
        guid=str(number), link=f"https://news.example/{number}", title=" ".join(words[:9]),
        summary=f"<p>{' '.join(words)}</p>", published=datetime.now(UTC),
    )  # fmt: skip


def watchlist() -> Watchlist:
    """Return 100 topics, of which a few match now and then."""
    queries = (f"({PLAIN[n % len(PLAIN)]} OR rare{n}) AND museum{n} NOT festival" for n in range(98))
    listed = [*queries, "museum AND troops", "KCNA OR Пхеньян OR 평양"]
    return Watchlist("bench", tuple(Topic(f"t{n}", q, alert=("desk",)) for n, q in enumerate(listed)))


def test_parsed_entries_to_outbox(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clock = SystemClock()
    listed = watchlist()
    compiled = compile_watchlist(listed)
    since = dict.fromkeys((topic.id for topic in listed.topics), datetime(2020, 1, 1, tzinfo=UTC))
    watch = Watch(compiled, {topic.id: topic for topic in listed.topics}, since, {"desk": Route("desk")})
    with SqliteStream(tmp_path / "stream.db", clock) as stream, SqliteStore(tmp_path / "store.db") as store:
        stop = threading.Event()
        match = Matching(store, stream, lambda: watch, clock)
        alert = Alerting(store, stream, lambda: watch, clock)
        matching = Worker(Stage("m", codec.ARTICLES, codec.article_codec, match), stream, stop)
        alerting = Worker(Stage("a", codec.MATCHES, codec.match_codec, alert), stream, stop)
        begun = time.perf_counter()
        for number in range(FEEDS):
            _publish(number, FeedStates(store), stream)
        published = time.perf_counter()
        matching.drain()
        matched = time.perf_counter()
        alerting.drain()
        done = time.perf_counter()
        matches = store.count(records.MATCHES, Query())[""]
        text = Text("museum the city", " ".join(PLAIN * 3), "", "en")
        alone = time.perf_counter()
        for _ in range(2000):
            compiled.match(text)
        alone = time.perf_counter() - alone
    articles = FEEDS * ENTRIES
    with capsys.disabled():
        print(f"\n{platform.platform()}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
        print(f"clean, compare, publish       {articles / (published - begun):9,.0f} articles/s")
        print(f"match, archive, store         {articles / (matched - published):9,.0f} articles/s")
        print(f"decide, fill the outbox       {matches / (done - matched):9,.0f} matches/s")
        print(f"entries to outbox, one thread {articles / (done - begun):9,.0f} articles/s")
        print(f"matching alone, 100 topics    {2000 / alone:9,.0f} texts/s")
    assert matches > 0


def _publish(number: int, states: FeedStates, stream: SqliteStream) -> None:
    now = datetime.now(UTC)
    feed = Feed(f"f{number}", "https://news.example/feed", "News")
    cleaned = [clean(entry(number * ENTRIES + n), feed, now) for n in range(ENTRIES)]
    _, seen = states.read(feed, now)
    found = novelty([one for one in cleaned if one], feed, seen, now, backlog_before=None)
    states.write_seen(found.seen)
    stream.publish(codec.ARTICLES, [codec.article_codec.encode(one.id, one) for one in found.articles])
    states.write_seen(found.published)
