"""Whether a feed that fails is to be left alone for now, and which ones somebody has asked again.

Back-off and ``Retry-After`` may keep a feed waiting for a day, and one that is gone is asked no more. Whoever
has it asked again from another process (``monitor feeds retry``) writes that into the store. There it is
looked at before each poll of a feed that fails, and from time to time for all feeds in one question. A look
asks no server.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from monitor.feeds.state import FeedState, FeedStates
from monitor.feeds.together import Together
from monitor.model import Feed
from monitor.store import records
from monitor.store.base import Query, Store

MOST_RETRIED = 1_000
"""Feeds that one look finds; further ones are found when some of these have been polled."""


class Patience:
    """Looks at many feeds together. Belongs to one event loop."""

    def __init__(self, states: FeedStates, now: Callable[[], datetime]) -> None:
        self._states = states
        self._now = now
        self._read = Together(self._all_read)

    async def until(self, feed: Feed) -> datetime | None:
        """Return until when a feed is left alone; ``None`` if it is due. Raises ``Unavailable``."""
        state = await self._read(feed)
        return left_alone(state, feed, self._now()) if state else None

    async def _all_read(self, feeds: Sequence[Feed]) -> list[FeedState | None]:
        states = await asyncio.to_thread(self._states.polled, [feed.id for feed in feeds])
        return [states.get(feed.id) for feed in feeds]


class Retries:
    """Finds the feeds that somebody has asked again. Blocking."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: frozenset[tuple[str, int]] = frozenset()
        """What the last look has found: feeds with the versions of what is stored of them."""

    def since_last_look(self) -> list[str]:
        """Return the feeds that were asked again and have not been polled since, each time one is once.

        What is stored of a feed is that it is new only then.
        """
        query = Query(where={"health": "new"}, limit=MOST_RETRIED)
        found = frozenset((one.id, one.version) for one in self._store.find(records.FEEDS, query).documents)
        retried, self._known = found - self._known, found
        return sorted(id_ for id_, _ in retried)


def left_alone(state: FeedState, feed: Feed, now: datetime) -> datetime | None:
    """Return until when a feed is left alone because it fails, if it is and that is still to come. Pure.

    A wait that seems to have begun in the future was planned by a clock that has been set back: it counts
    for nothing, lest it never ends. Nor does one at another address.
    """
    begun, due = state.last_poll, state.next_poll
    if not state.failures or begun is None or due is None or state.feed.url != feed.url:
        return None
    return due if begun <= now < due else None
