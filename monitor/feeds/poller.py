"""Polls feeds, many at once."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import structlog

from monitor.clock import Clock
from monitor.errors import Overtaken
from monitor.feeds.cage import Cage
from monitor.feeds.fares import Fares
from monitor.feeds.fetching.fetch import Fetcher
from monitor.feeds.pages import Pages
from monitor.feeds.poll import Poll, Tools
from monitor.feeds.polls import Polled, PollLimits, Subscription
from monitor.feeds.reader import Reader
from monitor.feeds.state import FeedStates
from monitor.feeds.timing.turns import Turns
from monitor.model import Feed
from monitor.stream.base import Stream
from monitor.stream.codec import SOURCE
from monitor.stream.contract import ARTICLE, FEED
from monitor.stream.sending import Sender

T = TypeVar("T")

THREADS = 16
"""In which polls wait for stream and store; more would only wait for each other."""


@dataclass(frozen=True, slots=True)
class Web:
    """How the outside is reached and read."""

    fetcher: Fetcher
    cage: Cage
    pages: Pages


class Poller:
    """Polls subscriptions. Belongs to one event loop; one poll of a feed at a time is the caller's part."""

    def __init__(
        self,
        web: Web,
        states: FeedStates,
        stream: Stream,
        clock: Clock,
        limits: PollLimits,
        source: str = SOURCE,
    ) -> None:
        self._threads = ThreadPoolExecutor(min(THREADS, limits.concurrency), "poll")
        self._clock = clock
        self._log = structlog.get_logger("poller").bind()  # once, not at each of ten thousand polls
        self._fares = Fares(states, self._aside, clock.now)
        self._tools = Tools(
            web.fetcher,
            Reader(web.cage),
            web.pages,
            states,
            self._fares,
            Sender(ARTICLE, stream, "poller", source),
            Sender(FEED, stream, "poller", source),
            asyncio.Semaphore(1),
            self._aside,
            clock,
            limits,
            self._log,
        )
        self._turns = Turns(
            clock,
            concurrency=limits.concurrency,
            per_host=limits.per_host,
            pause=limits.host_pause.total_seconds(),
        )

    def close(self) -> None:
        """Let go of the threads; what hangs in them is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def keep_only(self, ids: Collection[str]) -> None:
        """Forget what is at hand of feeds that others poll now, or nobody."""
        self._fares.keep_only(ids)

    def suit(self, subscriptions: Iterable[Subscription]) -> None:
        """Space the polls of each host as these feeds, all that are polled, have room for."""
        self._turns.suit(subscriptions)

    async def poll(self, subscription: Subscription) -> Polled:
        """Poll once and remember the outcome. Raises only ``Unavailable`` and ``Refused``: stream and store.

        Where a command has changed meanwhile what was at hand, as one that has a feed asked anew does, the
        outcome could not be written: it is polled once more, as it is now.
        """
        was_at_hand = self._fares.has(subscription.feed)
        try:
            return await self._polled(subscription)
        except Overtaken:
            if not was_at_hand:
                raise
            return await self._polled(subscription)

    async def _polled(self, subscription: Subscription) -> Polled:
        known = await self._fares.of(subscription.feed)
        state = known.state
        if state.health == "gone":  # looked at again, for somebody may have had it asked once more
            due = self._clock.now() + subscription.rhythm.interval
            return Polled(state.id, "gone", due, state.reason, health="gone")
        async with self._turns.of(subscription, state):
            poll = Poll(self._tools, subscription, known)
            ended = await poll.run()
        # No other feed waits for pages, which have lanes of their own.
        polled = ended if isinstance(ended, Polled) else await poll.completed(ended)
        tell = self._log.warning if polled.outcome == "failed" else self._log.info
        facts = {"entries": polled.entries, "articles": polled.articles} if polled.entries else {}
        reason = {"reason": polled.reason} if polled.reason else {}
        tell("feed.polled", feed=polled.feed_id, outcome=polled.outcome, **facts, **reason)
        return polled

    async def plan(self, feed: Feed, due: datetime) -> None:
        """Write down that a feed is polled at another time than planned. Raises ``Overtaken``."""
        known = await self._fares.of(feed)
        await self._fares.write(replace(known, state=replace(known.state, next_poll=due)))

    async def _aside(self, call: Callable[..., T], *arguments: object) -> T:
        """Call in a thread: of our own, lest polls that wait for a broker hold up everything else."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)
