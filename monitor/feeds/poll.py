"""One poll of one feed: fetch, compare, parse, publish, remember.

    fetch -> not modified or same body -> write state
       |---> read -> novelty -> write seen -> publish -> write seen -> write state
       +---> failed -> write state with the reason

``feeds.state`` tells why the writes stand in this order.
"""

import asyncio
import hashlib
import random
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from structlog.stdlib import BoundLogger

from monitor.clock import Clock
from monitor.errors import FetchError, ParseError
from monitor.feeds import trust
from monitor.feeds.document.reading import ReadFeed
from monitor.feeds.fares import Aside, Fares
from monitor.feeds.fetching.fetch import NEVER_ASKED, Fetched, Fetcher, Validators
from monitor.feeds.health import answered, counted, failed, health_of, judged
from monitor.feeds.novelty import Novelty, novelty
from monitor.feeds.outline import Outline
from monitor.feeds.pages import Pages
from monitor.feeds.polls import Outcome, Polled, PollLimits, Subscription
from monitor.feeds.reader import Reader, outlined
from monitor.feeds.state import FeedState, FeedStates, Known, KnownSeen
from monitor.feeds.timing.pulse import pace
from monitor.feeds.timing.schedule import Signs, next_poll
from monitor.feeds.websub.offer import HubOffer
from monitor.model import Article, FeedHealth
from monitor.stream.sending import Sender

PUBLISH_AT_ONCE = 500
UNCACHED = {"Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Tools:
    """What all polls of a process share."""

    fetcher: Fetcher
    reader: Reader
    pages: Pages
    states: FeedStates
    fares: Fares
    articles: Sender[Article]
    health: Sender[FeedHealth]
    hard_to_read: asyncio.Semaphore
    """For documents of feeds that fail: one of them at a time."""
    aside: Aside
    clock: Clock
    limits: PollLimits
    log: BoundLogger


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a poll has got: the answer, its hash, what was seen before, and what is in it."""

    fetched: Fetched
    hashed: str
    known: KnownSeen
    read: ReadFeed


@dataclass(frozen=True, slots=True)
class Pending:
    """What a poll has found, before the pages of its articles are read."""

    taken: _Taken
    found: Novelty
    noted: KnownSeen
    """What was seen before and what is found now, not yet published."""


class Poll:
    """A poll that begins now. Raises ``Unavailable`` or ``Refused`` of stream and store, nothing else."""

    __slots__ = ("_feed", "_now", "_state", "_subscription", "_tools", "_version", "_whole")

    def __init__(self, tools: Tools, subscription: Subscription, known: Known) -> None:
        state, now = known.state, tools.clock.now()
        asks_whole = subscription.fresh or state.trust.asks_whole(now, tools.limits.recheck)
        self._tools = tools
        self._subscription = subscription
        self._feed = subscription.feed
        self._state = state
        self._version = known.version
        self._now = now
        self._whole = asks_whole or not (state.etag or state.last_modified)

    async def run(self) -> Polled | Pending:
        """Poll and remember the outcome; that of a feed with pages to be read is ``completed`` by them."""
        tools, state = self._tools, self._state
        try:
            fetched = await self._fetch()
            hashed = hashlib.sha256(fetched.body).hexdigest()
            is_same = fetched.not_modified or hashed == state.body_hash
            outline = None if is_same else outlined(fetched)
            if is_same or tools.reader.shows_the_same(self._feed, outline, hashed, state.body_hash):
                return await self._rest(fetched, hashed)
            async with tools.hard_to_read if state.failures else nullcontext():
                taken = await self._take(fetched, hashed, outline)
        except (FetchError, ParseError) as error:
            return await tools.aside(self._fail, error)
        if not self._subscription.full_text:
            return await tools.aside(self._note_and_settle, taken)
        taken = replace(taken, fetched=replace(taken.fetched, body=b""))  # it may wait for a while
        return await tools.aside(self._note, taken)

    async def completed(self, pending: Pending) -> Polled:
        """Read the pages, and remember the outcome of it all."""
        filled = await self._tools.pages.filled(pending.found.articles)
        found = replace(pending.found, articles=filled)
        return await self._tools.aside(self._settle, replace(pending, found=found))

    async def _fetch(self) -> Fetched:
        subscription, state = self._subscription, self._state
        known = Validators(state.etag, state.last_modified, state.validated_by)
        try:
            fetched = await self._tools.fetcher.fetch(
                self._feed.url,
                unless=NEVER_ASKED if self._whole else known,
                headers=dict(subscription.headers) | (UNCACHED if subscription.fresh else {}),
                login=subscription.login,
                verify_tls=subscription.verify_tls,
            )
        except FetchError as error:
            if error.status and not self._whole:
                self._state = replace(state, trust=trust.refused(state.trust, error.status))
            raise
        if fetched.unconditional:
            self._state = replace(state, trust=trust.refused(state.trust))
            self._whole = True
        return fetched

    async def _take(self, fetched: Fetched, hashed: str, outline: Outline | None) -> _Taken:
        known = await self._tools.aside(self._tools.states.read_seen, self._feed, self._now)
        read = await self._tools.reader.read(fetched, outline, hashed, self._feed, known.seen, self._now)
        return _Taken(fetched, hashed, known, read)

    async def _rest(self, fetched: Fetched, hashed: str) -> Polled:
        """Remember that there was nothing new."""
        state = self._state if fetched.not_modified else _up_to_date(self._state, fetched, hashed)
        answer = trust.Answer(self._whole, has_body=not fetched.not_modified)
        state = self._answered(state, fetched, answer)
        state = judged(state, self._now, self._subscription.rhythm.longest)
        state, due = self._planned(state, fresh_for=fetched.fresh_for)
        outcome: Outcome = "not modified" if fetched.not_modified else "unchanged"
        if self._version is None or self._has_changed(state):
            await self._tools.aside(self._remember, state)
        else:
            await self._tools.fares.write(Known(state, self._version))
        return Polled(state.id, outcome, due, state.reason, health=state.health, reached=True)

    def _note_and_settle(self, taken: _Taken) -> Polled:
        return self._settle(self._note(taken))

    def _settle(self, pending: Pending) -> Polled:
        """Make the new and changed entries durable in the stream, and remember how the feed fares."""
        taken, found = pending.taken, pending.found
        self._publish(found.articles)
        published = found.published
        if published != taken.known.seen:
            self._tools.states.write_seen(replace(pending.noted, seen=published))
        read, fetched = taken.read, taken.fetched
        same = _is_same(self._state, fetched)
        answer = trust.Answer(self._whole, True, bool(found.articles), same, self._subscription.fresh)
        state = self._answered(self._state, fetched, answer)
        state = counted(state, found, read, self._now)
        state = judged(state, self._now, self._subscription.rhythm.longest)
        if read.complete:
            state = _up_to_date(state, fetched, taken.hashed)
            introduced = state.introduced or (self._now if read.shown else None)
            state = replace(state, last_change=self._now, introduced=introduced)
        else:
            state = _outdated(state)
        state, due = self._planned(state, fresh_for=fetched.fresh_for)
        self._remember(state)
        return Polled(
            state.id,
            "changed",
            due,
            state.reason,
            entries=read.shown,
            articles=len(found.articles),
            new=len(found.new),
            health=state.health,
            reached=True,
            offer=_offer(taken) if read.complete else None,
        )

    def _note(self, taken: _Taken) -> Pending:
        """Return what is new, after writing down under which dates it will be published."""
        now, read, known = self._tools.clock.now(), taken.read, taken.known
        since = now - self._tools.limits.first_poll_max_age if self._state.is_first_poll else None
        found = novelty(
            read.entries, self._feed, known.seen, now, backlog_before=since, unchanged=read.unchanged
        )
        if found.articles:
            known = self._tools.states.write_seen(replace(known, seen=found.seen))
        return Pending(taken, found, known)

    def _publish(self, articles: Sequence[Article]) -> None:
        for start in range(0, len(articles), PUBLISH_AT_ONCE):
            self._tools.articles.send(articles[start : start + PUBLISH_AT_ONCE])

    def _fail(self, error: Exception) -> Polled:
        asked = error.retry_after if isinstance(error, FetchError) else None
        state, due = self._planned(failed(self._state, error, self._now), retry_after=asked)
        self._remember(state)
        reached = error.reached if isinstance(error, FetchError) else True
        return Polled(state.id, "failed", due, state.reason, health=state.health, reached=reached)

    def _answered(self, state: FeedState, fetched: Fetched, answer: trust.Answer) -> FeedState:
        believed = trust.after(state.trust, answer, self._now)
        return answered(state, self._now, fetched, believed)

    def _planned(
        self, state: FeedState, *, retry_after: float | None = None, fresh_for: float = 0.0
    ) -> tuple[FeedState, datetime]:
        """Return the state with the time of the next poll, and that time."""
        now = self._tools.clock.now()
        due = next_poll(
            self._subscription.rhythm,
            now,
            failures=state.failures,
            retry_after=retry_after,
            chance=random.random(),  # noqa: S311 - only spreads load
            signs=Signs(pace(state.pulse, now), fresh_for, state.wishes),
        )
        return replace(state, next_poll=None if state.health == "gone" else due), due

    def _remember(self, state: FeedState) -> None:
        """Write how the feed fares, after telling it if that has changed in this poll."""
        if self._has_changed(state):
            self._tools.health.send([health_of(state, self._now)])
            self._tell_health(state)
        version = self._tools.states.write(Known(state, self._version))
        self._tools.fares.keep(state, version)

    def _has_changed(self, state: FeedState) -> bool:
        return state.health != self._state.health  # not by time, for the clock may be set back

    def _tell_health(self, state: FeedState) -> None:
        if state.health == "healthy" and state.polls == 1:
            return
        is_well = state.health in {"healthy", "empty"}
        tell = self._tools.log.info if is_well else self._tools.log.warning
        reason = {"reason": state.reason} if state.reason else {}
        tell("feed.health", feed=state.id, health=state.health, **reason)


def _offer(taken: _Taken) -> HubOffer:
    """Return what headers or document say of a hub; it knows the feed by that address or by the one asked."""
    return taken.fetched.offer.or_else(taken.read.offer).or_else(HubOffer(topic=taken.fetched.url))


def _up_to_date(state: FeedState, fetched: Fetched, hashed: str) -> FeedState:
    """Return the state after all that a document shows is taken: from now on it need not be sent again."""
    return replace(
        state,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        validated_by=fetched.origin,
        body_hash=hashed,
    )


def _outdated(state: FeedState) -> FeedState:
    """Return the state after a document that was cut off: whatever comes next is not the same as that.

    What the state tells of it would else stay true for good when the whole one of before comes again.
    """
    return replace(state, etag=None, last_modified=None, validated_by=None, body_hash=None)


def _is_same(state: FeedState, fetched: Fetched) -> bool:
    """Return whether an answer has the ETag, or the date where there is none, of the one before."""
    if state.etag:
        return fetched.etag == state.etag
    return bool(state.last_modified) and fetched.last_modified == state.last_modified
