"""``monitor run``."""

import asyncio
import gc
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from monitor import app, limits, logs
from monitor.clock import SystemClock
from monitor.commands.door import configuration_of
from monitor.commands.progress import bar
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import MonitorError, UsageError
from monitor.feeds.polls import Polled
from monitor.plural import number
from monitor.service import Ended, Role, Service, stop_on_signals
from monitor.web.server import serving

THREADS = 32
"""In which the event loop waits for stream and store, but for the polls."""
UNHEARD = {"failed", "gone"}
"""Outcomes of polls without an answer that is of use."""
PORT = 8780
"""Where health and metrics are served if nothing else is said."""


def run(folder: Path, *, role: str, port: int | None, once: bool) -> int:
    """Run the service on the configuration in ``folder``; exit 1 if ``--once`` reached no feed."""
    limits.allow_many_files()
    limits.spare_addresses()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # asks to reload; until it can be heeded it must not kill
    configuration = configuration_of(folder)
    settings = configuration.settings
    logs.set_up(settings.log.level, settings.log.format)
    clock = SystemClock()
    _refuse_alone(settings, Role(role), once=once)
    with app.alone(settings), app.open_backend(settings, clock) as backend:
        service = Service(configuration, backend, clock, lambda: load(folder, os.environ), Role(role))
        if once:
            polled = asyncio.run(_once(service, len(app.subscriptions_of(configuration))))
            _tell(polled)
            if polled and all(one.outcome in UNHEARD for one in polled):
                raise MonitorError(f"not one of {number(len(polled), 'feed')} could be polled")
            return 0
        ended = asyncio.run(_forever(service, folder, _place(settings, port)))
    return 0 if ended is Ended.IN_ORDER else 1


def _refuse_alone(settings: Settings, role: Role, *, once: bool) -> None:
    if role is not Role.ALL and settings.mode == "embedded":
        raise UsageError(
            f"--role {role.value} is for mode: cluster: on one machine one process does all, so leave it out"
        )
    if role is not Role.ALL and once:
        raise UsageError("--once goes through all roles in one process: leave --role out")


def _place(settings: Settings, port: int | None) -> tuple[str, int, bool]:
    """Return where to serve health and metrics, and whether it must be there."""
    asked = settings.web.port if port is None else port
    return settings.web.host, PORT if asked is None else asked, asked is not None


def _tell(polled: list[Polled]) -> None:
    well = [one for one in polled if one.outcome not in UNHEARD]
    entries, articles = sum(one.entries for one in well), sum(one.articles for one in well)
    feeds = f"{len(well)} of {number(len(polled), 'feed')} polled"
    print(f"{feeds}, {number(entries, 'entry')}, {articles:,} new or changed")


async def _forever(service: Service, folder: Path, place: tuple[str, int, bool]) -> Ended:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    stop_on_signals(loop, stop)
    threads = ThreadPoolExecutor(limits.fitted(THREADS), "aside")
    loop.set_default_executor(threads)
    host, port, must = place
    gc.collect()
    gc.freeze()  # what was compiled stays: to look at it again and again costs a fifth of the matching
    async with serving(service.health, host, port, must=must) as address:
        structlog.get_logger("service").info("web.listening", address=address)
        ended = await service.run(stop, folder)
    threads.shutdown(wait=False, cancel_futures=True)
    loop.set_default_executor(ThreadPoolExecutor(1))  # asyncio waits for its threads, and some may hang
    if ended is Ended.CUT_OFF:
        os._exit(1)  # threads that hang on a server would keep the process for minutes more
    return ended


async def _once(service: Service, feeds: int) -> list[Polled]:
    with bar("polling", feeds) as advance:
        return await service.once(lambda _: advance())
