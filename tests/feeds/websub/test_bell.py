"""However often a hub rings, a feed is polled once after the last ring, and once at a time."""

import asyncio

from monitor.feeds.websub.bell import Bell


class Polls:
    """Polls that wait until they are let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.at_once = 0
        self.most = 0
        self.begins = asyncio.Event()
        self.go = asyncio.Semaphore(0)

    async def __call__(self, id_: str) -> None:
        self.begun.append(id_)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.begins.set()
        await self.go.acquire()
        self.at_once -= 1

    async def next(self) -> None:
        await asyncio.wait_for(self.begins.wait(), 10)
        self.begins.clear()


def test_a_storm_is_two_polls() -> None:
    async def run() -> tuple[list[str], int]:
        polls = Polls()
        bell = Bell(polls, pause=0)
        for _ in range(100):
            bell.ring("feed")
        await polls.next()
        for _ in range(100):
            bell.ring("feed")
        polls.go.release()
        await polls.next()
        polls.go.release()
        await asyncio.gather(*bell._tasks.values())
        return polls.begun, polls.most

    assert asyncio.run(run()) == (["feed", "feed"], 1)


def test_between_two_polls_there_is_a_pause_for_each_feed_alone() -> None:
    async def run() -> list[str]:
        polls = Polls()
        bell = Bell(polls, pause=3600)
        bell.ring("one")
        await polls.next()
        polls.go.release()
        bell.ring("one")
        bell.ring("two")
        await polls.next()
        polls.go.release()
        for _ in range(10):
            await asyncio.sleep(0)  # time for a poll that should not be
        await bell.close()
        return polls.begun

    assert asyncio.run(run()) == ["one", "two"]


def test_a_poll_that_breaks_is_not_the_last_one() -> None:
    async def run() -> int:
        polls: list[str] = []

        async def broken(id_: str) -> None:
            polls.append(id_)
            raise RuntimeError("broken")

        bell = Bell(broken, pause=0)
        for _ in range(2):
            bell.ring("feed")
            await asyncio.gather(*bell._tasks.values())
        return len(polls)

    assert asyncio.run(run()) == 2


def test_what_rings_during_a_poll_that_breaks_is_answered_too() -> None:
    async def run() -> list[str]:
        polls: list[str] = []
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def broken_first(id_: str) -> None:
            polls.append(id_)
            if len(polls) == 1:
                begun.set()
                await go_on.wait()
                raise RuntimeError("broken")

        bell = Bell(broken_first, pause=0)
        bell.ring("feed")
        await begun.wait()
        bell.ring("feed")
        go_on.set()
        await asyncio.gather(*bell._tasks.values())
        return polls

    assert asyncio.run(run()) == ["feed"] * 2
