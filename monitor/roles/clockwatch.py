"""When the wall clock, by which polls and retries are planned, is set back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

from monitor.clock import Clock

CLOCK_LOOK = 5.0
CLOCK_JUMP = timedelta(seconds=2)


async def set_back(clock: Clock, stop: asyncio.Event) -> AsyncIterator[timedelta]:
    """Yield by how much the clock was set back, each time it is; it is a negative span.

    A clock that goes ahead (as after a suspended night) only makes polls due.
    """
    wall, steady = clock.now(), clock.monotonic()
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), CLOCK_LOOK)
        now, ticks = clock.now(), clock.monotonic()
        jump = (now - wall) - timedelta(seconds=ticks - steady)
        wall, steady = now, ticks
        if jump < -CLOCK_JUMP:
            yield jump
