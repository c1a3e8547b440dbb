"""``monitor run``."""

import asyncio
import os
import resource
import signal
import sys
from pathlib import Path

from monitor import app, logs
from monitor.clock import SystemClock
from monitor.commands.door import configuration_of
from monitor.config.load import load
from monitor.errors import MonitorError
from monitor.feeds.poller import Polled
from monitor.service import Ended, Service, stop_on_signals

FILES = 8192


def run(folder: Path, *, once: bool) -> int:
    """Run the service on the configuration in ``folder``; exit 1 if ``--once`` reached no feed."""
    _allow_many_files()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # asks to reload; until it can be heeded it must not kill
    configuration = configuration_of(folder)
    settings = configuration.settings
    logs.set_up(settings.log.level, settings.log.format)
    clock = SystemClock()
    with app.alone(settings), app.open_backend(settings, clock) as backend:
        service = Service(configuration, backend, clock, lambda: load(folder, os.environ))
        if once:
            polled = asyncio.run(_once(service, len(app.subscriptions_of(configuration))))
            _tell(polled)
            if polled and all(one.outcome == "failed" for one in polled):
                raise MonitorError(f"not one of {len(polled)} feeds could be polled")
            return 0
        ended = asyncio.run(_forever(service, folder))
    return 0 if ended is Ended.IN_ORDER else 1


def _tell(polled: list[Polled]) -> None:
    well = [one for one in polled if one.outcome != "failed"]
    entries, articles = sum(one.entries for one in well), sum(one.articles for one in well)
    print(f"{len(well)} of {len(polled)} feeds polled, {entries} entries, {articles} new or changed")


def _allow_many_files() -> None:
    """Raise this process's own limit of open files as far as it may: each feed asked for takes one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _forever(service: Service, folder: Path) -> Ended:
    stop = asyncio.Event()
    stop_on_signals(asyncio.get_running_loop(), stop)
    ended = await service.run(stop, folder)
    if ended is Ended.CUT_OFF:
        os._exit(1)  # threads that hang on a server would keep the process for minutes more
    return ended


async def _once(service: Service, feeds: int) -> list[Polled]:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=sys.stderr)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("polling", total=feeds)
        return await service.once(lambda _: progress.advance(bar))
