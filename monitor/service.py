"""All roles of one process: start, reload, drain.

    event loop    poll jobs (APScheduler), dispatcher, reload, housekeeping
    thread        matching   (consumer of monitor.articles)
    thread        alerting   (consumer of monitor.matches)

They meet only at the stream and the store. A stop first ends the sources, then lets what is under way end.
Whatever ends one of these parts unexpectedly is told, and the part begins again.
"""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog

from monitor import app, housekeeping
from monitor.clock import Clock
from monitor.config.load import Configuration
from monitor.errors import ConfigError, DataFolderError, FloodError, Unavailable
from monitor.feeds.jobs import PollJobs
from monitor.feeds.poller import Polled, Poller, Subscription
from monitor.feeds.schedule import first_poll
from monitor.feeds.state import FeedStates
from monitor.notify.base import Notifier
from monitor.notify.dispatch import Dispatcher
from monitor.notify.outbox import Outbox
from monitor.pipeline import Alerting, Matching, Watch
from monitor.reloading import changes
from monitor.stream import codec
from monitor.stream.worker import Stage, Worker

DRAIN_SECONDS = 19.0
HOUSEKEEPING = timedelta(hours=1)
SPREAD_PER_FEED = timedelta(milliseconds=50)
AWAY_PAUSE = timedelta(seconds=10)
BROKEN_PAUSE = 10.0
CLOCK_LOOK = 5.0
CLOCK_JUMP = timedelta(seconds=2)

Load = Callable[[], Configuration]
"""Reads the configuration again; raises ``ConfigError``."""


class Ended(StrEnum):
    """How a service came to its end."""

    IN_ORDER = "in order"
    HALTED = "it could not go on"
    CUT_OFF = "something did not end in time"


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
        # From now on dead letters are kept until somebody has dealt with them.
        backend.stream.consumer(codec.REPLAY_GROUP, codec.DEAD_LETTERS).close()
        self._stop_workers = threading.Event()
        self._halted = False
        self._halt: Callable[[], object] = lambda: None
        self._notifiers: Mapping[str, Notifier] = {}

    async def once(self, on_polled: Callable[[Polled], None] = lambda _: None) -> list[Polled]:
        """Poll every feed once, match, alert, and try what is due; return the outcomes of the polls."""
        async with AsyncExitStack() as stack:
            poller, dispatcher, _ = await self._open(stack)

            async def poll(subscription: Subscription) -> Polled:
                polled = await self._polled(poller, subscription)
                on_polled(polled)
                return polled

            polls = [poll(subscription) for subscription in self._current.subscriptions.values()]
            polled = await asyncio.gather(*polls)
            for worker in self._workers():
                await asyncio.to_thread(worker.drain)
            await asyncio.sleep(self._backend.shows_after)
            await dispatcher.drain()
            await asyncio.sleep(self._backend.shows_after)
        return list(polled)

    async def run(self, stop: asyncio.Event, watch_folder: Path | None = None) -> Ended:
        """Work until ``stop`` is set, then drain within ``DRAIN_SECONDS``; return how it ended."""
        async with AsyncExitStack() as stack:
            poller, dispatcher, outbox = await self._open(stack)
            jobs = PollJobs(lambda id_: self._poll(poller, id_))
            jobs.put(await asyncio.to_thread(self._first_polls, self._current.subscriptions))
            await asyncio.to_thread(self._tell_who_fails)
            loop = asyncio.get_running_loop()
            self._halt = lambda: loop.call_soon_threadsafe(stop.set)
            threads = self._start_workers()
            jobs.start()
            self._log.info("service.started", feeds=len(self._current.subscriptions), pid=os.getpid())
            sending = asyncio.create_task(self._kept_up("dispatch", lambda: dispatcher.run(stop)))
            async with _background(
                self._kept_up("retention", self._housekeeping),
                self._kept_up("clock", lambda: self._watching_the_clock(jobs, outbox)),
                self._kept_up("reload", lambda: self._reloading(stop, jobs, dispatcher, watch_folder)),
            ):
                await stop.wait()
            self._log.info("service.stopping")
            jobs.stop()
            ended = await self._drain(sending, threads)
            self._log.info("service.stopped", ended=ended.value)
            return ended

    async def _drain(self, sending: asyncio.Task[None], threads: list[threading.Thread]) -> Ended:
        """Let the tries and batches under way end, all within one deadline."""
        self._stop_workers.set()
        joins = [asyncio.create_task(asyncio.to_thread(t.join, DRAIN_SECONDS)) for t in threads]
        _, late = await asyncio.wait([sending, *joins], timeout=DRAIN_SECONDS)
        if late or any(thread.is_alive() for thread in threads):
            return Ended.CUT_OFF
        return Ended.HALTED if self._halted else Ended.IN_ORDER

    def _halt_for(self, part: str, error: Exception) -> None:
        """End the service, for going on would do harm: a supervisor sees that, and the log says why."""
        self._log.critical("service.halted", part=part, reason=str(error))
        self._halted = True
        self._halt()

    async def _kept_up(self, part: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run a part of the service; if it breaks, say so and begin again. Raises ConfigError only."""
        while True:
            try:
                await work()
            except Unavailable as error:
                self._log.warning(f"{part}.waits", reason=str(error))
            except ConfigError:
                raise
            except DataFolderError as error:
                self._halt_for(part, error)
                return
            except Exception:
                self._log.exception("service.broken", part=part)
            else:
                return
            await asyncio.sleep(BROKEN_PAUSE)

    async def _open(self, stack: AsyncExitStack) -> tuple[Poller, Dispatcher, Outbox]:
        settings = self._current.configuration.settings
        poller = await app.open_poller(stack, settings, self._backend, self._clock)
        outbox = app.outbox_of(settings, self._backend)
        if self._backend.is_ours:  # so whoever holds a lease is dead
            await asyncio.to_thread(outbox.reclaim, self._clock.now())
        dispatcher = app.dispatcher_of(settings, self._backend, outbox, self._clock)
        self._webhooks = await app.open_webhook_session(stack, settings)
        self._notifiers = app.notifiers_of(self._current.configuration, self._webhooks, self._clock)
        dispatcher.use(self._notifiers)
        return poller, dispatcher, outbox

    async def _poll(self, poller: Poller, id_: str) -> datetime:
        subscription = self._current.subscriptions.get(id_)
        if subscription is None:
            return self._clock.now() + AWAY_PAUSE
        return (await self._polled(poller, subscription)).next_poll

    async def _polled(self, poller: Poller, subscription: Subscription) -> Polled:
        """Poll once; whatever happens to this feed, the others go on."""
        id_ = subscription.feed.id
        try:
            return await poller.poll(subscription)
        except Unavailable as error:
            self._log.warning("poll.waits", feed=id_, reason=str(error))
            return Polled(id_, "failed", self._clock.now() + AWAY_PAUSE, str(error))
        except DataFolderError as error:
            self._halt_for("poll", error)
            return Polled(id_, "failed", self._clock.now() + AWAY_PAUSE, str(error))
        except Exception as error:
            self._log.exception("poll.broken", feed=id_)
            reason = f"monitor failed to poll it: {type(error).__name__}"
            return Polled(id_, "failed", self._clock.now() + subscription.rhythm.interval, reason)

    def _first_polls(self, subscriptions: Mapping[str, Subscription]) -> dict[str, datetime]:
        """Spread the first polls after a start, so that a long list does not begin with a storm."""
        states = FeedStates(self._backend.store).known(list(subscriptions))
        planned = {id_: state.next_poll for id_, state in states.items()}
        now = self._clock.now()
        return {
            id_: first_poll(planned.get(id_), subscription.rhythm, now, SPREAD_PER_FEED * place)
            for place, (id_, subscription) in enumerate(subscriptions.items())
        }

    def _tell_who_fails(self) -> None:
        """Say at the start what failed before it: nothing else would be told until the next tries."""
        states = FeedStates(self._backend.store).known(list(self._current.subscriptions))
        for id_, state in states.items():
            if state.health == "failing":
                again = f"{state.next_poll:%Y-%m-%d %H:%M} UTC" if state.next_poll else "soon"
                self._log.warning("feed.failing", feed=id_, reason=state.reason, next=again)

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
        while not self._stop_workers.is_set():
            try:
                worker.run()
            except (FloodError, DataFolderError) as error:
                self._halt_for(worker.group, error)
                return
            except Exception:
                self._log.critical("stage.broken", stage=worker.group, exc_info=True)
            self._stop_workers.wait(BROKEN_PAUSE)

    async def _housekeeping(self) -> None:
        while True:
            configuration, now = self._current.configuration, self._clock.now()
            retention = configuration.settings.retention
            keep = housekeeping.Retention(retention.archive, retention.log, retention.outbox)
            outbox = app.outbox_of(configuration.settings, self._backend)
            receivers = {receiver.name for receiver in configuration.receivers}
            given_up = await asyncio.to_thread(outbox.abandon, receivers, now)
            gone = await asyncio.to_thread(
                housekeeping.prune, self._backend.store, self._backend.stream, keep, now
            )
            self._log.info("retention.applied", **({"given_up": given_up} if given_up else {}), **gone)
            await asyncio.sleep(HOUSEKEEPING.total_seconds())

    async def _watching_the_clock(self, jobs: PollJobs, outbox: Outbox) -> None:
        """Move planned polls and retries along when the wall clock, by which they are planned, is set back.

        A clock that goes ahead (as after a suspended night) only makes polls due.
        """
        wall, steady = self._clock.now(), self._clock.monotonic()
        while True:
            await asyncio.sleep(CLOCK_LOOK)
            now, ticks = self._clock.now(), self._clock.monotonic()
            jump = (now - wall) - timedelta(seconds=ticks - steady)
            wall, steady = now, ticks
            if jump < -CLOCK_JUMP:
                self._log.warning("clock.set", by_seconds=round(jump.total_seconds()))
                jobs.shift(jump)
                await asyncio.to_thread(outbox.shift, jump)

    async def _reloading(
        self, stop: asyncio.Event, jobs: PollJobs, dispatcher: Dispatcher, folder: Path | None
    ) -> None:
        """Take up a changed configuration; a broken one is refused and the old one stays."""
        async for _ in changes(folder, stop):
            try:
                await self._kept_up("reload", lambda: self._reload(jobs, dispatcher))
            except ConfigError as error:
                for problem in error.problems:
                    self._log.error("configuration.refused", problem=str(replace(problem, excerpt="")))

    async def _reload(self, jobs: PollJobs, dispatcher: Dispatcher) -> None:
        before = self._current
        loaded = await asyncio.to_thread(self._load)
        if loaded.settings != before.configuration.settings:
            self._log.warning(
                "settings.changed", remedy="monitor.yaml is read at the start only: restart monitor"
            )
        configuration = replace(loaded, settings=before.configuration.settings)
        watch = await asyncio.to_thread(app.watch_of, configuration, self._backend.store, self._clock.now())
        subscriptions = app.subscriptions_of(configuration)
        first = await asyncio.to_thread(self._first_polls, subscriptions)
        self._current = _Current(configuration, watch, subscriptions)
        self._notifiers = self._kept_notifiers(before.configuration, configuration)
        dispatcher.use(self._notifiers)
        moved = [
            id_
            for id_, one in subscriptions.items()
            if id_ in before.subscriptions and one.feed.url != before.subscriptions[id_].feed.url
        ]
        jobs.put(first | dict.fromkeys(moved, self._clock.now()), anew=moved)
        for problem in configuration.warnings:
            self._log.warning("configuration.warning", problem=str(replace(problem, excerpt="")))
        self._log.info(
            "configuration.taken",
            topics=len(configuration.watchlist.topics),
            feeds=len(subscriptions),
            version=configuration.watchlist.version,
        )

    def _kept_notifiers(self, before: Configuration, after: Configuration) -> Mapping[str, Notifier]:
        """Return the notifiers of the new configuration; those whose receivers are as before go on."""
        made = app.notifiers_of(after, self._webhooks, self._clock)
        unchanged = {receiver.name for receiver in after.receivers if receiver in before.receivers}
        return {name: self._notifiers[name] if name in unchanged else one for name, one in made.items()}


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
