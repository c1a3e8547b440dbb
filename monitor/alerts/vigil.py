"""What the operator is told of feeds, and when. Pure.

A feed that fails is told of when it has failed for a while, so that one flaky answer does not shout; one that
falls silent or is gone, at once; and each that was told of, when it is well again. What happens within a
while is one notice. When most feeds fail together the fault is hardly theirs: that is an outage, told once,
and once more when it is over. Who fails still is then like any other that fails.

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
SHARE = 4
"""An outage lasts while more than this part of the feeds fails: a fourth."""
TROUBLES: tuple[Health, ...] = ("failing", "quiet", "gone")
WELL: tuple[Health, ...] = ("healthy", "empty")
ANSWERING: tuple[Health, ...] = (*WELL, "quiet")
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
    at: datetime | None = None
    """When it was told."""


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
    if told.outage and told.troubles:  # else all that failed was taken off the list
        if _lasts(feeds, failing, told.outage, vigilance, now):
            return _apart_from_the_outage(feeds, told, told.outage, vigilance, now)
        return _over(feeds, failing, told, now)
    due = _due(feeds, told, vigilance, now)
    if not due:
        return None
    before = sum(_is_known(one, told) for one in failing)
    if any(one.health == "failing" for one in due) and _begins(feeds, failing, before):
        return _begun(feeds, failing, told, before, now)
    return _telling(_title(due), due, told, None, now)


def _begins(feeds: Sequence[FeedHealth], failing: Sequence[FeedHealth], before: int) -> bool:
    """Return whether most feeds fail, and many of them anew: not one after the other."""
    anew = len(failing) - before
    return 2 * len(failing) > len(feeds) and anew >= LEAST and SHARE * anew > len(feeds)


def _lasts(
    feeds: Sequence[FeedHealth],
    failing: Sequence[FeedHealth],
    outage: Outage,
    vigilance: Vigilance,
    now: datetime,
) -> bool:
    """Return whether an outage goes on: while most feeds fail, and then as long as more come back."""
    last = max((one.since for one in feeds if one.health in ANSWERING), default=now)
    may_come_back = 2 * len(failing) > len(feeds) or now < last + vigilance.broken_after
    return may_come_back and SHARE * (len(failing) - outage.before) > len(feeds)


def _begun(
    feeds: Sequence[FeedHealth], failing: Sequence[FeedHealth], told: Told, before: int, now: datetime
) -> Told:
    """Return that an outage has begun. Who was silent before it, and is after it, is not told of again."""
    outage = Outage(min(one.since for one in failing), before, now)
    of = f"all {len(feeds)}" if len(failing) == len(feeds) else f"{len(failing)} of {len(feeds)}"
    silent = {id_: one for id_, one in told.troubles.items() if one.health == "quiet"}
    begun = _telling(f"{of} feeds fail: is the network down?", failing, told, outage, now)
    return replace(begun, troubles={**begun.troubles, **silent})


def _apart_from_the_outage(
    feeds: Sequence[FeedHealth], told: Told, outage: Outage, vigilance: Vigilance, now: datetime
) -> Told | None:
    """Return what else is to be told while most feeds fail: of who began to fail later, if others answer.

    Who began before the first of most was back is one of them.
    """
    begun = outage.at or outage.since
    taken = {id_ for id_, one in told.troubles.items() if one.since <= begun}
    comebacks = (one.since for one in feeds if one.id in taken and one.health in ANSWERING)
    first_back = min((back for back in comebacks if back > begun), default=begun)
    others_answer = any(one.health in ANSWERING and one.answered and one.answered > begun for one in feeds)

    def is_apart(one: FeedHealth) -> bool:
        if one.health in {"quiet", "gone"}:
            return True
        known = told.troubles.get(one.id)
        is_later = known and known.since > begun if one.health in WELL else one.since > first_back
        return bool(others_answer and is_later)

    due = _due(filter(is_apart, feeds), told, vigilance, now)
    return _telling(_title(due), due, told, outage, now) if due else None


def _over(feeds: Sequence[FeedHealth], failing: Sequence[FeedHealth], told: Told, now: datetime) -> Told:
    """Return that the outage is over, and which feeds fail still."""
    well = [one for one in feeds if one.id in told.troubles and one.health in WELL]
    left = f", {len(failing)} still fail{'s' * (len(failing) == 1)}" if failing else ""
    answering = sum(one.health in ANSWERING for one in feeds)
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
    """Return when the operator may be told of a feed, if there is anything to tell.

    A trouble that went away and came back, before its end was told, is the same.
    """
    if feed.health in WELL:
        return feed.since if feed.id in told.troubles else None
    if feed.health not in TROUBLES or _is_known(feed, told):
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


def _is_known(feed: FeedHealth, told: Told) -> bool:
    known = told.troubles.get(feed.id)
    return known is not None and known.health == feed.health


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
