"""Ten thousand topics: how long they take to be read and compiled, and whether a reload holds anything up."""

import asyncio
import gc
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor import app
from monitor.articles.build import clean
from monitor.clock import SystemClock
from monitor.config.load import load, load_watchlist
from monitor.feeds.novelty import novelty
from monitor.feeds.state import FeedStates
from monitor.model import Entry, Feed
from monitor.reloading import unobtrusive
from monitor.service import Role, Service
from monitor.store import records
from monitor.store.base import Query
from monitor.stream import codec
from monitor.topics.matcher import compile_watchlist
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.settings import write
from tests.benchmarks.topics import STYLES, texts, wanted, yaml_of

pytestmark = pytest.mark.benchmark
TOPICS, ARTICLES, RELOADS = 10_000, 2_000, 3
LONGEST_PAUSE = 0.05
"""Seconds."""


def _watchlist(folder: Path, count: int = TOPICS, style: str = "folded") -> Path:
    made = [one.topic for one in wanted(texts(3_000), count)]
    (folder / "watchlist.yaml").write_text(yaml_of(made, style), "utf-8")
    return folder


@pytest.mark.parametrize("style", STYLES)
def test_ten_thousand_topics_are_read_and_compiled(style: str, tmp_path: Path, note: Note) -> None:
    folder = _watchlist(tmp_path, style=style)
    with unobtrusive():  # as in a service
        begun = time.process_time()
        watchlist = load_watchlist(folder, {})
        read = time.process_time()
        compile_watchlist(watchlist)
        done = time.process_time()
    gc.unfreeze()
    note(Figure(f"reading the YAML of 10,000 topics, {style}", read - begun, "s CPU"))
    note(Figure("compiling 10,000 topics", done - read, "s CPU"))
    assert read - begun < 4
    assert done - read < 3


def test_reload_under_load_loses_nothing_and_holds_nothing_up(tmp_path: Path, note: Note) -> None:
    folder = _watchlist(write(tmp_path / "config", []))
    clock = SystemClock()
    configuration = load(folder, os.environ)
    with app.open_backend(configuration.settings, clock) as backend:
        service = Service(configuration, backend, clock, partial(load, folder, os.environ), Role.MATCH)
        pause, seconds = asyncio.run(_reloaded(service, folder, backend))
        kept = backend.store.count(records.ARTICLES, Query())[""]
    assert kept == ARTICLES * RELOADS
    note(Figure("longest pause while 10,000 topics are reloaded", pause * 1000, "ms", f"in {seconds:.1f} s"))
    assert pause < LONGEST_PAUSE


async def _reloaded(service: Service, folder: Path, backend: app.Backend) -> tuple[float, float]:
    """Return the longest pause of the event loop and how long the reload took, both in seconds.

    Of several reloads the one that the machine's other work disturbed least.
    """
    stop = asyncio.Event()
    with capture_logs() as told:
        running = asyncio.create_task(service.run(stop))
        await _until(lambda: any(one["event"] == "service.started" for one in told))
        pauses = []
        for number in range(1, RELOADS + 1):
            _watchlist(folder, TOPICS - number)
            await asyncio.to_thread(_publish, backend, number)
            begun = time.perf_counter()
            os.kill(os.getpid(), signal.SIGHUP)
            pauses.append(await _longest_pause(lambda: _taken(told) == number))  # noqa: B023 (awaited here)
            seconds = time.perf_counter() - begun
        await _until(lambda: not any(one.behind for one in backend.stream.lag()))
        stop.set()
        await running
    return min(pauses), seconds


def _taken(told: Sequence[Mapping[str, object]]) -> int:
    return sum(one["event"] == "configuration.taken" for one in told)


async def _longest_pause(done: Callable[[], bool]) -> float:
    """Return the longest time in which the loop had no turn, but for what other programs took."""
    longest, last, used = 0.0, time.perf_counter(), time.process_time()
    while not done():
        await asyncio.sleep(0.001)
        longest = max(longest, min(time.perf_counter() - last, time.process_time() - used))
        last, used = time.perf_counter(), time.process_time()
    return longest


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not holds():  # noqa: ASYNC110 (threads and a store are waited for)
            await asyncio.sleep(0.05)


def _publish(backend: app.Backend, number: int) -> None:
    states, now = FeedStates(backend.store), datetime.now(UTC)
    made = [Entry(guid=str(n), title=text[:60], body=text) for n, text in enumerate(texts(ARTICLES))]
    for first in range(0, ARTICLES, 50):
        feed = Feed(f"f{number}-{first}", "https://news.example/feed", "News")
        cleaned = [clean(one, feed, now) for one in made[first : first + 50]]
        seen = states.read_seen(feed, now).seen
        found = novelty([one for one in cleaned if one], feed, seen, now, backlog_before=None)
        messages = [codec.article_codec.encode(one.id, one) for one in found.articles]
        backend.stream.publish(codec.ARTICLES, messages)
