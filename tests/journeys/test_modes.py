"""Both modes do the same: the sample feeds through SQLite, and through Kafka and Elasticsearch."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.articles.urls import canonical_url
from tests.journeys.cluster import corner, demo_in
from tests.journeys.world import PATIENCE, environment

Things = set[tuple[str, ...]]


def demo(folder: Path, *servers: str) -> dict[str, Things]:
    """Run the demo into ``folder``; return what it stored, by what stays the same from run to run."""
    told = ran("demo", "--data", str(folder), *servers)
    assert "feeds failed" not in told
    assert ran("deadletters", "list", "--json", "--config", str(folder / "config")) == ""
    matches, alerts = exported(folder, "matches"), exported(folder, "alerts")
    return {
        "articles": {(address(one), one["language"]) for one in exported(folder, "articles")},
        "matches": {(one["topic_id"], address(one["article"])) for one in matches},
        "alerts": {(one["topic_id"], address(one["match"]["article"]), one["state"]) for one in alerts},
    }


def address(article: dict[str, Any]) -> str:
    """Return what an article is known by; which of two feeds showed it first is a matter of chance."""
    url = canonical_url(article["url"]) if article["url"] else None
    return re.sub(r"127\.0\.0\.1:\d+", "the newsstand", url or article["guid"] or article["title"])


def exported(folder: Path, what: str) -> list[dict[str, Any]]:
    lines = ran("export", "--config", str(folder / "config"), "--what", what).split("\n")
    return [json.loads(line) for line in lines if line]


def ran(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        env=environment(), capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.servers
def test_the_cluster_finds_what_one_machine_finds(tmp_path: Path) -> None:
    with corner() as prefix:
        here, there = demo(tmp_path / "embedded"), demo(tmp_path / "cluster", *demo_in(prefix))
    assert {what: len(things) for what, things in there.items()} == {
        what: len(things) for what, things in here.items()
    }
    assert there == here
    assert len(here["matches"]) > 100
