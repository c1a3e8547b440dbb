"""Watching: operators are told when feeds break, fall silent, are gone, or are well again."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog

from monitor.alerts.vigil import Vigilance
from monitor.errors import Unavailable
from monitor.roles.part import Desk
from monitor.vigil import Vigil

SHORTEST, LONGEST = 1.0, 30.0
"""Seconds between two looks."""


class Watching:
    """Looks at how the feeds fare. As many processes as wanted may: one of them is the first to decide."""

    name = "vigil"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.needs = desk.backend.names[1:]  # how feeds fare is in the store, and so is the outbox
        alerts = desk.settings.alerts
        self._vigil = Vigil(desk.backend.store, Vigilance(alerts.broken_after, alerts.gather), desk.clock)
        self._pause = min(max(alerts.gather.total_seconds() / 5, SHORTEST), LONGEST)
        self._log = structlog.get_logger("service")

    def once(self) -> None:
        """Look once, if there is somebody to tell. Blocking."""
        in_force = self._desk.in_force
        operators = [one.name for one in in_force.configuration.receivers if one.operator]
        if operators and (notice := self._vigil(in_force.subscriptions, operators)):
            self._log.info("feeds.told", notice=notice.id, title=notice.title, receivers=operators)

    async def run(self, stop: asyncio.Event) -> None:
        """Look until ``stop`` is set."""
        while not stop.is_set():
            try:
                await asyncio.to_thread(self.once)
            except Unavailable as error:
                self._log.warning("vigil.waits", reason=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._pause)

    async def take(self) -> None:
        """Do nothing: each look is by what is in force."""

    async def shift(self, by: timedelta) -> None:
        """Do nothing: nothing is planned."""

    def trouble(self) -> str:
        """Return nothing: what breaks begins again."""
        return ""
