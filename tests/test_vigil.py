"""The vigil on a real store: one notice, whoever looks and whatever dies on the way."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts.vigil import Vigilance
from monitor.errors import StoreUnavailable
from monitor.feeds.state import FeedStates
from monitor.model import Delivery, Feed, FeedNotice, Health
from monitor.store import records
from monitor.store.base import Added, Document, Query
from monitor.store.sqlite import SqliteStore
from monitor.vigil import Vigil
from tests.contract.harness import TestClock
from tests.feeds.faring import rewrite
from tests.samples import NOW

HOUR = timedelta(hours=1)
FEEDS = [f"f{number}" for number in range(5)]


class Watch:
    """A vigil with a store and a clock, and feeds whose health is written as pollers do."""

    def __init__(self, folder: Path) -> None:
        self.clock = TestClock(NOW)
        self.store = SqliteStore(folder / "store.db")

    def fares(self, id_: str, health: Health) -> None:
        feed = Feed(id_, f"https://{id_}.example/feed", id_.upper())
        told = {"health": health, "since": self.clock.now(), "failures": 3 * (health == "failing")}
        rewrite(FeedStates(self.store), feed, **told)

    def look(self, receivers: Sequence[str] = ("ops",)) -> FeedNotice | None:
        return Vigil(self.store, Vigilance(HOUR, HOUR / 12), self.clock)(FEEDS, receivers)

    def outbox(self) -> list[Delivery]:
        found = self.store.find(records.DELIVERIES, Query(order="oldest")).documents
        return [records.deliveries.value(one) for one in found]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    made = Watch(tmp_path)
    for id_ in FEEDS:
        made.fares(id_, "healthy")
    yield made
    made.store.close()


def test_a_break_and_its_end_are_a_delivery_each_for_each_operator(watch: Watch) -> None:
    watch.fares("f1", "failing")
    assert watch.look() is None
    watch.clock.advance(2 * HOUR)
    assert watch.look(("ops", "boss")) is not None
    assert watch.look(("ops", "boss")) is None
    watch.fares("f1", "healthy")
    watch.clock.advance(HOUR)
    assert watch.look(("ops", "boss")) is not None
    assert watch.look(("ops", "boss")) is None
    told = [(one.receiver, one.notice.title if one.notice else "") for one in watch.outbox()]
    assert sorted(told) == [
        ("boss", "F1 answers again"), ("boss", "F1 fails"), ("ops", "F1 answers again"), ("ops", "F1 fails"),
    ]  # fmt: skip
    assert len({one.id for one in watch.outbox()}) == 4


def test_a_notice_whose_decider_died_is_handed_over_by_the_next_look(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(kind: str, documents: Sequence[Document]) -> list[Added]:
        if kind == records.DELIVERIES:
            raise StoreUnavailable("away")
        return add(kind, documents)

    add = watch.store.add
    watch.fares("f1", "gone")
    watch.clock.advance(HOUR)
    with monkeypatch.context() as patched:
        patched.setattr(watch.store, "add", dies)
        with pytest.raises(StoreUnavailable):
            watch.look()
    assert watch.outbox() == []
    watch.fares("f2", "gone")
    watch.clock.advance(HOUR)
    assert [one.title for one in (watch.look(), watch.look()) if one] == ["F1 is gone", "F2 is gone"]
    assert watch.look() is None
    assert len(watch.outbox()) == 2


def test_of_two_who_look_at_once_one_decides(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other looks between the first one's reading and its writing."""
    watch.fares("f1", "gone")
    watch.clock.advance(HOUR)
    get, others = watch.store.get, list[FeedNotice | None]()

    def interrupted(kind: str, ids: Sequence[str]) -> object:
        if kind == records.FEEDS and not others:
            others.append(None)
            others[0] = watch.look()
        return get(kind, ids)

    monkeypatch.setattr(watch.store, "get", interrupted)
    assert watch.look() is None
    assert others[0] is not None
    assert len(watch.outbox()) == 1
    watch.fares("f2", "gone")
    watch.clock.advance(HOUR)
    others.clear()
    assert watch.look() is None
    assert len(watch.outbox()) == 2


def test_what_was_pruned_is_not_told_again(watch: Watch) -> None:
    watch.fares("f1", "gone")
    watch.clock.advance(HOUR)
    watch.look()
    watch.store.prune(records.DELIVERIES, NOW + 900 * HOUR)
    assert watch.look() is None
    assert watch.outbox() == []
