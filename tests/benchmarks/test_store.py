"""What the store costs over SQLite itself: articles with their words indexed, against bare rows."""

import json
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.articles.build import article, clean
from monitor.model import Article, Feed
from monitor.store import records
from monitor.store.base import Query
from monitor.store.sqlite import SqliteStore
from monitor.topics.search import searched
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.corpus import entry

pytestmark = pytest.mark.benchmark
BATCH, BATCHES = 200, 15
FEED = Feed("bench", "https://news.example/feed", "News")


def test_store_writes(tmp_path: Path, note: Note) -> None:
    documents = [records.articles.document(_article(n)) for n in range(BATCH * BATCHES)]
    batches = [documents[n : n + BATCH] for n in range(0, len(documents), BATCH)]
    with SqliteStore(tmp_path / "store.db") as store:
        begun = time.perf_counter()
        for batch in batches:
            store.add(records.ARTICLES, batch)
        ours = time.perf_counter() - begun
        begun = time.perf_counter()
        for one in documents[:300]:
            store.add(records.ALERTS, [replace(one, body={"topic_id": "t", "state": "sent", "subject": "s"})])
        single = time.perf_counter() - begun
        begun = time.perf_counter()
        for _ in range(200):
            store.find(records.ARTICLES, Query(any_of=searched("museum Пхеньян"), limit=20))
        search = time.perf_counter() - begun
    bare = sqlite3.connect(tmp_path / "bare.db", isolation_level=None)
    bare.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE a (id PRIMARY KEY, body)"
    )
    begun = time.perf_counter()
    for batch in batches:
        bare.execute("BEGIN")
        bare.executemany("INSERT INTO a VALUES (?,?)", [(d.id, json.dumps(dict(d.body))) for d in batch])
        bare.execute("COMMIT")
    plain = time.perf_counter() - begun
    bare.close()
    many = BATCH * BATCHES
    note(
        Figure(
            "articles stored and indexed, by 200", many / ours, "articles/s", f"{ours / plain:.1f}x bare rows"
        )
    )
    note(Figure("single documents stored, each durable", 300 / single, "writes/s"))
    note(Figure("full-text search for the latest 20", 200 / search, "searches/s"))


def _article(number: int) -> Article:
    now = datetime.now(UTC)
    made = clean(entry(number), FEED, now)
    assert made
    return article(made, FEED, first_seen=now, filed=now, revision=1, backlog=False)
