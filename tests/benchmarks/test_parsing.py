"""How quick feeds are read: the quick way beside feedparser, and whole polls that find nothing new."""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from monitor import logs
from monitor.clock import SystemClock
from monitor.demo.receivers import free_port
from monitor.feeds.cage import Cage
from monitor.feeds.document.parse import ParseLimits, parse
from monitor.feeds.fetching.fetch import Fetcher, Limits
from monitor.feeds.pages import PageLimits, Pages
from monitor.feeds.poller import Poller, Web
from monitor.feeds.polls import Polled, PollLimits, Subscription
from monitor.feeds.state import FeedStates
from monitor.feeds.timing.schedule import Rhythm
from monitor.guard import guarded_session
from monitor.model import Feed
from monitor.store.sqlite import SqliteStore
from monitor.stream.sqlite import SqliteStream
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.corpus import answers
from tests.benchmarks.news import news
from tests.feeds.shapes import SHAPES, Shape, wordpress

pytestmark = pytest.mark.benchmark
URL = "https://news.example/feed"
ENTRIES, FEEDS, ROUNDS = 50, 40, 5
LIMITS = ParseLimits()
WAYS = {
    "by feedparser": ("<title xmlns='urn:x'>other</title>", "<lastBuildDate>", "changed"),
    "read the quick way": ("", "<slash:comments>", "changed"),
    "whose bytes are as before": ("", "<lastBuildDate>", "unchanged"),
}
"""What the feed begins with, what changes with every answer, and what comes of it."""

SERVER = """
import asyncio, itertools, pathlib, sys
bodies = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[2]).glob("*.xml"))]
changing = sys.argv[3].encode()
asked = itertools.count()

async def answer(reader, writer):
    while head := await reader.readuntil(b"\\r\\n\\r\\n"):
        number = int(head.split(b" ", 2)[1].lstrip(b"/") or 0)
        body = bodies[number].replace(changing, b"%s%d" % (changing, next(asked)))
        writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/xml\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)
        await writer.drain()

async def main():
    async with await asyncio.start_server(answer, "127.0.0.1", int(sys.argv[1]), limit=2**20):
        await asyncio.Event().wait()

asyncio.run(main())
"""  # noqa: E501


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_parsing(shape: Shape, note: Note) -> None:
    body = shape([news(number) for number in range(ENTRIES)]).encode()
    assert parse(body, "", URL, LIMITS).quick
    quick = seconds(lambda: parse(body, "", URL, LIMITS), 30)
    slow = seconds(lambda: parse(body, "", URL, LIMITS, quick=False), 4)
    what = f"parsing, {shape.__name__}, {len(body) / 1000:.0f} KB"
    note(Figure(what, ENTRIES / quick, "entries/s", f"{slow / quick:.1f}x feedparser"))


def seconds(call: Callable[[], object], times: int) -> float:
    """Return the processor time of a call: the median of several."""
    call()
    taken = []
    for _ in range(times):
        begun = time.process_time()
        call()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def test_polls_of_feeds_that_have_changed_but_show_nothing_new(tmp_path: Path, note: Note) -> None:
    logs.set_up("warning", "json")
    rates = {}
    for name, (start, changing, outcome) in WAYS.items():
        with site(tmp_path / name, start, changing) as urls:
            rates[name] = 1 / asyncio.run(polled(tmp_path / name, urls, outcome))
    for name, rate in rates.items():
        ratio = f"{rate / rates['by feedparser']:.1f}x feedparser"
        note(Figure(f"polls, 50 known entries, {name}", rate, "feeds/s", ratio))


async def polled(folder: Path, urls: Sequence[str], outcome: str) -> float:
    """Return the processor seconds of a poll, of ours and of the parser's."""
    clock = SystemClock()
    rhythm = Rhythm(timedelta(minutes=15), timedelta(0), timedelta(hours=6))
    subscriptions = [Subscription(Feed(f"f{n}", url, "Outlet"), rhythm) for n, url in enumerate(urls)]
    with SqliteStream(folder / "stream.db", clock) as stream, SqliteStore(folder / "store.db") as store:
        async with (
            guarded_session(["127.0.0.1"], limit=20) as session,
            Cage(1, 10, 512_000_000, LIMITS) as cage,
        ):
            limits = PollLimits(20, 20, timedelta(days=3))
            fetcher = Fetcher(session, Limits())
            web = Web(fetcher, cage, Pages(fetcher, cage, clock, PageLimits()))
            poller = Poller(web, FeedStates(store), stream, clock, limits)

            async def all_feeds() -> list[Polled]:
                return await asyncio.gather(*map(poller.poll, subscriptions))

            first = await all_feeds()
            assert sum(one.articles for one in first) == FEEDS * ENTRIES
            (child,) = (one for one in psutil.Process().children() if "monitor.feeds.caged" in one.cmdline())
            used = used_by(child)
            begun = time.process_time()
            for _ in range(ROUNDS):
                again = await all_feeds()
                assert {(one.outcome, one.articles) for one in again} == {(outcome, 0)}
            ours = time.process_time() - begun
            theirs = used_by(child) - used
            poller.close()
    return (ours + theirs) / ROUNDS / FEEDS


def used_by(process: psutil.Process) -> float:
    """Return the processor seconds that a process has used."""
    times = process.cpu_times()
    return times.user + times.system


@contextmanager
def site(folder: Path, start: str, changing: str) -> Iterator[list[str]]:
    """Serve feeds that change with every answer, but not in their entries."""
    folder.mkdir(parents=True)
    for feed in range(FEEDS):
        text = wordpress([news(feed * ENTRIES + number) for number in range(ENTRIES)])
        (folder / f"{feed:03}.xml").write_text(text.replace("<channel>", f"<channel>{start}"), "utf-8")
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port), str(folder), changing], stderr=subprocess.DEVNULL
    )
    try:
        answers(f"http://127.0.0.1:{port}/0")
        yield [f"http://127.0.0.1:{port}/{feed}" for feed in range(FEEDS)]
    finally:
        server.terminate()
        server.wait()
