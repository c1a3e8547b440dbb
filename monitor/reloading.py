"""When to read the configuration again: a file of it changed, or SIGHUP came."""

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator
from contextlib import aclosing, contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR

import structlog

from monitor.config.files import SUFFIXES, WATCHLISTS, Stamp, stamp
from monitor.errors import Unavailable

EVERY = 30.0
"""Seconds after which the files are looked at though nothing was heard of them."""
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


async def changes(
    folder: Path | None, stop: asyncio.Event, read: Stamp, every: float = EVERY
) -> AsyncIterator[None]:
    """Yield whenever the configuration is to be read again; without a folder, on SIGHUP only.

    ``read`` is of the folder when it was read: what was changed since then, before watching began, counts.
    ``every`` so many seconds it is looked at whether or not anything is heard of it.
    """
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    watching = asyncio.create_task(_watch(folder, stop, asked, read, every)) if folder else None
    try:
        while True:
            await asked.wait()
            asked.clear()
            yield
    finally:
        if watching:
            watching.cancel()


async def _watch(folder: Path, stop: asyncio.Event, asked: asyncio.Event, read: Stamp, every: float) -> None:
    log, is_heard = structlog.get_logger("service"), True
    try:
        while not stop.is_set():
            places = _places(folder)
            try:
                async with aclosing(_heard(places if is_heard else (), stop, every)) as heard:
                    async for changed in heard:
                        try:
                            found = await asyncio.to_thread(stamp, folder)
                        except Unavailable:  # whatever has changed is seen when it is looked at next
                            continue
                        if found != read or any(_matters(Path(path)) for _, path in changed):
                            asked.set()
                        read = found
                        if _places(folder) != places:
                            break
            except (OSError, RuntimeError) as error:  # too many files are watched already, or open
                is_heard = False
                log.warning(
                    "configuration.unwatched", reason=str(error), remedy=f"looked at every {every:g} s"
                )
    except Exception as error:
        remedy = "send SIGHUP to have it read again"
        log.error("configuration.unwatched", reason=str(error), remedy=remedy)  # noqa: TRY400


async def _heard(
    places: Collection[Path], stop: asyncio.Event, every: float
) -> AsyncGenerator[Collection[tuple[object, str]]]:
    """Yield what is heard of places, also if that is nothing: at once, and then every so many seconds.

    Nothing is heard of a folder that another was put in the place of, nor of a file that a link leads to.
    """
    from watchfiles import awatch

    if places:
        wait = max(1, int(every * 1000))
        with suppress(FileNotFoundError):  # one is gone again
            yield set()
            async for changed in awatch(
                *places, stop_event=stop, recursive=False, rust_timeout=wait, yield_on_timeout=True
            ):
                yield changed
    else:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)
        yield set()


def _places(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return what to watch, and which folder that is.

    Not all below is, since the data folder may lie inside and changes all the time.
    """
    found = {}
    for place in (folder, folder / WATCHLISTS):
        with suppress(OSError):
            seen = place.stat()
            if S_ISDIR(seen.st_mode):
                found[place] = (seen.st_dev, seen.st_ino)
    return found


def _matters(path: Path) -> bool:
    """Return whether a change may be one of the configuration; `..data` is what Kubernetes swaps."""
    return path.suffix in SUFFIXES or path.name == WATCHLISTS or path.name.startswith("..")
