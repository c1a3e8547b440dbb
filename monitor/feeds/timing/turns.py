"""Whose poll may begin: many at once, but few of a host and few of those that fail."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from monitor.clock import Clock
from monitor.feeds.polls import PollLimits, Subscription, host_of
from monitor.feeds.state import FeedState
from monitor.feeds.timing.spacing import Spacing


class Turns:
    """Gives polls their turns. Belongs to one event loop."""

    def __init__(self, limits: PollLimits, clock: Clock) -> None:
        self._all = asyncio.Semaphore(limits.concurrency)
        self._failing = asyncio.Semaphore(max(1, limits.concurrency // 2))
        self._hosts = _Lanes(limits.per_host)
        self._failing_of = _Lanes(max(1, limits.per_host // 2))
        self._spacing = Spacing(limits.host_pause.total_seconds())
        self._clock = clock

    def suit(self, subscriptions: Iterable[Subscription]) -> None:
        """Space the polls of each host as these feeds, all that are polled, have room for."""
        self._spacing.suit((host_of(one.feed.url), one.rhythm.shortest) for one in subscriptions)

    @asynccontextmanager
    async def turn(self, subscription: Subscription, state: FeedState) -> AsyncIterator[None]:
        """Wait until a feed may be polled, and have it counted while it is.

        What fails has lanes of its own, and waits for them before it takes a place of its host: so it leaves
        room to what works. That few of one host are in there leaves room to what fails elsewhere. A feed that
        has moved for good is counted where that leads, for its own host only says so again; both are spaced.
        """
        own, there = self._hosts_of(subscription, state)
        failing = [self._failing_of.to(there), self._failing] if state.failures else []
        taken = list[asyncio.Semaphore]()
        try:
            for place in (*failing, self._hosts.to(there)):
                await place.acquire()
                taken.append(place)
            await asyncio.sleep(self._spacing.wait({own, there}, self._clock.monotonic()))
            await self._all.acquire()  # nobody else could use it before that turn
            taken.append(self._all)
            yield
        finally:
            for place in taken:
                place.release()

    def _hosts_of(self, subscription: Subscription, state: FeedState) -> tuple[str, str]:
        """Return the host that is asked, and the one where that leads."""
        own = host_of(subscription.feed.url)
        there = host_of(state.moved_to) if state.moved_to else own
        if there != own:
            self._spacing.lead(state.id, there, subscription.rhythm.shortest)
        return own, there


class _Lanes:
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
