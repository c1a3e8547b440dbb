"""Keeping: what is old goes, old words are indexed anew by the rules of today, and lag is told.

One process at a time does it.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog

from monitor import app, housekeeping
from monitor.errors import Unavailable
from monitor.gauges import record_lag
from monitor.roles.holding import Holding
from monitor.roles.part import Desk
from monitor.store import records
from monitor.stream.shares import KEEPERS

HOUSEKEEPING = timedelta(hours=1).total_seconds()
LOOK = timedelta(minutes=1).total_seconds()
BREATH = timedelta(milliseconds=50).total_seconds()
"""Between two portions of what is indexed anew: others that write have their turn."""


class Keeping:
    """Keeps house while it is this process's turn."""

    name = "retention"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.needs = desk.backend.names
        self._holding = Holding(desk, KEEPERS, self._take_over, self._let_go)
        self._ours = asyncio.Event()
        self._log = structlog.get_logger("service")

    async def run(self, stop: asyncio.Event) -> None:
        """Keep house until ``stop`` is set."""
        work = (self._keep(), self._renew(), self._holding.run(stop))
        tasks = [asyncio.create_task(one) for one in work]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def take(self) -> None:
        """Do nothing: retention is a setting, and settings need a restart."""

    async def shift(self, by: timedelta) -> None:
        """Do nothing: pauses are counted by the steady clock."""

    def trouble(self) -> str:
        """Return whether its thread is stuck; what breaks begins again."""
        return self._holding.trouble()

    async def _take_over(self, parts: frozenset[int], of: int) -> None:
        if 0 in parts:
            self._ours.set()
        else:
            await self._let_go(frozenset({0}), of)

    async def _let_go(self, parts: frozenset[int], of: int) -> None:  # noqa: ARG002
        if 0 in parts:
            self._ours.clear()
            self._desk.metrics.lags(())

    async def _keep(self) -> None:
        pruned: float | None = None
        while True:
            await self._ours.wait()
            try:
                if pruned is None or self._desk.clock.monotonic() - pruned > HOUSEKEEPING:
                    await self._prune()
                    pruned = self._desk.clock.monotonic()
                await asyncio.to_thread(self._tell_lag)
            except Unavailable as error:
                self._log.warning("retention.waits", reason=str(error))
            await asyncio.sleep(LOOK)

    async def _renew(self) -> None:
        """Index anew what is under older rules, also what others of an older release may still write."""
        while True:
            await self._ours.wait()
            try:
                await self._reindex()
            except Unavailable as error:
                self._log.warning("archive.reindexing_waits", reason=str(error))
                await asyncio.sleep(LOOK)
            else:
                await asyncio.sleep(HOUSEKEEPING)

    async def _reindex(self) -> None:
        done = 0
        portions = self._desk.backend.store.reindex(records.ARTICLES)
        while self._ours.is_set():
            count = await asyncio.to_thread(next, portions, None)
            if count is None:
                break
            if not done:
                self._log.info("archive.reindexing", reason="the rules for words have changed")
            done += count
            await asyncio.sleep(BREATH)
        if done:
            self._log.info("archive.reindexed", articles=done)

    def _tell_lag(self) -> None:
        backend = self._desk.backend
        lags = [replace(lag, stream=backend.topic(lag.stream)) for lag in backend.stream.lag()]
        self._desk.metrics.lags(lags)
        if not backend.is_ours:  # for the dashboards; one process alone has none
            record_lag(backend.store, lags, self._desk.clock.now())

    async def _prune(self) -> None:
        backend, now = self._desk.backend, self._desk.clock.now()
        retention = self._desk.settings.retention
        keep = housekeeping.Retention(retention.archive, retention.log, retention.outbox)
        outbox = app.outbox_of(self._desk.settings, backend)
        receivers = {receiver.name for receiver in self._desk.in_force.configuration.receivers}
        await asyncio.to_thread(backend.settle)  # what feeds show must be known, or it is not remembered
        given_up = await asyncio.to_thread(outbox.abandon, receivers, now)
        gone = await asyncio.to_thread(housekeeping.prune, backend.store, backend.stream, keep, now)
        self._log.info("retention.applied", **({"given_up": given_up} if given_up else {}), **gone)
