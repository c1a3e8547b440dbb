"""One job a feed: due ones run, gone ones do not, and nothing runs twice at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.timing.jobs import PollJobs

HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


class Polls:
    """Remembers what was polled; each is due again in an hour."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.event = asyncio.Event()

    async def __call__(self, id_: str) -> datetime:
        self.ids.append(id_)
        self.event.set()
        return now() + HOUR

    async def next(self) -> str:
        await asyncio.wait_for(self.event.wait(), 10)
        self.event.clear()
        return self.ids[-1]


def test_what_is_due_is_polled_and_what_is_not_waits() -> None:
    async def run() -> list[str]:
        polls = Polls()
        jobs = PollJobs(polls)
        jobs.put({"due": now(), "later": now() + HOUR})
        jobs.start()
        await polls.next()
        jobs.stop()
        return polls.ids

    assert asyncio.run(run()) == ["due"]


def test_a_clock_that_was_set_back_stalls_nothing() -> None:
    async def run() -> str:
        polls = Polls()
        jobs = PollJobs(polls)
        jobs.put({"one": now() + HOUR})  # planned for now, by a clock that was an hour ahead
        jobs.start()
        jobs.shift(-HOUR)
        return await polls.next()

    assert asyncio.run(run()) == "one"


def test_a_poll_during_which_the_clock_was_set_back_is_done_again() -> None:
    async def run() -> list[datetime]:
        given: list[datetime] = []
        again = asyncio.Event()

        async def poll(_: str) -> datetime:
            given.append(now() + HOUR)
            if len(given) == 1:
                jobs.shift(-HOUR)
            else:
                again.set()
            return given[-1]

        jobs = PollJobs(poll)
        jobs.put({"one": now()})
        jobs.start()
        await asyncio.wait_for(again.wait(), 10)
        jobs.stop()
        return given

    assert len(asyncio.run(run())) == 2


def test_a_feed_whose_address_was_mended_is_polled_at_once() -> None:
    async def run() -> str:
        polls = Polls()
        jobs = PollJobs(polls)
        jobs.put({"one": now() + HOUR, "two": now() + HOUR})
        jobs.start()
        jobs.put({"one": now(), "two": now()}, anew=["one"])
        return await polls.next()

    assert asyncio.run(run()) == "one"


def test_a_feed_that_was_taken_off_is_polled_no_more() -> None:
    async def run() -> list[str]:
        polls = Polls()
        jobs = PollJobs(polls)
        jobs.put({"gone": now() + timedelta(seconds=0.2), "kept": now() + timedelta(seconds=0.4)})
        jobs.start()
        jobs.put({"kept": now()})
        await polls.next()
        return polls.ids

    assert asyncio.run(run()) == ["kept"]


def test_a_feed_whose_address_was_mended_during_its_poll_is_polled_again_right_after_it() -> None:
    async def run() -> list[str]:
        begun, go_on, again = asyncio.Event(), asyncio.Event(), asyncio.Event()
        polled: list[str] = []

        async def poll(id_: str) -> datetime:
            polled.append(id_)
            if len(polled) == 2:
                again.set()
            begun.set()
            await go_on.wait()
            return now() + HOUR

        jobs = PollJobs(poll)
        jobs.put({"one": now()})
        jobs.start()
        await asyncio.wait_for(begun.wait(), 10)
        jobs.put({"one": now()}, anew=["one"])
        go_on.set()
        await asyncio.wait_for(again.wait(), 10)
        jobs.stop()
        return polled

    assert asyncio.run(run()) == ["one", "one"]


def test_a_feed_that_is_due_again_before_its_poll_has_ended_is_not_passed_over() -> None:
    async def run() -> int:
        enough = asyncio.Event()
        polled: list[str] = []

        async def poll(id_: str) -> datetime:
            polled.append(id_)
            if len(polled) == 5:
                enough.set()
            return now() - HOUR  # it took longer than its interval

        jobs = PollJobs(poll)
        jobs.put({"slow": now()})
        jobs.start()
        await asyncio.wait_for(enough.wait(), 10)
        jobs.stop()
        return len(polled)

    assert asyncio.run(run()) >= 5


def test_a_feed_that_goes_to_another_process_has_its_poll_ended() -> None:
    async def run() -> tuple[bool, set[str]]:
        begun = asyncio.Event()
        ended = False

        async def poll(id_: str) -> datetime:
            nonlocal ended
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended = True
            return now()

        jobs = PollJobs(poll)
        jobs.put({"gone": now(), "kept": now() + HOUR})
        jobs.start()
        await asyncio.wait_for(begun.wait(), 10)
        await jobs.drop(["gone"])
        left = jobs.ids()
        jobs.stop()
        return ended, left

    assert asyncio.run(run()) == (True, {"kept"})


def test_a_feed_that_comes_back_during_its_poll_is_polled_once_more_and_never_twice_at_once() -> None:
    async def run() -> tuple[list[int], bool]:
        begun, go_on, again = asyncio.Event(), asyncio.Event(), asyncio.Event()
        at_once, most = 0, []

        async def poll(id_: str) -> datetime:
            nonlocal at_once
            at_once += 1
            most.append(at_once)
            begun.set()
            await go_on.wait()
            at_once -= 1
            if len(most) == 2:
                again.set()
            return now() + HOUR

        jobs = PollJobs(poll)
        jobs.put({"one": now()})
        jobs.start()
        await asyncio.wait_for(begun.wait(), 10)
        jobs.put({})
        jobs.put({"one": now()})
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.wait_for(again.wait(), 10)
        jobs.stop()
        return most, jobs.ids() == {"one"}

    assert asyncio.run(run())[0] == [1, 1]


@pytest.mark.parametrize("ticks", range(8))
def test_a_poll_that_is_due_when_the_service_stops_is_no_error(
    ticks: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        jobs = PollJobs(Polls())
        jobs.start()
        jobs.put({str(number): now() for number in range(3)})
        for _ in range(ticks):
            await asyncio.sleep(0)
        jobs.stop()
        for _ in range(20):
            await asyncio.sleep(0)

    asyncio.run(run())
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
