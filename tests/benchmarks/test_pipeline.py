"""How many articles a second pass: from entries to the outbox, and from feeds over HTTP to the outbox."""

import asyncio
import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor import app, logs
from monitor.alerts.route import Route
from monitor.articles.build import clean
from monitor.clock import SystemClock
from monitor.config.load import load
from monitor.feeds.novelty import novelty
from monitor.feeds.state import FeedStates
from monitor.model import Feed, Topic, Watchlist
from monitor.pipeline import Alerting, Matching, Watch
from monitor.service import Service
from monitor.store import records
from monitor.store.base import Query
from monitor.store.sqlite import SqliteStore
from monitor.stream import codec
from monitor.stream.sqlite import SqliteStream
from monitor.stream.worker import Stage, Worker
from monitor.topics.matcher import compile_watchlist
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.corpus import entry, queries, site
from tests.benchmarks.settings import write

pytestmark = pytest.mark.benchmark
FEEDS, ENTRIES = 60, 50


def test_entries_to_outbox(tmp_path: Path, note: Note) -> None:
    clock = SystemClock()
    listed = Watchlist("bench", tuple(Topic(f"t{n}", q, alert=("desk",)) for n, q in enumerate(queries())))
    since = dict.fromkeys((topic.id for topic in listed.topics), datetime(2020, 1, 1, tzinfo=UTC))
    topics = {topic.id: topic for topic in listed.topics}
    watch = Watch(compile_watchlist(listed), topics, since, {"desk": Route("desk")})
    with SqliteStream(tmp_path / "stream.db", clock) as stream, SqliteStore(tmp_path / "store.db") as store:
        stop = threading.Event()
        match = Matching(store, stream, lambda: watch, clock)
        alert = Alerting(store, stream, lambda: watch, clock)
        begun = time.perf_counter()
        for number in range(FEEDS):
            _publish(number, FeedStates(store), stream)
        published = time.perf_counter()
        Worker(Stage("m", codec.ARTICLES, codec.article_codec, match), stream, stop).drain()
        matched = time.perf_counter()
        Worker(Stage("a", codec.MATCHES, codec.match_codec, alert), stream, stop).drain()
        done = time.perf_counter()
        matches = store.count(records.MATCHES, Query())[""]
    articles = FEEDS * ENTRIES
    assert matches > 0
    note(Figure("entries -> outbox, 100 topics, one thread", articles / (done - begun), "articles/s"))
    note(Figure("  clean, compare, publish", articles / (published - begun), "articles/s"))
    note(Figure("  match, archive, store", articles / (matched - published), "articles/s"))
    note(Figure("  decide, fill the outbox", matches / (done - matched), "matches/s"))


def test_poll_to_outbox(tmp_path: Path, note: Note) -> None:
    logs.set_up("warning", "json")
    clock = SystemClock()
    with site(tmp_path / "site", FEEDS, ENTRIES) as urls:
        configuration = load(write(tmp_path / "config", urls), os.environ)
        with app.open_backend(configuration.settings, clock) as backend:
            service = Service(configuration, backend, clock, lambda: configuration)
            begun = time.perf_counter()
            polled = asyncio.run(service.once())
            seconds = time.perf_counter() - begun
            waiting = backend.store.count(records.DELIVERIES, Query())[""]
            begun = time.perf_counter()
            again = asyncio.run(service.once())
            idle = time.perf_counter() - begun
    assert sum(one.articles for one in polled) == FEEDS * ENTRIES
    assert {one.outcome for one in again} == {"not modified"}
    assert waiting > 0
    note(Figure("poll over HTTP -> outbox, parsers included", FEEDS * ENTRIES / seconds, "articles/s"))
    note(Figure("polls that are answered 304", FEEDS / idle, "feeds/s"))


def _publish(number: int, states: FeedStates, stream: SqliteStream) -> None:
    now = datetime.now(UTC)
    feed = Feed(f"f{number}", "https://news.example/feed", "News")
    cleaned = [clean(entry(number * ENTRIES + n), feed, now) for n in range(ENTRIES)]
    known = states.read_seen(feed, now)
    found = novelty([one for one in cleaned if one], feed, known.seen, now, backlog_before=None)
    noted = states.write_seen(replace(known, seen=found.seen))
    stream.publish(codec.ARTICLES, [codec.article_codec.encode(one.id, one) for one in found.articles])
    states.write_seen(replace(noted, seen=found.published))
