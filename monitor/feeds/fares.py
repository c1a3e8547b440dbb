"""How feeds fare, read and written for many polls at once, and kept at hand between two polls of a feed.

What is at hand is only ever written back under the version it was written with: whoever has changed it
meanwhile in the store, be it another poller or a command, makes that poll ``Overtaken``, and the next one,
which is at once, reads. What fails or is gone is always read, for that is what people have asked again.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from monitor.feeds.state import FeedState, FeedStates, Known, known_of, overtaken
from monitor.feeds.together import Together
from monitor.model import Feed

T = TypeVar("T")


class Aside(Protocol):
    """Calls something that blocks, in a thread."""

    def __call__(self, call: Callable[..., T], *arguments: object) -> Awaitable[T]:
        """Return what it returns."""


class Fares:
    """Belongs to one event loop; one poll of a feed at a time is the caller's part."""

    def __init__(self, states: FeedStates, aside: Aside, now: Callable[[], datetime]) -> None:
        self._states = states
        self._aside = aside
        self._now = now
        self._read = Together(self._all_read)
        self._write = Together(self._all_written)
        self._at_hand: dict[str, Known] = {}

    def has(self, feed: Feed) -> bool:
        """Return whether a poll that begins now would not read what others may have written."""
        return feed.id in self._at_hand

    async def of(self, feed: Feed) -> Known:
        """Return how a feed fares. What was at hand no longer is, until this poll has ended well."""
        known = self._at_hand.pop(feed.id, None)
        return known_of(feed, known) if known else await self._read(feed)

    async def write(self, known: Known) -> None:
        """Save how a feed fares that is in the store. Raises ``Overtaken``."""
        version = await self._write(known)
        if version is None:
            raise overtaken(known.state.id)
        self.keep(known.state, version)

    def keep(self, state: FeedState, version: int | None) -> None:
        """Have at hand what was written."""
        if version is not None and not state.failures:
            self._at_hand[state.id] = Known(state, version)

    def keep_only(self, ids: Collection[str]) -> None:
        """Let go of what is known of other feeds."""
        at_hand = self._at_hand.copy()  # polls that end in threads may add to it
        self._at_hand = {id_: known for id_, known in at_hand.items() if id_ in ids}

    async def _all_read(self, feeds: Sequence[Feed]) -> list[Known]:
        return await self._aside(self._states.read_all, feeds, self._now())

    async def _all_written(self, known: Sequence[Known]) -> list[int | None]:
        return await self._aside(self._states.write_all, known)
