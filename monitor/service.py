"""A process of monitor: it starts the parts of its role, reloads the configuration, and drains.

``monitor.roles`` says what the parts are and where each runs. A stop first ends the sources, then lets what
is under way end. Whatever ends a part unexpectedly is told, and the part begins again. What is away at the
start is waited for, as it is later.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

import structlog

from monitor import app
from monitor.clock import Clock
from monitor.config.load import Configuration
from monitor.errors import ConfigError, Refused, Unavailable
from monitor.feeds.polls import Polled
from monitor.health import Health, Phase
from monitor.metrics import Metrics
from monitor.reloading import changes, unobtrusive
from monitor.roles.clockwatch import set_back
from monitor.roles.keeping import Keeping
from monitor.roles.part import BROKEN_PAUSE, Desk, InForce, Part
from monitor.roles.polling import Polling
from monitor.roles.pushing import Pushing
from monitor.roles.sending import Sending
from monitor.roles.watching import Watching
from monitor.roles.working import Working, alerting, matching
from monitor.store.topics import note
from monitor.stream import codec

DRAIN_SECONDS = 19.0
"""For what is under way at a stop. What takes longer is cut off, which loses nothing."""

Load = Callable[[], Configuration]
"""Reads the configuration again; raises ``ConfigError``."""

Work = Callable[[], Coroutine[None, None, None]]


class Role(StrEnum):
    """What a process is for."""

    ALL = "all"
    POLL = "poll"
    MATCH = "match"
    ALERT = "alert"


class Ended(StrEnum):
    """How a service came to its end."""

    IN_ORDER = "in order"
    HALTED = "it could not go on"
    CUT_OFF = "something did not end in time"


class Service:
    """One process of monitor. ``role`` says which parts it has."""

    def __init__(
        self,
        configuration: Configuration,
        backend: app.Backend,
        clock: Clock,
        load: Load,
        role: Role = Role.ALL,
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._load = load
        self._role = role
        self._given = configuration
        self._desk = Desk(configuration, backend, clock, Metrics(configuration.settings.instance, role.value))
        checks = dict(zip(backend.names, (backend.stream.check, backend.store.check), strict=True))
        self.health = Health(checks, self._desk.metrics)
        hubs = app.hubs_of(configuration.settings, backend, clock)
        self._polling = Polling(self._desk, hubs) if role in {Role.ALL, Role.POLL} else None
        self._pushing = Pushing(self._desk, self._polling, hubs) if self._polling and hubs else None
        self._matching = matching(self._desk) if role in {Role.ALL, Role.MATCH} else None
        self._alerting = alerting(self._desk) if role in {Role.ALL, Role.ALERT} else None
        self._sending = Sending(self._desk) if role in {Role.ALL, Role.ALERT} else None
        self._watching = Watching(self._desk) if role in {Role.ALL, Role.ALERT} else None
        self._keeping = Keeping(self._desk) if role in {Role.ALL, Role.ALERT} else None
        self._log = structlog.get_logger("service")

    async def once(self, on_polled: Callable[[Polled], None] = lambda _: None) -> list[Polled]:
        """Poll every feed once, match, alert, and try what is due; return the outcomes of the polls."""
        self._prepare()
        async with AsyncExitStack() as stack:
            await self._open(stack)
            polled = await self._polling.once(on_polled) if self._polling else []
            for working in self._workings():
                await asyncio.to_thread(working.once)
            if self._watching:
                await asyncio.to_thread(self._watching.once)
            await asyncio.to_thread(self._backend.settle)
            if self._sending:
                await self._sending.once()
            await asyncio.to_thread(self._backend.settle)
        if self._desk.halted:
            raise Refused(f"it could not go on: {self._desk.halted}")
        return polled

    async def run(self, stop: asyncio.Event, watch_folder: Path | None = None) -> Ended:
        """Work until ``stop`` is set, then drain within ``DRAIN_SECONDS``; return how it ended."""
        loop = asyncio.get_running_loop()
        self._desk.on_halt = lambda: loop.call_soon_threadsafe(stop.set)
        async with AsyncExitStack() as stack:
            if await self._started(stack, stop):
                ended = await self._work(stop, watch_folder)
            else:
                ended = self._ended()
            why = {"reason": self._desk.halted} if self._desk.halted else {}
            self._log.info("service.stopped", ended=ended.value, **why)
            return ended

    async def _started(self, stack: AsyncExitStack, stop: asyncio.Event) -> bool:
        """Have everything ready, waiting for what is away; ``False`` if told to stop meanwhile."""
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            ready = asyncio.create_task(self._ready(stack))
            await asyncio.wait({ready, stopped}, return_when=asyncio.FIRST_COMPLETED)
            try:
                if not ready.done():
                    ready.cancel()  # a server that hangs is not waited for
                elif ready.result() is None:
                    return True
            except Unavailable as error:
                self._log.warning("service.waits", reason=str(error))
            except Refused as error:
                self._desk.halt_for("start", error)
            await _pause(stop)
        return False

    async def _ready(self, stack: AsyncExitStack) -> None:
        await asyncio.to_thread(self._prepare)
        await self._open(stack)

    async def _work(self, stop: asyncio.Event, watch_folder: Path | None) -> Ended:
        parts = self._parts()
        tasks = [
            asyncio.create_task(self._kept_up(part.name, partial(part.run, stop), stop)) for part in parts
        ]
        self.health.parts, self.health.phase = parts, Phase.RUNNING
        self._log.info("service.started", role=self._role.value, feeds=self._feeds(), pid=os.getpid())
        async with _background(
            self._kept_up("clock", lambda: self._watching_the_clock(stop), stop),
            self._kept_up("reload", lambda: self._reloading(stop, watch_folder), stop),
        ):
            await stop.wait()
        self._log.info("service.stopping")
        self.health.phase = Phase.STOPPING
        _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
        for task in late:
            task.cancel()
        return Ended.CUT_OFF if late else self._ended()

    def _ended(self) -> Ended:
        return Ended.HALTED if self._desk.halted else Ended.IN_ORDER

    def _prepare(self) -> None:
        """Put the configuration in force; the store must know since when each topic is watched."""
        with unobtrusive():
            self._desk.put_in_force(self._in_force(self._given))
        # From now on dead letters are kept until somebody has dealt with them.
        self._backend.stream.consumer(codec.REPLAY_GROUP, codec.DEAD_LETTERS).close()

    async def _open(self, stack: AsyncExitStack) -> None:
        async with AsyncExitStack() as opened:
            if self._polling:
                await self._polling.open(opened)
            if self._pushing:
                await self._pushing.open(opened)
            if self._sending:
                await self._sending.open(opened)
            stack.push_async_exit(opened.pop_all())

    def _in_force(self, configuration: Configuration) -> InForce:
        before = self._desk.before
        if before and before.configuration.watchlist == configuration.watchlist:
            watch = replace(before.watch, routes=app.routes_of(configuration))
        else:
            matches = self._matching is not None
            watch = app.watch_of(configuration, self._backend.store, self._clock.now(), matches=matches)
        return InForce(configuration, watch, app.subscriptions_of(configuration))

    def _workings(self) -> list[Working]:
        return [one for one in (self._matching, self._alerting) if one]

    def _parts(self) -> list[Part]:
        polling, deciding = (self._polling, self._pushing), (self._matching, self._alerting, self._watching)
        every = (*polling, *deciding, self._sending, self._keeping)
        return [part for part in every if part]

    def _feeds(self) -> int:
        return len(self._desk.in_force.subscriptions)

    async def _kept_up(self, part: str, work: Work, stop: asyncio.Event) -> None:
        """Run a part of the service; if it breaks, say so and begin again. Raises ConfigError only."""
        while not stop.is_set():
            try:
                await work()
            except Unavailable as error:
                self._log.warning(f"{part}.waits", reason=str(error))
            except ConfigError:
                raise
            except Refused as error:
                self._desk.halt_for(part, error)
                return
            except Exception:
                self._log.exception("service.broken", part=part)
            else:
                return
            await _pause(stop)

    async def _watching_the_clock(self, stop: asyncio.Event) -> None:
        """Move what is planned along when the wall clock, by which it is planned, is set back.

        Topics were watched before, also by the clock as it is now: it may be put right at any moment.
        """
        async for jump in set_back(self._clock, stop):
            self._log.warning("clock.set", by_seconds=round(jump.total_seconds()))
            topics = self._desk.in_force.configuration.watchlist.topics
            noted = asyncio.to_thread(note, self._backend.store, topics, self._clock.now())
            await asyncio.gather(noted, self._shifted(jump))

    async def _shifted(self, by: timedelta) -> None:
        for part in self._parts():
            await part.shift(by)

    async def _reloading(self, stop: asyncio.Event, folder: Path | None) -> None:
        """Take up a changed configuration; a broken one is refused and the old one stays."""
        async for _ in changes(folder, stop, self._desk.in_force.configuration.stamp):
            try:
                await self._kept_up("reload", self._reload, stop)
            except ConfigError as error:
                for problem in error.problems:
                    self._log.error("configuration.refused", problem=str(replace(problem, excerpt="")))

    async def _reload(self) -> None:
        with unobtrusive():
            configuration = await self._taken()
        for part in self._parts():
            await part.take()
        for problem in configuration.warnings:
            self._log.warning("configuration.warning", problem=str(replace(problem, excerpt="")))
        self._log.info(
            "configuration.taken",
            topics=len(configuration.watchlist.topics),
            feeds=self._feeds(),
            version=configuration.watchlist.version,
        )

    async def _taken(self) -> Configuration:
        """Read the configuration again and put it in force."""
        settings = self._desk.settings
        loaded = await asyncio.to_thread(self._load)
        if loaded.settings != settings:
            self._log.warning(
                "settings.changed", remedy="monitor.yaml is read at the start only: restart monitor"
            )
        configuration = replace(loaded, settings=settings)
        taken = await asyncio.to_thread(self._in_force, configuration)
        before = [self._desk.in_force]
        self._desk.put_in_force(taken)
        await asyncio.to_thread(before.clear)  # to free a large watchlist takes its time
        return configuration


async def _pause(stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), BROKEN_PAUSE)


@contextlib.asynccontextmanager
async def _background(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run work beside the block, and cancel it at the block's end."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Let SIGTERM and SIGINT drain the process; the second one ends it at once."""

    def ask(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask, number)
