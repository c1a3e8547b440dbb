"""Polls that wait for a server of ours that is away: how long each waits, and what is told of all.

Each try asks the feed's server as well, who can do nothing for it: so they come less and less often. And ten
thousand feeds are not to say the same line each.
"""

from collections import Counter
from datetime import timedelta

import structlog

from monitor.clock import Clock

PAUSE = 60.0
"""Seconds between two lines of the same reason."""
SHORTEST = timedelta(seconds=10)
LONGEST = timedelta(minutes=5)
"""Between two tries of a feed; where its interval is shorter, no longer than that."""


class Waits:
    """Counts the polls that wait, by reason. Belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries = Counter[str]()
        self._untold = Counter[str]()
        self._told: dict[str, float] = {}
        self._log = structlog.get_logger("service")

    def met(self, feed: str, reason: str, interval: timedelta) -> timedelta:
        """Return for how long ``feed`` waits, which is polled at an ``interval`` else; tell it at times."""
        self._tell(feed, reason)
        doubled = min(self._tries[feed], 10)
        self._tries[feed] += 1
        return min(SHORTEST * (1 << doubled), LONGEST, max(interval, SHORTEST))

    def over(self, feed: str) -> None:
        """Forget that a feed had to wait."""
        self._tries.pop(feed, None)

    def _tell(self, feed: str, reason: str) -> None:
        """Tell that a feed waits, and how many did since the last line, if that is a while ago."""
        now = self._clock.monotonic()
        self._untold[reason] += 1
        if now - self._told.get(reason, now - PAUSE) < PAUSE:
            return
        self._told = {old: at for old, at in self._told.items() if now - at < PAUSE} | {reason: now}
        self._log.warning("poll.waits", feed=feed, reason=reason, polls=self._untold.pop(reason))
        self._untold = Counter({old: self._untold[old] for old in self._told if old in self._untold})
