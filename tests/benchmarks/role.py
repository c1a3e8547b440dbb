"""One role of monitor as a process: ``python -m tests.benchmarks.role poll|match|alert FOLDER``."""

import asyncio
import os
import sys
import threading
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from monitor import app, logs
from monitor.clock import SystemClock
from monitor.config.load import Configuration, load
from monitor.pipeline import Alerting, Matching
from monitor.service import stop_on_signals
from monitor.stream import codec
from monitor.stream.worker import Stage, Worker


class Role:
    """What a process of one role does until it is told to stop."""

    def __init__(self, configuration: Configuration, backend: app.Backend) -> None:
        self._configuration = configuration
        self._settings = configuration.settings
        self._backend = backend
        self._clock = SystemClock()

    async def poll(self, stop: asyncio.Event) -> None:
        async with AsyncExitStack() as stack:
            poller = await app.open_poller(stack, self._settings, self._backend, self._clock)
            feeds = app.subscriptions_of(self._configuration).values()
            await asyncio.gather(*(poller.poll(feed) for feed in feeds))
            await stop.wait()

    async def match(self, stop: asyncio.Event) -> None:
        matching = Matching(*self._parts())
        await self._work(Stage("matcher", codec.ARTICLES, codec.article_codec, matching), stop)

    async def alert(self, stop: asyncio.Event) -> None:
        alerting = Alerting(*self._parts())
        async with AsyncExitStack() as stack:
            outbox = app.outbox_of(self._settings, self._backend)
            dispatcher = app.dispatcher_of(self._settings, self._backend, outbox, self._clock)
            session = await app.open_webhook_session(stack, self._settings)
            dispatcher.use(app.notifiers_of(self._configuration, session, self._clock))
            sending = asyncio.create_task(dispatcher.run(stop))
            await self._work(Stage("alerter", codec.MATCHES, codec.match_codec, alerting), stop)
            await sending

    def _parts(self) -> Any:
        watch = app.watch_of(self._configuration, self._backend.store, self._clock.now())
        return self._backend.store, self._backend.stream, lambda: watch, self._clock

    async def _work(self, stage: Stage[Any], stop: asyncio.Event) -> None:
        ended = threading.Event()
        working = asyncio.create_task(asyncio.to_thread(Worker(stage, self._backend.stream, ended).run))
        await stop.wait()
        ended.set()
        await working


async def main(role: str, folder: Path) -> None:
    """Work in ``role`` on the configuration in ``folder`` until SIGTERM."""
    configuration = load(folder, os.environ)
    logs.set_up(configuration.settings.log.level, configuration.settings.log.format)
    stop = asyncio.Event()
    stop_on_signals(asyncio.get_running_loop(), stop)
    with app.open_backend(configuration.settings, SystemClock()) as backend:
        await getattr(Role(configuration, backend), role)(stop)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
