"""Whose poll may begin: many at once, but few of a host and few of those that fail."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from monitor.clock import Clock
from monitor.feeds.polls import PollLimits, Subscription, host_of
from monitor.feeds.spacing import Spacing
from monitor.feeds.state import FeedState


class Turns:
    """Gives polls their turns. Belongs to one event loop."""

    def __init__(self, limits: PollLimits, clock: Clock) -> None:
        few = max(1, limits.per_host // 2)
        self._all = asyncio.Semaphore(limits.concurrency)
        self._failing = asyncio.Semaphore(max(1, limits.concurrency // 2))
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(limits.per_host))
        self._failing_of: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(few))
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
        has moved for good is counted where it is asked and where that leads.
        """
        hosts = self._hosts_of(subscription, state)
        failing = [*(self._failing_of[host] for host in hosts), self._failing] if state.failures else []
        taken = list[asyncio.Semaphore]()
        try:
            for place in (*failing, *(self._hosts[host] for host in hosts)):
                await place.acquire()
                taken.append(place)
            now = self._clock.monotonic()
            await asyncio.sleep(max(self._spacing.wait(host, now) for host in hosts))
            await self._all.acquire()  # nobody else could use it before that turn
            taken.append(self._all)
            yield
        finally:
            for place in taken:
                place.release()

    def _hosts_of(self, subscription: Subscription, state: FeedState) -> list[str]:
        """Return the hosts that a poll asks, in one order for all, lest two wait for each other."""
        own = host_of(subscription.feed.url)
        there = host_of(state.moved_to) if state.moved_to else own
        if there == own:
            return [own]
        self._spacing.lead(state.id, there, subscription.rhythm.shortest)
        return sorted((own, there))
