"""How soon after each other a host is asked, however many of its feeds are due. Pure: time is handed in.

That few of a host are asked at the same time does not help a host that answers quickly: after a night asleep
all of its feeds would still be asked within the same second.
"""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import timedelta

MANY = 20_000
"""Hosts of which is remembered that they are free: feeds may lead to others time and again."""
HASTE = 2.0
"""Times the usual rate at which a host's feeds can be caught up with, whatever the pause."""


class Spacing:
    """Gives each host's polls their turns, one after the other."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._rates: dict[str, float] = defaultdict(float)
        """How often each host is usually asked in a second: with many feeds the pause would be too long."""
        self._led: dict[str, tuple[str, float]] = {}
        """Where feeds of other hosts send us, and how often."""
        self._free: dict[str, float] = {}
        """From when each host may be asked again; with the clock of ``wait``."""

    def suit(self, feeds: Iterable[tuple[str, timedelta]]) -> None:
        """Go by the hosts and the intervals of the feeds that are polled."""
        self._rates.clear()
        self._led.clear()
        for host, interval in feeds:
            self._rates[host] += 1 / interval.total_seconds()

    def lead(self, feed: str, host: str, interval: timedelta) -> None:
        """Go by one of those feeds at this host as well: its own sends us there."""
        before, rate = self._led.get(feed, ("", 0.0))
        if before != host:
            self._rates[before] -= rate
            self._led[feed] = host, 1 / interval.total_seconds()
            self._rates[host] += self._led[feed][1]

    def wait(self, hosts: AbstractSet[str], now: float) -> float:
        """Return for how many seconds the next poll that asks these hosts waits.

        ``now`` is of a clock that nobody sets.
        """
        if len(self._free) > MANY:
            self._free = {host: free for host, free in self._free.items() if free > now}
        turn = max((now, *(self._free.get(host, now) for host in hosts)))
        for host in hosts:
            rate = self._rates.get(host, 0.0)
            self._free[host] = turn + (min(self._pause, 1 / (HASTE * rate)) if rate > 0 else self._pause)
        return turn - now
