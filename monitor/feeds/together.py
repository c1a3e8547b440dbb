"""Calls that come at about the same time are done in one: a hundred polls write their outcomes together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MOST = 500
"""Calls that are done in one."""


class Together(Generic[T, R]):
    """Does for many at once what ``call`` does for a list. Belongs to one event loop.

    While one list is under way the next one gathers, so who comes alone does not wait. ``call`` returns one
    result for each, in order; what it raises, it raises for all of the list.
    """

    def __init__(self, call: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._call = call
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._working: asyncio.Task[None] | None = None

    async def __call__(self, one: T) -> R:
        """Return the result for ``one``. Whoever is cancelled before its list has begun is left out."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((one, future))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        result: R = await future
        return result

    async def _work(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._do([(one, future) for one, future in some if not future.done()])
        finally:
            for _, future in self._waiting:  # nobody works for them any more
                future.cancel()
            self._waiting, self._working = [], None

    async def _do(self, some: Sequence[tuple[T, "asyncio.Future[R]"]]) -> None:
        if not some:
            return
        try:
            results = await self._call([one for one, _ in some])
        except BaseException as error:
            for _, future in some:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), result in zip(some, results, strict=True):
            if not future.done():
                future.set_result(result)
