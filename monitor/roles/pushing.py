"""Pushing: hubs are asked to tell of news, and what they tell has feeds polled.

Whoever polls a feed asks its hub. The hub may call any process that polls: what was agreed is in the store,
so any can answer. A process that is told of news for a feed of another one polls it itself, once: two polls
at a time do no harm (``feeds.state``), and nothing has to find its way to the owner.
"""

import asyncio
import contextlib
import random
from collections.abc import Collection, Iterable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial

import structlog

from monitor import app
from monitor.config.addresses import split_listen
from monitor.errors import FetchError, Unavailable
from monitor.feeds.polls import host_of
from monitor.feeds.timing.schedule import gap
from monitor.feeds.timing.turns import Lanes
from monitor.feeds.websub import lease
from monitor.feeds.websub.bell import PAUSE, Bell
from monitor.feeds.websub.hub import HubClient
from monitor.feeds.websub.hubs import AGAIN, Hubs
from monitor.feeds.websub.lease import Ask, Leases
from monitor.feeds.websub.server import Callbacks, Called, listening
from monitor.roles.part import Desk
from monitor.roles.polling import Polling

LOOK = 20.0
"""Seconds between two looks at what is due."""
ASKED_AT_ONCE = 2
"""Requests to one hub: thousands of feeds may have the same one."""


class Pushing:
    """Keeps up the leases of the feeds that are ours, and takes the calls of hubs for all."""

    name = "websub"

    def __init__(
        self, desk: Desk, polling: Polling, hubs: Hubs, *, look: float = LOOK, pause: float = PAUSE
    ) -> None:
        self._desk = desk
        self._polling = polling
        self._hubs = hubs
        self._look = look
        self._pause = pause
        self.needs = desk.backend.names[1:]
        self.address = ""
        """Where hubs are listened for, while that is so."""
        self._client: HubClient
        self._turns = Lanes(ASKED_AT_ONCE)
        self._settling: dict[str, asyncio.Task[None]] = {}
        """Of the feeds for which hubs are being asked now: one that hangs holds up no other."""
        self._waiting: set[str] = set()
        """Feeds that are to be looked at before the others."""
        self._woken = asyncio.Event()
        self._healthy: dict[str, bool] = {}
        """Of the feeds that are ours, whether their hubs told of their news when we looked last."""
        self._log = structlog.get_logger("websub")
        hubs.on_change = self._look_at

    async def open(self, stack: AsyncExitStack) -> None:
        """Build what asks hubs; ``stack`` closes it."""
        self._client = await app.open_hub_client(stack, self._desk.settings)

    async def run(self, stop: asyncio.Event) -> None:
        """Take calls and keep up leases until ``stop`` is set. Leases stay: hubs find us again."""
        settings, metrics = self._desk.settings, self._desk.metrics
        bell = Bell(self._answer, self._pause)
        callbacks = Callbacks(
            self._hubs.states,
            self._desk.clock,
            Called(bell.ring, self._look_at, metrics.pushed),
            lease=settings.websub.lease,
            max_body=settings.poll.max_body,
        )
        try:
            async with listening(callbacks, *split_listen(settings.websub.listen)) as self.address:
                self._log.info("websub.listening", address=self.address, callback=settings.websub.callback)
                tending = asyncio.create_task(self._tend())
                stopped = asyncio.create_task(stop.wait())
                try:
                    await asyncio.wait({tending, stopped}, return_when=asyncio.FIRST_COMPLETED)
                    if tending.done():
                        tending.result()
                finally:
                    ending = (tending, stopped, *self._settling.values())
                    for task in ending:
                        task.cancel()
                    await asyncio.gather(*ending, return_exceptions=True)
        finally:
            self.address = ""
            await bell.close()

    async def take(self) -> None:
        """Look at once: hubs of feeds that are listed no more are told so."""
        self._woken.set()

    async def shift(self, by: timedelta) -> None:
        """Do nothing: what hubs have promised is by the wall clock, as it is now."""

    def trouble(self) -> str:
        """Return nothing: each request has its deadline, and what breaks begins again."""
        return ""

    def _look_at(self, id_: str) -> None:
        self._waiting.add(id_)
        self._woken.set()

    async def _answer(self, id_: str) -> None:
        """Poll a feed whose hub rang; if nothing was there yet, once more. Who fails is not asked sooner."""
        try:
            if await self._polling.backs_off(id_):
                return
        except Unavailable as error:
            self._log.warning("websub.waits", feed=id_, reason=str(error))
        if self._polling.soon(id_) or id_ not in self._desk.in_force.subscriptions:
            return
        wait = await self._polling.poll(id_) - self._desk.clock.now()
        if wait <= AGAIN:
            await asyncio.sleep(max(0.0, wait.total_seconds()))
            await self._polling.poll(id_)

    async def _tend(self) -> None:
        while True:
            self._woken.clear()
            ids, self._waiting = self._waiting, set()
            try:
                self._see_to(await asyncio.to_thread(self._found, ids))
            except Unavailable as error:  # hubs are answered so meanwhile, and call again
                self._waiting |= ids
                self._log.warning("websub.waits", reason=str(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._look)

    def _found(self, ids: Collection[str]) -> list[Leases]:
        """Return all leases; those of ``ids`` have just changed, which a search may not know yet."""
        found = {one.id: one for one in self._hubs.states.all()}
        return list((found | self._hubs.states.get(ids)).values())

    def _see_to(self, found: Iterable[Leases]) -> None:
        """Do what is due for the feeds that are ours."""
        ours = [one for one in found if self._polling.owns(one.url)]
        now = self._desk.clock.now()
        for one in ours:
            if one.id not in self._settling and (self._stands(one) != one or lease.asks(one, now)):
                self._settling[one.id] = asyncio.create_task(self._settle(one.id))
        healthy = {one.id: one.is_healthy(now) for one in ours}
        # Those whose hub calls no more would wait too long; and for those new to us it may have called, or
        # ended, while nobody was here.
        turned = [*filter(self._has_turned, ours)]
        for place, one in enumerate(turned):
            if not self._polling.soon(one.id, gap(len(turned)) * place):
                del healthy[one.id]  # its job is not made yet, or it is off the list
        self._healthy = healthy

    def _has_turned(self, leases: Leases) -> bool:
        """Return whether a feed may have been planned for what is no longer so."""
        well, current = leases.is_healthy(self._desk.clock.now()), leases.current
        before = self._healthy.get(leases.id)
        if before is None:
            return well or (current is not None and current.checked is not None)
        return before and not well

    def _stands(self, leases: Leases | None) -> Leases | None:
        """Return what is kept after what has changed on our side: time, the list of feeds, our address."""
        if leases is None:
            return None
        now, current = self._desk.clock.now(), leases.current
        leases = lease.passed(leases, now)
        if current and leases.id not in self._desk.in_force.subscriptions:
            return lease.with_lease(leases, None, now)
        if current and not self._hubs.is_ours(leases.id, current):
            return lease.with_lease(leases, self._hubs.lease(leases.id, current.hub, current.topic), now)
        return leases

    async def _settle(self, id_: str) -> None:
        """Write down how a feed's leases stand now, and ask the hubs that are to be asked."""
        try:
            after = await asyncio.to_thread(self._hubs.states.change, id_, self._stands)
            for ask in lease.asks(after, self._desk.clock.now()) if after else ():
                async with self._turns.to(host_of(ask.lease.hub)):
                    await self._ask(id_, ask)
        except Unavailable as error:
            self._log.warning("websub.waits", feed=id_, reason=str(error))
        except Exception:
            self._log.exception("websub.broken", feed=id_)
        finally:
            del self._settling[id_]

    async def _ask(self, id_: str, ask: Ask) -> None:
        hub, token, change = ask.lease.hub, ask.lease.token, self._hubs.states.change_one
        asked = partial(lease.asked, now=self._desk.clock.now(), chance=random.random())  # noqa: S311
        await asyncio.to_thread(change, id_, token, asked)
        try:
            await self._client.ask(hub, lease.form(ask, self._hubs.terms.lease))
        except FetchError as error:
            reason = f"the hub did not take the request to {ask.mode}: {error}"
            await asyncio.to_thread(change, id_, token, partial(lease.failed, reason=reason))
            self._log.warning("hub.failed", feed=id_, hub=hub, reason=str(error))
        else:
            self._log.info("hub.asked", feed=id_, hub=hub, mode=ask.mode)
