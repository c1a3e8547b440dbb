"""When to read the configuration again: a file of it changed, or SIGHUP came."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import structlog

SUFFIXES = (".yaml", ".yml")


async def changes(folder: Path | None, stop: asyncio.Event) -> AsyncIterator[None]:
    """Yield whenever the configuration is to be read again; without a folder, on SIGHUP only."""
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

    # Not recursive: the data folder may lie inside, and changes all the time.
    places = [place for place in (folder, folder / "watchlist") if place.is_dir()]
    try:
        async for changed in awatch(*places, stop_event=stop, recursive=False):
            if any(path.endswith(SUFFIXES) for _, path in changed):
                asked.set()
    except Exception as error:
        structlog.get_logger("service").error(
            "configuration.unwatched", reason=str(error), remedy="send SIGHUP to have it read again"
        )
