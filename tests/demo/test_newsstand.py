"""The newsstand serves the samples as a polite outlet does, over real sockets."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import aiohttp
import pytest

from monitor.demo.newsstand import Newsstand
from monitor.demo.samples import FEEDS, render

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

Visit = Callable[[Newsstand, aiohttp.ClientSession], Awaitable[None]]


def visit(steps: Visit) -> Newsstand:
    """Open a newsstand, take the steps as its client, close it and return it."""

    async def run() -> Newsstand:
        async with Newsstand(NOW) as stand, aiohttp.ClientSession() as session:
            await steps(stand, session)
        return stand

    return asyncio.run(run())


def test_every_sample_comes_with_its_bytes_and_content_type() -> None:
    async def steps(stand: Newsstand, session: aiohttp.ClientSession) -> None:
        for feed in FEEDS:
            async with session.get(stand.url(feed.id)) as answer:
                assert answer.status == 200
                assert answer.headers["Content-Type"] == feed.content_type
                assert await answer.read() == render(feed.id, NOW).body

    visit(steps)


def test_a_known_etag_is_answered_with_304_and_no_body() -> None:
    async def steps(stand: Newsstand, session: aiohttp.ClientSession) -> None:
        async with session.get(stand.url("azimut")) as first:
            etag = first.headers["ETag"]
        async with session.get(stand.url("azimut"), headers={"If-None-Match": etag}) as second:
            assert (second.status, await second.read()) == (304, b"")
            assert second.headers["ETag"] == etag

    assert visit(steps).requests == {("/azimut.rdf", 200): 1, ("/azimut.rdf", 304): 1}


def test_another_etag_is_answered_with_the_feed() -> None:
    async def steps(stand: Newsstand, session: aiohttp.ClientSession) -> None:
        async with session.get(stand.url("azimut"), headers={"If-None-Match": '"old"'}) as answer:
            assert answer.status == 200

    visit(steps)


@pytest.mark.parametrize("path", ["/nothing.rss", "/feeds/azimut.rdf"])
def test_an_unknown_path_is_a_404_and_counted(path: str) -> None:
    async def steps(stand: Newsstand, session: aiohttp.ClientSession) -> None:
        async with session.get(f"http://127.0.0.1:{stand.port}{path}") as answer:
            assert answer.status == 404

    assert visit(steps).requests == {(path, 404): 1}


def test_two_newsstands_stand_side_by_side() -> None:
    async def run() -> None:
        async with Newsstand(NOW) as one, Newsstand(NOW) as other:
            assert one.port != other.port

    asyncio.run(run())


def test_it_closes_while_a_client_keeps_its_connection() -> None:
    """After closing, the port is free and the address is no longer told."""

    async def run() -> None:
        async with aiohttp.ClientSession() as session:
            async with Newsstand(NOW) as stand:
                url = stand.url("azimut")
                async with session.get(url) as answer:
                    await answer.read()
            with pytest.raises(aiohttp.ClientConnectionError):
                await session.get(url)
            with pytest.raises(RuntimeError):
                stand.url("azimut")

    asyncio.run(asyncio.wait_for(run(), timeout=5))


def test_an_unknown_sample_has_no_address() -> None:
    async def steps(stand: Newsstand, _: aiohttp.ClientSession) -> None:
        with pytest.raises(KeyError):
            stand.url("no-such-outlet")

    visit(steps)
