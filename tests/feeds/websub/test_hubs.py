"""With which of its hubs a feed has a lease."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.feeds.polls import Polled, Subscription
from monitor.feeds.timing.schedule import Rhythm
from monitor.feeds.websub import lease as rules
from monitor.feeds.websub.hubs import Hubs, Terms
from monitor.feeds.websub.lease import Lease
from monitor.feeds.websub.offer import HubOffer
from monitor.feeds.websub.states import LeaseStates
from monitor.model import Feed
from monitor.store.sqlite import SqliteStore
from tests.contract.harness import TestClock
from tests.samples import NOW

MINUTE = timedelta(minutes=1)
DEAD, ALIVE = "https://dead.example/", "https://alive.example/"
TOPIC = "https://news.example/feed"
FEED = Subscription(Feed("feed", TOPIC, "Outlet"), Rhythm(15 * MINUTE, timedelta(0), timedelta(hours=6)))


@pytest.fixture
def hubs(tmp_path: Path) -> Iterator[Hubs]:
    store = SqliteStore(tmp_path / "store.db")
    terms = Terms("https://me.example/websub", timedelta(days=7), timedelta(hours=1))
    yield Hubs(LeaseStates(store), TestClock(NOW), terms)
    store.close()


def polled(hubs: Hubs, *offered: str) -> Lease:
    """Poll a feed that names these hubs; return its lease after that."""

    async def poll(_: Subscription) -> Polled:
        return Polled("feed", "changed", NOW + 15 * MINUTE, offer=HubOffer(offered, TOPIC))

    async def plan(_: Feed, due: datetime) -> None:
        raise AssertionError(due)

    asyncio.run(hubs.poll(poll, plan, FEED))
    return at_hand(hubs)


def at_hand(hubs: Hubs) -> Lease:
    lease = hubs.states.get(["feed"])["feed"].current
    assert lease is not None
    return lease


def ask(hubs: Hubs, why_not: str) -> Lease:
    """Ask the hub, which does not take it if there is a reason."""
    asked = rules.asked(at_hand(hubs), NOW, 0.5)
    asked = rules.failed(asked, why_not) if why_not else asked
    hubs.states.change_one("feed", asked.token, lambda _: asked)
    return asked


def test_a_hub_that_does_not_take_a_request_gives_way_to_the_next_which_is_asked_when_it_would_have_been(
    hubs: Hubs,
) -> None:
    assert polled(hubs, DEAD, ALIVE).hub == DEAD
    refused = ask(hubs, "no connection")
    lease = polled(hubs, DEAD, ALIVE)
    assert (lease.hub, lease.due, lease.tries, lease.reason) == (ALIVE, refused.due, 1, "")
    ask(hubs, "")
    assert polled(hubs, DEAD, ALIVE).hub == ALIVE, "it may confirm yet"
    ask(hubs, "HTTP 500")
    assert polled(hubs, DEAD, ALIVE).hub == DEAD, "in the end it is the turn of the first again"


def test_a_lease_that_has_begun_stays_with_its_hub(hubs: Hubs) -> None:
    lease = rules.confirmed(polled(hubs, ALIVE), 3600, NOW, 0.5)
    hubs.states.change_one("feed", lease.token, lambda _: rules.failed(lease, "HTTP 500 at its renewal"))
    assert polled(hubs, DEAD, ALIVE).token == lease.token
    assert polled(hubs, DEAD).hub == DEAD, "the feed names it no more"


def test_the_only_hub_is_asked_again_and_again(hubs: Hubs) -> None:
    token = polled(hubs, DEAD).token
    ask(hubs, "no connection")
    assert polled(hubs, DEAD).token == token
