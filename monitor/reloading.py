"""When to read the configuration again: a file of it changed, or SIGHUP came."""

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from monitor.config.files import SUFFIXES, WATCHLISTS, Stamp, stamp

_TURN = 0.0005
"""Seconds that a thread may compute while others wait; Python's default is ten times that."""


@contextmanager
def unobtrusive() -> Iterator[None]:
    """Keep long work in a thread from holding up the others, while the block runs and by what it leaves.

    A watchlist of ten thousand topics is a few hundred thousand objects without a cycle among them. For the
    garbage collector to look through them all stops every thread for a third of a second, again and again:
    so what is there at the end is never looked at. And threads take turns more often.
    """
    turn = sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        gc.freeze()
        gc.enable()


async def changes(folder: Path | None, stop: asyncio.Event, read: Stamp) -> AsyncIterator[None]:
    """Yield whenever the configuration is to be read again; without a folder, on SIGHUP only.

    ``read`` is of the folder when it was read: what was changed since then, before watching began, counts.
    """
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    watching = asyncio.create_task(_watch(folder, stop, asked, read)) if folder else None
    try:
        while True:
            await asked.wait()
            asked.clear()
            yield
    finally:
        if watching:
            watching.cancel()


async def _watch(folder: Path, stop: asyncio.Event, asked: asyncio.Event, read: Stamp) -> None:
    from watchfiles import awatch

    def look() -> None:
        if stamp(folder) != read:
            asked.set()

    try:
        asyncio.get_running_loop().call_soon(look)  # once the watch is on: it is set up before it first waits
        while not stop.is_set():
            places = _places(folder)
            async for changed in awatch(*places, stop_event=stop, recursive=False):
                if any(_matters(Path(path)) for _, path in changed):
                    asked.set()
                if _places(folder) != places:
                    break
    except Exception as error:
        structlog.get_logger("service").error(
            "configuration.unwatched", reason=str(error), remedy="send SIGHUP to have it read again"
        )


def _places(folder: Path) -> list[Path]:
    """Return what to watch; not all below, since the data folder may lie inside and changes all the time."""
    return [place for place in (folder, folder / WATCHLISTS) if place.is_dir()]


def _matters(path: Path) -> bool:
    """Return whether a change may be one of the configuration; `..data` is what Kubernetes swaps."""
    return path.suffix in SUFFIXES or path.name == WATCHLISTS or path.name.startswith("..")
