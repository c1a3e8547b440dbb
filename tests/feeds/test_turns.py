"""Who waits for whom when there are more polls than may be under way."""

import asyncio
from datetime import timedelta

from monitor.clock import SystemClock
from monitor.feeds.polls import Subscription
from monitor.feeds.state import FeedState
from monitor.feeds.timing.schedule import Rhythm
from monitor.feeds.timing.turns import Turns
from monitor.model import Feed
from tests.contract.harness import TestClock
from tests.samples import NOW

RHYTHM = Rhythm(timedelta(minutes=15), timedelta(0), timedelta(hours=6))


def begun(*asked: str, concurrency: int = 8, per_host: int = 2) -> list[str]:
    """Return who of these has begun while nobody ends; each is ``host/feed``, with ! if it fails.

    ``a>b/feed`` is asked at a and has moved to b for good.
    """
    running: list[str] = []

    async def poll(turns: Turns, name: str) -> None:
        own, _, there = name.partition("/")[0].partition(">")
        feed, moved = Feed(name, f"http://{own}/", "Outlet"), f"http://{there}/" if there else None
        state = FeedState(name, feed, NOW, failures=int(name.endswith("!")), moved_to=moved)
        async with turns.of(Subscription(feed, RHYTHM), state):
            running.append(name)
            await asyncio.Event().wait()

    async def run() -> None:
        turns = Turns(TestClock(NOW), concurrency=concurrency, per_host=per_host, pause=0)
        polls = [asyncio.create_task(poll(turns, name)) for name in asked]
        for _ in range(100):
            await asyncio.sleep(0)
        for one in polls:
            one.cancel()
        await asyncio.gather(*polls, return_exceptions=True)

    asyncio.run(run())
    return running


def test_no_more_are_polled_at_once_than_may_be() -> None:
    hosts = [f"h{number}/1" for number in range(9)]
    assert begun(*hosts) == hosts[:8]


def test_few_of_a_host_are_polled_at_once() -> None:
    assert begun("a/1", "a/2", "a/3", "b/1") == ["a/1", "a/2", "b/1"]


def test_few_of_those_that_fail_are_polled_at_once() -> None:
    failing = [f"{host}/1!" for host in "abcdefg"]
    assert begun(*failing, "h/1", "i/1") == [*failing[:4], "h/1", "i/1"]


def test_who_fails_holds_no_place_of_its_host_before_its_turn_has_come() -> None:
    silent = [f"{host}/1!" for host in "abcd"]
    assert set(begun(*silent, "h/1!", "h/2!", "h/3", "h/4")) == {*silent, "h/3", "h/4"}


def test_a_host_whose_feeds_all_fail_leaves_room_to_those_that_fail_elsewhere() -> None:
    silent = [f"a/{n}!" for n in range(20)]
    assert set(begun(*silent, "b/1!", "c/1!")) == {"a/0!", "b/1!", "c/1!"}


def test_a_feed_that_fails_is_polled_though_its_host_has_one_place_only() -> None:
    assert begun("a/1!", "a/2!", per_host=1) == ["a/1!"]


def test_feeds_that_have_moved_to_one_host_are_counted_there() -> None:
    assert begun("a>z/1", "b>z/1", "c>z/1", "z/1", "c/1") == ["a>z/1", "b>z/1", "c/1"]


def test_a_feed_that_has_moved_holds_no_place_of_its_own_host_while_it_waits() -> None:
    assert begun("z/1", "z/2", "a>z/1", "a>z/2", "a/1", "a/2") == ["z/1", "z/2", "a/1", "a/2"]


def test_hosts_that_lead_to_each_other_do_not_wait_for_each_other() -> None:
    assert begun("a>b/1", "b>a/1", per_host=1) == ["a>b/1", "b>a/1"]


def test_a_host_that_is_asked_no_more_is_forgotten() -> None:
    async def run() -> int:
        turns = Turns(TestClock(NOW), concurrency=8, per_host=2, pause=0)
        for number in range(100):
            feed = Feed("feed", f"http://{number}.example/", "Outlet")
            async with turns.of(Subscription(feed, RHYTHM), FeedState("feed", feed, NOW)):
                pass
        return len(turns._hosts._lanes)

    assert asyncio.run(run()) <= 1


def test_polls_of_a_host_that_waited_for_a_place_begin_one_after_the_other_too() -> None:
    """As after a night asleep, when all are due at once."""

    async def run() -> list[float]:
        clock = SystemClock()
        turns = Turns(clock, concurrency=3, per_host=3, pause=0.5)
        begun, places = list[float](), asyncio.Event()

        async def poll(host: str) -> None:
            async with turns.turn(host, host):
                begun.append(clock.monotonic())
                await places.wait()

        polls = [asyncio.create_task(poll(host)) for host in ("a", "b", "c", "d", "d", "d")]
        while len(turns._all._waiters or ()) < 3:  # noqa: ASYNC110 - then their turns have come
            await asyncio.sleep(0.01)
        places.set()
        await asyncio.gather(*polls)
        return begun[3:]

    first, _, last = asyncio.run(run())
    assert last - first > 0.5  # it is one second
