"""Tells that polls wait for a server that is away: ten thousand feeds are not to say the same line each."""

from collections import Counter

import structlog

from monitor.clock import Clock

PAUSE = 60.0
"""Seconds between two lines of the same reason."""


class Waits:
    """Counts the polls that wait, by reason. Belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._untold = Counter[str]()
        self._told: dict[str, float] = {}
        self._log = structlog.get_logger("service")

    def met(self, feed: str, reason: str) -> None:
        """Tell that ``feed`` waits, and how many did since the last line, if that is a while ago."""
        now = self._clock.monotonic()
        self._untold[reason] += 1
        if now - self._told.get(reason, now - PAUSE) < PAUSE:
            return
        self._told = {old: at for old, at in self._told.items() if now - at < PAUSE} | {reason: now}
        self._log.warning("poll.waits", feed=feed, reason=reason, polls=self._untold.pop(reason))
        self._untold = Counter({old: self._untold[old] for old in self._told if old in self._untold})
