"""Calls at the same time are done in one, and each gets its own result."""

import asyncio
from collections.abc import Sequence

import pytest

from monitor.feeds.together import MOST, Together


class Doubling:
    """Doubles numbers, one list after the other, when it is let."""

    def __init__(self) -> None:
        self.lists: list[list[int]] = []
        self.begun, self.gate = asyncio.Event(), asyncio.Event()

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        """Wait for the gate, then double."""
        self.lists.append([*numbers])
        self.begun.set()
        await self.gate.wait()
        if -1 in numbers:
            raise ValueError("-1")
        return [2 * one for one in numbers]


def test_what_comes_while_a_list_is_under_way_is_done_next_and_together() -> None:
    async def run() -> tuple[list[int], list[list[int]]]:
        double = Doubling()
        together = Together(double)
        first = asyncio.create_task(together(0))
        await double.begun.wait()
        others = [asyncio.create_task(together(number)) for number in range(1, MOST + 2)]
        await asyncio.sleep(0)
        double.gate.set()
        return await asyncio.gather(first, *others), double.lists

    results, lists = asyncio.run(run())
    assert results == [2 * number for number in range(MOST + 2)]
    assert [len(one) for one in lists] == [1, MOST, 1]


def test_a_failure_is_that_of_its_list_alone() -> None:
    async def run() -> list[int | BaseException]:
        double = Doubling()
        double.gate.set()
        together = Together(double)
        failed = await asyncio.gather(together(-1), together(1), return_exceptions=True)
        return [*failed, await together(2)]

    failed, beside, after = asyncio.run(run())
    assert isinstance(failed, ValueError)
    assert isinstance(beside, ValueError)
    assert after == 4


def test_who_is_cancelled_is_left_out() -> None:
    async def run() -> list[list[int]]:
        double = Doubling()
        together = Together(double)
        first = asyncio.create_task(together(1))
        await double.begun.wait()
        second, third = asyncio.create_task(together(2)), asyncio.create_task(together(3))
        await asyncio.sleep(0)
        second.cancel()
        double.gate.set()
        assert await first == 2
        assert await third == 6
        with pytest.raises(asyncio.CancelledError):
            await second
        return double.lists

    assert asyncio.run(run()) == [[1], [3]]


def test_who_waits_is_let_go_when_the_work_is_called_off() -> None:
    async def run() -> list[object]:
        double = Doubling()
        together = Together(double)
        first = asyncio.create_task(together(0))
        await double.begun.wait()
        others = [asyncio.create_task(together(number)) for number in (1, 2)]
        await asyncio.sleep(0)
        assert together._working
        together._working.cancel()
        return list(await asyncio.wait_for(asyncio.gather(first, *others, return_exceptions=True), 20))

    assert [type(one) for one in asyncio.run(run())] == [asyncio.CancelledError] * 3
