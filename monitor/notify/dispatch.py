"""Empties the outbox: one loop, a bounded number of tries at once for each receiver.

Deliveries are leased some at a time, more than are tried at once, for leasing costs more than most tries.
Those whose turn comes too late are left to whoever leases them next. A slow receiver holds up only itself,
and so does one whose deliveries cannot be read. A receiver that says it is gone (HTTP 410) is switched off:
what waits for it fails with that reason, and ``monitor alerts test`` switches it on again when it answers.
"""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from traceback import extract_tb

import structlog

from monitor.clock import Clock
from monitor.errors import Refused, Unavailable
from monitor.model import Delivery, DeliveryState
from monitor.notify.base import Notifier, Outcome, Sent
from monitor.notify.outbox import Leased, Outbox, Tried
from monitor.notify.receivers import ReceiverStates

IDLE_SECONDS = 0.5
LONGEST_PAUSE = 10.0


@dataclass(frozen=True, slots=True)
class DispatchLimits:
    """How much is tried at once."""

    per_receiver: int = 4
    leased: int = 96
    """Deliveries of one receiver that are leased together."""
    longest_try: timedelta = timedelta(0)
    """No try begins when less than this is left of its lease."""


class Dispatcher:
    """Sends what is due. Belongs to one event loop."""

    def __init__(
        self,
        outbox: Outbox,
        states: ReceiverStates,
        clock: Clock,
        limits: DispatchLimits,
        on_tried: Callable[[str, str], object] = lambda *_: None,
    ) -> None:
        """``on_tried`` hears of each try: the receiver, and how the delivery stands after it."""
        self._outbox = outbox
        self._on_tried = on_tried
        self._states = states
        self._clock = clock
        self._limits = limits
        self._running: dict[str, set[asyncio.Task[None]]] = defaultdict(set)
        self._turn: dict[str, deque[Leased]] = defaultdict(deque)
        """What is leased and waits for its turn."""
        self._gone: dict[str, str | None] = {}
        """Why nothing is sent to a receiver, as known when something was leased for it last."""
        self._ended: list[tuple[Tried, asyncio.Future[Delivery | None]]] = []
        """Tries whose outcome is still to be written down."""
        self._recording: asyncio.Task[None] | None = None
        self._rests: dict[str, float] = {}
        self._notifiers: Mapping[str, Notifier] = {}
        self._log = structlog.get_logger("dispatch")

    def use(self, notifiers: Mapping[str, Notifier]) -> None:
        """Take these receivers from now on, by name."""
        self._notifiers = notifiers

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop, then let the tries under way end."""
        pause = IDLE_SECONDS
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            started = 0
            try:
                started = await self.round()
                pause = IDLE_SECONDS
            except Unavailable as error:
                pause = min(pause * 2, LONGEST_PAUSE)
                self._log.warning("dispatch.waits", reason=str(error))
            # Behind tries that were just started more may wait: the first that ends makes room.
            room = self._under_way() if started else ()
            await asyncio.wait({stopped, *room}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        await self.settle()
        await self._give_back()

    async def drain(self) -> None:
        """Try once all that is due now, and return when each try has ended."""
        while await self.round():
            await self.settle()

    async def round(self) -> int:
        """Start what is due, within the limits; return the number of tries started."""
        started = 0
        for receiver, notifier in list(self._notifiers.items()):
            running, turn = self._running[receiver], self._turn[receiver]
            if len(turn) + len(running) < self._limits.per_receiver:
                turn += await self._taken(receiver, self._limits.leased - len(turn) - len(running))
            while turn and len(running) < self._limits.per_receiver:
                leased = turn.popleft()
                if leased.delivery.due - self._clock.now() < self._limits.longest_try:
                    continue
                task = asyncio.create_task(self._try(leased, notifier))
                running.add(task)
                task.add_done_callback(running.discard)
                started += 1
        return started

    async def _give_back(self) -> None:
        """Let others have at once what we have leased and not tried."""
        unused = [leased for turn in self._turn.values() for leased in turn]
        self._turn.clear()
        try:
            await asyncio.to_thread(self._outbox.give_back, unused, self._clock.now())
        except (Unavailable, Refused) as error:
            self._log.warning("dispatch.waits", reason=str(error))  # they are due again when their lease ends

    async def settle(self) -> None:
        """Wait until no try is under way."""
        await asyncio.gather(*self._under_way(), return_exceptions=True)

    def _under_way(self) -> list[asyncio.Task[None]]:
        return [task for running in self._running.values() for task in running]

    async def _taken(self, receiver: str, free: int) -> list[Leased]:
        if self._clock.monotonic() < self._rests.get(receiver, 0.0):
            return []
        try:
            return await asyncio.to_thread(self._due, receiver, free)
        except (Unavailable, Refused):
            raise
        except Exception as error:  # what is wrong with this receiver's deliveries must not stop the others'
            self._rests[receiver] = self._clock.monotonic() + LONGEST_PAUSE
            self._log.error("dispatch.broken", receiver=receiver, error=_place(error))
            return []

    def _due(self, receiver: str, free: int) -> list[Leased]:
        """Lease what is due; only when that is not much, see to digests first become due."""
        now = self._clock.now()
        self._gone[receiver] = self._states.gone(receiver)
        leased = self._outbox.lease(receiver, now, free)
        if len(leased) < free and self._outbox.collect(receiver, now):
            leased += self._outbox.lease(receiver, now, free - len(leased))
        return leased

    async def _try(self, leased: Leased, notifier: Notifier) -> None:
        delivery = leased.delivery
        sent: Sent | None = None
        try:
            gone = self._gone.get(delivery.receiver)
            sent = Sent(Outcome.PERMANENT, gone) if gone else await self._sent(delivery, notifier)
            after = await self._record(leased, sent)
        except (Unavailable, Refused) as error:
            self._unrecorded(delivery, sent, str(error))
        except Exception as error:
            self._unrecorded(delivery, sent, _place(error))
        else:
            if after is None:
                self._unrecorded(delivery, sent, "it took longer than its lease, or was given up meanwhile")
            else:
                self._tell(after, sent)

    async def _sent(self, delivery: Delivery, notifier: Notifier) -> Sent:
        try:
            return await notifier.send(delivery)
        except Exception as error:
            # A mistake of ours. Its text may hold an address with a token, so only its place is told.
            self._log.error(
                "delivery.broken", receiver=delivery.receiver, delivery=delivery.id, error=_place(error)
            )
            return Sent(Outcome.RETRY, f"monitor failed to send it: {type(error).__name__}")

    async def _record(self, leased: Leased, sent: Sent) -> Delivery | None:
        delivery = leased.delivery
        if sent.outcome is Outcome.DISABLE:
            self._gone[delivery.receiver] = sent.reason
            await asyncio.to_thread(
                self._states.switch_off, delivery.receiver, sent.reason, self._clock.now()
            )
        chance = random.random()  # noqa: S311 - only spreads load
        recorded: asyncio.Future[Delivery | None] = asyncio.get_running_loop().create_future()
        self._ended.append((Tried(leased, sent, self._clock.now(), chance), recorded))
        if self._recording is None or self._recording.done():
            self._recording = asyncio.create_task(self._record_what_ended())
        return await recorded

    async def _record_what_ended(self) -> None:
        """Write outcomes down: together those that come while others are being written."""
        while self._ended:
            ended, self._ended = self._ended, []
            try:
                await self._written(ended)
            except Exception:
                for one in ended:  # some of them may have been written, and one must not spoil the others
                    try:
                        await self._written([one])
                    except Exception as error:
                        if not one[1].done():  # nobody waits any more if the process is being ended
                            one[1].set_exception(error)

    async def _written(self, ended: Sequence[tuple[Tried, asyncio.Future[Delivery | None]]]) -> None:
        after = await asyncio.to_thread(self._outbox.record_all, [tried for tried, _ in ended])
        for (_, recorded), one in zip(ended, after, strict=True):
            if not recorded.done():
                recorded.set_result(one)

    def _unrecorded(self, delivery: Delivery, sent: Sent | None, reason: str) -> None:
        """Say that an outcome is not kept: when the lease ends, the delivery goes out under the same id."""
        self._log.error(
            "delivery.unrecorded",
            receiver=delivery.receiver,
            delivery=delivery.id,
            outcome=sent.outcome.value if sent else "not tried",
            reason=reason,
            again=str(delivery.due),
        )

    def _tell(self, delivery: Delivery, sent: Sent) -> None:
        self._on_tried(delivery.receiver, delivery.state.value)
        facts = {"receiver": delivery.receiver, "delivery": delivery.id, "tries": delivery.attempts}
        match delivery.state:
            case DeliveryState.DELIVERED if sent.partly:
                self._log.error("delivery.partly", reason=sent.reason, alerts=len(delivery.alerts), **facts)
            case DeliveryState.DELIVERED:
                self._log.info("delivery.delivered", alerts=len(delivery.alerts), **facts)
            case DeliveryState.FAILED:
                self._log.error("delivery.failed", reason=delivery.last_error, **facts)
            case _:
                self._log.warning(
                    "delivery.retry", reason=delivery.last_error, due=str(delivery.due), **facts
                )


def _place(error: Exception) -> str:
    """Return the kind of an error and the line that raised it."""
    frame = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
