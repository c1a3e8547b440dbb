"""Feeds that fail are left alone until they are due, unless somebody has them asked again."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.feeds.state import FeedState, FeedStates, Known, afresh
from monitor.feeds.timing.patience import Patience, Retries, left_alone
from monitor.model import Feed
from monitor.store.sqlite import SqliteStore
from tests.feeds.faring import rewrite
from tests.samples import NOW

HOUR = timedelta(hours=1)
FEED = Feed("wire", "https://wire.example/feed", "The Wire")
FAILS = FeedState(
    "wire", FEED, NOW - 9 * HOUR, "failing", NOW, last_poll=NOW, failures=3, next_poll=NOW + 2 * HOUR
)


@pytest.mark.parametrize(
    ("state", "hours", "alone"),
    [
        (FAILS, 1, True),
        (FAILS, 2, False),
        (FAILS, -1, False),
        (afresh(FAILS), 1, False),
        (replace(FAILS, failures=0), 1, False),
        (replace(FAILS, feed=replace(FEED, url="https://old.example/feed")), 1, False),
    ],
    ids=["waits", "is due", "the clock was set back", "was asked again", "fares well", "moved"],
)
def test_who_fails_is_left_alone_until_it_is_due(state: FeedState, hours: int, alone: bool) -> None:
    assert left_alone(state, FEED, NOW + hours * HOUR) == (FAILS.next_poll if alone else None)


def test_what_somebody_has_asked_again_is_found_once_each_time_and_nothing_else(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "store.db") as store:
        states, retries = FeedStates(store), Retries(store)
        other = replace(FEED, id="other")
        for feed in (FEED, other):
            states.write(Known(replace(FAILS, id=feed.id, feed=feed), None))
        assert retries.since_last_look() == []
        for _ in range(2):
            rewrite(states, FEED, afresh)
            assert retries.since_last_look() == ["wire"]
            assert retries.since_last_look() == [], "it is being polled"
        rewrite(states, FEED, health="healthy")
        rewrite(states, other, afresh)
        assert retries.since_last_look() == ["other"]


def test_many_are_looked_at_in_one_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SqliteStore(tmp_path / "store.db") as store:
        states, feeds = FeedStates(store), [replace(FEED, id=f"f{n}") for n in range(300)]
        for feed in feeds[:-1]:
            states.write(Known(replace(FAILS, id=feed.id, feed=feed), None))
        read, polled = list[int](), states.polled

        def counted(ids: list[str]) -> dict[str, FeedState]:
            read.append(len(ids))
            return polled(ids)

        monkeypatch.setattr(states, "polled", counted)

        async def run() -> list[object]:
            patience = Patience(states, lambda: NOW)
            return await asyncio.gather(*map(patience.until, feeds))

        assert asyncio.run(run()) == [FAILS.next_poll] * 299 + [None]
        assert read == [300]
