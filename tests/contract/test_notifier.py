"""The promises of a notifier, for every channel."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.notify.base import Outcome
from monitor.notify.dispatch import Dispatcher, DispatchLimits
from monitor.notify.outbox import Outbox
from monitor.notify.receivers import ReceiverStates
from monitor.store import records
from monitor.store.sqlite import SqliteStore
from tests.contract.harness import TestClock
from tests.contract.notifier_harness import (
    Behaviour,
    EmailHarness,
    NotifierHarness,
    WebhookHarness,
    email_harness,
    webhook_harness,
)
from tests.notify.servers import closed_port, delivery, forever, raw_server
from tests.samples import alert, article, match

HARNESSES: dict[str, Callable[[], AbstractContextManager[NotifierHarness]]] = {
    "email": email_harness,
    "webhook": webhook_harness,
}
GARBAGE = [
    pytest.param(name, garbage, id=f"{name}-{number}")
    for name, kind in (("email", EmailHarness), ("webhook", WebhookHarness))
    for number, garbage in enumerate(kind.garbage)
]
BRIEF = 0.3
"""Seconds that a notifier waits which gives up soon."""
SOON = 5.0
"""Seconds within which it must have given up, on a busy machine."""
SERVERS_OWN = "mail.log"
"""Where the mail server writes, who knows the password."""


@pytest.fixture(params=sorted(HARNESSES))
def harness(request: pytest.FixtureRequest) -> Iterator[NotifierHarness]:
    with HARNESSES[request.param]() as opened:
        yield opened


def test_a_delivery_arrives(harness: NotifierHarness) -> None:
    assert harness.send(delivery()).outcome is Outcome.DELIVERED
    assert len(harness.ids()) == 1


def test_a_digest_arrives_as_one_message(harness: NotifierHarness) -> None:
    alerts = [alert(match(article(f"n{number}"))) for number in range(5)]
    assert harness.send(delivery(*alerts, digest=True)).outcome is Outcome.DELIVERED
    assert len(harness.ids()) == 1


def test_a_delivery_that_goes_out_twice_has_the_same_id(harness: NotifierHarness) -> None:
    harness.behave(Behaviour.DROPS)
    assert harness.send(delivery()).outcome is Outcome.RETRY
    harness.behave(Behaviour.WELL)
    assert harness.send(delivery()).outcome is Outcome.DELIVERED
    first, second = harness.ids()
    assert first == second
    assert "d1" in first


def test_different_deliveries_have_different_ids(harness: NotifierHarness) -> None:
    harness.send(delivery(id_="d1"))
    harness.send(delivery(id_="d2"))
    assert len(set(harness.ids())) == 2


def test_nobody_at_home_is_tried_again(harness: NotifierHarness) -> None:
    sent = harness.send(delivery(), port=closed_port())
    assert sent.outcome is Outcome.RETRY
    assert sent.reason


def test_a_receiver_that_does_not_answer_is_tried_again_within_the_limit(harness: NotifierHarness) -> None:
    harness.behave(Behaviour.HANGS)
    started = time.monotonic()
    sent = harness.send(delivery(), patience=BRIEF)
    assert time.monotonic() - started < SOON
    assert sent.outcome is Outcome.RETRY
    assert "no answer" in sent.reason


@pytest.mark.parametrize("part", [b"2", None], ids=["trickle", "endless"])
def test_an_answer_that_does_not_end_is_left_within_the_limit(
    harness: NotifierHarness, part: bytes | None
) -> None:
    started = time.monotonic()
    with raw_server(forever(part or harness.endless), speaks_first=harness.speaks_first) as port:
        sent = harness.send(delivery(), port=port, patience=BRIEF)
        assert time.monotonic() - started < SOON
    assert sent.outcome is Outcome.RETRY


def test_a_connection_that_breaks_midway_is_tried_again(harness: NotifierHarness) -> None:
    harness.behave(Behaviour.DROPS)
    sent = harness.send(delivery())
    assert sent.outcome is Outcome.RETRY
    assert "closed the connection" in sent.reason


def test_a_busy_receiver_is_tried_again(harness: NotifierHarness) -> None:
    harness.behave(Behaviour.BUSY)
    assert harness.send(delivery()).outcome is Outcome.RETRY


def test_a_refused_message_is_not_tried_again(harness: NotifierHarness) -> None:
    harness.behave(Behaviour.REFUSES)
    assert harness.send(delivery()).outcome is Outcome.PERMANENT


@pytest.mark.parametrize(("name", "garbage"), GARBAGE)
def test_an_answer_that_makes_no_sense_is_tried_again(name: str, garbage: bytes) -> None:
    with HARNESSES[name]() as harness, raw_server([garbage], speaks_first=harness.speaks_first) as port:
        sent = harness.send(delivery(), port=port, patience=BRIEF)
    assert sent.outcome is Outcome.RETRY
    assert sent.reason.isprintable()


@pytest.mark.parametrize("title", ["\ud800", "a\r\nBcc: v@evil.example", "\0\x1b[31m\u2028", ""])
def test_no_title_keeps_an_alert_from_being_sent(harness: NotifierHarness, title: str) -> None:
    one = alert(match(article(title=title, summary=title, body=title)))
    assert harness.send(delivery(one)).outcome is Outcome.DELIVERED


@pytest.mark.parametrize("how", [*Behaviour, None])
def test_secrets_are_neither_in_the_reason_nor_in_the_log(
    harness: NotifierHarness, how: Behaviour | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    harness.behave(how or Behaviour.WELL)
    port = None if how else closed_port()
    with SqliteStore(tmp_path / "store.db") as store, capture_logs() as log:
        store.add(records.DELIVERIES, [records.deliveries.document(delivery())])

        async def run() -> None:
            outbox = Outbox(store, timedelta(minutes=1), timedelta(days=3))
            dispatcher = Dispatcher(outbox, ReceiverStates(store), TestClock(), DispatchLimits())
            async with harness.notifier(port, BRIEF) as notifier:
                dispatcher.use({"desk": notifier})
                await dispatcher.round()
                await dispatcher.settle()

        asyncio.run(run())
        kept = store.get(records.DELIVERIES, ["d1"])["d1"].body
    assert [entry["event"].partition(".")[0] for entry in log] == ["delivery"]
    ours = [record.getMessage() for record in caplog.records if record.name != SERVERS_OWN]
    for secret in harness.secrets:
        assert secret not in f"{log} {ours} {kept['last_error']}"
