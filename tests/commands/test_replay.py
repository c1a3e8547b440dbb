"""``monitor replay``: matches of today's watchlist in what is stored, and alerts only if asked."""

import json
from pathlib import Path

from monitor.lock import ServiceLock
from monitor.store import records
from monitor.store.base import Query
from tests.commands.desk import backend_of, monitor, work, write


def widened(folder: Path) -> Path:
    """Let the quiet topic find something."""
    watchlist = json.loads((folder / "watchlist.yaml").read_text("utf-8"))
    watchlist["topics"][1]["query"] = "rain OR Kursk"
    return write(folder, watchlist=watchlist)


def counts(folder: Path, kind: str) -> dict[str, int]:
    with backend_of(folder) as backend:
        work(folder, backend)  # what was published is decided
        return backend.store.count(kind, Query(), by="topic")


def test_matches_are_added_once_and_nobody_is_alerted(filled: Path) -> None:
    widened(filled)
    said = monitor("replay", "--config", filled, "--json")
    told = json.loads(said.out)
    assert told == {"articles": 6, "added": {"troops": 0, "quiet": 2}, "handed_on": 0, "withheld": {}}
    assert counts(filled, records.MATCHES) == {"troops": 6, "quiet": 2}
    assert counts(filled, records.ALERTS) == {"troops": 6}
    assert json.loads(monitor("replay", "--config", filled, "--json").out)["added"] == {
        "troops": 0,
        "quiet": 0,
    }


def test_asked_to_it_alerts_each_once(filled: Path) -> None:
    widened(filled)
    for _ in range(2):
        said = monitor("replay", "--config", filled, "--topic", "quiet", "--alert")
        assert said.code == 0
        assert "2 matches handed on; what was not decided before is alerted when monitor runs" in said.out
        assert counts(filled, records.ALERTS) == {"troops": 6, "quiet": 2}
    with backend_of(filled) as backend:
        sent = backend.store.count(records.ALERTS, Query({"topic": "quiet"}), by="state")
    assert sent == {"sent": 2}


def test_beside_a_running_service_alerts_go_out_now(filled: Path) -> None:
    widened(filled)
    with ServiceLock(filled / "data"):
        said = monitor("replay", "--config", filled, "--topic", "quiet", "--alert", "--since", "90m")
    assert "1 match handed on; what was not decided before is alerted now\n" in said.out


def test_since_bounds_what_is_looked_at(filled: Path) -> None:
    widened(filled)
    said = monitor("replay", "--config", filled, "--since", "90m", "--json")
    assert json.loads(said.out)["articles"] == 2


def test_an_unknown_topic_is_wrong_usage_and_adds_nothing(filled: Path) -> None:
    said = monitor("replay", "--config", filled, "--topic", "nope")
    assert (said.code, said.out) == (2, "")
    assert "there is no topic nope; the watchlist has: troops, quiet" in said.err
