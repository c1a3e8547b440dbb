"""When a feed is polled next. Pure: time and chance are handed in.

Polls that are not due soon are planned for whole seconds, so that among thousands of feeds those of one
second are begun, and their outcomes written, together: that takes a third of what each by itself would.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.feeds.document.wishes import NO_WISHES, Wishes, beyond

LONGEST_RETRY_AFTER = timedelta(hours=24)
LONGEST_GAP = timedelta(milliseconds=90)
"""Between first polls: several times what a whole feed costs, and ten thousand are a quarter of an hour."""
FEW = 1_000
"""Feeds; of fewer, the first polls follow each other the faster the fewer they are."""
SOON = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which an interval that adapts to its feed moves."""

    shortest: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often feeds are polled: at an interval as it is, or within bounds as each feed has news."""

    interval: timedelta
    jitter: timedelta
    max_backoff: timedelta
    adapt: Bounds | None = None
    at_ease: timedelta = timedelta(0)
    """The least wait while the feed's hub tells of its news; then nothing else is adapted to."""

    @property
    def shortest(self) -> timedelta:
        """Return the shortest wait."""
        return min(self.adapt.shortest, self.interval) if self.adapt else self.interval

    @property
    def longest(self) -> timedelta:
        """Return the longest wait for a feed that does not fail."""
        return max(self.adapt.longest if self.adapt else self.interval, self.at_ease)


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells when there will be something new."""

    pace: timedelta | None = None
    """The time between news to reckon with."""
    fresh_for: float = 0.0
    """Seconds for which the server calls its answer fresh."""
    wishes: Wishes = NO_WISHES


def backed_off(rhythm: Rhythm, failures: int, chance: float) -> timedelta:
    """Return the wait after so many failures in a row: each doubles the interval, up to the cap.

    ``chance`` takes up to a tenth off, lest feeds that failed together, as they do when a line was down, are
    asked together for ever. Without jitter there is no chance in it.
    """
    wait: timedelta = min(rhythm.interval * 2 ** min(failures, 20), max(rhythm.max_backoff, rhythm.interval))
    return max(wait - wait / 10 * chance, rhythm.interval) if rhythm.jitter else wait


def jitter_of(rhythm: Rhythm) -> timedelta:
    """Return by how much waits are spread at most: never by more than a tenth of the interval."""
    return min(rhythm.jitter, rhythm.interval / 10)


def next_poll(
    rhythm: Rhythm,
    now: datetime,
    *,
    failures: int = 0,
    retry_after: float | None = None,
    chance: float = 0.5,
    signs: Signs = Signs(),
) -> datetime:
    """Return the time of the next poll.

    After ``failures`` in a row it is backed off. ``retry_after`` (seconds) is what the server asked for; it
    can only make the wait longer, up to 24 hours. ``chance`` (0 to 1) places the poll within the jitter, so
    that feeds do not march in step. ``signs`` count if the rhythm adapts, the feed does not fail, and no hub
    tells of its news.
    """
    wait = max(rhythm.interval, rhythm.at_ease) if rhythm.at_ease else adapted(rhythm, now, signs)
    if failures:
        wait = backed_off(rhythm, failures, chance)
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=max(0.0, retry_after)), LONGEST_RETRY_AFTER))
    return on_the_second(now + wait + jitter_of(rhythm) * chance, now)


def on_the_second(due: datetime, now: datetime) -> datetime:
    """Return ``due``, moved to the next whole second unless it is soon."""
    if due - now < SOON or not due.microsecond:
        return due
    return due.replace(microsecond=0) + SECOND


def adapted(rhythm: Rhythm, now: datetime, signs: Signs) -> timedelta:
    """Return how long to wait for news of a feed that answers: half the time between its news.

    What the feed and its server ask for can only make the wait longer, and only up to the longest one.
    """
    bounds = rhythm.adapt
    if bounds is None:
        return rhythm.interval
    own = rhythm.interval if signs.pace is None else signs.pace / 2
    asked = max(signs.wishes.pause, signs.fresh_for)
    wait = max(min(own, bounds.longest), bounds.shortest, timedelta(seconds=min(asked, 1e9)))
    latest = now + bounds.longest
    return beyond(min(now + wait, latest), signs.wishes, latest) - now


def gap(feeds: int) -> timedelta:
    """Return what to leave between the first polls of so many feeds: a hundred are polled within a second."""
    return LONGEST_GAP * min(1.0, feeds / FEW)


def first_poll(
    planned: datetime | None, rhythm: Rhythm, now: datetime, spread: timedelta, *, fails: bool = False
) -> datetime:
    """Return when to poll a feed after a start.

    What was planned before the restart holds if it is still to come and within the longest wait, which may be
    shorter now. Where the feed ``fails`` it holds up to the longest that its server may have asked for. What
    is overdue or new waits for ``spread``, but no longer than one interval.
    """
    if planned is not None and planned > now:
        if fails:
            return min(planned, now + max(rhythm.interval, rhythm.max_backoff, LONGEST_RETRY_AFTER))
        if planned <= now + rhythm.longest + jitter_of(rhythm) + SECOND:
            return planned
    return on_the_second(now + min(spread, rhythm.interval), now)
