"""How often a feed has news, and when its silence is unlike it. Pure.

A feed is measured by itself: by the time between its news for when to look again, and by the longest silence
that each of its days with news ended for when to wonder. Nights and weekends are such silences too.

Dates tell the times between news, also where they lag by hours, as local times do that are written as GMT.
How long a feed is silent by now tells the time at which its latest news came, if that was later.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil

WEIGHT = 0.2
"""Of the newest time between news in the moving mean."""
BURST = timedelta(minutes=1)
"""News nearer to each other count as one."""
KEPT = 40
"""Days with news that are remembered."""
ENOUGH = 7
"""Days with news from which on a silence can be judged."""
LAG = timedelta(days=2)
"""Less than so far behind are dates that tell of another time zone, or of the day of writing."""
USUAL = 0.9
"""The share of days whose longest silence is usual; the rest are holidays, pinned entries and outages."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """When a feed has had news, as far as its rhythm needs it."""

    latest: datetime | None = None
    every: float | None = None
    """Seconds between news, as a moving mean."""
    silences: tuple[int, ...] = ()
    """Of each day with news, the latest last: the seconds of the longest silence before its news."""
    arrived: datetime | None = None
    """When its latest news came; ``None`` if all it has shown was old at the first look."""


def after_news(
    pulse: Pulse, published: Iterable[datetime | None], now: datetime, *, first: bool = False
) -> Pulse:
    """Return the pulse after new entries with these dates, as far as they have any.

    A date counts if it is later than all that was known and not in the future; else the news is of ``now``.
    What a ``first`` document shows came before, and undated says nothing of when; but its latest may be of
    ``now``, unless its date is older than any lag.
    """
    is_backlog = first and pulse.latest is None
    if pulse.latest and pulse.latest > now:  # by a clock that has been set back
        pulse = replace(pulse, latest=now)
    start = pulse.latest
    sane = {date for date in published if date and date <= now and (start is None or date > start)}
    if not sane and not is_backlog:
        sane = {now}
        pulse = replace(pulse, latest=latest_news(pulse, now))  # which no lag of dates makes longer ago
    for moment in sorted(sane):
        pulse = _after(pulse, moment)
    if is_backlog and not (pulse.latest and now - pulse.latest < LAG):
        return pulse
    return replace(pulse, arrived=now)


def _after(pulse: Pulse, moment: datetime) -> Pulse:
    if pulse.latest is None:
        return replace(pulse, latest=moment)
    silence = moment - pulse.latest
    if silence < BURST:
        return replace(pulse, latest=max(moment, pulse.latest))
    seconds = silence.total_seconds()
    every = seconds if pulse.every is None else pulse.every + WEIGHT * (seconds - pulse.every)
    silences = pulse.silences
    if silences and moment.astimezone(UTC).date() == pulse.latest.astimezone(UTC).date():
        silences = (*silences[:-1], max(silences[-1], int(seconds)))
    else:
        silences = (*silences, int(seconds))[-KEPT:]
    return replace(pulse, latest=moment, every=every, silences=silences)


def latest_news(pulse: Pulse, now: datetime) -> datetime | None:
    """Return when there was news last, by its date or when it came; what is still to come was none."""
    return max((one for one in (pulse.latest, pulse.arrived) if one and one <= now), default=None)


def pace(pulse: Pulse, now: datetime) -> timedelta | None:
    """Return the time between news to reckon with now: a long silence makes it longer. ``None``: unknown."""
    if pulse.every is None:
        return None
    return max(timedelta(seconds=pulse.every), now - (latest_news(pulse, now) or now))


def usual_silence(pulse: Pulse) -> timedelta | None:
    """Return the longest silence that is still usual for the feed; ``None`` if too little is known of it."""
    if len(pulse.silences) < ENOUGH:
        return None
    return timedelta(seconds=sorted(pulse.silences)[ceil(USUAL * len(pulse.silences)) - 1])
