"""``monitor deadletters``: what could not be handled or delivered, shown and handed in again."""

import json
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor import app
from monitor.commands.deadletters import _replay_letters, original
from monitor.config.load import load
from monitor.model import Article, Delivery, DeliveryState
from monitor.notify.outbox import Outbox
from monitor.plural import number
from monitor.store import records
from monitor.store.base import Query
from monitor.stream.base import Message, Record
from monitor.stream.codec import ARTICLES, DEAD_LETTERS, REPLAY_GROUP, article_codec
from monitor.stream.letters import bury, dead_letter, unsent
from monitor.stream.worker import REPLAYED, Stage, Worker
from tests.commands.desk import NOW, SECRET, Said, backend_of, monitor, work
from tests.contract.harness import TestClock
from tests.samples import alert, article
from tests.stream.narrow import NarrowStream

GARBAGE = Message("k", b"\xff\xfenot json", {"schema": "article.v1", "trace": "7"})


def poison(folder: Path, *messages: Message) -> None:
    """Let the service meet messages that it cannot handle."""
    with backend_of(folder) as backend:
        backend.stream.publish(ARTICLES, messages)
        work(folder, backend)


def fail(folder: Path, id_: str, reason: str = "HTTP 404") -> None:
    with backend_of(folder) as backend:
        failed = Delivery(
            id_, "hook", DeliveryState.FAILED, NOW, (alert(),), NOW, NOW, 9, reason, finished=NOW
        )  # fmt: skip
        backend.store.add(records.DELIVERIES, [records.deliveries.document(failed)])


def listed(folder: Path) -> list[dict[str, Any]]:
    said = monitor("deadletters", "list", "--config", folder, "--json")
    assert (said.code, said.err) == (0, "")
    return said.rows


def replayed(folder: Path) -> Said:
    return monitor("deadletters", "replay", "--config", folder)


def waiting(folder: Path, group: str, stream: str) -> list[Record]:
    """Return what a group would still get of a stream."""
    with backend_of(folder) as backend:
        return backend.stream.consumer(group, stream).poll(10_000, 0)


def test_there_may_be_none(folder: Path) -> None:
    said = monitor("deadletters", "list", "--config", folder)
    assert (said.code, said.out, said.err) == (0, "There are none.\n", "")
    assert listed(folder) == []
    assert replayed(folder).out == "0 messages published again, 0 deliveries due again\n"


def test_a_bad_message_is_listed_with_its_place_and_reason(folder: Path) -> None:
    poison(folder, GARBAGE)
    (row,) = listed(folder)
    assert row["what"] == "message"
    assert row["of"].startswith(f"{ARTICLES}/")
    assert row["of"].endswith("/0")
    assert "PoisonError" in row["reason"]
    assert row["size"] == len(GARBAGE.value)
    out = monitor("deadletters", "list", "--config", folder).out
    assert row["at"][:10] in out
    assert "PoisonError" in out


def test_a_failed_delivery_is_listed_with_its_reason(folder: Path) -> None:
    fail(folder, "d1", "HTTP 404 \x1b[2J[red]")
    (row,) = listed(folder)
    assert (row["what"], row["of"], row["id"]) == ("delivery", "hook, alerts: 1", "d1")
    out = monitor("deadletters", "list", "--config", folder).out
    assert "HTTP 404 [red]" in out
    assert "\x1b" not in out


def test_listing_takes_nothing_away(folder: Path) -> None:
    poison(folder, GARBAGE)
    fail(folder, "d1")
    assert listed(folder) == listed(folder)
    assert replayed(folder).out == "1 message published again, 1 delivery due again\n"


def test_a_replayed_message_is_as_it_was_and_handled_once_more(folder: Path) -> None:
    poison(folder, GARBAGE)
    assert replayed(folder).code == 0
    (again,) = waiting(folder, "matcher", ARTICLES)
    assert (again.key, again.value) == (GARBAGE.key, GARBAGE.value)
    assert {**GARBAGE.headers, REPLAYED: again.headers[REPLAYED]} == again.headers
    with backend_of(folder) as backend:
        work(folder, backend)
    assert len(listed(folder)) == 1  # the new letter: it is as bad as before
    assert waiting(folder, "matcher", ARTICLES) == []


def test_a_second_replay_does_nothing(folder: Path) -> None:
    poison(folder, *[GARBAGE] * 3)
    fail(folder, "d1")
    assert replayed(folder).out == "3 messages published again, 1 delivery due again\n"
    assert replayed(folder).out == "0 messages published again, 0 deliveries due again\n"
    assert listed(folder) == []


def test_a_message_that_can_be_handled_now_is_and_alerts_once(folder: Path) -> None:
    """As after an update that mends the fault."""
    one = article_codec.encode("a", article("a", "Troops in Kursk", first_seen=NOW))

    def broken(_: Sequence[Article]) -> None:
        raise ValueError("a fault of ours")

    with backend_of(folder) as backend:
        work(folder, backend)
        backend.stream.publish(ARTICLES, [one])
        Worker(Stage("matcher", ARTICLES, article_codec, broken), backend.stream, threading.Event()).drain()
    assert [row["reason"] for row in listed(folder)] == ["ValueError: a fault of ours"]
    for _ in range(2):
        replayed(folder)
        with backend_of(folder) as backend:
            work(folder, backend)
            assert backend.store.count(records.ALERTS, Query(), by="state") == {"sent": 1}
            assert backend.store.count(records.DELIVERIES, Query(), by="state") == {"waiting": 1}


def test_a_failed_delivery_is_due_again_under_its_id_with_all_its_tries(folder: Path) -> None:
    fail(folder, "d1")
    fail(folder, "d2")
    assert replayed(folder).out == "0 messages published again, 2 deliveries due again\n"
    with backend_of(folder) as backend:
        outbox: Outbox = app.outbox_of(load(folder, {"HOOK_SECRET": SECRET}).settings, backend)
        leased = outbox.lease("hook", NOW + timedelta(hours=1), 9)
    assert {one.delivery.id for one in leased} == {"d1", "d2"}
    assert {one.delivery.attempts for one in leased} == {0}


def test_a_message_that_fails_again_during_a_replay_does_not_keep_it_going(folder: Path) -> None:
    """A running service buries what is replayed at once; here the stream of the letter is the letters'."""
    with backend_of(folder) as backend:
        headers = {"stream": DEAD_LETTERS, "reason": "x", "original-stream": DEAD_LETTERS}
        backend.stream.publish(DEAD_LETTERS, [Message(str(n), b"", headers) for n in range(9)])
    assert replayed(folder).out == "9 messages published again, 0 deliveries due again\n"
    assert len(listed(folder)) == 9


def test_a_letter_that_does_not_say_where_it_belongs_is_told_and_kept(folder: Path) -> None:
    poison(folder, GARBAGE)
    with backend_of(folder) as backend:
        backend.stream.publish(DEAD_LETTERS, [Message("k", b"stray")])
    for published in (1, 0):
        said = replayed(folder)
        assert said.code == 1
        assert said.out == f"{number(published, 'message')} published again, 0 deliveries due again\n"
        assert "does not say which stream it is from: kept" in said.err
        (row,) = listed(folder)
        assert (row["of"], row["size"]) == ("?/?/?", 5)


def test_a_letter_that_has_left_out_its_bytes_is_told_and_kept(folder: Path) -> None:
    with backend_of(folder) as backend:
        headers = {"stream": ARTICLES, "reason": "x", "left-out": "99"}
        backend.stream.publish(DEAD_LETTERS, [Message("k", b"", headers)])
    said = replayed(folder)
    assert said.code == 1
    assert "has left out its bytes: kept" in said.err
    assert len(listed(folder)) == 1
    assert waiting(folder, "matcher", ARTICLES) == []


def test_a_letter_that_its_stream_still_refuses_is_kept_and_the_others_are_replayed(tmp_path: Path) -> None:
    good, big = Message("a", b"small"), Message("b", b"x" * 101)
    with NarrowStream(tmp_path / "narrow.db", TestClock(), {ARTICLES: 100}) as stream:
        bury(stream, [unsent(one, ARTICLES, "poller", "too large") for one in (big, good)])
        done, (kept,) = _replay_letters(stream)
        assert done == 1
        assert "is still refused (b: too large" in kept
        assert [record.value for record in stream.all_of(ARTICLES)] == [b"small"]
        left = stream.consumer(REPLAY_GROUP, DEAD_LETTERS).poll(10, 0)
        assert [letter.value for letter in left] == [big.value]


def test_the_original_is_what_was_buried() -> None:
    record = Record(ARTICLES, 3, 7, "k", b"value", {"schema": "s", "reason": "mine"}, NOW)
    letter = dead_letter(record, "matcher", "bad")
    buried = Record(DEAD_LETTERS, 0, 0, letter.key, letter.value, letter.headers, NOW)
    headers = {"schema": "s", "reason": "mine", REPLAYED: NOW.isoformat()}
    assert original(buried) == Message("k", b"value", headers)


def test_what_is_dropped_is_gone_and_status_counts_the_rest(folder: Path) -> None:
    poison(folder, GARBAGE)
    monitor("deadletters", "list", "--config", folder)
    assert json.loads(monitor("status", "--json", "--config", folder).out)["dead_letters"] == 1
    assert monitor("deadletters", "drop", "--config", folder).out == "1 message dropped\n"
    assert listed(folder) == []
    assert json.loads(monitor("status", "--json", "--config", folder).out)["dead_letters"] == 0
