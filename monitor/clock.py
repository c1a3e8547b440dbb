"""The clock that is handed in, so that tests can set it."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

CLOCKS_DIFFER = timedelta(minutes=1)
"""By so much at most, unless one was set."""


def is_to_come(noted: datetime, now: datetime) -> bool:
    """Return whether a moment that was noted is still to come: then the clock was set back since. Pure."""
    return noted > now + CLOCKS_DIFFER


class Clock(Protocol):
    """What time it is, and how long things take."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()
