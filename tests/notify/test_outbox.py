"""Leases, retries and digests: nothing lost, repeats under one id."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import Delivery, DeliveryState
from monitor.notify.base import Outcome, Sent
from monitor.notify.outbox import DIGEST_PARTS, Leased, Outbox, digest_of
from monitor.store import records
from monitor.store.base import Added, Document, Page, Query, Store
from monitor.store.sqlite import SqliteStore
from tests.samples import NOW, alert, article, match

LEASE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return Outbox(store, LEASE, 3 * DAY)


def put(store: Store, *ids: str, state: DeliveryState = DeliveryState.WAITING, due: datetime = NOW) -> None:
    made = [
        Delivery(id_, "desk", state, due, (alert(match(article(id_))),), NOW, NOW, attempts=0) for id_ in ids
    ]
    store.add(records.DELIVERIES, [records.deliveries.document(one) for one in made])


def recorded(outbox: Outbox, leased: Leased, sent: Sent, now: datetime, chance: float) -> Delivery:
    after = outbox.record(leased, sent, now, chance)
    assert after
    return after


def states(store: Store) -> dict[str, int]:
    return store.count(records.DELIVERIES, Query(), by="state")


def test_a_leased_delivery_is_nobody_elses_until_the_lease_ends(store: Store, outbox: Outbox) -> None:
    put(store, "d")
    assert [one.delivery.id for one in outbox.lease("desk", NOW, 5)] == ["d"]
    assert outbox.lease("desk", NOW, 5) == []
    assert [one.delivery.id for one in outbox.lease("desk", NOW + LEASE, 5)] == ["d"]


def test_what_is_not_due_or_for_others_is_left(store: Store, outbox: Outbox) -> None:
    put(store, "d", due=NOW + HOUR)
    assert outbox.lease("desk", NOW, 5) == []
    assert outbox.lease("other", NOW + HOUR, 5) == []


def test_a_delivered_one_is_done(store: Store, outbox: Outbox) -> None:
    put(store, "d")
    (leased,) = outbox.lease("desk", NOW, 1)
    after = recorded(outbox, leased, Sent(Outcome.DELIVERED), NOW, 0.5)
    assert (after.state, after.attempts, after.finished) == (DeliveryState.DELIVERED, 1, NOW)
    assert states(store) == {"delivered": 1}


def test_failed_tries_wait_longer_and_longer_and_then_give_up(store: Store, outbox: Outbox) -> None:
    put(store, "d")
    now, waits = NOW, []
    while True:
        (leased,) = outbox.lease("desk", now, 1)
        after = recorded(outbox, leased, Sent(Outcome.RETRY, "HTTP 503"), now, 0.0)
        if after.state is DeliveryState.FAILED:
            break
        waits.append((after.due - now).total_seconds())
        now = after.due
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert now - NOW >= 3 * DAY
    assert after.last_error == "HTTP 503"


def test_the_receivers_wish_to_wait_is_heeded(store: Store, outbox: Outbox) -> None:
    put(store, "d")
    (leased,) = outbox.lease("desk", NOW, 1)
    assert recorded(outbox, leased, Sent(Outcome.RETRY, "", 600), NOW, 0.0).due == NOW + timedelta(minutes=10)


def test_an_outcome_after_the_lease_was_lost_changes_nothing(store: Store, outbox: Outbox) -> None:
    put(store, "d")
    (late,) = outbox.lease("desk", NOW, 1)
    (current,) = outbox.lease("desk", NOW + LEASE, 1)
    outbox.record(current, Sent(Outcome.DELIVERED), NOW, 0.5)
    outbox.record(late, Sent(Outcome.RETRY, "timeout"), NOW, 0.5)
    assert states(store) == {"delivered": 1}


def test_a_failed_delivery_can_be_replayed_under_its_id(store: Store, outbox: Outbox) -> None:
    put(store, "d")
    (leased,) = outbox.lease("desk", NOW, 1)
    outbox.record(leased, Sent(Outcome.PERMANENT, "HTTP 404"), NOW, 0.5)
    assert outbox.replay(["d", "unknown"], NOW) == 1
    assert [one.delivery.id for one in outbox.lease("desk", NOW, 1)] == ["d"]


def test_parts_become_one_digest_when_they_are_due(store: Store, outbox: Outbox) -> None:
    put(store, "a", "b", "c", state=DeliveryState.COLLECTING, due=NOW + HOUR)
    assert outbox.collect("desk", NOW) == []
    (digest,) = outbox.collect("desk", NOW + HOUR)
    assert len(digest.alerts) == 3
    assert states(store) == {"digested": 3, "waiting": 1}
    assert outbox.collect("desk", NOW + HOUR) == []


def collecting(store: Store, *subjects: str) -> list[Delivery]:
    """Put parts whose ids are as the pipeline makes them."""
    from monitor.alerts.digest import Hourly
    from monitor.alerts.route import Route, deliveries_of

    routes = {"desk": Route("desk", Hourly())}
    made = [one for id_ in subjects for one in deliveries_of(alert(match(article(id_))), routes, NOW)]
    store.add(records.DELIVERIES, [records.deliveries.document(one) for one in made])
    return made


def test_a_crash_between_freezing_and_marking_makes_no_second_digest(store: Store, outbox: Outbox) -> None:
    parts = collecting(store, "a", "b")
    (digest,) = outbox.collect("desk", NOW + HOUR)
    for part in parts:  # as if the crash had come before the parts were marked
        stored = store.get(records.DELIVERIES, [part.id])[part.id]
        store.update(records.DELIVERIES, records.deliveries.document(part), stored.version)
    collecting(store, "late")
    (second,) = outbox.collect("desk", NOW + HOUR)
    assert second.id != digest.id
    assert [one.subject for one in second.alerts] == ["late"]
    assert states(store) == {"digested": 3, "waiting": 2}


def test_a_very_long_digest_is_cut_into_several_and_loses_nothing(store: Store, outbox: Outbox) -> None:
    collecting(store, *[f"n{n}" for n in range(DIGEST_PARTS + 50)])
    digests = outbox.collect("desk", NOW + HOUR)
    assert [len(one.alerts) for one in digests] == [DIGEST_PARTS, 50]
    assert len({one.subject for digest in digests for one in digest.alerts}) == DIGEST_PARTS + 50


def test_leases_of_a_dead_process_end_when_the_next_one_starts(store: Store, outbox: Outbox) -> None:
    put(store, "leased", "retried")
    first, second = outbox.lease("desk", NOW, 2)
    assert {first.delivery.id, second.delivery.id} == {"leased", "retried"}
    retried = first if first.delivery.id == "retried" else second
    due = recorded(outbox, retried, Sent(Outcome.RETRY), NOW, 0.0).due
    assert outbox.reclaim(NOW) == 1
    assert [one.delivery.id for one in outbox.lease("desk", NOW, 5)] == ["leased"]
    assert due > NOW


def test_what_waits_for_a_receiver_that_is_gone_is_given_up_in_the_end(store: Store, outbox: Outbox) -> None:
    put(store, "d")
    assert outbox.abandon(["desk"], NOW + 30 * DAY) == 0
    assert outbox.abandon(["other"], NOW + DAY) == 0
    assert outbox.abandon(["other"], NOW + 3 * DAY) == 1
    (failed,) = store.find(records.DELIVERIES, Query({"state": "failed"})).documents
    assert failed.body["last_error"] == "the receiver desk is not in the watchlist"


def test_an_outcome_that_comes_after_the_lease_is_not_written(store: Store, outbox: Outbox) -> None:
    put(store, "d")
    (late,) = outbox.lease("desk", NOW, 1)
    outbox.lease("desk", NOW + 2 * LEASE, 1)
    assert outbox.record(late, Sent(Outcome.DELIVERED), NOW + 2 * LEASE, 0.5) is None


def test_a_delivery_that_cannot_be_read_is_set_aside_and_the_others_go(store: Store, outbox: Outbox) -> None:
    put(store, "a", "b")
    stored = store.get(records.DELIVERIES, ["a"])["a"]
    broken = Document("a", stored.filed, {**stored.body, "attempts": "many"})
    store.update(records.DELIVERIES, broken, stored.version)
    assert [one.delivery.id for one in outbox.lease("desk", NOW, 5)] == ["b"]
    assert states(store) == {"waiting": 1, "failed": 1}


def test_a_clock_that_is_set_back_delays_no_retry(store: Store, outbox: Outbox) -> None:
    put(store, "d", due=NOW + HOUR)
    assert outbox.lease("desk", NOW, 1) == []
    assert outbox.shift(-HOUR) == 1
    assert len(outbox.lease("desk", NOW, 1)) == 1


def test_what_was_planned_by_a_clock_far_ahead_is_due_after_a_start(store: Store, outbox: Outbox) -> None:
    put(store, "far", due=NOW + 300 * DAY)
    put(store, "soon", due=NOW + HOUR)
    assert outbox.reclaim(NOW) == 1
    assert [one.delivery.id for one in outbox.lease("desk", NOW, 5)] == ["far"]


class LaggingStore(SqliteStore):
    """A store whose ``find`` and ``count`` show every document as it was when it was added."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "now.db")
        self._shown = SqliteStore(folder / "shown.db")

    def add(self, kind: str, documents: Sequence[Document]) -> list[Added]:
        self._shown.add(kind, documents)
        return super().add(kind, documents)

    def find(self, kind: str, query: Query) -> Page:
        return self._shown.find(kind, query)

    def count(self, kind: str, query: Query, by: str | None = None) -> dict[str, int]:
        return self._shown.count(kind, query, by)

    def close(self) -> None:
        self._shown.close()
        super().close()


@pytest.fixture
def lagging(tmp_path: Path) -> Iterator[LaggingStore]:
    with LaggingStore(tmp_path) as opened:
        yield opened


def now_in(store: Store, *ids: str) -> dict[str, Delivery]:
    return {id_: records.deliveries.value(one) for id_, one in store.get(records.DELIVERIES, ids).items()}


def test_a_search_that_lags_makes_no_second_digest(lagging: LaggingStore) -> None:
    outbox = Outbox(lagging, LEASE, 3 * DAY)
    parts = collecting(lagging, *[f"n{n}" for n in range(DIGEST_PARTS + 50)])
    digests = outbox.collect("desk", NOW + HOUR)
    assert [len(one.alerts) for one in digests] == [DIGEST_PARTS, 50]
    assert outbox.collect("desk", NOW + HOUR) == []
    assert {one.state for one in now_in(lagging, *[part.id for part in parts]).values()} == {"digested"}


def test_a_search_that_lags_leases_nothing_twice(lagging: LaggingStore) -> None:
    outbox = Outbox(lagging, LEASE, 3 * DAY)
    put(lagging, "a", "b", "c")
    (first,) = outbox.lease("desk", NOW, 1)
    others = outbox.lease("desk", NOW, 1) + outbox.lease("desk", NOW, 1)
    assert len({one.delivery.id for one in (first, *others)}) == 3
    assert outbox.lease("desk", NOW, 1) == []
    assert outbox.record(first, Sent(Outcome.DELIVERED), NOW, 0.5)
    (again, _) = outbox.lease("desk", NOW + LEASE, 3)
    assert again.delivery.id != first.delivery.id


def test_a_search_that_lags_undoes_nothing(lagging: LaggingStore) -> None:
    outbox = Outbox(lagging, LEASE, 3 * DAY)
    put(lagging, "done", "later")
    for leased in outbox.lease("desk", NOW, 2):
        sent = Sent(Outcome.DELIVERED if leased.delivery.id == "done" else Outcome.RETRY)
        outbox.record(leased, sent, NOW, 0.0)
    due = now_in(lagging, "later")["later"].due
    assert outbox.reclaim(NOW) == 0
    assert outbox.shift(HOUR) == 1
    assert now_in(lagging, "later")["later"].due == due + HOUR
    assert outbox.abandon([], NOW + 3 * DAY) == 1
    assert now_in(lagging, "done")["done"].state is DeliveryState.DELIVERED


def test_what_another_process_froze_meanwhile_is_taken_as_it_is(store: Store) -> None:
    parts = collecting(store, "a", "b")
    with_a_only = digest_of("desk", parts[0].due, 0, parts[:1], NOW)
    store.add(records.DELIVERIES, [records.deliveries.document(with_a_only)])
    (mine,) = Outbox(store, LEASE, 3 * DAY).collect("desk", NOW + HOUR)
    assert [one.subject for one in mine.alerts] == ["b"]
    kept = now_in(store, *[part.id for part in parts])
    assert [kept[part.id].digest for part in parts] == [with_a_only.id, mine.id]


def test_shifting_many_moves_each_once(store: Store, outbox: Outbox) -> None:
    put(store, *[f"d{n}" for n in range(1100)])
    assert outbox.shift(HOUR) == 1100


def test_what_is_leased_is_recorded_although_the_clock_was_set_back(store: Store, outbox: Outbox) -> None:
    put(store, "d")
    (leased,) = outbox.lease("desk", NOW, 1)
    assert outbox.shift(-timedelta(hours=1)) == 0
    assert outbox.record(leased, Sent(Outcome.DELIVERED), NOW - timedelta(hours=1), 0.5)
