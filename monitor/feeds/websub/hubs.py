"""Polls feeds as fits their hubs: seldom while one tells of news, and without caches after it has."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from monitor.clock import Clock
from monitor.errors import Overtaken
from monitor.feeds.polls import Polled, Subscription
from monitor.feeds.websub.lease import (
    FRESH,
    ONCE_MORE,
    Lease,
    Leases,
    asked_for,
    in_turn,
    next_hub,
    polled,
    with_lease,
)
from monitor.feeds.websub.states import LeaseStates
from monitor.model import Feed

AGAIN = timedelta(seconds=90)
"""After a push whose news were not there yet."""

Poll = Callable[[Subscription], Awaitable[Polled]]
Plan = Callable[[Feed, datetime], Awaitable[None]]
"""Writes down when a feed is polled next."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What hubs are asked for."""

    callback: str
    """The public address below which hubs call."""
    lease: timedelta
    interval: timedelta
    """How often a feed is polled though its hub tells of its news."""


class Hubs:
    """Stands around the poller, for any process that polls. Raises ``Unavailable`` as it does."""

    def __init__(self, states: LeaseStates, clock: Clock, terms: Terms) -> None:
        self.states = states
        self.terms = terms
        self._clock = clock
        self.on_change: Callable[[str], object] = lambda _: None
        """Is told the feeds for which something is to be asked of a hub."""
        self._log = structlog.get_logger("websub")

    async def poll(self, poll: Poll, plan: Plan, subscription: Subscription) -> Polled:
        """Poll once, take note of what the feed says of its hub, and whether the hub had told of it."""
        id_, now = subscription.feed.id, self._clock.now()
        before = (await asyncio.to_thread(self.states.get, [id_])).get(id_)
        done = await poll(self._fit(subscription, before, now))
        is_over = done.health == "gone" and before is not None and before.current is not None
        if done.outcome in {"failed", "gone"} and not is_over:
            return done
        if before is None and not (done.offer and done.offer.to_ask):
            return done
        note = self._ended if is_over else partial(self._noted, subscription, done)
        after = await asyncio.to_thread(self.states.change, id_, note)
        if _token(before) != _token(after):
            self.on_change(id_)
        due = done.next_poll if is_over else self._due(subscription, done, before, after)
        if due == done.next_poll:
            return done
        with suppress(Overtaken):  # whoever has changed it meanwhile plans anew
            await plan(subscription.feed, due)
        return replace(done, next_poll=due)

    async def fitted(self, subscriptions: Mapping[str, Subscription]) -> dict[str, Subscription]:
        """Return how the feeds are polled now, as fits their hubs."""
        leases = await asyncio.to_thread(self.states.get, list(subscriptions))
        now = self._clock.now()
        return {id_: self._fit(one, leases.get(id_), now) for id_, one in subscriptions.items()}

    def lease(self, id_: str, hub: str, topic: str) -> Lease:
        """Return a lease to be asked for, with an address and a secret that nobody can guess."""
        callback = f"{self._below(id_)}/{secrets.token_urlsafe(32)}"
        return asked_for(hub, topic, callback, secrets.token_urlsafe(32), self._clock.now())

    def is_ours(self, id_: str, lease: Lease) -> bool:
        """Return whether a feed's lease has our address as it is now."""
        return lease.callback.rpartition("/")[0] == self._below(id_)

    def _below(self, id_: str) -> str:
        return f"{self.terms.callback.rstrip('/')}/{id_}"

    def _fit(self, subscription: Subscription, leases: Leases | None, now: datetime) -> Subscription:
        lease = leases.current if leases else None
        if lease is None:
            return subscription
        at_ease = self.terms.interval if lease.is_healthy(now) else timedelta(0)
        return replace(
            subscription,
            rhythm=replace(subscription.rhythm, at_ease=at_ease),
            fresh=lease.rang_within(FRESH, now),
        )

    def _noted(self, subscription: Subscription, done: Polled, leases: Leases | None) -> Leases | None:
        id_, now, url = subscription.feed.id, self._clock.now(), subscription.feed.url
        wanted = self._wanted(id_, done, leases.current if leases else None)
        if leases is None and wanted is None:
            return None
        leases = replace(leases, url=url) if leases else Leases(id_, now, url)
        if done.offer is not None:
            leases = with_lease(leases, wanted, now)
        if leases.current is None:
            return leases
        return replace(leases, current=polled(leases.current, done.new, now))

    def _ended(self, leases: Leases | None) -> Leases | None:
        """Return what is kept of a feed that is gone: its hub is told that it need not call."""
        return with_lease(leases, None, self._clock.now()) if leases else None

    def _wanted(self, id_: str, done: Polled, current: Lease | None) -> Lease | None:
        offer = done.offer
        hub = next_hub(offer.to_ask, current) if offer else None
        if offer is None or hub is None or offer.topic is None:
            return None
        lease = self.lease(id_, hub, offer.topic)
        if current and current.hub != hub and current.hub in offer.to_ask:
            return in_turn(lease, current)
        return lease

    def _due(
        self, subscription: Subscription, done: Polled, before: Leases | None, after: Leases | None
    ) -> datetime:
        now, lease = self._clock.now(), after.current if after else None
        if lease is None or not lease.is_healthy(now):
            if before is None or not before.is_healthy(now):
                return done.next_poll
            self._log.warning("hub.silent", feed=done.feed_id, reason=lease.reason if lease else "no hub")
            return min(done.next_poll, now + subscription.rhythm.interval)
        if not done.articles and lease.rang_within(ONCE_MORE, now):
            return min(done.next_poll, now + AGAIN)
        return done.next_poll


def _token(leases: Leases | None) -> str:
    return leases.current.token if leases and leases.current else ""
