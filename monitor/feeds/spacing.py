"""How soon after each other a host is asked, however many of its feeds are due. Pure: time is handed in.

That few of a host are asked at the same time does not help a host that answers quickly: after a night asleep
all of its feeds would still be asked within the same second.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

HASTE = 2.0
"""Times the usual rate at which a host's feeds can be caught up with, whatever the pause."""


class Spacing:
    """Gives each host's polls their turns, one after the other."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._pauses: dict[str, float] = {}
        """Of hosts with so many feeds that the usual pause would keep them from their intervals."""
        self._free: dict[str, float] = {}
        """From when each host may be asked again; with the clock of ``wait``."""

    def suit(self, feeds: Iterable[tuple[str, timedelta]]) -> None:
        """Go by the hosts and the intervals of the feeds that are polled, and forget all other hosts."""
        usual: dict[str, float] = defaultdict(float)
        for host, interval in feeds:
            usual[host] += 1 / interval.total_seconds()
        self._pauses = {host: min(self._pause, 1 / (HASTE * rate)) for host, rate in usual.items()}
        self._free = {host: free for host, free in self._free.items() if host in usual}

    def wait(self, host: str, now: float) -> float:
        """Return for how many seconds the host's next poll waits. ``now`` is of a clock that nobody sets."""
        turn = max(now, self._free.get(host, now))
        self._free[host] = turn + self._pauses.get(host, self._pause)
        return turn - now
