"""The cage: a feed that takes too much is stopped, and the others go on."""

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from monitor.errors import ParseError, Unavailable
from monitor.feeds.cage import Cage
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.document.reading import Document
from tests.samples import FEED, NOW

GOOD = b"<rss version='2.0'><channel><item><title>fine</title></item></channel></rss>"
SLOW = b"<rss version='2.0'><channel><item>" + b"<guid>1</guid>" * 300_000 + b"</item></channel></rss>"


def cage(timeout: float = 20.0, memory: int = 512_000_000) -> Cage:
    return Cage(2, timeout, memory, ParseLimits())


async def title_of(parsers: Cage, body: bytes) -> str:
    document = Document(body, "text/xml", "https://x.example/", FEED, NOW)
    return (await parsers.read(document)).entries[0].title


def test_an_endless_parse_is_ended_and_the_others_go_on() -> None:
    async def run() -> list[object]:
        async with cage(timeout=2) as parsers:
            jobs = [title_of(parsers, body) for body in (SLOW, GOOD, GOOD, GOOD)]
            return list(await asyncio.gather(*jobs, return_exceptions=True))

    slow, *good = asyncio.run(run())
    assert isinstance(slow, ParseError)
    assert "more than 2 s" in str(slow)
    assert good == ["fine"] * 3


def test_a_parse_that_eats_memory_is_ended() -> None:
    title = b"x<b/>" * 10_000_000
    greedy = b"<rss version='2.0'><channel><item><title>" + title + b"</title></item></channel></rss>"

    async def run() -> str:
        async with cage(timeout=300, memory=200_000_000) as parsers:
            with pytest.raises(ParseError, match="200 MB"):
                await title_of(parsers, greedy)
            return await title_of(parsers, GOOD)

    assert asyncio.run(run()) == "fine"


def test_children_are_used_again_and_gone_at_the_end() -> None:
    before = set(psutil.Process().children())  # of other tests

    async def run() -> set[psutil.Process]:
        async with cage() as parsers:
            children = set()
            for _ in range(5):
                await title_of(parsers, GOOD)
                children |= set(psutil.Process().children()) - before
            return children

    children = asyncio.run(run())
    assert len(children) == 1
    assert not any(child.is_running() for child in children)


def test_a_job_that_is_called_off_does_not_spoil_the_next() -> None:
    async def run() -> str:
        async with cage() as parsers:
            job = asyncio.create_task(title_of(parsers, SLOW))
            await title_of(parsers, GOOD)
            job.cancel()
            return await title_of(parsers, GOOD)

    assert asyncio.run(run()) == "fine"


def test_a_child_that_died_while_idle_is_no_fault_of_the_next_feed() -> None:
    before = set(psutil.Process().children())

    async def run() -> str:
        async with cage() as parsers:
            await title_of(parsers, GOOD)
            (child,) = set(psutil.Process().children()) - before
            child.kill()
            return await title_of(parsers, GOOD)

    assert asyncio.run(run()) == "fine"


def test_what_stacks_marks_without_end_is_read_in_time() -> None:
    stacked = "a" + "\u0301\u0316" * 500_000
    body = f"<rss version='2.0'><channel><item><title>{stacked}</title></item></channel></rss>".encode()

    async def run() -> str:
        async with cage(timeout=10) as parsers:
            return await title_of(parsers, body)

    assert len(asyncio.run(run())) < 40


def test_a_long_answer_that_nobody_waits_for_holds_nothing_up() -> None:
    items = "".join(
        f"<item><title>{n} {'x' * 900}</title><guid>{n}{'x' * 900}</guid></item>" for n in range(3000)
    )
    long = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()

    async def run() -> str:
        async with cage() as parsers:
            await title_of(parsers, GOOD)
            (child,) = parsers._all
            job = asyncio.create_task(title_of(parsers, long))
            while not child.stdout._paused:  # type: ignore[union-attr]
                assert not job.done()
                await asyncio.sleep(0)
            job.cancel()
            await asyncio.wait_for(asyncio.gather(job, return_exceptions=True), 20)
            return await title_of(parsers, GOOD)

    assert asyncio.run(run()) == "fine"


def test_what_a_child_takes_to_start_is_no_part_of_what_a_document_may_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "python"
    slow.write_text(f'#!/bin/sh\nsleep 3\nexec {sys.executable} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow))

    async def run() -> str:
        async with cage(timeout=2) as parsers:
            return await title_of(parsers, GOOD)

    assert asyncio.run(run()) == "fine"


def test_a_child_that_cannot_start_is_no_fault_of_a_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))

    async def run() -> None:
        async with cage() as parsers:
            await title_of(parsers, GOOD)

    with pytest.raises(Unavailable, match="no process to parse feeds can be started"):
        asyncio.run(run())
