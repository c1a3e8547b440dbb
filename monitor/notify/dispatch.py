"""Empties the outbox: one loop, a bounded number of tries at once for each receiver.

A slow receiver holds up only itself. A receiver that says it is gone (HTTP 410) is switched off: what waits
for it fails with that reason, and ``monitor alerts test`` switches it on again when it answers.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from monitor.clock import Clock
from monitor.errors import Unavailable
from monitor.model import Delivery, DeliveryState
from monitor.notify.base import Notifier, Outcome, Sent
from monitor.notify.outbox import Leased, Outbox
from monitor.notify.receivers import ReceiverStates

IDLE_SECONDS = 0.5
LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class DispatchLimits:
    """How much is tried at once, and how long a try holds its lease."""

    per_receiver: int = 4
    lease: timedelta = timedelta(seconds=120)


class Dispatcher:
    """Sends what is due. Belongs to one event loop."""

    def __init__(self, outbox: Outbox, states: ReceiverStates, clock: Clock, limits: DispatchLimits) -> None:
        self._outbox = outbox
        self._states = states
        self._clock = clock
        self._limits = limits
        self._running: dict[str, set[asyncio.Task[None]]] = defaultdict(set)
        self._notifiers: Mapping[str, Notifier] = {}
        self._log = structlog.get_logger("dispatch")

    def use(self, notifiers: Mapping[str, Notifier]) -> None:
        """Take these receivers from now on, by name."""
        self._notifiers = notifiers

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop, then let the tries under way end."""
        pause = IDLE_SECONDS
        while not stop.is_set():
            try:
                await self.round()
                pause = IDLE_SECONDS
            except Unavailable as error:
                pause = min(pause * 2, LONGEST_PAUSE)
                self._log.warning("dispatch.waits", reason=str(error))
            try:
                await asyncio.wait_for(stop.wait(), pause)
            except TimeoutError:
                continue
        await self.settle()

    async def drain(self) -> None:
        """Try once all that is due now, and return when each try has ended."""
        while await self.round():
            await self.settle()

    async def round(self) -> int:
        """Start what is due, within the limits; return the number of tries started."""
        started = 0
        for receiver, notifier in list(self._notifiers.items()):
            running = self._running[receiver]
            free = self._limits.per_receiver - len(running)
            for leased in await asyncio.to_thread(self._due, receiver, free):
                task = asyncio.create_task(self._try(leased, notifier))
                running.add(task)
                task.add_done_callback(running.discard)
                started += 1
        return started

    async def settle(self) -> None:
        """Wait until no try is under way."""
        tasks = [task for running in self._running.values() for task in running]
        await asyncio.gather(*tasks, return_exceptions=True)

    def _due(self, receiver: str, free: int) -> list[Leased]:
        now = self._clock.now()
        self._outbox.collect(receiver, now)
        return self._outbox.lease(receiver, now, free) if free else []

    async def _try(self, leased: Leased, notifier: Notifier) -> None:
        delivery = leased.delivery
        gone = await asyncio.to_thread(self._states.gone, delivery.receiver)
        if gone:
            sent = Sent(Outcome.PERMANENT, gone)
        else:
            sent = await notifier.send(delivery)
        if sent.outcome is Outcome.DISABLE:
            await asyncio.to_thread(
                self._states.switch_off, delivery.receiver, sent.reason, self._clock.now()
            )
        after = await asyncio.to_thread(
            self._outbox.record,
            leased,
            sent,
            self._clock.now(),
            random.random(),  # noqa: S311 - only spreads load
        )
        self._tell(after)

    def _tell(self, delivery: Delivery) -> None:
        facts = {"receiver": delivery.receiver, "delivery": delivery.id, "tries": delivery.attempts}
        match delivery.state:
            case DeliveryState.DELIVERED:
                self._log.info("delivery.delivered", alerts=len(delivery.alerts), **facts)
            case DeliveryState.FAILED:
                self._log.error("delivery.failed", reason=delivery.last_error, **facts)
            case _:
                self._log.warning(
                    "delivery.retry", reason=delivery.last_error, due=str(delivery.due), **facts
                )
