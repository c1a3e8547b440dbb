"""The connections on which hubs call: few at a time, and none for long, whatever is sent and how slowly."""

import asyncio

from aiohttp import web

LONGEST_CALL = 30.0
MOST_CALLS = 200
"""Connections at a time: more are closed at once."""
LOOK_EVERY = 1.0


class Calls:
    """Ends what a server talks on. One timer for all: one of each would keep it long after its connection."""

    def __init__(self, server: web.Server) -> None:
        self._server = server
        self._begun: dict[web.RequestHandler, float] = {}

    def begin(self) -> asyncio.Protocol:
        """Return what talks on a new connection."""
        loop, many = asyncio.get_running_loop(), len(self._server.connections) >= MOST_CALLS
        handler = self._server()
        if many:
            loop.call_later(0, handler.force_close)  # once it is connected
        self._begun[handler] = loop.time()
        return handler

    async def end_in_time(self) -> None:
        """End connections that last too long, and let go of those that are over; for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self._look()

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        # Who was not connected yet at the last look was let go of, and counts from now on.
        self._begun = {one: self._begun.get(one, now) for one in self._server.connections}
        for handler, since in self._begun.items():
            if now - since >= LONGEST_CALL:
                handler.force_close()
