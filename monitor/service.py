"""All roles of one process: start, reload, drain.

    event loop    poll jobs (APScheduler), dispatcher, reload, housekeeping
    thread        matching   (consumer of monitor.articles)
    thread        alerting   (consumer of monitor.matches)

They meet only at the stream and the store. A stop first ends the sources, then lets what is under way end.
"""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from monitor import app, housekeeping
from monitor.clock import Clock
from monitor.config.load import Configuration
from monitor.errors import ConfigError, FloodError, Unavailable
from monitor.feeds.jobs import PollJobs
from monitor.feeds.poller import Polled, Poller, Subscription
from monitor.feeds.schedule import first_poll
from monitor.feeds.state import FeedStates
from monitor.notify.dispatch import Dispatcher
from monitor.pipeline import Alerting, Matching, Watch
from monitor.stream import codec
from monitor.stream.worker import Stage, Worker

DRAIN_SECONDS = 20.0
HOUSEKEEPING = timedelta(hours=1)
SPREAD_PER_FEED = timedelta(milliseconds=50)
AWAY_PAUSE = timedelta(seconds=10)

Load = Callable[[], Configuration]
"""Reads the configuration again; raises ``ConfigError``."""


@dataclass
class _Current:
    """What a reload swaps. Each is replaced whole, so a reader sees the old or the new one."""

    configuration: Configuration
    watch: Watch
    subscriptions: dict[str, Subscription]


class Service:
    """One process of monitor with every role."""

    def __init__(self, configuration: Configuration, backend: app.Backend, clock: Clock, load: Load) -> None:
        self._backend = backend
        self._clock = clock
        self._load = load
        self._log = structlog.get_logger("service")
        self._current = _Current(
            configuration,
            app.watch_of(configuration, backend.store, clock.now()),
            app.subscriptions_of(configuration),
        )
        self._stop_workers = threading.Event()

    async def once(self, on_polled: Callable[[Polled], None] = lambda _: None) -> list[Polled]:
        """Poll every feed once, match, alert, and try what is due; return the outcomes of the polls."""
        async with AsyncExitStack() as stack:
            poller, dispatcher = await self._open(stack)

            async def poll(subscription: Subscription) -> Polled:
                polled = await poller.poll(subscription)
                on_polled(polled)
                return polled

            polls = [poll(subscription) for subscription in self._current.subscriptions.values()]
            polled = await asyncio.gather(*polls)
            for worker in self._workers():
                await asyncio.to_thread(worker.drain)
            await dispatcher.drain()
        return list(polled)

    async def run(self, stop: asyncio.Event, watch_folder: Path | None = None) -> None:
        """Work until ``stop`` is set, then drain within ``DRAIN_SECONDS``."""
        async with AsyncExitStack() as stack:
            poller, dispatcher = await self._open(stack)
            jobs = PollJobs(lambda id_: self._poll(poller, id_))
            jobs.put(self._first_polls())
            threads = self._start_workers()
            jobs.start()
            self._log.info("service.started", feeds=len(self._current.subscriptions), pid=os.getpid())
            sending = asyncio.create_task(dispatcher.run(stop))
            async with _background(
                self._housekeeping(), self._reloading(stop, jobs, dispatcher, watch_folder)
            ):
                await stop.wait()
            self._log.info("service.stopping")
            jobs.stop()
            self._stop_workers.set()
            await asyncio.wait([sending], timeout=DRAIN_SECONDS)
            sending.cancel()
            for thread in threads:
                await asyncio.to_thread(thread.join, DRAIN_SECONDS)
            self._log.info("service.stopped")

    async def _open(self, stack: AsyncExitStack) -> tuple[Poller, Dispatcher]:
        settings = self._current.configuration.settings
        poller = await app.open_poller(stack, settings, self._backend, self._clock)
        outbox = app.outbox_of(settings, self._backend)
        # This process owns the data folder, so whoever holds a lease is dead.
        await asyncio.to_thread(outbox.reclaim, self._clock.now())
        dispatcher = app.dispatcher_of(settings, self._backend, outbox, self._clock)
        self._webhooks = await app.open_webhook_session(stack, settings)
        dispatcher.use(app.notifiers_of(self._current.configuration, self._webhooks, self._clock))
        return poller, dispatcher

    async def _poll(self, poller: Poller, id_: str) -> datetime:
        subscription = self._current.subscriptions.get(id_)
        if subscription is None:
            return self._clock.now() + AWAY_PAUSE
        try:
            return (await poller.poll(subscription)).next_poll
        except Unavailable as error:
            self._log.warning("poll.waits", feed=id_, reason=str(error))
            return self._clock.now() + AWAY_PAUSE
        except Exception:
            self._log.exception("poll.broken", feed=id_)
            return self._clock.now() + subscription.rhythm.interval

    def _first_polls(self) -> dict[str, datetime]:
        """Spread the first polls after a start, so that a long list does not begin with a storm."""
        subscriptions = self._current.subscriptions
        planned = FeedStates(self._backend.store).planned(list(subscriptions))
        now = self._clock.now()
        return {
            id_: first_poll(planned.get(id_), subscription.rhythm, now, SPREAD_PER_FEED * place)
            for place, (id_, subscription) in enumerate(subscriptions.items())
        }

    def _workers(self) -> tuple[Worker[Any], Worker[Any]]:
        store, stream = self._backend.store, self._backend.stream
        watch: Callable[[], Watch] = lambda: self._current.watch  # noqa: E731
        matching = Stage(
            "matcher", codec.ARTICLES, codec.article_codec, Matching(store, stream, watch, self._clock)
        )
        alerting = Stage(
            "alerter", codec.MATCHES, codec.match_codec, Alerting(store, stream, watch, self._clock)
        )
        return Worker(matching, stream, self._stop_workers), Worker(alerting, stream, self._stop_workers)

    def _start_workers(self) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=self._work, args=(worker,), name=worker.group, daemon=True)
            for worker in self._workers()
        ]
        for thread in threads:
            thread.start()
        return threads

    def _work(self, worker: Worker[Any]) -> None:
        try:
            worker.run()
        except FloodError as error:
            self._log.critical("stage.stopped", stage=worker.group, reason=str(error))
        except Exception:
            self._log.critical("stage.broken", stage=worker.group, exc_info=True)

    async def _housekeeping(self) -> None:
        while True:
            retention = self._current.configuration.settings.retention
            keep = housekeeping.Retention(retention.archive, retention.log, retention.outbox)
            try:
                gone = await asyncio.to_thread(
                    housekeeping.prune, self._backend.store, self._backend.stream, keep, self._clock.now()
                )
                self._log.info("retention.applied", **gone)
            except Unavailable as error:
                self._log.warning("retention.waits", reason=str(error))
            await asyncio.sleep(HOUSEKEEPING.total_seconds())

    async def _reloading(
        self,
        stop: asyncio.Event,
        jobs: PollJobs,
        dispatcher: Dispatcher,
        folder: Path | None,
    ) -> None:
        """Take up a changed configuration; a broken one is refused and the old one stays."""
        async for _ in _changes(folder, stop):
            try:
                configuration = await asyncio.to_thread(self._load)
                watch = await asyncio.to_thread(
                    app.watch_of, configuration, self._backend.store, self._clock.now()
                )
            except ConfigError as error:
                for problem in error.problems:
                    self._log.error("configuration.refused", problem=str(problem))
                continue
            except Unavailable as error:
                self._log.warning("configuration.waits", reason=str(error))
                continue
            self._take(configuration, watch, jobs, dispatcher)

    def _take(
        self, configuration: Configuration, watch: Watch, jobs: PollJobs, dispatcher: Dispatcher
    ) -> None:
        if configuration.settings != self._current.configuration.settings:
            self._log.warning(
                "settings.changed", remedy="monitor.yaml is read at the start only: restart monitor"
            )
        self._current = _Current(configuration, watch, app.subscriptions_of(configuration))
        jobs.put(self._first_polls())
        dispatcher.use(app.notifiers_of(configuration, self._webhooks, self._clock))
        self._log.info(
            "configuration.taken",
            topics=len(configuration.watchlist.topics),
            feeds=len(self._current.subscriptions),
            version=configuration.watchlist.version,
        )


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


async def _changes(folder: Path | None, stop: asyncio.Event) -> AsyncIterator[None]:
    """Yield whenever a file of the configuration changed, or SIGHUP came."""
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    watching = asyncio.create_task(_watch(folder, stop, asked)) if folder else None
    try:
        while True:
            await asked.wait()
            asked.clear()
            yield
    finally:
        if watching:
            watching.cancel()


async def _watch(folder: Path, stop: asyncio.Event, asked: asyncio.Event) -> None:
    from watchfiles import awatch

    async for changes in awatch(folder, stop_event=stop, recursive=True):
        if any(path.endswith((".yaml", ".yml")) for _, path in changes):
            asked.set()


def stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Let SIGTERM and SIGINT drain the process; the second one ends it at once."""

    def ask(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask, number)
