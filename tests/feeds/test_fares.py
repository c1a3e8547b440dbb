"""How feeds fare is at hand between polls, and never written over what others have written meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from monitor.errors import Overtaken
from monitor.feeds.fares import Fares
from monitor.feeds.state import FeedState, FeedStates, Known
from monitor.model import Feed
from monitor.store.sqlite import SqliteStore
from tests.feeds.faring import rewrite
from tests.samples import NOW

T = TypeVar("T")
FEED = Feed("wire", "https://wire.example/feed", "Wire")
WELL = FeedState(FEED.id, FEED, NOW, health="healthy", polls=1)


async def aside(call: Callable[..., T], *arguments: object) -> T:
    return await asyncio.to_thread(call, *arguments)


@pytest.fixture
def states(tmp_path: Path) -> FeedStates:
    return FeedStates(SqliteStore(tmp_path / "store.db"))


async def written(fares: Fares, states: FeedStates, state: FeedState = WELL) -> Known:
    """Have a state in the store and at hand; return it as it is at hand."""
    states.write(Known(state, None))
    await fares.write(await fares.of(state.feed))
    known = await fares.of(state.feed)
    fares.keep(known.state, known.version)
    return known


def test_what_was_written_is_written_again_without_being_read(states: FeedStates) -> None:
    async def run() -> None:
        fares = Fares(states, aside, lambda: NOW)
        await written(fares, states)
        for polls in (2, 3):
            known = await fares.of(FEED)
            await fares.write(replace(known, state=replace(known.state, polls=polls)))
        assert states.polled([FEED.id])[FEED.id].polls == 3

    asyncio.run(run())


def test_what_others_have_written_meanwhile_is_noticed_and_then_read(states: FeedStates) -> None:
    async def run() -> None:
        fares = Fares(states, aside, lambda: NOW)
        await written(fares, states)
        rewrite(states, FEED, polls=7)
        known = await fares.of(FEED)
        with pytest.raises(Overtaken, match="wire"):
            await fares.write(known)
        assert (await fares.of(FEED)).state.polls == 7

    asyncio.run(run())


def test_what_fails_is_always_read_for_somebody_may_have_it_asked_again(states: FeedStates) -> None:
    async def run() -> None:
        fares = Fares(states, aside, lambda: NOW)
        await written(fares, states, replace(WELL, health="failing", failures=3))
        rewrite(states, FEED, health="new", failures=0)
        assert (await fares.of(FEED)).state.health == "new"

    asyncio.run(run())


def test_a_poll_that_is_dropped_leaves_nothing_at_hand(states: FeedStates) -> None:
    async def run() -> None:
        fares = Fares(states, aside, lambda: NOW)
        await written(fares, states)
        await fares.of(FEED)
        rewrite(states, FEED, polls=7)
        assert (await fares.of(FEED)).state.polls == 7

    asyncio.run(run())


def test_a_feed_that_others_poll_now_is_forgotten(states: FeedStates) -> None:
    async def run() -> None:
        fares = Fares(states, aside, lambda: NOW)
        await written(fares, states)
        rewrite(states, FEED, polls=7)
        fares.keep_only({"another"})
        assert (await fares.of(FEED)).state.polls == 7

    asyncio.run(run())


def test_a_feed_at_a_new_address_begins_afresh(states: FeedStates) -> None:
    async def run() -> None:
        fares = Fares(states, aside, lambda: NOW)
        await written(fares, states, replace(WELL, etag='"1"', introduced=NOW))
        moved = replace(FEED, url="https://wire.example/other")
        known = await fares.of(moved)
        assert (known.state.feed, known.state.etag, known.state.introduced) == (moved, None, None)

    asyncio.run(run())
