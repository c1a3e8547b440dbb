"""What is remembered of a feed, where two processes may be at it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import Overtaken
from monitor.feeds.state import FeedStates, Known, SeenEntry
from monitor.feeds.timing.pulse import Pulse
from monitor.model import Feed
from monitor.store import records
from monitor.store.base import Document, Store
from monitor.store.sqlite import SqliteStore
from tests.feeds.faring import rewrite

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("wire", "https://news.example/feed", "Wire")
ENTRY = SeenEntry("text", 1, NOW, NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "store.db") as opened:
        yield opened


def test_how_a_feed_fares_is_read_as_older_versions_wrote_it(store: Store) -> None:
    states = FeedStates(store)
    state = rewrite(states, FEED, pulse=Pulse(NOW, 60.0, (60,), arrived=NOW))
    stored = store.get(records.FEEDS, [FEED.id])[FEED.id]
    del stored.body["pulse"]["arrived"]
    assert store.update(records.FEEDS, Document(FEED.id, stored.filed, stored.body), stored.version)
    assert states.read(FEED, NOW).state == replace(state, pulse=Pulse(NOW, 60.0, (60,)))


def test_who_was_overtaken_writes_nothing(store: Store) -> None:
    states = FeedStates(store)
    rewrite(states, FEED, articles=1)
    mine = states.read(FEED, NOW)
    rewrite(states, FEED, articles=30)
    with pytest.raises(Overtaken, match="what is known of wire was changed meanwhile"):
        states.write(Known(replace(mine.state, articles=4), mine.version))
    assert states.read(FEED, NOW).state.articles == 30
    rewrite(states, FEED, articles=31)
    assert states.read(FEED, NOW).state.articles == 31, "who looks again may write"


def test_what_was_written_may_be_written_again_under_its_new_version(store: Store) -> None:
    states = FeedStates(store)
    state, version = states.read(FEED, NOW).state, None
    assert states.write(Known(state, version)) is None, "what is new is to be read first"
    version = states.read(FEED, NOW).version
    for articles in (1, 2):
        version = states.write(Known(replace(state, articles=articles), version))
    assert states.read(FEED, NOW) == Known(replace(state, articles=2), version)


def test_who_was_overtaken_while_it_published_does_not_forget_what_the_other_saw(store: Store) -> None:
    states = FeedStates(store)
    known = states.read_seen(FEED, NOW)
    mine = states.write_seen(replace(known, seen=replace(known.seen, entries={"a": ENTRY})))
    theirs = states.read_seen(FEED, NOW)
    both = replace(theirs.seen, entries={**theirs.seen.entries, "b": ENTRY})
    states.write_seen(replace(theirs, seen=both))
    with pytest.raises(Overtaken):
        states.write_seen(mine)
    assert states.read_seen(FEED, NOW).seen.entries.keys() == {"a", "b"}


def test_two_that_begin_at_once_are_one_too_many(store: Store) -> None:
    states = FeedStates(store)
    mine, theirs = states.read_seen(FEED, NOW), states.read_seen(FEED, NOW)
    mine = states.write_seen(mine)
    with pytest.raises(Overtaken):
        states.write_seen(theirs)
    states.write_seen(mine)


def test_what_cannot_be_read_of_one_feed_costs_no_other_its_poll(store: Store) -> None:
    states, other = FeedStates(store), replace(FEED, id="other")
    for feed in (FEED, other):
        rewrite(states, feed, articles=3)
    odd = Document("wire", NOW, {"health": "odd"})
    store.update(records.FEEDS, odd, states.read(FEED, NOW).version or 0)
    assert states.polled(["wire", "other"]).keys() == {"other"}
    broken, well = states.read_all([FEED, other], NOW)
    assert (broken.state.articles, well.state.articles) == (0, 3)
    states.write(Known(replace(broken.state, articles=1), broken.version))
    assert states.polled(["wire"])["wire"].articles == 1, "its next poll mends it"
