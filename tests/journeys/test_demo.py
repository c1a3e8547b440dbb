"""The sample feeds through the whole pipeline: the demo as its user sees it, and what it found."""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.demo.expected import EXPECTED
from tests.journeys.world import environment

TOPICS = ("north-korea-russia", "troop-deployment", "donbass-labor")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Run the demo once; give its folder and what it printed."""
    made = tmp_path_factory.mktemp("demo")
    done = demo(made)
    assert done.returncode == 0, done.stderr
    return made, done.stdout


def demo(made: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "monitor", "demo", "--data", str(made)],
        env=environment(), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def exported(made: Path, what: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "export", "--config", str(made / "config"), "--what", what],
        env=environment(), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_demo_shows_topics_matches_and_verified_alerts(folder: tuple[Path, str]) -> None:
    shown = folder[1]
    for words in ("15 sample feeds", "Latest matches", "a valid signature; 0 with a bad one", "monitor init"):
        assert words in shown


def test_every_alert_sent_reached_both_receivers(folder: tuple[Path, str]) -> None:
    decided = exported(folder[0], "alerts")
    sent = sum(one["state"] == "sent" for one in decided)
    assert 0 < sent < len(decided)
    counts = [
        int(line.split()[1]) for line in folder[1].splitlines() if line.startswith((" mails", " webhooks"))
    ]
    assert counts == [sent, sent]


def test_every_entry_is_an_article_once(folder: tuple[Path, str]) -> None:
    articles = exported(folder[0], "articles")
    assert len({one["id"] for one in articles}) == len(articles) > 160
    assert {one["language"] for one in articles} == {"en", "ru", "uk", "ko"}


@pytest.mark.parametrize("topic", TOPICS)
def test_the_shipped_watchlist_agrees_with_the_desk(folder: tuple[Path, str], topic: str) -> None:
    """The samples were labelled by hand; nine in ten must be right, found or not."""
    keys: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in exported(folder[0], "matches"):
        article = one["article"]
        for key in (article["guid"], article["url"]):
            keys[article["feed"]["id"], key].add(one["topic_id"])
    wanted = {(one.feed, one.key): one.topics for one in EXPECTED}
    stored = {
        (a["feed"]["id"], key) for a in exported(folder[0], "articles") for key in (a["guid"], a["url"])
    }
    right = sum(
        topic in keys[place] for place, topics in wanted.items() if topic in topics and place in stored
    )
    missed = sum(
        topic not in keys[place] for place, topics in wanted.items() if topic in topics and place in stored
    )
    matched = sum(one["topic_id"] == topic for one in exported(folder[0], "matches"))
    assert right / (right + missed) >= 0.85
    assert right / max(matched, 1) >= 0.85


def test_it_ends_with_what_to_do_on_what_it_has_kept(folder: tuple[Path, str]) -> None:
    made, shown = folder
    assert f"monitor backtest troop-deployment -c {made / 'config'}" in shown


def test_what_it_has_kept_can_be_used_as_it_is(folder: tuple[Path, str]) -> None:
    config = folder[0] / "config"
    assert (config / "hook-secret").stat().st_mode & 0o777 == 0o600
    for command in (["check"], ["backtest", TOPICS[0]]):
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *command, "-c", str(config)],
            env=environment(), capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert "warning" not in done.stdout


def test_the_ids_of_the_articles_are_the_same_at_every_run(folder: tuple[Path, str], tmp_path: Path) -> None:
    """People compare what they have exported, and the port is another one each time."""
    assert demo(tmp_path).returncode == 0
    ids, again = ({one["id"] for one in exported(made, "articles")} for made in (folder[0], tmp_path))
    assert ids == again


def test_what_was_changed_is_kept_at_the_next_run_and_works(folder: tuple[Path, str], tmp_path: Path) -> None:
    made = shutil.copytree(folder[0], tmp_path / "again")
    watchlist = made / "config" / "watchlist.yaml"
    watchlist.write_text(watchlist.read_text("utf-8") + "# my own line\n", "utf-8")
    feeds = (made / "config" / "feeds.yaml").read_text("utf-8")
    done = demo(made)
    assert (done.returncode, done.stderr) == (0, ""), "nothing is new, so nobody is told"
    assert "Kept as you changed it: watchlist.yaml" in done.stdout
    assert "171 articles stored, 149 matches" in done.stdout
    assert "Nothing was new since the last run, so nobody was told" in done.stdout
    assert "Nothing was new" not in folder[1]
    assert watchlist.read_text("utf-8").endswith("# my own line\n")
    assert (made / "config" / "feeds.yaml").read_text("utf-8") != feeds, "what nobody changed is written anew"
