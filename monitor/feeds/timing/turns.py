"""Whose poll may begin: many at once, but few of a host and few of those that fail."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from weakref import WeakValueDictionary

from monitor.clock import Clock
from monitor.feeds.polls import Subscription, host_of
from monitor.feeds.state import FeedState
from monitor.feeds.timing.spacing import Spacing


class Turns:
    """Gives polls their turns. Belongs to one event loop; ``pause`` is in seconds."""

    def __init__(self, clock: Clock, *, concurrency: int, per_host: int, pause: float) -> None:
        self._all = asyncio.Semaphore(concurrency)
        self._failing = asyncio.Semaphore(max(1, concurrency // 2))
        self._hosts = Lanes(per_host)
        self._failing_of = Lanes(max(1, per_host // 2))
        self._spacing = Spacing(pause)
        self._clock = clock

    def suit(self, subscriptions: Iterable[Subscription]) -> None:
        """Space the polls of each host as these feeds, all that are polled, have room for."""
        self._spacing.suit((host_of(one.feed.url), one.rhythm.shortest) for one in subscriptions)

    def of(self, subscription: Subscription, state: FeedState) -> AbstractAsyncContextManager[None]:
        """Return the turn of a feed. One that has moved for good is counted where that leads too."""
        own = host_of(subscription.feed.url)
        there = host_of(state.moved_to) if state.moved_to else own
        if there != own:
            self._spacing.lead(state.id, there, subscription.rhythm.shortest)
        return self.turn(own, there, failing=bool(state.failures))

    @asynccontextmanager
    async def turn(self, own: str, there: str, *, failing: bool = False) -> AsyncIterator[None]:
        """Wait until one host may be asked, and the one where it leads, and have it counted while they are.

        What fails has lanes of its own, and waits for them before it takes a place of its host: so it leaves
        room to what works. That few of one host are in there leaves room to what fails elsewhere. A place is
        taken where it leads only, for its own host only says so again; both are spaced.
        """
        lanes = [self._failing_of.to(there), self._failing] if failing else []
        taken = list[asyncio.Semaphore]()
        try:
            for place in (*lanes, self._hosts.to(there)):
                await place.acquire()
                taken.append(place)
            await self._pause({own, there})
            is_late = self._all.locked()
            await self._all.acquire()  # nobody else could use it before that turn
            taken.append(self._all)
            if is_late:  # as others of these hosts may be, whose turns came meanwhile
                await self._pause({own, there})
            yield
        finally:
            for place in taken:
                place.release()

    async def _pause(self, hosts: AbstractSet[str]) -> None:
        await asyncio.sleep(self._spacing.wait(hosts, self._clock.monotonic()))


class Lanes:
    """For each host a lane with few places, as long as somebody is in it or waits."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._lanes = WeakValueDictionary[str, asyncio.Semaphore]()

    def to(self, host: str) -> asyncio.Semaphore:
        """Return the lane to a host."""
        lane = self._lanes.get(host)
        if lane is None:
            lane = self._lanes[host] = asyncio.Semaphore(self._places)
        return lane
