"""kill -9 at any moment loses nothing, stores nothing twice, and repeats alerts only under their ids."""

import random
import threading
from collections import defaultdict
from pathlib import Path

import pytest

from tests.journeys.world import World, configure, exported, start, until, world


@pytest.mark.parametrize("kills", [6, pytest.param(20, marks=pytest.mark.soak)])
def test_kill_9_at_random_moments(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    with world() as here:
        folder = configure(tmp_path / "config", here.url)
        stop = threading.Event()
        writer = threading.Thread(target=_write_news, args=(here, stop))
        writer.start()
        try:
            for _ in range(kills):
                _live_and_die(here, folder, stop, chance.uniform(0, 0.6))
        finally:
            stop.set()
            writer.join()
        process = start(folder)
        wanted = {title for title in here.titles if "Troops" in title}
        try:
            until(lambda: set(here.alerted()) >= wanted, "every alert at least once")
            process.terminate()
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()
        _check(folder, here, wanted)


def _live_and_die(here: World, folder: Path, stop: threading.Event, seconds: float) -> None:
    before = here.polls
    process = start(folder)
    until(lambda: here.polls > before, "a poll")
    stop.wait(seconds)
    process.kill()
    process.wait()


def _write_news(here: World, stop: threading.Event) -> None:
    number = 0
    while number < here.window and not stop.wait(0.1):  # or the first would be gone where a start takes long
        here.add(f"{'Troops' if number % 2 else 'Weather'} {number}")
        number += 1


def _check(folder: Path, here: World, wanted: set[str]) -> None:
    stored = [one["title"] for one in exported(folder, "articles")]
    assert sorted(stored) == sorted(here.titles)
    assert sorted(one["article"]["title"] for one in exported(folder, "matches")) == sorted(wanted)
    ids = defaultdict(set)
    for id_, event in here.hooks:
        ids[event["data"]["article"]["title"]].add(id_)
    assert {title: len(found) for title, found in ids.items()} == dict.fromkeys(wanted, 1)
