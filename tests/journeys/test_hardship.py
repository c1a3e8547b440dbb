"""Too few files, too little memory, no network for a while: the service goes on, and no host is stormed."""

import json
import resource
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.world import World, configure, environment, until, world
from tests.journeys.world import start as start_freely

FEEDS = 500


def many(folder: Path, url: str, number: int, **poll: object) -> Path:
    """Write a configuration with so many feeds of one site."""
    configure(folder, url)
    settings = json.loads((folder / "monitor.yaml").read_text())
    settings["poll"] |= {"per_host": 100, **poll}
    (folder / "monitor.yaml").write_text(json.dumps(settings))
    feeds = [{"id": f"f{n}", "outlet": f"F {n}", "url": f"{url}/feed/{n}"} for n in range(number)]
    (folder / "feeds.yaml").write_text(json.dumps({"version": 1, "feeds": feeds}))
    return folder


def limited(**limits: int) -> Callable[[], None]:
    """Return what limits a process before it begins."""

    def limit() -> None:
        for name, most in limits.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))

    return limit


def start(folder: Path, **limits: int) -> "subprocess.Popen[bytes]":
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "monitor", "run", "--config", str(folder)],
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=log,
            preexec_fn=limited(**limits),  # noqa: PLW1509 - no threads of ours hold a lock here
        )


def asked(here: World) -> Counter[str]:
    with here.lock:
        return Counter(path for _, path in here.asked)


@pytest.mark.parametrize(
    "limits", [{"NOFILE": 64}, {"AS": 512_000_000}, {"NOFILE": 64, "AS": 512_000_000}], ids=str
)
def test_with_few_files_and_little_memory_every_feed_is_polled(
    tmp_path: Path, limits: dict[str, int], request: pytest.FixtureRequest
) -> None:
    with world(feeds=FEEDS) as here:
        here.add("Troops")
        folder = many(tmp_path / "config", here.url, FEEDS, interval="5m")
        process = start(folder, **limits)
        request.addfinalizer(process.wait)
        request.addfinalizer(process.kill)
        until(lambda: process.poll() is not None or len(asked(here)) == FEEDS, "all feeds are polled")
        assert process.poll() is None, (folder / "log").read_text()[-2000:]
        until(lambda: here.alerted() == {"Troops": 1}, "the alert")
        process.terminate()
        assert process.wait(20) == 0
        assert "Traceback" not in (folder / "log").read_text()
        assert "poll.broken" not in (folder / "log").read_text()


def test_after_an_outage_no_feed_is_asked_more_often_than_planned(tmp_path: Path) -> None:
    """Polls that were missed are not made up for, and those that are due come spread by the jitter."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folder = many(tmp_path / "config", f"http://127.0.0.1:{port}", 60, max_backoff="2s")
    process = start_freely(folder)
    until(lambda: (folder / "log").read_text().count('"outcome": "failed"') >= 180, "all failed three times")
    with world(feeds=60, port=port) as here:
        here.add("Troops")
        until(lambda: len(asked(here)) == 60, "all are polled again")
        assert max(asked(here).values()) <= 4
        until(lambda: here.alerted() == {"Troops": 1}, "the alert")
        process.terminate()
        assert process.wait(20) == 0
