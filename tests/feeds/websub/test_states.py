"""What is agreed with hubs is kept in the store of either mode, whoever changes it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from monitor.errors import Overtaken
from monitor.feeds.websub import lease as rules
from monitor.feeds.websub.lease import Leases
from monitor.feeds.websub.states import LeaseStates
from monitor.store import records
from monitor.store.base import Document
from tests.contract.harness import STORES, StoreHarness, store_harness
from tests.samples import NOW

harness = pytest.fixture(params=STORES)(store_harness)


@pytest.fixture
def states(harness: StoreHarness) -> Iterator[LeaseStates]:
    with harness.open() as store:
        yield LeaseStates(store)


def made(id_: str = "f") -> Leases:
    topic = "https://news.example/feed"
    lease = rules.asked_for("https://hub.example/", topic, f"https://me.example/{id_}/t", "secret", NOW)
    former = replace(
        lease, callback=f"https://me.example/{id_}/old", state="ending", until=NOW, reason="북한"
    )
    return Leases(id_, NOW, topic, replace(lease, pushed=NOW, checked=NOW), (former,))


def test_it_comes_back_as_it_was(harness: StoreHarness, states: LeaseStates) -> None:
    assert states.change("f", lambda _: made()) == made()
    states.change("g", lambda _: made("g"))
    harness.settle()
    assert states.get(["f", "none"]) == {"f": made()}
    assert sorted(states.all(), key=lambda one: one.id) == [made("f"), made("g")]


def test_nothing_is_written_where_nothing_changes(states: LeaseStates) -> None:
    assert states.change("f", lambda _: None) is None
    states.change("f", lambda _: made())
    before = states._store.get("leases", ["f"])["f"].version
    assert states.change("f", lambda leases: leases) == made()
    assert states.change("f", lambda _: None) == made()
    assert states._store.get("leases", ["f"])["f"].version == before


def test_of_two_that_change_it_at_once_neither_is_lost(states: LeaseStates) -> None:
    def push(_: int) -> None:
        states.change_one("f", "t", lambda one: rules.heard(one, NOW))

    states.change("f", lambda _: made())
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(push, range(10)))
    current = states.get(["f"])["f"].current
    assert current is not None
    assert current.pushes == 10


def test_who_is_overtaken_again_and_again_says_so(states: LeaseStates) -> None:
    states.change("f", lambda _: made())

    def slow(leases: Leases | None) -> Leases | None:
        states.change_one("f", "t", lambda one: rules.heard(one, NOW))
        return leases and replace(leases, former=())

    with pytest.raises(Overtaken, match="lease of f"):
        states.change("f", slow)


def test_a_lease_that_cannot_be_read_costs_no_other(harness: StoreHarness) -> None:
    with harness.open() as store:
        states = LeaseStates(store)
        states.change("f", lambda _: made("f"))
        store.add(records.LEASES, [Document("odd", NOW, {"current": "odd"})])
        harness.settle()
        assert [one.id for one in states.all()] == ["f"]
        assert states.get(["f", "odd"]).keys() == {"f"}
        states.change("odd", lambda before: None if before else made("odd"))
        assert states.get(["odd"]) == {"odd": made("odd")}
