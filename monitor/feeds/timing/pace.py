"""How fast polls may follow each other, however many are due at once. Pure: time is handed in.

After a night asleep, or when the clock is set ahead, all feeds are due: to ask them all in the same second
would be rude to their hosts and to everything else on this machine.
"""

import math
from collections.abc import Iterable
from datetime import timedelta

SLOWEST = 50.0
"""Polls a second that may always begin."""
HASTE = 3.0
"""Times the usual rate at which to catch up."""
AT_ONCE = 1.0
"""Seconds' worth of polls that may begin together."""


class Pace:
    """Gives each poll its turn."""

    def __init__(self) -> None:
        self._rate = SLOWEST
        self._full = -math.inf
        """Until when all turns are given away; with the clock of ``wait``."""

    def suit(self, intervals: Iterable[timedelta]) -> None:
        """Go by the intervals of the feeds that are polled."""
        usual = sum(1 / interval.total_seconds() for interval in intervals if interval)
        self._rate = max(SLOWEST, HASTE * usual)

    def wait(self, now: float) -> float:
        """Return for how many seconds the next poll waits. ``now`` is of a clock that nobody sets."""
        self._full = max(self._full, now - AT_ONCE) + 1 / self._rate
        return max(0.0, self._full - now)
