"""What polls cost, beside aiohttp and feedparser alone in the same run. Seconds are those of the processor.

Every feed is a host of its own, as outside; but without TLS, and without the time that a line takes.
"""

import asyncio
import io
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import feedparser
import psutil
import pytest

from monitor import logs
from monitor.clock import SystemClock
from monitor.demo.receivers import free_port
from monitor.feeds.cage import Cage
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.fetching.fetch import Fetcher, Limits
from monitor.feeds.pages import PageLimits, Pages
from monitor.feeds.poller import Poller, Web
from monitor.feeds.polls import PollLimits, Subscription
from monitor.feeds.state import FeedStates
from monitor.feeds.timing.schedule import Rhythm
from monitor.guard import guarded_session
from monitor.model import Feed
from monitor.store.sqlite import SqliteStore
from monitor.stream.sqlite import SqliteStream
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.corpus import answers
from tests.benchmarks.news import news
from tests.feeds.shapes import wordpress

pytestmark = pytest.mark.benchmark
ENTRIES, ROUNDS, AT_ONCE = 50, 3, 50
TOUCHED = "<category><![CDATA["
"""What begins an element that nobody reads, in every entry."""
ODD = "<title xmlns='urn:x'>other</title>"
"""Makes a feed one that is left to feedparser."""
RHYTHM = Rhythm(timedelta(minutes=15), timedelta(0), timedelta(hours=6))


@dataclass(frozen=True)
class Way:
    """What a feed begins with, and what is different in every answer: so a poll has to look for news."""

    changing: str
    start: str = ""
    feeds: int = 400
    entries: int = ENTRIES


WAYS = {
    "that have not changed (304)": Way(""),
    "that show what they showed": Way("<lastBuildDate>"),
    "with new numbers of comments": Way("<slash:comments>"),
    "with all entries touched, none new": Way(TOUCHED),
    "that feedparser reads, with new numbers of comments": Way("<slash:comments>", ODD),
    "that feedparser reads, all entries touched": Way(TOUCHED, ODD, feeds=20),
}
SERVER = """
import asyncio, itertools, pathlib, sys
body, changing = pathlib.Path(sys.argv[2]).read_bytes(), sys.argv[3].encode()
asked = itertools.count()

class Server(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.data = transport, b""

    def data_received(self, data):
        self.data += data
        while b"\\r\\n\\r\\n" in self.data:
            head, _, self.data = self.data.partition(b"\\r\\n\\r\\n")
            if not changing and b"if-none-match" in head.lower():
                self.transport.write(b"HTTP/1.1 304 Not Modified\\r\\nETag: \\"1\\"\\r\\n\\r\\n")
                continue
            text = body.replace(changing, b"%s%d" % (changing, next(asked))) if changing else body
            head = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/xml\\r\\nETag: \\"1\\"\\r\\n"
            self.transport.write(b"%sContent-Length: %d\\r\\n\\r\\n%s" % (head, len(text), text))

async def main():
    server = await asyncio.get_running_loop().create_server(Server, "0.0.0.0", int(sys.argv[1]), backlog=1000)
    await server.serve_forever()

asyncio.run(main())
"""


@dataclass(frozen=True)
class Site:
    """Feeds on addresses of their own."""

    body: bytes
    hosts: Sequence[str]
    urls: Sequence[str]


@pytest.mark.parametrize("feeds", WAYS)
def test_polls(feeds: str, tmp_path: Path, note: Note) -> None:
    logs.set_up("warning", "json")
    with site(tmp_path, WAYS[feeds]) as there:
        ours = asyncio.run(polled(tmp_path, there))
        theirs = asyncio.run(fetched(there, {"If-None-Match": '"1"'}))
    alone = 1 / theirs
    if "feedparser" in feeds:
        begun = time.process_time()
        feedparser.parse(io.BytesIO(there.body))
        alone = 1 / (theirs + time.process_time() - begun)
    what = "aiohttp and feedparser alone" if "feedparser" in feeds else "aiohttp alone"
    note(Figure(f"polls of feeds {feeds}", 1 / ours, "feeds/s", f"{what}: {alone:,.0f}"))


async def polled(folder: Path, there: Site) -> float:
    """Return the processor seconds of a poll, of ours and of the parser's."""
    subscriptions = [Subscription(Feed(f"f{n}", url, "Outlet"), RHYTHM) for n, url in enumerate(there.urls)]
    async with poller_of(folder, there) as poller:

        async def all_feeds() -> None:
            await _some_at_once(poller.poll(one) for one in subscriptions)

        for _ in range(2):
            await all_feeds()
        before = _used()
        for _ in range(ROUNDS):
            await all_feeds()
        return (_used() - before) / ROUNDS / len(subscriptions)


async def fetched(there: Site, headers: dict[str, str]) -> float:
    """Return the processor seconds that aiohttp takes for one request."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def get(url: str) -> None:
            async with session.get(url, headers=headers) as response:
                await response.read()

        before = time.process_time()
        for _ in range(ROUNDS):
            await _some_at_once(get(url) for url in there.urls)
        return (time.process_time() - before) / ROUNDS / len(there.urls)


@asynccontextmanager
async def poller_of(folder: Path, there: Site) -> AsyncIterator[Poller]:
    """Give a poller on SQLite."""
    clock = SystemClock()
    with SqliteStream(folder / "stream.db", clock) as stream, SqliteStore(folder / "store.db") as store:
        async with (
            guarded_session(there.hosts, limit=AT_ONCE) as session,
            Cage(1, 10, 512_000_000, ParseLimits()) as cage,
        ):
            limits = PollLimits(AT_ONCE, 2, timedelta(days=3))
            fetcher = Fetcher(session, Limits())
            web = Web(fetcher, cage, Pages(fetcher, cage, clock, PageLimits()))
            poller = Poller(web, FeedStates(store), stream, clock, limits)
            yield poller
            poller.close()


async def _some_at_once(calls: Iterator[Awaitable[object]]) -> None:
    lanes = asyncio.Semaphore(AT_ONCE)

    async def one(call: Awaitable[object]) -> None:
        async with lanes:
            await call

    await asyncio.gather(*map(one, calls))


def _used() -> float:
    """Return the processor seconds that this process and its parsers have used so far."""
    own = psutil.Process()
    parsers = [one for one in own.children() if "monitor.feeds.caged" in one.cmdline()]
    return sum(sum(one.cpu_times()[:2]) for one in (own, *parsers))


@contextmanager
def site(folder: Path, way: Way) -> Iterator[Site]:
    """Serve one feed on many addresses."""
    text = wordpress([news(number) for number in range(way.entries)])
    page = folder / "feed.xml"
    page.write_text(text.replace("<channel>", f"<channel>{way.start}"), "utf-8")
    port = free_port()
    command = [sys.executable, "-c", SERVER, str(port), str(page), way.changing]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    hosts = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(way.feeds)]
    try:
        answers(f"http://127.0.0.1:{port}/")
        yield Site(page.read_bytes(), hosts, [f"http://{host}:{port}/" for host in hosts])
    finally:
        server.terminate()
        server.wait()
