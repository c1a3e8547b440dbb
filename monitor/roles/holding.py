"""A thread that takes part in sharing out work, and tells the event loop what is ours."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from contextlib import suppress

import structlog

from monitor.errors import Refused, Unavailable
from monitor.roles.part import BROKEN_PAUSE, Desk, silence
from monitor.stream.shares import Shares

Held = Callable[[frozenset[int], int], Awaitable[None]]
"""Is told the parts that are ours and how many there are; called in the event loop."""
LOOK_SECONDS = 1.0
LEAVING_SECONDS = 1.0
"""How long parts that go to others wait for what is under way with them."""


class Holding:
    """Holds parts of ``group``'s work until told to stop."""

    def __init__(self, desk: Desk, group: str, on_held: Held, on_lost: Held) -> None:
        self._desk = desk
        self._group = group
        self._on_held = on_held
        self._on_lost = on_lost
        self._parts = 1
        self._told: tuple[frozenset[int], int] | None = None
        self._sign_of_life = time.monotonic()
        self._runs = False
        self._loop: asyncio.AbstractEventLoop
        self._log = structlog.get_logger("shares").bind(group=group)

    async def run(self, stop: asyncio.Event) -> None:
        """Take part until ``stop`` is set; then leave the group, so that others take over at once."""
        self._loop = asyncio.get_running_loop()
        ending = threading.Event()
        thread = threading.Thread(target=self._hold, args=(ending,), name=self._group, daemon=True)
        self._runs, self._sign_of_life = True, time.monotonic()
        thread.start()
        try:
            await stop.wait()
        finally:
            self._runs = False
            ending.set()
            await asyncio.to_thread(thread.join)

    def _hold(self, ending: threading.Event) -> None:
        while not ending.is_set():
            try:
                self._take_part(ending)
            except Refused as error:
                self._desk.halt_for(self._group, error)
                return
            except Unavailable as error:
                self._log.warning("shares.wait", reason=str(error))
            except Exception:
                self._log.critical("shares.broken", exc_info=True)
            self._sign_of_life = time.monotonic()
            ending.wait(BROKEN_PAUSE)

    def trouble(self) -> str:
        """Return for how long there was no sign of life, if that is far longer than any wait takes."""
        return silence(time.monotonic() - self._sign_of_life) if self._runs else ""

    def _take_part(self, ending: threading.Event) -> None:
        shares: Shares = self._desk.backend.shares(self._group, self._lost)
        self._parts = shares.parts
        try:
            while not ending.is_set():
                held = shares.held(LOOK_SECONDS)
                self._parts, self._sign_of_life = shares.parts, time.monotonic()
                if (held, self._parts) != self._told and not ending.is_set():
                    self._tell(held, ending)
        finally:
            self._told = None
            shares.close()

    def _tell(self, held: frozenset[int], ending: threading.Event) -> None:
        """Have what is ours taken up; if that cannot be now, what is ours stays so, and it is tried again."""
        try:
            self._call(self._on_held, held).result()
            self._told = held, self._parts
        except Unavailable as error:
            self._log.warning("shares.wait", reason=str(error))
            ending.wait(BROKEN_PAUSE)

    def _lost(self, parts: frozenset[int]) -> None:
        """Let go of parts before somebody else takes them; called by whoever shares them out."""
        with suppress(TooLong):
            self._call(self._on_lost, parts).result(LEAVING_SECONDS)
        self._told = None

    def _call(self, told: Held, parts: frozenset[int]) -> "Future[None]":
        async def call() -> None:
            await told(parts, self._parts)

        return asyncio.run_coroutine_threadsafe(call(), self._loop)
