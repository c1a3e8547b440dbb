"""Polls a feed when its hub rings: at once, but one poll at a time, and with a pause before the next."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

PAUSE = 10.0
"""Seconds between two polls of a feed whose hub rings all the time."""


class Bell:
    """Belongs to one event loop. However often it is rung, a feed is polled once after the last ring."""

    def __init__(self, poll: Callable[[str], Awaitable[None]], pause: float = PAUSE) -> None:
        self._poll = poll
        self._pause = pause
        self._rung: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def ring(self, id_: str) -> None:
        """Have a feed polled."""
        self._rung.add(id_)
        if id_ not in self._tasks:
            self._tasks[id_] = asyncio.create_task(self._answer(id_))

    async def close(self) -> None:
        """Poll no more."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, id_: str) -> None:
        try:
            while id_ in self._rung:
                self._rung.discard(id_)
                try:
                    await self._poll(id_)
                except Exception:
                    structlog.get_logger("websub").exception("bell.broken", feed=id_)
                await asyncio.sleep(self._pause)
        finally:
            self._tasks.pop(id_, None)
            self._rung.discard(id_)
