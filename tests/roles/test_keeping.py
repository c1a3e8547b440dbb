"""What the keeper of the house does beside retention."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from monitor import app
from monitor.clock import SystemClock
from monitor.config.load import load
from monitor.metrics import Metrics
from monitor.roles.keeping import Keeping
from monitor.roles.part import Desk, InForce
from monitor.store import records
from monitor.store.base import Query
from monitor.topics.search import searched
from tests.journeys.world import SECRET, configure
from tests.samples import article


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    folder = configure(tmp_path / "config", "http://127.0.0.1:9", interval="1h")
    configuration = load(folder, {"HOOK_SECRET": SECRET})
    with app.open_backend(configuration.settings, SystemClock()) as backend:
        made = Desk(configuration, backend, SystemClock(), Metrics("test", "all"))
        watch = app.watch_of(configuration, backend.store, SystemClock().now())
        made.put_in_force(InForce(configuration, watch, {}))
        yield made


def test_the_keeper_indexes_anew_what_is_under_older_rules(desk: Desk) -> None:
    store = desk.backend.store
    now = SystemClock().now()
    many = [article(str(n), "rain", filed=now) for n in range(250)]
    store.add(records.ARTICLES, [records.articles.document(one) for one in many])
    with closing(sqlite3.connect(desk.settings.data / "store.db")) as db, db:
        db.execute("UPDATE articles SET tokens_version=1")
        db.execute("UPDATE articles_words SET tokens='other'")
    snow, rain = Query(any_of=searched("snow")), Query(any_of=searched("rain"))
    assert store.count(records.ARTICLES, snow) == {"": 250}

    async def keep_until_done() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(Keeping(desk).run(stop))
        async with asyncio.timeout(60):
            while await asyncio.to_thread(store.count, records.ARTICLES, snow):
                assert not running.done()
                await asyncio.sleep(0.01)
        stop.set()
        await running

    asyncio.run(keep_until_done())
    assert store.count(records.ARTICLES, rain) == {"": 250}
