"""Whether a feed that fails is to be left alone for now: the store is looked at before each of its polls.

Back-off and ``Retry-After`` may keep a feed waiting for a day. Whoever has it asked again meanwhile, from
another process (``monitor feeds retry``), is heard when its job looks, once in each interval. A look asks no
server, and many feeds are looked at together.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from monitor.feeds.state import FeedState, FeedStates
from monitor.feeds.together import Together
from monitor.model import Feed


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


def left_alone(state: FeedState, feed: Feed, now: datetime) -> datetime | None:
    """Return until when a feed is left alone because it fails, if it is and that is still to come. Pure.

    A wait that seems to have begun in the future was planned by a clock that has been set back: it counts
    for nothing, lest it never ends. Nor does one at another address.
    """
    begun, due = state.last_poll, state.next_poll
    if not state.failures or begun is None or due is None or state.feed.url != feed.url:
        return None
    return due if begun <= now < due else None
