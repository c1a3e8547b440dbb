"""What a process costs: its start, and its memory with a thousand feeds that show nothing new."""

import json
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from monitor.config.samples import sample
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.corpus import site
from tests.benchmarks.settings import write

pytestmark = pytest.mark.benchmark
FEEDS = 1000
MONITOR = [str(Path(sys.executable).with_name("monitor"))]
ARTICLE = {"id": "1", "title": "North Korean troops arrive in Russia", "summary": "Seen in Kursk."}


def test_start_up(tmp_path: Path, note: Note) -> None:
    (tmp_path / "watchlist.yaml").write_text(sample("watchlist.yaml"), "utf-8")
    python = _median([sys.executable, "-c", "pass"])
    for what, arguments, text in (
        ("monitor --help", ["--help"], ""),
        ("monitor match, one article", ["match", "--config", str(tmp_path)], json.dumps(ARTICLE)),
    ):
        seconds = _median([*MONITOR, *arguments], text)
        note(Figure(what, seconds, "s", f"{seconds / python:.0f}x an empty Python"))


def test_memory_of_a_thousand_idle_feeds(tmp_path: Path, note: Note) -> None:
    with site(tmp_path / "site", FEEDS, 20) as urls:
        folder = write(tmp_path / "config", urls)
        service = subprocess.Popen([*MONITOR, "run", "--config", str(folder)], stderr=subprocess.DEVNULL)
        try:
            _until_all_polled(folder)
            one = psutil.Process(service.pid)
            family = [one, *one.children(recursive=True)]
            memory = sum(process.memory_full_info().pss for process in family)
            note(Figure(f"memory, {FEEDS} idle feeds (PSS, {len(family)} processes)", memory / 1e6, "MB"))
            used = sum(sum(process.cpu_times()[:2]) for process in family)
            time.sleep(10)
            share = (sum(sum(process.cpu_times()[:2]) for process in family) - used) / 10
            note(Figure("processor while idle", share * 100, "% of a core"))
        finally:
            service.send_signal(signal.SIGTERM)
            assert service.wait(30) == 0


def _until_all_polled(folder: Path) -> None:
    deadline = time.monotonic() + 240
    while True:
        done = subprocess.run(
            [*MONITOR, "status", "--json", "--config", str(folder)], capture_output=True, check=True
        )
        told = json.loads(done.stdout)
        if told["feeds"] == {"healthy": FEEDS} and not any(told["lag"].values()):
            return
        assert time.monotonic() < deadline, told
        time.sleep(1)


def _median(command: list[str], text: str = "") -> float:
    times = []
    for _ in range(7):
        begun = time.perf_counter()
        subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)
