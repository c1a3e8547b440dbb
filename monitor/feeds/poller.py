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
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import structlog

from monitor.clock import Clock
from monitor.errors import FetchError, ParseError
from monitor.feeds.cage import Cage
from monitor.feeds.fetch import Fetched, Fetcher
from monitor.feeds.novelty import Novelty, novelty
from monitor.feeds.pages import Pages
from monitor.feeds.reader import Reader
from monitor.feeds.reading import ReadFeed
from monitor.feeds.schedule import Rhythm, next_poll
from monitor.feeds.state import FeedState, FeedStates, Seen
from monitor.feeds.websub.offer import Offer
from monitor.model import Article, Feed, FeedHealth
from monitor.stream.base import Stream
from monitor.stream.codec import SOURCE
from monitor.stream.contract import ARTICLE, FEED
from monitor.stream.sending import Sender

T = TypeVar("T")

PUBLISH_AT_ONCE = 500
UNCACHED = {"Cache-Control": "no-cache"}
THREADS = 16
"""In which polls wait for stream and store; more would only wait for each other."""

Outcome = Literal["changed", "unchanged", "not modified", "failed"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed, how often it is polled, and what it is sent along: secrets for its own origin only."""

    feed: Feed
    rhythm: Rhythm
    full_text: bool = False
    """Whether the articles' pages are fetched, for more text than the feed shows."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    fresh: bool = False
    """Whether caches on the way are not to be believed: the feed's hub says that there is news."""


@dataclass(frozen=True, slots=True)
class PollLimits:
    """How many polls run at once, and what counts as old at a first poll."""

    concurrency: int
    per_host: int
    first_poll_max_age: timedelta


@dataclass(frozen=True, slots=True)
class Polled:
    """The outcome of a poll."""

    feed_id: str
    outcome: Outcome
    next_poll: datetime
    reason: str = ""
    entries: int = 0
    articles: int = 0
    new: int = 0
    """Of the articles, those that were not there before."""
    offer: Offer | None = None
    """What the feed says of its hub, if all of it was read."""


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
        self._threads = ThreadPoolExecutor(THREADS, "poll")
        self._web = web
        self._reader = Reader(web.cage)
        self._states = states
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
        turn = self._states.turn()
        state = await self._aside(turn.read, subscription.feed, self._clock.now())
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

    def _lane(self, state: FeedState, lane: asyncio.Semaphore) -> AbstractAsyncContextManager[None]:
        """Return a lane of their own for feeds that fail: they must leave room to those that work."""
        return lane if state.failures else nullcontext()

    async def _poll(self, subscription: Subscription, turn: FeedStates, state: FeedState) -> Polled:
        feed, now = subscription.feed, self._clock.now()
        state = replace(state, last_poll=now, polls=state.polls + 1)
        try:
            fetched = await self._fetch(subscription, state)
            hashed = hashlib.sha256(fetched.body).hexdigest()
            if fetched.not_modified or hashed == state.body_hash:
                outcome: Outcome = "not modified" if fetched.not_modified else "unchanged"
                polled = Polled(feed.id, outcome, now)
                return await self._aside(
                    self._remember, subscription, turn, _well(state, fetched, now), polled
                )
            if self._reader.shows_the_same(feed, fetched, hashed, state.body_hash):
                same = _up_to_date(_well(state, fetched, now), fetched, hashed)
                return await self._aside(
                    self._remember, subscription, turn, same, Polled(feed.id, "unchanged", now)
                )
            async with self._lane(state, self._hard_to_read):
                seen = await self._aside(turn.read_seen, feed, now)
                read = await self._reader.read(fetched, hashed, feed, seen, now)
        except (FetchError, ParseError) as error:
            return await self._fail(subscription, turn, state, error)
        taken = _Taken(fetched, hashed, seen, read)
        if not subscription.full_text:
            return await self._aside(self._settle, subscription, turn, state, taken)
        found = await self._aside(self._note, feed, turn, state, taken)
        found = replace(found, articles=await self._web.pages.filled(found.articles))
        return await self._aside(self._settle, subscription, turn, state, taken, found)

    async def _fetch(self, subscription: Subscription, state: FeedState) -> Fetched:
        return await self._web.fetcher.fetch(
            subscription.feed.url,
            etag=None if subscription.fresh else state.etag,
            last_modified=None if subscription.fresh else state.last_modified,
            headers=dict(subscription.headers) | (UNCACHED if subscription.fresh else {}),
            login=subscription.login,
        )

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
        read, now = taken.read, state.last_poll or self._clock.now()
        state = _counted(_well(state, taken.fetched, now), found, read.problems)
        if read.complete:
            state = _up_to_date(state, taken.fetched, taken.hashed)
            state = replace(state, last_change=now, introduced=state.introduced or now)
        offer = _offer(taken) if read.complete else None
        polled = Polled(
            state.id, "changed", now, state.reason, read.shown, len(found.articles), len(found.new), offer
        )
        return self._remember(subscription, turn, state, polled)

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

    async def _fail(
        self, subscription: Subscription, turn: FeedStates, state: FeedState, error: Exception
    ) -> Polled:
        now = self._clock.now()
        asked = error.retry_after if isinstance(error, FetchError) else None
        failing = replace(
            state,
            health="failing",
            since=state.since if state.health == "failing" else now,
            reason=str(error),
            failures=state.failures + 1,
        )
        polled = Polled(state.id, "failed", now, str(error))
        return await self._aside(self._remember, subscription, turn, failing, polled, asked)

    def _remember(
        self,
        subscription: Subscription,
        turn: FeedStates,
        state: FeedState,
        polled: Polled,
        retry_after: float | None = None,
    ) -> Polled:
        """Write how the feed fares and when it is due, after telling it if that has changed in this poll."""
        due = next_poll(
            subscription.rhythm,
            self._clock.now(),
            failures=state.failures,
            retry_after=retry_after,
            chance=random.random(),  # noqa: S311 - only spreads load
        )
        state = replace(state, next_poll=due)
        if state.since and state.last_poll and state.since >= state.last_poll:
            self._health.send([_health(state, self._clock.now())])
        turn.write(state)
        return replace(polled, next_poll=due)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a poll has got: the answer, its hash, what was seen before, and what is in it."""

    fetched: Fetched
    hashed: str
    seen: Seen
    read: ReadFeed


def _health(state: FeedState, now: datetime) -> FeedHealth:
    return FeedHealth(
        state.id, state.feed.url, state.feed.outlet, state.health, state.since or now, state.reason, now
    )


def _offer(taken: _Taken) -> Offer:
    """Return what headers or document say of a hub; it knows the feed by that address or by the one asked."""
    return taken.fetched.offer.or_else(taken.read.offer).or_else(Offer(topic=taken.fetched.url))


def host_of(url: str) -> str:
    """Return what counts as one host: it is polled by one process at a time, and gently."""
    return urlsplit(url).netloc.lower()


def _well(state: FeedState, fetched: Fetched, now: datetime) -> FeedState:
    """Return the state after an answer that was good."""
    return replace(
        state,
        health="healthy",
        since=state.since if state.health == "healthy" else now,
        reason="",
        failures=0,
        last_success=now,
        moved_to=fetched.permanent_url or state.moved_to,
    )


def _up_to_date(state: FeedState, fetched: Fetched, hashed: str) -> FeedState:
    """Return the state after all that a document shows is taken: from now on it need not be sent again."""
    return replace(state, etag=fetched.etag, last_modified=fetched.last_modified, body_hash=hashed)


def _counted(state: FeedState, found: Novelty, problems: Sequence[str]) -> FeedState:
    told = list(problems)
    told += [f"entries shown twice: {found.repeated}"] if found.repeated else []
    told += [f"former entries forgotten: {found.forgotten}"] if found.forgotten else []
    without = [article.text_note for article in found.articles if article.text_note]
    told += [f"pages not read: {len(without)}, the first because {without[0]}"] if without else []
    fresh = [article for article in found.articles if article.id in found.new]
    return replace(
        state,
        articles=state.articles + len(fresh),
        revisions=state.revisions + len(found.articles) - len(fresh),
        backlog=state.backlog + sum(article.backlog for article in fresh),
        reason="; ".join(told),
    )
