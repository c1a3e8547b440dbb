"""What was agreed with the hub of a feed, and how that changes. Pure: time and chance are handed in.

::

    asked -> active <-> silent          the hub confirms; entries come that it has not told of; it tells again
      ^        |          |
      +--------+----------+             the lease is over before the hub has confirmed another one
    any -> denied -> asked              the hub will not, and is asked again in a day
    any -> ending -> (gone)             the feed is off the list, or has another hub: the hub is told so

A lease is asked for anew when four fifths of it are over, and goes on meanwhile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

Mode = Literal["subscribe", "unsubscribe"]
State = Literal["asked", "active", "silent", "denied", "ending"]

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=365)
"""Between these a hub may choose how long a lease lasts."""
RENEWED_AFTER = 0.8
"""Of a lease, and up to a tenth more by chance."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
"""For a hub to confirm, before it is asked once more."""
DENIED_WAIT = timedelta(days=1)
GOODBYES = 5
"""Tries to tell a hub that it need not call any more: then the lease runs out by itself."""
MOST_FORMER = 3
GRACE = timedelta(minutes=10)
"""A push covers what is found for so long after it: caches may show the news later than the hub."""
FRESH = timedelta(minutes=5)
"""For so long after a push, polls ask for the document whatever caches have."""
ONCE_MORE = timedelta(minutes=1)
"""A poll so soon after a push that finds nothing was perhaps too soon."""
SILENT = "the hub is silent: entries came that it has not told of"
OVER = "the lease is over, and the hub has not confirmed another one"


@dataclass(frozen=True, slots=True)
class Lease:
    """One subscription at one hub. ``callback`` and ``secret`` are known to the hub and to us only."""

    hub: str
    topic: str
    callback: str = field(repr=False)
    secret: str = field(repr=False)
    state: State
    since: datetime
    due: datetime
    """When the hub is to be asked next."""
    reason: str = ""
    until: datetime | None = None
    """The end of what the hub has confirmed."""
    tries: int = 0
    """Requests that the hub has not confirmed."""
    pushed: datetime | None = None
    """When the hub told of news last."""
    pushes: int = 0
    checked: datetime | None = None
    """The last poll while the lease was active."""

    @property
    def token(self) -> str:
        """The part of the callback's address that nobody can guess."""
        return self.callback.rpartition("/")[2]

    def is_live(self, now: datetime) -> bool:
        """Return whether the hub has promised to tell of news."""
        return self.state in {"active", "silent"} and self.until is not None and self.until > now

    def is_healthy(self, now: datetime) -> bool:
        """Return whether the hub tells of news: only one that has done so is relied upon."""
        return self.state == "active" and self.pushes > 0 and self.is_live(now)

    def rang_within(self, span: timedelta, now: datetime) -> bool:
        """Return whether the hub told of news so lately."""
        return self.pushed is not None and timedelta(0) <= now - self.pushed < span


@dataclass(frozen=True, slots=True)
class Leases:
    """What is kept of one feed: its lease, and those that the hubs are still to be told to end."""

    id: str
    filed: datetime
    url: str
    """The feed's, which says whose it is."""
    current: Lease | None = None
    former: tuple[Lease, ...] = ()

    def by_token(self, token: str) -> Lease | None:
        """Return the lease whose callback was called."""
        return next((one for one in (self.current, *self.former) if one and one.token == token), None)

    def is_healthy(self, now: datetime) -> bool:
        """Return whether the feed's hub can be relied upon."""
        return self.current is not None and self.current.is_healthy(now)

    def changed(self, token: str, change: "Callable[[Lease], Lease | None]") -> "Leases":
        """Return this with one lease changed, or without it."""
        if self.current and self.current.token == token:
            return replace(self, current=change(self.current))
        former = tuple(change(one) if one.token == token else one for one in self.former)
        return replace(self, former=tuple(one for one in former if one))


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to be made of a hub."""

    mode: Mode
    lease: Lease


def asked_for(hub: str, topic: str, callback: str, secret: str, now: datetime) -> Lease:
    """Return a lease that is still to be asked for."""
    return Lease(hub, topic, callback, secret, "asked", now, now)


def next_hub(hubs: Sequence[str], current: Lease | None) -> str | None:
    """Return with which of its hubs a feed is to have a lease: the next if one does not take our requests."""
    if current is None or current.hub not in hubs:
        return next(iter(hubs), None)
    is_refused = current.state == "asked" and current.tries > 0 and bool(current.reason)
    return hubs[(hubs.index(current.hub) + is_refused) % len(hubs)]


def in_turn(lease: Lease, refused: Lease) -> Lease:
    """Return a lease with the next hub, to be asked when the one before would have been: not more often."""
    return replace(lease, due=max(lease.due, refused.due), tries=refused.tries)


def with_lease(leases: Leases, wanted: Lease | None, now: datetime) -> Leases:
    """Return what is kept if a feed is to have this lease, or none; one like it goes on as it is."""
    current = leases.current
    if current and wanted and _terms(current) == _terms(wanted):
        return leases
    if current is None:
        return leases if wanted is None else replace(leases, current=wanted)
    former = leases.former
    if current.is_live(now):
        former = (*former, replace(current, state="ending", since=now, due=now, tries=0))[-MOST_FORMER:]
    return replace(leases, current=wanted, former=former)


def passed(leases: Leases, now: datetime) -> Leases:
    """Return what is left after the time that has passed: leases end, and goodbyes are given up."""
    current = leases.current
    if current and current.state in {"active", "silent"} and not current.is_live(now):
        current = replace(
            current, state="asked", since=now, reason=OVER, until=None, due=min(current.due, now)
        )
    former = tuple(one for one in leases.former if one.until and one.until > now and _has_tries(one, now))
    if (current, former) == (leases.current, leases.former):
        return leases
    return replace(leases, current=current, former=former)


def _has_tries(lease: Lease, now: datetime) -> bool:
    return lease.tries < GOODBYES or lease.due > now


def asks(leases: Leases, now: datetime) -> list[Ask]:
    """Return what hubs are to be asked now."""
    due = [Ask("unsubscribe", one) for one in leases.former if one.due <= now]
    if leases.current and leases.current.due <= now:
        due.append(Ask("subscribe", leases.current))
    return due


def form(ask: Ask, lease_for: timedelta) -> dict[str, str]:
    """Return what a hub is sent.

    ``hub.verify`` is of PubSubHubbub 0.3, which hubs of WordPress blogs speak still; others pass over it.
    """
    lease = ask.lease
    sent = {
        "hub.mode": ask.mode,
        "hub.topic": lease.topic,
        "hub.callback": lease.callback,
        "hub.verify": "async",
    }
    if ask.mode == "unsubscribe":
        return sent
    return sent | {"hub.lease_seconds": str(int(lease_for.total_seconds())), "hub.secret": lease.secret}


def asked(lease: Lease, now: datetime, chance: float) -> Lease:
    """Return a lease that is now being asked for, or ended. Written before the hub is, which may be quick."""
    wait = min(FIRST_WAIT * 2 ** min(lease.tries, 10), LONGEST_WAIT) * (0.9 + 0.2 * chance)
    lease = replace(lease, tries=lease.tries + 1, due=now + wait)
    return replace(lease, state="asked", since=now, reason="") if lease.state == "denied" else lease


def failed(lease: Lease, reason: str) -> Lease:
    """Return a lease after a request that the hub has not taken; it will be asked again."""
    return replace(lease, reason=reason)


def confirmed(lease: Lease, seconds: float, now: datetime, chance: float) -> Lease:
    """Return a lease after the hub has confirmed it for so long."""
    length = min(max(timedelta(seconds=min(seconds, LONGEST.total_seconds())), SHORTEST), LONGEST)
    due = now + length * (RENEWED_AFTER + 0.1 * chance)
    lease = replace(lease, until=now + length, due=due, tries=0)
    if lease.state == "silent":
        return lease
    if lease.state == "active":
        return replace(lease, reason="")
    return replace(lease, state="active", since=now, reason="", checked=None)


def denied(lease: Lease, reason: str, now: datetime) -> Lease | None:
    """Return a lease that the hub will not have, or has ended; nothing if it was to end anyway."""
    if lease.state == "ending":
        return None
    told = f"the hub denied it: {reason or 'without a reason'}"
    return replace(lease, state="denied", since=now, reason=told, until=None, tries=0, due=now + DENIED_WAIT)


def heard(lease: Lease, now: datetime) -> Lease:
    """Return a lease after the hub has told of news."""
    lease = replace(lease, pushed=now, pushes=lease.pushes + 1)
    return replace(lease, state="active", since=now, reason="") if lease.state == "silent" else lease


def polled(lease: Lease, new: int, now: datetime) -> Lease:
    """Return a lease after a poll that found so many new articles; what came before it does not count."""
    if lease.state != "active" or not lease.is_live(now):
        return lease
    told = lease.checked and lease.pushed and lease.pushed > lease.checked
    if new and lease.checked and not told and not lease.rang_within(GRACE, now):
        return replace(lease, state="silent", since=now, reason=SILENT)
    return replace(lease, checked=now)


def _terms(lease: Lease) -> tuple[str, str, str]:
    """Return what makes two leases the same: all but what cannot be guessed."""
    return lease.hub, lease.topic, lease.callback.rpartition("/")[0]
