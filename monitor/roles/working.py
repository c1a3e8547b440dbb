"""Working: a thread that hands the messages of a stream to a stage."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import structlog

from monitor.app import source_of
from monitor.errors import FloodError, Refused
from monitor.pipeline import Alerting, Matching
from monitor.roles.part import BROKEN_PAUSE, Desk, silence
from monitor.stream import codec
from monitor.stream.worker import Stage, Worker

MATCHER = "matcher"
ALERTER = "alerter"
"""The groups of the two stages."""


class Working:
    """Runs one stage in a thread of its own."""

    def __init__(self, desk: Desk, stage: Stage[Any]) -> None:
        self.name = stage.group
        self._desk = desk
        self.needs = desk.backend.names
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._worker = Worker(stage, desk.backend.stream, self._stop, self._count)
        self._log = structlog.get_logger("service")

    def once(self) -> int:
        """Handle what is there now; return how many messages that was."""
        return self._worker.drain()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set, then let the batch under way end."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)
        self._thread.start()
        try:
            await stop.wait()
        finally:
            self._stop.set()
            await asyncio.to_thread(self._thread.join)

    async def take(self) -> None:
        """Do nothing: the stage looks at the desk for each batch."""

    async def shift(self, by: timedelta) -> None:
        """Do nothing: a stage plans nothing."""

    def trouble(self) -> str:
        """Return whether the thread has ended or gives no sign of life."""
        if self._thread is None or self._stop.is_set():
            return ""
        if not self._thread.is_alive():
            return "its thread has ended"
        return silence(self._worker.silent_for())

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self._worker.run()
            except (FloodError, Refused) as error:
                self._desk.halt_for(self.name, error)
                return
            except Exception:
                self._log.critical("stage.broken", stage=self.name, exc_info=True)
            self._stop.wait(BROKEN_PAUSE)

    def _count(self, good: int, bad: int, seconds: float) -> None:
        self._desk.metrics.handled(self.name, good, bad, seconds)


def matching(desk: Desk) -> Working:
    """Return the part that finds the topics of articles."""
    store, stream = desk.backend.store, desk.backend.stream
    handle = Matching(store, stream, lambda: desk.in_force.watch, desk.clock, source_of(desk.settings))
    return Working(desk, Stage(MATCHER, codec.ARTICLES, codec.article_codec, handle))


def alerting(desk: Desk) -> Working:
    """Return the part that decides which matches alert."""
    store, stream = desk.backend.store, desk.backend.stream
    handle = Alerting(
        store,
        stream,
        lambda: desk.in_force.watch,
        desk.clock,
        source_of(desk.settings),
        again_on_edit=desk.settings.alerts.again_on_edit,
    )
    return Working(desk, Stage(ALERTER, codec.MATCHES, codec.match_codec, handle))
