"""Dispatching: who waits for whom, who is switched off, what becomes of a try that breaks."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.errors import StoreUnavailable
from monitor.model import Delivery
from monitor.notify.base import Notifier, Outcome, Sent
from monitor.notify.dispatch import Dispatcher, DispatchLimits
from monitor.notify.email import EmailNotifier, SmtpAccess
from monitor.notify.outbox import Outbox
from monitor.notify.receivers import ReceiverStates
from monitor.notify.webhook import Hook
from monitor.store import records
from monitor.store.base import Document, Query
from monitor.store.sqlite import SqliteStore
from tests.contract.harness import TestClock
from tests.notify.servers import HANG, HOST, SECRET, delivery, hook_notifier, hook_server, mail_server

LEASE = timedelta(minutes=1)
PATIENCE = 20.0
"""Seconds until something that should happen counts as failed."""


class Scripted:
    """Answers as it is told; holds tries back until ``released``."""

    def __init__(self, *answers: Sent | Exception, held: bool = False) -> None:
        self.answers = list(answers)
        self.ids: list[str] = []
        self.now = self.most = 0
        self.released = asyncio.Event()
        if not held:
            self.released.set()

    async def send(self, one: Delivery) -> Sent:
        self.ids.append(one.id)
        self.now += 1
        self.most = max(self.most, self.now)
        await self.released.wait()
        self.now -= 1
        answer = self.answers.pop(0) if self.answers else Sent(Outcome.DELIVERED)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Flaky(SqliteStore):
    """A store whose writes of deliveries fail while it is ``away``."""

    away = False

    def update_all(self, kind: str, changes: Sequence[tuple[Document, int]]) -> list[int | None]:
        if self.away:
            raise StoreUnavailable("the disk is full")
        return super().update_all(kind, changes)


class Scene:
    """An outbox and its dispatcher."""

    def __init__(self, store: Flaky, per_receiver: int = 2) -> None:
        self.store = store
        self.clock = TestClock()
        outbox = Outbox(store, LEASE, timedelta(days=3))
        self.states = ReceiverStates(store)
        self.dispatcher = Dispatcher(outbox, self.states, self.clock, DispatchLimits(per_receiver))

    def put(self, *ids: str, receiver: str = "desk") -> None:
        made = [delivery(id_=id_, receiver=receiver) for id_ in ids]
        self.store.add(records.DELIVERIES, [records.deliveries.document(one) for one in made])

    def get(self, id_: str) -> Delivery:
        return records.deliveries.value(self.store.get(records.DELIVERIES, [id_])[id_])

    def states_of(self, receiver: str) -> dict[str, int]:
        return self.store.count(records.DELIVERIES, Query({"receiver": receiver}), by="state")

    def once(self, **notifiers: Notifier) -> None:
        """Try what is due, once."""

        async def run() -> None:
            self.dispatcher.use(notifiers)
            await self.dispatcher.round()
            await self.dispatcher.settle()

        asyncio.run(run())

    @contextlib.asynccontextmanager
    async def running(self, **notifiers: Notifier) -> AsyncIterator[None]:
        """Run the dispatcher's loop beside the block."""
        stop = asyncio.Event()
        self.dispatcher.use(notifiers)
        task = asyncio.create_task(self.dispatcher.run(stop))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, PATIENCE)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - a store has no event to wait for
            await asyncio.sleep(0.005)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with Flaky(tmp_path / "store.db") as store:
        yield Scene(store)


def test_what_is_due_is_sent_and_recorded(scene: Scene) -> None:
    scene.put("d")
    with capture_logs() as log:
        scene.once(desk=Scripted())
    assert scene.states_of("desk") == {"delivered": 1}
    assert [(one["event"], one["receiver"], one["delivery"]) for one in log] == [
        ("delivery.delivered", "desk", "d")
    ]


def test_a_receiver_that_nobody_knows_any_more_keeps_its_deliveries(scene: Scene) -> None:
    scene.put("d", receiver="former")
    scene.once(desk=Scripted())
    assert scene.states_of("former") == {"waiting": 1}


def test_a_slow_receiver_does_not_delay_another(scene: Scene) -> None:
    async def work() -> None:
        slow, quick = Scripted(held=True), Scripted()
        scene.put("s1", "s2", "s3", receiver="slow")
        scene.put("q1", "q2", "q3", receiver="quick")
        async with scene.running(slow=slow, quick=quick):
            await until(lambda: scene.states_of("quick") == {"delivered": 3})
            assert scene.states_of("slow") == {"waiting": 3}
            slow.released.set()
            await until(lambda: scene.states_of("slow") == {"delivered": 3})

    run(work())


def test_slow_mail_servers_do_not_delay_a_webhook(scene: Scene) -> None:
    desks = [f"desk-{number}" for number in range(20)]

    async def work() -> None:
        with mail_server() as mail, hook_server() as hook:
            mail.answers["RCPT"] = HANG
            access = SmtpAccess(HOST, mail.port, "monitor@example.org", timeout=PATIENCE)
            to = ["desk@example.org"]
            mails = {desk: EmailNotifier(to, access, "here", scene.clock) for desk in desks}
            for desk in desks:
                scene.put(f"{desk}-1", f"{desk}-2", receiver=desk)
            scene.put("q", receiver="hook")
            async with hook_notifier(Hook(hook.url(), (SECRET,))) as notifier:
                scene.dispatcher.use({**mails, "hook": notifier})
                await scene.dispatcher.round()
                await until(lambda: scene.states_of("hook") == {"delivered": 1})
                assert all(scene.get(f"{desk}-1").attempts == 0 for desk in desks)
                mail.release()
                await scene.dispatcher.settle()
            assert len(mail.mails) == 40

    run(work())


def test_no_more_tries_at_once_than_the_limit(scene: Scene) -> None:
    async def work() -> None:
        one = Scripted(held=True)
        scene.put(*[f"d{number}" for number in range(7)])
        scene.dispatcher.use({"desk": one})
        assert [await scene.dispatcher.round() for _ in range(3)] == [2, 0, 0]
        await until(lambda: one.now == 2)
        one.released.set()
        await scene.dispatcher.settle()
        await scene.dispatcher.drain()
        assert len(set(one.ids)) == len(one.ids) == 7
        assert one.most == 2

    run(work())


def test_a_failed_try_is_made_again_when_it_is_due(scene: Scene) -> None:
    scene.put("d")
    one = Scripted(Sent(Outcome.RETRY, "HTTP 503", retry_after=600))
    scene.once(desk=one)
    assert (scene.get("d").attempts, scene.get("d").last_error) == (1, "HTTP 503")
    scene.once(desk=one)
    assert one.ids == ["d"]
    scene.clock.advance(timedelta(minutes=11))
    scene.once(desk=one)
    assert one.ids == ["d", "d"]
    assert scene.states_of("desk") == {"delivered": 1}


def test_a_receiver_that_is_gone_is_switched_off_and_told_so(scene: Scene) -> None:
    scene.put("d1")
    scene.once(desk=Scripted(Sent(Outcome.DISABLE, "HTTP 410")))
    assert scene.get("d1").last_error == "HTTP 410"
    scene.put("d2")
    scene.put("o", receiver="other")
    again, other = Scripted(), Scripted()
    scene.once(desk=again, other=other)
    assert again.ids == []
    assert other.ids == ["o"]
    assert scene.states_of("desk") == {"failed": 2}
    reason = scene.get("d2").last_error or ""
    assert "switched off at 2026-03-01 12:00 UTC (HTTP 410)" in reason
    assert "monitor alerts test desk" in reason


def test_a_receiver_that_is_switched_on_again_gets_what_comes(scene: Scene) -> None:
    scene.states.switch_off("desk", "HTTP 410", scene.clock.now())
    scene.states.switch_on("desk", scene.clock.now())
    scene.put("d")
    scene.once(desk=Scripted())
    assert scene.states_of("desk") == {"delivered": 1}


def test_a_real_endpoint_that_answers_410_is_asked_once(scene: Scene) -> None:
    async def work() -> None:
        with hook_server() as server:
            server.status = 410
            scene.put("d1", "d2", "d3")
            async with hook_notifier(Hook(server.url(), (SECRET,))) as notifier:
                scene.dispatcher.use({"desk": notifier})
                await scene.dispatcher.drain()
            assert scene.states_of("desk") == {"failed": 3}
            assert len(server.requests) <= 2  # two tries at once

    run(work())


def test_a_notifier_that_breaks_is_tried_again_and_stops_nobody(scene: Scene) -> None:
    scene.put("b1", "b2", receiver="broken")
    scene.put("d")
    broken = Scripted(RuntimeError("https://x.example/t0ken"), KeyError("t0ken"))
    with capture_logs() as log:
        scene.once(broken=broken, desk=Scripted())
    assert scene.states_of("desk") == {"delivered": 1}
    assert {scene.get(id_).last_error for id_ in ("b1", "b2")} == {
        "monitor failed to send it: RuntimeError",
        "monitor failed to send it: KeyError",
    }
    places = [one["error"] for one in log if one["event"] == "delivery.broken"]
    assert len(places) == 2
    assert all("test_dispatch.py:" in place for place in places)
    assert "t0ken" not in str(log)
    scene.clock.advance(timedelta(minutes=1))
    scene.once(broken=broken)
    assert scene.states_of("broken") == {"delivered": 2}


def test_a_notifier_that_always_breaks_is_given_up_in_the_end(scene: Scene) -> None:
    scene.put("d")
    for _ in range(12):
        scene.once(desk=Scripted(RuntimeError()))
        scene.clock.advance(timedelta(days=1, hours=3))
    assert scene.states_of("desk") == {"failed": 1}


def test_an_outcome_that_cannot_be_kept_is_told_and_goes_out_again(scene: Scene) -> None:
    scene.put("d")
    one = Scripted(held=True)

    async def work() -> None:
        scene.dispatcher.use({"desk": one})
        await scene.dispatcher.round()
        await until(lambda: one.ids == ["d"])
        scene.store.away = True
        one.released.set()
        await scene.dispatcher.settle()

    with capture_logs() as log:
        run(work())
    (told,) = log
    assert (told["event"], told["log_level"]) == ("delivery.unrecorded", "error")
    assert (told["delivery"], told["outcome"], told["reason"]) == ("d", "delivered", "the disk is full")
    scene.store.away = False
    scene.once(desk=Scripted())
    assert scene.states_of("desk") == {"waiting": 1}
    scene.clock.advance(LEASE)
    again = Scripted()
    scene.once(desk=again)
    assert again.ids == ["d"]
    assert scene.states_of("desk") == {"delivered": 1}


def test_a_store_that_comes_back_is_used_again(scene: Scene) -> None:
    async def work() -> None:
        scene.put("d")
        scene.store.away = True
        with capture_logs() as log:
            async with scene.running(desk=Scripted()):
                await until(lambda: any(one["event"] == "dispatch.waits" for one in log))
                scene.store.away = False
                await until(lambda: scene.states_of("desk") == {"delivered": 1})

    run(work())


def test_a_delivery_that_cannot_be_read_is_set_aside_with_the_reason(scene: Scene) -> None:
    broken = records.deliveries.document(delivery(id_="x", receiver="desk"))
    body = {name: value for name, value in broken.body.items() if name != "alerts"}
    scene.store.add(records.DELIVERIES, [Document("x", broken.filed, body)])
    scene.put("d1", "d2", receiver="desk")
    for _ in range(2):
        scene.once(desk=Scripted())
    assert scene.states_of("desk") == {"delivered": 2, "failed": 1}
    assert "cannot be read" in scene.store.get(records.DELIVERIES, ["x"])["x"].body["last_error"]


def test_who_did_not_get_it_though_others_did_is_kept(scene: Scene) -> None:
    scene.put("d")
    with capture_logs() as log:
        scene.once(desk=Scripted(Sent(Outcome.DELIVERED, "but refused: x@example.org (550)", partly=True)))
    assert scene.states_of("desk") == {"delivered": 1}
    assert scene.get("d").last_error == "but refused: x@example.org (550)"
    assert [one["event"] for one in log] == ["delivery.partly"]


def test_when_told_to_stop_the_tries_under_way_end(scene: Scene) -> None:
    async def work() -> None:
        one = Scripted(held=True)
        scene.put("d")
        async with scene.running(desk=one):
            await until(lambda: one.ids == ["d"])
            asyncio.get_running_loop().call_later(0.05, one.released.set)
        assert scene.states_of("desk") == {"delivered": 1}

    run(work())


def test_what_is_leased_and_not_tried_goes_back_at_the_end(scene: Scene) -> None:
    scene.put(*(f"d{n}" for n in range(10)))
    sending = asyncio.Event()

    class Slow:
        async def send(self, delivery: Delivery) -> Sent:
            sending.set()
            await asyncio.sleep(0.05)
            return Sent(Outcome.DELIVERED)

    async def run() -> None:
        async with scene.running(desk=Slow()):
            await sending.wait()

    asyncio.run(run())
    waiting = [scene.get(f"d{n}") for n in range(10) if scene.get(f"d{n}").state.value == "waiting"]
    assert waiting, "more were leased than could be tried"
    assert not any(one.leased or one.due > scene.clock.now() for one in waiting)
    scene.once(desk=Slow())
    assert scene.states_of("desk")["delivered"] > 10 - len(waiting)


def test_a_delivery_whose_turn_comes_too_late_in_its_lease_is_left_to_the_next(scene: Scene) -> None:
    outbox = Outbox(scene.store, LEASE, timedelta(days=3))
    limits = DispatchLimits(per_receiver=1, leased=3, longest_try=LEASE / 2)
    dispatcher = Dispatcher(outbox, scene.states, scene.clock, limits)
    scene.put("a", "b", "c")
    tried: list[str] = []

    class Late:
        async def send(self, delivery: Delivery) -> Sent:
            tried.append(delivery.id)
            scene.clock.advance(LEASE * 0.6)
            return Sent(Outcome.DELIVERED)

    async def run() -> None:
        dispatcher.use({"desk": Late()})
        for _ in range(3):
            await dispatcher.round()
            await dispatcher.settle()

    asyncio.run(run())
    assert len(tried) == len(set(tried)) == 1, "the two others wait for the end of their lease"
    scene.clock.advance(LEASE)
    scene.once(desk=Late())
    assert set(tried) == {"a", "b", "c"}


def test_outcomes_that_come_while_others_are_written_are_written_together(tmp_path: Path) -> None:
    class Slow(Flaky):
        writes: list[int]

        def update_all(self, kind: str, changes: Sequence[tuple[Document, int]]) -> list[int | None]:
            if not any(document.body["leased"] for document, _ in changes):
                self.writes.append(len(changes))
                time.sleep(0.05)
            return super().update_all(kind, changes)

    class Quick:
        async def send(self, delivery: Delivery) -> Sent:
            return Sent(Outcome.DELIVERED)

    with Slow(tmp_path / "slow.db") as store:
        store.writes = []
        scene = Scene(store, per_receiver=8)
        scene.put(*(f"d{n}" for n in range(8)))
        scene.once(desk=Quick())
        assert scene.states_of("desk") == {"delivered": 8}
        assert sum(store.writes) == 8
        assert len(store.writes) <= 3, "the first alone, the others behind it"


def test_outcomes_that_were_written_before_an_error_are_not_told_as_lost(tmp_path: Path) -> None:
    class Torn(Flaky):
        """Writes what it is given, then fails, as long as it is given several."""

        def update_all(self, kind: str, changes: Sequence[tuple[Document, int]]) -> list[int | None]:
            done = super().update_all(kind, changes)
            if len(changes) > 1 and not changes[0][0].body["leased"]:
                raise StoreUnavailable("the answer was lost")
            return done

    class Quick:
        async def send(self, delivery: Delivery) -> Sent:
            return Sent(Outcome.DELIVERED)

    with Torn(tmp_path / "torn.db") as store, capture_logs() as logs:
        scene = Scene(store, per_receiver=8)
        scene.put(*(f"d{n}" for n in range(8)))
        scene.once(desk=Quick())
        assert scene.states_of("desk") == {"delivered": 8}
    assert not [line for line in logs if line["event"] == "delivery.unrecorded"]
    assert len([line for line in logs if line["event"] == "delivery.delivered"]) == 8
