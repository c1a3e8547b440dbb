"""The clock and the names of the machine: whatever they do, the service goes on, and mends itself."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.store.sqlite import SqliteStore
from monitor.store.topics import since_known
from tests.journeys.world import World, configure, environment, until, world

HOUR, DAY = 3600, 86_400
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long offset(void) {
    char text[32] = {0};
    int file = open(getenv("CLOCK_OFFSET"), O_RDONLY);
    if (file < 0) return 0;
    long got = read(file, text, sizeof text - 1);
    close(file);
    return got > 0 ? atol(text) : 0;
}
int clock_gettime(clockid_t which, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(which, at);
    if (!failed && which == CLOCK_REALTIME) at->tv_sec += offset();
    return failed;
}
int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
"""
"""Sets the clock of a whole process, its libraries too, by the seconds in a file. libfaketime
would do this, but with the semaphores of Python it waits for ever, or not at all."""
COMPILER = shutil.which("cc") if sys.platform == "linux" else None
HOST = "news.example"
NAMES = """
import pathlib, socket, time
told, real = pathlib.Path({told!r}), socket.getaddrinfo
def lookup(host, *rest, **more):
    if host == {host!r}:
        while (answer := told.read_text()) == "nothing":
            time.sleep(0.05)
        if answer == "failure":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        host = answer
    return real(host, *rest, **more)
socket.getaddrinfo = lookup
"""
"""Stands between a process and the system's resolver, from its start on."""


@contextmanager
def service(folder: Path, **more: str) -> "Iterator[subprocess.Popen[bytes]]":
    """Run the service; its log goes to ``folder/log``."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "run", "--config", str(folder)],
            env=environment() | more,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        yield process
        assert process.poll() is None, log_of(folder)[-2000:]
        process.terminate()
        assert process.wait(20) == 0
        assert "Traceback" not in log_of(folder)
    finally:
        process.kill()
        process.wait()


def log_of(folder: Path) -> str:
    return (folder / "log").read_text()


def polls(here: World, path: str = "/feed") -> list[float]:
    """Return when the feed was asked for, by a clock that nobody sets."""
    with here.lock:
        return [when for when, asked in here.asked if asked == path]


def has_polls(here: World, number: int) -> bool:
    return len(polls(here)) >= number


@pytest.mark.skipif(COMPILER is None, reason="no C compiler (apt-get install gcc libc6-dev), or not Linux")
def test_a_clock_that_is_set_causes_neither_a_storm_of_polls_nor_a_standstill(tmp_path: Path) -> None:
    with world() as here:
        folder = configure(tmp_path / "config", here.url)
        (tmp_path / "clock.c").write_text(CLOCK)
        built, offset = tmp_path / "clock.so", tmp_path / "offset"
        subprocess.run(
            [str(COMPILER), "-shared", "-fPIC", "-o", str(built), str(tmp_path / "clock.c"), "-ldl"],
            check=True,
        )
        offset.write_text("0")
        begun = datetime.now(UTC)
        faked = {"LD_PRELOAD": str(built), "CLOCK_OFFSET": str(offset)}
        with service(folder, **faked):
            for number, seconds in enumerate((0, HOUR, 0, -HOUR, DAY, -DAY, 0)):
                before = len(polls(here))
                put(offset, str(seconds))
                until(partial(has_polls, here, before + 3), f"polls after {seconds}")
                here.add(f"Troops {number}")
                until(lambda: here.alerted().keys() == set(here.titles), f"the alert after {seconds}")
        with SqliteStore(folder / "data" / "store.db") as store:
            since = since_known(store, ["troops"])["troops"]
        assert since < begun - timedelta(seconds=DAY), "it was watched while the clock was behind"
        asked = polls(here)
        gaps = [after - before for before, after in pairwise(asked)]
        assert sum(gap < 0.5 for gap in gaps) <= len(gaps) // 4, "it is asked once a second"
        assert here.alerted() == dict.fromkeys(here.titles, 1)
        assert log_of(folder).count("feed.health") <= 2, "what has not changed is not told again"
        assert log_of(folder).count("clock.set") == 3, "each time that it was set back"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("failure", f"the host {HOST} is not found (no network, or no such name)"),
        ("nothing", "no whole answer within 2 s"),
    ],
)
def test_names_that_are_not_found_for_a_while_hold_up_nothing_else(
    tmp_path: Path, answer: str, reason: str
) -> None:
    with world(feeds=3) as here:
        folder = configure(tmp_path / "config", here.url, timeout="2s")
        port = here.url.rpartition(":")[2]
        urls = [f"http://{HOST}:{port}/feed/0", f"http://{HOST}:{port}/feed/1", f"{here.url}/feed/2"]
        feeds = [{"id": f"f{n}", "outlet": f"F {n}", "url": url} for n, url in enumerate(urls)]
        (folder / "feeds.yaml").write_text(json.dumps({"version": 1, "feeds": feeds}))
        allow(folder, HOST)
        told = tmp_path / "answer"
        told.write_text(answer)
        (tmp_path / "sitecustomize.py").write_text(NAMES.format(told=str(told), host=HOST))
        for title in ("Troops 0", "Troops 1", "Troops 2"):
            here.add(title)
        path = {"PYTHONPATH": f"{tmp_path}:{environment()['PYTHONPATH']}"}
        with service(folder, **path):
            until(lambda: log_of(folder).count(reason) >= 4, "both feeds have failed twice")
            until(lambda: here.alerted() == {"Troops 2": 1}, "the feed that needs no name")
            put(told, "127.0.0.1")
            until(lambda: here.alerted() == dict.fromkeys(here.titles, 1), "all, without a hand")
            polled = len(polls(here, "/feed/0"))
        assert 0 < polled < 10, "what was missed is not made up for"
        put(told, answer)
        failed = log_of(folder).count(reason)
        with service(folder, **path):  # which is ended while it waits for names
            until(lambda: log_of(folder).count(reason) > failed, "names are away once more")


def put(file: Path, text: str) -> None:
    """Replace what a file says in one step."""
    beside = file.with_suffix(".new")
    beside.write_text(text)
    beside.replace(file)


def allow(folder: Path, host: str) -> None:
    settings = json.loads((folder / "monitor.yaml").read_text())
    settings["poll"]["allow_hosts"].append(host)
    (folder / "monitor.yaml").write_text(json.dumps(settings))
