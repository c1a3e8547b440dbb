"""Polls one feed: fetch, compare, parse, publish, remember.

    read state -> fetch -> not modified or same body -> write state
                     |-> read -> novelty -> write seen -> publish -> write seen -> write state
                     +-> failed -> write state with the reason

``feeds.state`` tells why the writes stand in this order.
"""

import asyncio
import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import structlog

from monitor.clock import Clock
from monitor.errors import FetchError, ParseError
from monitor.feeds import trust
from monitor.feeds.cage import Cage
from monitor.feeds.fetch import Fetched, Fetcher
from monitor.feeds.health import answered, counted, failed, health_of, judged, problems
from monitor.feeds.novelty import Novelty, novelty
from monitor.feeds.pages import Pages
from monitor.feeds.polls import Outcome, Polled, PollLimits, Subscription, host_of
from monitor.feeds.pulse import pace
from monitor.feeds.reader import Reader, outlined
from monitor.feeds.reading import ReadFeed
from monitor.feeds.schedule import Signs, next_poll
from monitor.feeds.state import FeedState, FeedStates, Known, Seen, overtaken
from monitor.feeds.together import Together
from monitor.feeds.websub.offer import Offer
from monitor.model import Article, Feed
from monitor.stream.base import Stream
from monitor.stream.codec import SOURCE
from monitor.stream.contract import ARTICLE, FEED
from monitor.stream.sending import Sender

T = TypeVar("T")

PUBLISH_AT_ONCE = 500
UNCACHED = {"Cache-Control": "no-cache"}
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
        self._web = web
        self._reader = Reader(web.cage)
        self._states = states
        self._read_states = Together(self._all_read)
        self._write_states = Together(self._all_written)
        self._articles = Sender(ARTICLE, stream, "poller", source)
        self._health = Sender(FEED, stream, "poller", source)
        self._clock = clock
        self._limits = limits
        self._all = asyncio.Semaphore(limits.concurrency)
        self._failing = asyncio.Semaphore(max(1, limits.concurrency // 2))
        self._hard_to_read = asyncio.Semaphore(1)
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(limits.per_host))
        self._log = structlog.get_logger("poller")

    def close(self) -> None:
        """Let go of the threads; what hangs in them is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def poll(self, subscription: Subscription) -> Polled:
        """Poll once and remember the outcome. Raises only if stream or store are away: ``Unavailable``."""
        host = host_of(subscription.feed.url)
        known = await self._read_states(subscription.feed)
        turn, state = self._states.turn(known), known.state
        if state.health == "gone":  # looked at again, for somebody may have had it asked once more
            due = self._clock.now() + subscription.rhythm.interval
            return Polled(state.id, "gone", due, state.reason, health="gone")
        async with self._hosts[host], self._lane(state, self._failing), self._all:
            polled = await self._poll(subscription, turn, state)
        tell = self._log.warning if polled.outcome == "failed" else self._log.info
        facts = {"entries": polled.entries, "articles": polled.articles} if polled.entries else {}
        reason = {"reason": polled.reason} if polled.reason else {}
        tell("feed.polled", feed=polled.feed_id, outcome=polled.outcome, **facts, **reason)
        return polled

    async def _aside(self, call: Callable[..., T], *arguments: object) -> T:
        """Call in a thread: of our own, lest polls that wait for a broker hold up everything else."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)

    async def _all_read(self, feeds: Sequence[Feed]) -> list[Known]:
        return await self._aside(self._states.read_all, feeds, self._clock.now())

    async def _all_written(self, known: Sequence[Known]) -> list[bool]:
        return await self._aside(self._states.write_all, known)

    def _lane(self, state: FeedState, lane: asyncio.Semaphore) -> AbstractAsyncContextManager[None]:
        """Return a lane of their own for feeds that fail: they must leave room to those that work."""
        return lane if state.failures else nullcontext()

    async def _poll(self, subscription: Subscription, turn: FeedStates, state: FeedState) -> Polled:
        feed, now = subscription.feed, self._clock.now()
        state = replace(state, last_poll=now, polls=state.polls + 1)
        asks_whole = subscription.fresh or state.trust.asks_whole(now, self._limits.recheck)
        whole = asks_whole or not (state.etag or state.last_modified)
        try:
            fetched = await self._fetch(subscription, state, whole=whole)
            hashed = hashlib.sha256(fetched.body).hexdigest()
            is_same = fetched.not_modified or hashed == state.body_hash
            outline = None if is_same else outlined(fetched)
            if is_same or self._reader.shows_the_same(feed, outline, hashed, state.body_hash):
                return await self._rest(subscription, turn, state, fetched, hashed, whole)
            async with self._lane(state, self._hard_to_read):
                seen = await self._aside(turn.read_seen, feed, now)
                read = await self._reader.read(fetched, outline, hashed, feed, seen, now)
        except (FetchError, ParseError) as error:
            return await self._aside(self._fail, subscription, turn, state, error)
        taken = _Taken(fetched, hashed, seen, read, whole)
        if not subscription.full_text:
            return await self._aside(self._settle, subscription, turn, state, taken)
        found = await self._aside(self._note, feed, turn, state, taken)
        found = replace(found, articles=await self._web.pages.filled(found.articles))
        return await self._aside(self._settle, subscription, turn, state, taken, found)

    async def _fetch(self, subscription: Subscription, state: FeedState, *, whole: bool) -> Fetched:
        return await self._web.fetcher.fetch(
            subscription.feed.url,
            etag=None if whole else state.etag,
            last_modified=None if whole else state.last_modified,
            headers=dict(subscription.headers) | (UNCACHED if subscription.fresh else {}),
            login=subscription.login,
        )

    async def _rest(
        self,
        subscription: Subscription,
        turn: FeedStates,
        state: FeedState,
        fetched: Fetched,
        hashed: str,
        whole: bool,
    ) -> Polled:
        """Remember that there was nothing new."""
        now = state.last_poll or self._clock.now()
        answer = trust.Answer(whole, has_body=not fetched.not_modified)
        state = state if fetched.not_modified else _up_to_date(state, fetched, hashed)
        state = answered(state, now, fetched.permanent_url)
        state = replace(state, trust=trust.after(state.trust, answer, now))
        state = judged(state, now, subscription.rhythm.longest)
        state, due = self._planned(subscription, state, fresh_for=fetched.fresh_for)
        outcome: Outcome = "not modified" if fetched.not_modified else "unchanged"
        polled = Polled(state.id, outcome, due, state.reason, health=state.health)
        version = turn.version(state)
        if version is None or _has_changed(state):
            await self._aside(self._remember, turn, state)
        elif not await self._write_states(Known(state, version)):
            raise overtaken(state.id)
        return polled

    def _settle(
        self,
        subscription: Subscription,
        turn: FeedStates,
        state: FeedState,
        taken: "_Taken",
        found: Novelty | None = None,
    ) -> Polled:
        """Make the new and changed entries durable in the stream, and remember how the feed fares."""
        found = found or self._note(subscription.feed, turn, state, taken)
        self._publish(found.articles)
        if found.published != taken.seen:
            turn.write_seen(found.published)
        read, fetched, now = taken.read, taken.fetched, state.last_poll or self._clock.now()
        same = _is_same(state, fetched)
        answer = trust.Answer(taken.whole, True, bool(found.articles), same, subscription.fresh)
        state = answered(state, now, fetched.permanent_url)
        state = counted(state, found, read, now)
        state = replace(state, trust=trust.after(state.trust, answer, now))
        state = judged(state, now, subscription.rhythm.longest, problems(found, read))
        if read.complete:
            state = _up_to_date(state, fetched, taken.hashed)
            state = replace(state, last_change=now, introduced=state.introduced or now)
        state, due = self._planned(subscription, state, fresh_for=fetched.fresh_for)
        self._remember(turn, state)
        return Polled(
            state.id,
            "changed",
            due,
            state.reason,
            entries=read.shown,
            articles=len(found.articles),
            new=len(found.new),
            health=state.health,
            offer=_offer(taken) if read.complete else None,
        )

    def _note(self, feed: Feed, turn: FeedStates, state: FeedState, taken: "_Taken") -> Novelty:
        """Return what is new, after writing down under which dates it will be published."""
        now, read = self._clock.now(), taken.read
        since = now - self._limits.first_poll_max_age if state.is_first_poll else None
        found = novelty(read.entries, feed, taken.seen, now, backlog_before=since, unchanged=read.unchanged)
        if found.articles:
            turn.write_seen(found.seen)
        return found

    def _publish(self, articles: Sequence[Article]) -> None:
        for start in range(0, len(articles), PUBLISH_AT_ONCE):
            self._articles.send(articles[start : start + PUBLISH_AT_ONCE])

    def _fail(
        self, subscription: Subscription, turn: FeedStates, state: FeedState, error: Exception
    ) -> Polled:
        now = self._clock.now()
        asked = error.retry_after if isinstance(error, FetchError) else None
        failing, due = self._planned(subscription, failed(state, error, now), retry_after=asked)
        self._remember(turn, failing)
        return Polled(state.id, "failed", due, failing.reason, health=failing.health)

    def _planned(
        self,
        subscription: Subscription,
        state: FeedState,
        *,
        retry_after: float | None = None,
        fresh_for: float = 0.0,
    ) -> tuple[FeedState, datetime]:
        """Return the state with the time of the next poll, and that time."""
        now = self._clock.now()
        due = next_poll(
            subscription.rhythm,
            now,
            failures=state.failures,
            retry_after=retry_after,
            chance=random.random(),  # noqa: S311 - only spreads load
            signs=Signs(pace(state.pulse, now), fresh_for, state.wishes),
        )
        return replace(state, next_poll=None if state.health == "gone" else due), due

    def _remember(self, turn: FeedStates, state: FeedState) -> None:
        """Write how the feed fares, after telling it if that has changed in this poll."""
        if _has_changed(state):
            self._health.send([health_of(state, self._clock.now())])
            self._tell_health(state)
        turn.write(state)

    def _tell_health(self, state: FeedState) -> None:
        if state.health == "healthy" and state.polls == 1:
            return
        is_well = state.health in {"healthy", "empty"}
        tell = self._log.info if is_well else self._log.warning
        tell(
            "feed.health",
            feed=state.id,
            health=state.health,
            **({"reason": state.reason} if state.reason else {}),
        )


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a poll has got: the answer, its hash, what was seen before, and what is in it."""

    fetched: Fetched
    hashed: str
    seen: Seen
    read: ReadFeed
    whole: bool
    """Whether it was asked for without conditions."""


def _has_changed(state: FeedState) -> bool:
    """Return whether its health has changed in this poll."""
    return bool(state.since and state.last_poll and state.since >= state.last_poll)


def _offer(taken: _Taken) -> Offer:
    """Return what headers or document say of a hub; it knows the feed by that address or by the one asked."""
    return taken.fetched.offer.or_else(taken.read.offer).or_else(Offer(topic=taken.fetched.url))


def _up_to_date(state: FeedState, fetched: Fetched, hashed: str) -> FeedState:
    """Return the state after all that a document shows is taken: from now on it need not be sent again."""
    return replace(state, etag=fetched.etag, last_modified=fetched.last_modified, body_hash=hashed)


def _is_same(state: FeedState, fetched: Fetched) -> bool:
    """Return whether an answer has the ETag, or the date where there is none, of the one before."""
    if state.etag:
        return fetched.etag == state.etag
    return bool(state.last_modified) and fetched.last_modified == state.last_modified
