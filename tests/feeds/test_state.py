"""What is remembered of a feed, where two processes may be at it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import Overtaken
from monitor.feeds.state import FeedStates, Seen, SeenEntry
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
    for polls in (1, 2):
        owner.write(replace(owner.read(FEED, NOW), polls=polls, articles=polls))
    read_by_both = owner.read(FEED, NOW)
    owner.write(replace(read_by_both, polls=3, articles=30))
    with pytest.raises(Overtaken, match="another process is polling wire"):
        cut_off.write(replace(read_by_both, polls=3, articles=4))
    assert owner.read(FEED, NOW).articles == 30


def test_who_was_overtaken_while_it_published_does_not_forget_what_the_other_saw(store: Store) -> None:
    cut_off, owner = FeedStates(store), FeedStates(store)
    before = cut_off.read_seen(FEED, NOW)
    mine = cut_off.write_seen(replace(before, entries={"a": ENTRY}))
    theirs = owner.read_seen(FEED, NOW)
    owner.write_seen(replace(theirs, entries={**theirs.entries, "b": ENTRY}))
    with pytest.raises(Overtaken):
        cut_off.write_seen(mine)
    assert owner.read_seen(FEED, NOW).entries.keys() == {"a", "b"}


def test_two_that_begin_at_once_are_one_too_many(store: Store) -> None:
    states = FeedStates(store)
    states.write_seen(Seen(FEED.id, NOW))
    with pytest.raises(Overtaken):
        states.write_seen(Seen(FEED.id, NOW))


def test_what_an_older_version_wrote_is_taken_over(store: Store) -> None:
    states = FeedStates(store)
    document = records.Records(records.SEEN, Seen).document(Seen(FEED.id, NOW, {"a": ENTRY}))
    old = {name: value for name, value in document.body.items() if name != "writes"}
    store.add(records.SEEN, [Document(FEED.id, NOW, old)])
    seen = states.read_seen(FEED, NOW)
    assert states.write_seen(seen).writes == 1
    assert states.read_seen(FEED, NOW).entries.keys() == {"a"}
