"""Ten thousand feeds in one process: how first polls are spread, and what they cost when nothing changes.

Every feed is a host of its own on this machine, and shows one entry that stays.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from monitor.clock import SystemClock
from monitor.feeds.state import FeedState
from monitor.feeds.timing.schedule import on_the_second
from monitor.store.records import FEEDS as KIND
from monitor.store.records import Records
from monitor.store.sqlite import SqliteStore
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.test_polling import Site, Way, site

pytestmark = pytest.mark.benchmark
FEEDS, MINUTE = 10_000, 60.0
QUARTER, BRISK = timedelta(minutes=15), timedelta(minutes=2)
MONITOR = [sys.executable, "-m", "monitor", "run", "--config"]


@dataclass(frozen=True)
class Service:
    """A service that runs, with its parsers."""

    family: list[psutil.Process]
    log: Path

    def seconds(self) -> float:
        """Return the processor time that it has used."""
        return sum(sum(one.cpu_times()[:2]) for one in self.family)

    def megabytes(self) -> float:
        """Return its memory, that which processes share counted once."""
        return sum(one.memory_full_info().pss for one in self.family) / 1e6

    def polls(self) -> int:
        """Return how many polls it has told of."""
        return self.log.read_bytes().count(b'"feed.polled"')


def test_ten_thousand_feeds(tmp_path: Path, note: Note) -> None:
    with site(tmp_path, Way("", feeds=FEEDS, entries=1)) as there:
        folder = configured(tmp_path / "config", there, QUARTER)
        with service(folder) as running:
            time.sleep(MINUTE)
            first = running.polls()
        note(Figure("first polls in the first minute", first, "feeds", f"an even share: {FEEDS / 15:,.0f}"))
        subprocess.run([*MONITOR, str(folder), "--once"], check=True, stderr=subprocess.DEVNULL)
        for interval in (QUARTER, BRISK):
            spread(folder, interval)
            configured(folder, there, interval)
            with service(folder) as running:
                time.sleep(10)
                used, polls = running.seconds(), running.polls()
                time.sleep(MINUTE if interval == QUARTER else interval.total_seconds())
                used, polls = running.seconds() - used, running.polls() - polls
                span = MINUTE if interval == QUARTER else interval.total_seconds()
                every = f"{FEEDS:,} feeds every {interval.total_seconds() / 60:.0f} minutes"
                note(
                    Figure(
                        f"processor, {every}", used / span * 100, "% of a core", f"{polls / span:.1f} polls/s"
                    )
                )
                note(
                    Figure(
                        f"memory (PSS), {every}",
                        running.megabytes(),
                        "MB",
                        f"{len(running.family)} processes",
                    )
                )


def configured(folder: Path, there: Site, interval: timedelta) -> Path:
    """Write a configuration of all the feeds; return its folder."""
    folder.mkdir(exist_ok=True)
    poll = {"interval": f"{interval.total_seconds():.0f}s", "jitter": "0s", "allow_hosts": list(there.hosts)}
    topic = {"id": "troops", "query": "troops"}
    feeds = [{"id": f"f{n}", "outlet": f"Outlet {n}", "url": url} for n, url in enumerate(there.urls)]
    for name, value in (
        ("monitor", {"data": "data", "poll": poll, "log": {"format": "json"}}),
        ("feeds", {"feeds": feeds}),
        ("watchlist", {"topics": [topic]}),
    ):
        (folder / f"{name}.yaml").write_text(json.dumps({"version": 1} | value))
    return folder


def spread(folder: Path, interval: timedelta) -> None:
    """Plan the next polls evenly over the interval, as they are when a service has run for long."""
    states = Records(KIND, FeedState)
    with SqliteStore(folder / "data" / "store.db") as store:
        now, ids = SystemClock().now(), [f"f{n}" for n in range(FEEDS)]
        stored = store.get(KIND, ids)
        changes = [
            (
                states.document(
                    replace(
                        states.value(stored[id_]),
                        next_poll=on_the_second(now + interval * (place / FEEDS), now - interval),
                    )
                ),
                stored[id_].version,
            )
            for place, id_ in enumerate(ids)
        ]
        assert None not in store.update_all(KIND, changes)


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    """Run the service until it is ready, and while the block lasts."""
    path = folder.parent / "log"  # not inside, for the folder is watched
    with path.open("wb") as log:
        process = subprocess.Popen([*MONITOR, str(folder)], stderr=log)
    try:
        until_it_polls(path, process)
        one = psutil.Process(process.pid)
        yield Service([one, *one.children(recursive=True)], path)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def until_it_polls(log: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while b'"feed.polled"' not in log.read_bytes():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)
