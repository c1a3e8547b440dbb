"""When a feed is polled next. Pure: time and chance are handed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_RETRY_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often feeds are polled."""

    interval: timedelta
    jitter: timedelta
    max_backoff: timedelta
    at_ease: timedelta = timedelta(0)
    """The least wait while the feed's hub tells of its news."""


def next_poll(
    rhythm: Rhythm, now: datetime, *, failures: int = 0, retry_after: float | None = None, chance: float = 0.5
) -> datetime:
    """Return the time of the next poll.

    After ``failures`` in a row the interval doubles each time, up to the cap. ``retry_after`` (seconds) is
    what the server asked for; it can only make the wait longer, by 24 hours at most. ``chance`` (0 to 1)
    places the poll within the jitter, so that feeds do not march in step.
    """
    wait = max(rhythm.interval, rhythm.at_ease)
    if failures:
        cap = max(rhythm.max_backoff, rhythm.interval)
        wait = min(rhythm.interval * 2 ** min(failures, 20), cap)
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=max(0.0, retry_after)), LONGEST_RETRY_AFTER))
    return now + wait + min(rhythm.jitter, rhythm.interval / 10) * chance


def first_poll(planned: datetime | None, rhythm: Rhythm, now: datetime, spread: timedelta) -> datetime:
    """Return when to poll a feed after a start.

    What was planned before the restart holds if it is still to come and not beyond one interval or back-off;
    what is overdue or new waits for ``spread``, but no longer than one interval.
    """
    if planned is not None and planned > now:
        return min(planned, now + max(rhythm.interval, rhythm.max_backoff))
    return now + min(spread, rhythm.interval)
