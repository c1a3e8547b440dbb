"""What hubs call back: GET asks whether we want what was asked for, POST tells of news.

Whoever calls must know an address that cannot be guessed; 404 or 410 for all others, without a look at what
they send. A delivery without a valid signature is answered like a good one, as the recommendation has it, and
is nothing but counted. Bodies are not kept: they run through the check of the signature, up to a size and a
time.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiohttp import web

from monitor.clock import Clock
from monitor.errors import Refused, Unavailable
from monitor.feeds.websub.answers import Answer, answer
from monitor.feeds.websub.calls import Calls
from monitor.feeds.websub.lease import Leases, heard
from monitor.feeds.websub.signature import signature_of
from monitor.feeds.websub.states import LeaseStates

NOTED_AGAIN = timedelta(seconds=5)
"""A hub that rings more often is heard, but not written down each time."""
CHUNK = 64 * 1024
QUIET = {"X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Called:
    """Who is told what hubs say."""

    rung: Callable[[str], object]
    """A feed has news."""
    changed: Callable[[str], object]
    """What was agreed for a feed has changed."""
    counted: Callable[[str], object]
    """A delivery was ``received``, ``ignored``, or for an ``unknown`` address."""


class Callbacks:
    """Answers hubs. ``max_body`` is in bytes, ``lease`` what hubs are asked for."""

    def __init__(
        self, states: LeaseStates, clock: Clock, called: Called, *, lease: timedelta, max_body: int
    ) -> None:
        self._states = states
        self._clock = clock
        self._called = called
        self._lease = lease
        self._max_body = max_body
        self._log = structlog.get_logger("websub")

    async def verify(self, request: web.Request) -> web.Response:
        """Answer whether we want what a hub was asked for, and take note of what it says."""
        id_, token = request.match_info["feed"], request.match_info["token"]
        found = Answer(500)

        def learn(leases: Leases | None) -> Leases | None:
            nonlocal found
            found = answer(
                leases,
                token,
                request.query,
                asked_for=self._lease,
                now=self._clock.now(),
                chance=random.random(),  # noqa: S311 - only spreads load
            )
            return found.leases

        try:
            await asyncio.to_thread(self._states.change, id_, learn)
        except Unavailable as error:
            return self._later(id_, error)
        if found.leases:
            mode = request.query.get("hub.mode")
            self._log.info("hub.called", feed=id_, mode=mode, hub=_hub(found.leases, token))
            self._called.changed(id_)
        return web.Response(status=found.status, text=found.text, headers=QUIET)

    async def deliver(self, request: web.Request) -> web.Response:
        """Have a feed polled if its hub says that there is news."""
        id_, token = request.match_info["feed"], request.match_info["token"]
        try:
            leases = (await asyncio.to_thread(self._states.get, [id_])).get(id_)
        except Unavailable as error:
            return self._later(id_, error)
        lease = leases.by_token(token) if leases else None
        if lease is None:
            self._called.counted("unknown")
            return web.Response(status=410)
        reason = await self._refusal(request, lease.secret)
        if reason:
            self._called.counted("ignored")
            self._log.warning("push.ignored", feed=id_, hub=lease.hub, reason=reason)
            return web.Response(status=413 if reason == _TOO_LARGE else 202)
        self._called.counted("received")
        if lease.state == "ending":  # the last calls of a hub that is told to end
            return web.Response(status=202)
        try:
            await asyncio.to_thread(self._states.change, id_, self._heard(token))
        except Unavailable as error:
            return self._later(id_, error)
        self._log.info("push.received", feed=id_, hub=lease.hub)
        self._called.rung(id_)
        if not lease.is_healthy(self._clock.now()):
            self._called.changed(id_)  # it is relied upon from now on
        return web.Response(status=202)

    async def _refusal(self, request: web.Request, secret: str) -> str:
        """Return why a delivery counts for nothing; empty if it is the hub's."""
        signature = signature_of(request.headers.get("X-Hub-Signature"))
        if signature is None:
            return "it has no signature"
        check, size = signature.check(secret), 0
        async for piece in request.content.iter_chunked(CHUNK):
            size += len(piece)
            if size > self._max_body:
                return _TOO_LARGE
            check.feed(piece)
        return "" if check.holds() else "its signature is wrong"

    def _heard(self, token: str) -> Callable[[Leases | None], Leases | None]:
        now = self._clock.now()

        def change(leases: Leases | None) -> Leases | None:
            lease = leases.by_token(token) if leases else None
            if leases is None or lease is None:
                return None
            if lease.state != "silent" and lease.rang_within(NOTED_AGAIN, now):
                return None
            return leases.changed(token, lambda one: heard(one, now))

        return change

    def _later(self, id_: str, error: Unavailable) -> web.Response:
        """Have a hub call again: nothing can be looked up or written down now."""
        self._log.warning("websub.waits", feed=id_, reason=str(error))
        return web.Response(status=503, headers={"Retry-After": "30"})


_TOO_LARGE = "it is larger than poll.max_body"


def _hub(leases: Leases, token: str) -> str | None:
    lease = leases.by_token(token)
    return lease.hub if lease else None


@asynccontextmanager
async def listening(callbacks: Callbacks, host: str, port: int) -> AsyncIterator[str]:
    """Listen for hubs within the block; give the address. Raises ``Refused`` if that cannot be."""
    application = web.Application()
    # Whatever stands before: a proxy may hand on the path of the public address, or may not.
    application.add_routes(
        [
            web.get("/{before:(.*/)?}{feed}/{token}", callbacks.verify, allow_head=False),
            web.post("/{before:(.*/)?}{feed}/{token}", callbacks.deliver),
        ]
    )
    runner = web.AppRunner(
        application,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=1,
        auto_decompress=False,  # what is signed is what is sent
        lingering_time=2,
    )
    await runner.setup()
    assert runner.server is not None
    calls = Calls(runner.server)
    try:
        server = await _started(calls, host, port)
        looking = asyncio.create_task(calls.end_in_time())
        try:
            yield f"http://{host}:{server.sockets[0].getsockname()[1]}"
        finally:
            looking.cancel()
            server.close()
    finally:
        await runner.cleanup()


async def _started(calls: Calls, host: str, port: int) -> asyncio.Server:
    try:
        return await asyncio.get_running_loop().create_server(calls.begin, host, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise Refused(f"no hub can call {host}, port {port} ({reason}): set websub.listen") from error
