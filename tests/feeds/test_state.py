"""What is remembered of a feed, where two processes may be at it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import Overtaken
from monitor.feeds.state import FeedStates, SeenEntry
from monitor.model import Feed
from monitor.store import records
from monitor.store.base import Document, Store
from monitor.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("wire", "https://news.example/feed", "Wire")
ENTRY = SeenEntry("text", 1, NOW, NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "store.db") as opened:
        yield opened


def test_who_was_overtaken_writes_nothing(store: Store) -> None:
    cut_off, owner = FeedStates(store), FeedStates(store)
    for articles in (1, 2):
        owner.write(replace(owner.read(FEED, NOW), articles=articles))
    mine, theirs = cut_off.read(FEED, NOW), owner.read(FEED, NOW)
    owner.write(replace(theirs, articles=30))
    with pytest.raises(Overtaken, match="what is known of wire was changed meanwhile"):
        cut_off.write(replace(mine, articles=4))
    assert owner.read(FEED, NOW).articles == 30
    cut_off.write(replace(cut_off.read(FEED, NOW), articles=31))
    assert owner.read(FEED, NOW).articles == 31, "who looks again may write"


def test_who_was_overtaken_while_it_published_does_not_forget_what_the_other_saw(store: Store) -> None:
    cut_off, owner = FeedStates(store), FeedStates(store)
    mine = replace(cut_off.read_seen(FEED, NOW), entries={"a": ENTRY})
    cut_off.write_seen(mine)
    theirs = owner.read_seen(FEED, NOW)
    owner.write_seen(replace(theirs, entries={**theirs.entries, "b": ENTRY}))
    with pytest.raises(Overtaken):
        cut_off.write_seen(mine)
    assert owner.read_seen(FEED, NOW).entries.keys() == {"a", "b"}


def test_two_that_begin_at_once_are_one_too_many(store: Store) -> None:
    one, other = FeedStates(store), FeedStates(store)
    mine, theirs = one.read_seen(FEED, NOW), other.read_seen(FEED, NOW)
    one.write_seen(mine)
    with pytest.raises(Overtaken):
        other.write_seen(theirs)
    one.write_seen(mine)


def test_what_cannot_be_read_of_one_feed_costs_no_other_its_poll(store: Store) -> None:
    states, other = FeedStates(store), replace(FEED, id="other")
    for feed in (FEED, other):
        states.write(replace(states.read(feed, NOW), articles=3))
    store.update(
        records.FEEDS, Document("wire", NOW, {"health": "odd"}), states.read_all([FEED], NOW)[0].version or 0
    )
    assert states.known(["wire", "other"]).keys() == {"other"}
    broken, well = states.read_all([FEED, other], NOW)
    assert (broken.state.articles, well.state.articles) == (0, 3)
    turn = states.turn(broken)
    turn.write(replace(broken.state, articles=1))
    assert states.known(["wire"])["wire"].articles == 1, "its next poll mends it"
