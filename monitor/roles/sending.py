"""Sending: what is due in the outbox goes to its receivers."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta

import aiohttp

from monitor import app
from monitor.config.load import Configuration
from monitor.notify.base import Notifier
from monitor.notify.dispatch import Dispatcher
from monitor.notify.outbox import Outbox
from monitor.roles.part import Desk


class Sending:
    """Empties the outbox. As many processes as wanted may: each delivery is leased to one of them."""

    name = "dispatch"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.needs = desk.backend.names[1:]  # the outbox is in the store
        self._notifiers: Mapping[str, Notifier] = {}
        self._known: Configuration
        """What the notifiers were made from."""
        self._outbox: Outbox
        self._dispatcher: Dispatcher
        self._webhooks: aiohttp.ClientSession

    async def open(self, stack: AsyncExitStack) -> None:
        """Build the outbox and its dispatcher; ``stack`` closes what they use."""
        desk = self._desk
        self._outbox = app.outbox_of(desk.settings, desk.backend)
        if desk.backend.is_ours:  # so whoever holds a lease is dead
            await asyncio.to_thread(self._outbox.reclaim, desk.clock.now())
        self._dispatcher = app.dispatcher_of(
            desk.settings, desk.backend, self._outbox, desk.clock, desk.metrics.tried
        )
        self._webhooks = await app.open_webhook_session(stack, desk.settings)
        self._known = desk.in_force.configuration
        self._notifiers = app.notifiers_of(self._known, self._webhooks, desk.clock)
        self._dispatcher.use(self._notifiers)

    async def once(self) -> None:
        """Try once all that is due now."""
        await self._dispatcher.drain()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set, then let the tries under way end."""
        await self._dispatcher.run(stop)

    async def take(self) -> None:
        """Send to the receivers that are listed now; those that are as before go on."""
        after = self._desk.in_force.configuration
        self._notifiers = self._kept(self._known, after)
        self._known = after
        self._dispatcher.use(self._notifiers)

    async def shift(self, by: timedelta) -> None:
        """Move what is due: the wall clock was set back. In a cluster others have clocks of their own."""
        if self._desk.backend.is_ours:
            await asyncio.to_thread(self._outbox.shift, by)

    def trouble(self) -> str:
        """Return nothing: each try has its deadline, and what breaks begins again."""
        return ""

    def _kept(self, before: Configuration, after: Configuration) -> Mapping[str, Notifier]:
        made = app.notifiers_of(after, self._webhooks, self._desk.clock)
        unchanged = {receiver.name for receiver in after.receivers if receiver in before.receivers}
        return {name: self._notifiers[name] if name in unchanged else one for name, one in made.items()}
