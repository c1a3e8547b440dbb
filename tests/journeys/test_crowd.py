"""Hostile feeds and good ones in one service: the good ones are polled as if they were alone."""

import gzip
import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.hostile.server import Server, Talk, http, item, rss, server
from tests.journeys.world import World, configure, exported, start, until, world

MOST_MB = 700
"""Of the service with three parsers, which may take 512 MB each."""
SOAK = 180.0


def endless(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        talk.say(b"<item><title>x</title></item>" * 2000)


HOSTILE: dict[str, Callable[[Talk], Any] | bytes] = {
    "silent": lambda talk: talk.hold(),
    "drip": lambda talk: talk.say(b"HTTP/1.1 200 OK\r\n\r\n<rss>").drip(b" ", 0.1),
    "bomb": http(gzip.compress(b"\0" * 300_000_000), "200 OK", "Content-Encoding: gzip"),
    "endless": endless,
    "loop": http(b"", "302 Found", "Location: /loop"),
    "private": http(b"", "302 Found", "Location: http://10.0.0.1/"),
    "slow to parse": http(rss(item("x", "<guid>1</guid>" * 300_000))),
    "hungry": http(rss("<item><title>x</title></item >" * 300_000)),
    "page": http(b"<html><title>Are you human?</title>"),
    "reset": lambda talk: talk.reset(),
}


def crowd(folder: Path, here: World, site: Server, hostile: int) -> Path:
    """Write a configuration of good feeds, and of so many hostile ones before each of them."""
    configure(folder, here.url)
    settings = json.loads((folder / "monitor.yaml").read_text())
    settings["poll"] |= {"timeout": "3s", "parse_timeout": "8s", "per_host": 100}
    (folder / "monitor.yaml").write_text(json.dumps(settings))
    kinds = list(HOSTILE)
    feeds = []
    for number in range(hostile):
        kind = kinds[number % len(kinds)]
        url = site.put(HOSTILE[kind], "/loop" if kind == "loop" else f"/{number}")
        feeds.append({"id": f"bad{number}", "outlet": "Bad", "url": f"{url}?{number}"})
    feeds += [
        {"id": f"good{n}", "outlet": f"Good {n}", "url": f"{here.url}/feed/{n}"} for n in range(here.feeds)
    ]
    (folder / "feeds.yaml").write_text(json.dumps({"version": 1, "feeds": feeds}))
    return folder


def memory(process: "subprocess.Popen[bytes]") -> float:
    """Return the megabytes that the service and its parsers take."""
    service = psutil.Process(process.pid)
    total = 0
    for one in (service, *service.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


def polled(here: World) -> Counter[str]:
    with here.lock:
        return Counter(path for _, path in here.asked)


def all_polled(here: World, times: int) -> bool:
    asked = polled(here)
    return len(asked) == here.feeds and min(asked.values()) >= times


def arrived_once(folder: Path, here: World) -> None:
    """Assert that every good entry is in the archive once, and was alerted once."""
    titles = Counter(one["title"] for one in exported(folder, "articles"))
    assert {title: titles[title] for title in here.titles} == dict.fromkeys(here.titles, 1)
    assert here.alerted() == Counter(here.titles)


def test_good_feeds_are_polled_on_though_as_many_are_hostile(tmp_path: Path) -> None:
    with world(feeds=50) as here, server() as site:
        for number in range(100):
            here.add(f"Troops {number}")
        process = start(crowd(tmp_path / "config", here, site, 50))
        until(lambda: all_polled(here, 2), "all good feeds are polled twice")
        for number in range(100, 120):
            here.add(f"Troops {number}")
        until(lambda: here.alerted() == Counter(here.titles), "what came later is alerted as well")
        assert memory(process) < MOST_MB
        process.terminate()
        assert process.wait(20) == 0
        arrived_once(tmp_path / "config", here)


@pytest.mark.soak
def test_good_feeds_stay_on_time_and_memory_flat_in_a_crowd_of_hostile_ones(tmp_path: Path) -> None:
    with world(feeds=50) as here, server() as site:
        process = start(crowd(tmp_path / "config", here, site, 50))
        until(lambda: all_polled(here, 2), "all good feeds are polled twice")
        begun, sizes = time.monotonic(), [memory(process)]
        while time.monotonic() < begun + SOAK:
            here.add(f"Troops {len(here.titles)}")
            sizes.append(memory(process))
            time.sleep(0.5)
        until(lambda: here.alerted() == Counter(here.titles), "all is alerted")
        process.terminate()
        assert process.wait(20) == 0
        arrived_once(tmp_path / "config", here)
        assert min(polled(here).values()) > SOAK / 5, (
            "polled every second or two, and never left out for long"
        )
        assert max(sizes[len(sizes) // 2 :]) < max(sizes[: len(sizes) // 2]) * 1.3 + 100
        assert max(sizes) < MOST_MB
