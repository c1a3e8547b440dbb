"""What the operator is told of feeds, and when. Pure.

A feed that fails is told of when it has failed for a while, so that one flaky answer does not shout; one that
falls silent or is gone, at once; and each that was told of, when it is well again. What happens within a
while is one notice. When most feeds fail together the fault is hardly theirs: that is an outage, told once,
and once more when it is over.

Every look at the same feeds comes to the same notice, as its id is made of what it tells.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.articles.identity import notice_id
from monitor.model import FeedHealth, FeedNotice, Health

OPERATORS = "operators"
LEAST = 3
"""Feeds that must fail together for an outage."""
TROUBLES: tuple[Health, ...] = ("failing", "quiet", "gone")
WELL: tuple[Health, ...] = ("healthy", "empty")
_SAID = {
    "gone": ("is gone", "are gone"),
    "failing": ("fails", "fail"),
    "quiet": ("is silent", "are silent"),
    "well": ("answers again", "answer again"),
}


@dataclass(frozen=True, slots=True)
class Vigilance:
    """When to tell: of a feed after it has failed for so long, and what happens within how long at once."""

    broken_after: timedelta
    gather: timedelta


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the operator knows of a feed."""

    health: Health
    since: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """Most feeds fail."""

    since: datetime
    before: int
    """Feeds that failed already when it began, as the operator knew."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the operator was told and has to be told of its end; and the notice that was decided last."""

    filed: datetime
    id: str = OPERATORS
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    """By feed."""
    outage: Outage | None = None
    notice: FeedNotice | None = None
    handed: bool = True
    """Whether that notice is in the outbox."""


def look(feeds: Sequence[FeedHealth], told: Told, vigilance: Vigilance, now: datetime) -> Told | None:
    """Return what the operator is told now, with a new notice; ``None`` if there is nothing to tell yet.

    ``feeds`` are all that are polled, as they fare.
    """
    listed = {one.id for one in feeds}
    told = replace(told, troubles={id_: one for id_, one in told.troubles.items() if id_ in listed})
    failing = [one for one in feeds if one.health == "failing"]
    if told.outage:
        if 10 * (len(failing) - told.outage.before) > len(feeds):
            return _apart_from_the_outage(feeds, told, vigilance, now)
        return _over(feeds, failing, told, now)
    due = _due(feeds, told, vigilance, now)
    if not due:
        return None
    is_outage = len(failing) >= max(LEAST, len(feeds) // 2 + 1)
    if is_outage and any(one.health == "failing" for one in due):
        before = sum(told.troubles.get(one.id) == _trouble(one) for one in failing)
        begun = Outage(min(one.since for one in failing), before)
        of = f"all {len(feeds)}" if len(failing) == len(feeds) else f"{len(failing)} of {len(feeds)}"
        return _telling(f"{of} feeds fail: is the network down?", failing, told, begun, now)
    return _telling(_title(due), due, told, None, now)


def _apart_from_the_outage(
    feeds: Sequence[FeedHealth], told: Told, vigilance: Vigilance, now: datetime
) -> Told | None:
    """Return what else is to be told while most feeds fail."""
    due = [one for one in _due(feeds, told, vigilance, now) if one.health in {"quiet", "gone"}]
    return _telling(_title(due), due, told, told.outage, now) if due else None


def _over(feeds: Sequence[FeedHealth], failing: Sequence[FeedHealth], told: Told, now: datetime) -> Told:
    """Return that the outage is over, and which feeds fail still."""
    well = [one for one in feeds if one.id in told.troubles and one.health in WELL]
    left = f", {len(failing)} still fail" if failing else ""
    answering = sum(one.health not in {"failing", "gone", "new"} for one in feeds)
    title = f"{answering} of {len(feeds)} feeds answer again{left}"
    return _telling(title, [*failing, *well], told, None, now)


def _due(feeds: Iterable[FeedHealth], told: Told, vigilance: Vigilance, now: datetime) -> list[FeedHealth]:
    """Return the feeds to tell of, if the first of them has waited long enough for others.

    Where several fail, those that have begun to fail are told of with them: it is likely one cause.
    """
    pending = [(one, when) for one in feeds if (when := _ripe(one, told, vigilance))]
    ripe = [one for one, when in pending if when <= now]
    if not ripe or min(when for _, when in pending) + vigilance.gather > now:
        return []
    if sum(one.health == "failing" for one in ripe) < LEAST:
        return ripe
    return [one for one, when in pending if when <= now or one.failures > 1]


def _ripe(feed: FeedHealth, told: Told, vigilance: Vigilance) -> datetime | None:
    """Return when the operator may be told of a feed, if there is anything to tell."""
    known = told.troubles.get(feed.id)
    if feed.health in WELL:
        return feed.since if known else None
    if feed.health not in TROUBLES or known == _trouble(feed):
        return None
    return feed.since + (vigilance.broken_after if feed.health == "failing" else timedelta(0))


def _telling(
    title: str, feeds: Sequence[FeedHealth], told: Told, outage: Outage | None, now: datetime
) -> Told:
    """Return what was told once ``feeds`` are told of."""
    troubles = dict(told.troubles)
    for one in feeds:
        if one.health in WELL:
            troubles.pop(one.id, None)
        else:
            troubles[one.id] = _trouble(one)
    parts = sorted(f"{one.id} {one.health} {one.since.isoformat()}" for one in feeds)
    begun = outage.since.isoformat() if outage else ""
    notice = FeedNotice(notice_id([begun, *parts]), title, tuple(sorted(feeds, key=_order)), now)
    return Told(told.filed, told.id, troubles, outage, notice, handed=False)


def _order(feed: FeedHealth) -> tuple[int, str]:
    order: tuple[Health, ...] = ("gone", "failing", "quiet", *WELL)
    return order.index(feed.health), feed.outlet


def _trouble(feed: FeedHealth) -> Trouble:
    return Trouble(feed.health, feed.since)


def _title(feeds: Sequence[FeedHealth]) -> str:
    """Return what happened in a line: of one feed by its name, of several by their numbers."""
    counts = Counter("well" if one.health in WELL else one.health for one in feeds)
    if len(feeds) == 1:
        return f"{feeds[0].outlet} {next(_SAID[kind][0] for kind in counts)}"
    return ", ".join(
        f"{counts[kind]} feed{'s' * (counts[kind] > 1)} {words[counts[kind] > 1]}"
        for kind, words in _SAID.items()
        if counts[kind]
    )
