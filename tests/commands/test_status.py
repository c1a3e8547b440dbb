"""``monitor status``: how things stand, as tables for people and JSON for programs."""

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.feeds.state import FeedStates
from monitor.lock import ServiceLock
from monitor.model import Delivery, DeliveryState, Feed, Health
from monitor.notify.receivers import ReceiverStates
from monitor.store import records
from monitor.stream.base import Message
from monitor.stream.codec import ARTICLES
from tests.commands.desk import NOW, Said, backend_of, configure, fill, monitor, news, on_a_terminal
from tests.feeds.faring import rewrite
from tests.samples import alert


def status(folder: Path) -> dict[str, Any]:
    said = monitor("status", "--config", folder, "--json")
    assert (said.code, said.err) == (0, "")
    (row,) = said.rows
    return row


def shown(folder: Path) -> Said:
    said = monitor("status", "--config", folder)
    assert (said.code, said.err) == (0, "")
    return said


def note(folder: Path, id_: str, health: Health, reason: str = "") -> None:
    with backend_of(folder) as backend:
        feed = Feed(id_, "https://wire.example/feed", id_)
        rewrite(FeedStates(backend.store), feed, health=health, reason=reason, last_poll=NOW)


def put(folder: Path, receivers: Iterable[str], state: DeliveryState = DeliveryState.WAITING) -> None:
    with backend_of(folder) as backend:
        made = [Delivery(f"d-{name}", name, state, NOW, (alert(),), NOW, NOW) for name in receivers]
        backend.store.add(records.DELIVERIES, [records.deliveries.document(one) for one in made])


def test_a_fresh_folder_has_nothing_and_says_so(folder: Path) -> None:
    assert status(folder) == {
        "service": None,
        "feeds": {"new": 1, "off": 1},
        "failing": {},
        "unwell": [],
        "unverified": [],
        "pushes": {},
        "articles": {},
        "matches": {"troops": 0, "quiet": 0},
        "alerts": {},
        "lag": {},
        "dead_letters": 0,
        "outbox": {},
        "undeliverable": {},
        "partitions": [],
        "processes": [],
        "unpolled": 0,
        "indices": {},
        "away": {},
    }
    out = shown(folder).out
    assert "not running" in out
    assert "none" in out


def test_what_is_stored_is_counted(filled: Path) -> None:
    found = status(filled)
    assert found["articles"] == {"en": 4, "ko": 1, "ru": 1, "uk": 1}
    assert found["matches"] == {"troops": 6, "quiet": 0}
    assert (found["alerts"], found["outbox"]) == ({"sent": 6}, {"waiting": 6})
    assert found["lag"] == {"matcher": 0, "alerter": 0}


def test_no_secret_is_asked_for(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK_SECRET")
    assert monitor("status", "--config", filled).code == 0


def test_what_is_still_to_be_handled_is_the_lag(filled: Path) -> None:
    with backend_of(filled) as backend:
        backend.stream.publish(ARTICLES, [Message(str(n), b"{}") for n in range(5)])
    assert status(filled)["lag"] == {"matcher": 5, "alerter": 0}


def test_a_failing_feed_is_named_with_its_reason_unless_it_is_off(folder: Path) -> None:
    note(folder, "wire", "failing", "HTTP 503 Gone fishing")
    note(folder, "rested", "failing", "HTTP 404")
    found = status(folder)
    assert found["feeds"] == {"failing": 1, "off": 1}
    assert found["failing"] == {"wire": "HTTP 503 Gone fishing"}
    assert "Gone fishing" in shown(folder).out


def test_feeds_to_look_at_are_told_with_since_next_and_why(folder: Path) -> None:
    moved = "https://wire.example/new"
    cases: list[tuple[Health, Any]] = [("gone", None), ("quiet", NOW + timedelta(hours=1))]
    for health, next_poll in cases:
        with backend_of(folder) as backend:
            told = {"health": health, "since": NOW, "reason": "why", "moved_to": moved}
            feed = Feed("wire", "https://wire.example/feed", "wire")
            rewrite(FeedStates(backend.store), feed, next_poll=next_poll, **told)
        (row,) = status(folder)["unwell"]
        assert (row["id"], row["health"], row["reason"], row["moved_to"]) == ("wire", health, "why", moved)
        assert (row["next_poll"] is None) == (health == "gone")
        assert status(folder)["failing"] == ({"wire": "why"} if health == "gone" else {})
        out = shown(folder).out
        for words in ("Feeds to look at", health, f"{NOW:%Y-%m-%d %H:%M}", "why", "it has moved to"):
            assert words in out
        assert ("never" in out) == (health == "gone")


@pytest.mark.parametrize("width", [80, 120])
def test_feeds_to_look_at_fit_the_terminal(folder: Path, width: int) -> None:
    moved = "https://www.wire.example/all/of/the/news/from/everywhere/rss.xml"
    with backend_of(folder) as backend:
        feed, times = Feed("wire", "https://wire.example/feed", "wire"), {"since": NOW, "next_poll": NOW}
        told = {"health": "failing", "reason": "HTTP 503 Gone fishing", "moved_to": moved}
        rewrite(FeedStates(backend.store), feed, **times, **told)
    lines = on_a_terminal(width, "status", "--config", folder)
    assert max(map(len, lines)) <= width
    from_here = lines[next(at for at, line in enumerate(lines) if "Feeds to look at" in line) :]
    row = next(line for line in from_here if line.startswith(" wire "))
    assert row.count(f"{NOW:%d %b %H:%M}" if width == 80 else f"{NOW:%Y-%m-%d %H:%M}") == 2
    assert "failing" in row
    assert len([line for line in from_here if line.strip()]) <= 10
    assert any(moved in line for line in from_here) == (width == 80)


def test_receivers_that_wait_for_somebody_are_named(folder: Path) -> None:
    put(folder, ["gone-from-list", "desk"])
    with backend_of(folder) as backend:
        ReceiverStates(backend.store).switch_off("hook", "HTTP 410", NOW)
    found = status(folder)["undeliverable"]
    assert found.pop("gone-from-list") == "not in the watchlist"
    assert "HTTP 410" in found.pop("hook")
    assert found == {}
    assert "Receivers that wait for you" in shown(folder).out


def test_the_running_service_is_told_by_its_process(folder: Path) -> None:
    status(folder)
    with ServiceLock(folder / "data"):
        assert status(folder)["service"] == os.getpid()
        assert f"running, process {os.getpid()}" in shown(folder).out


def test_what_strangers_wrote_moves_nothing_on_the_terminal(folder: Path) -> None:
    note(folder, "wire", "failing", "HTTP 404 \x1b[2J\x1b]0;owned\x07[red]x[/red]\x9b31m")
    put(folder, ["[bold]who[/bold]"])
    for command in (["status"], ["feeds", "list"]):
        said = monitor(*command, "--config", folder)
        assert not {"\x1b", "\x07", "\x9b", "\r"} & set(said.out)
        assert "[red]x[/red]" in said.out
    assert "[bold]who[/bold]" in shown(folder).out


@pytest.mark.parametrize("change", ["data: x", "not: yaml: at all"])
def test_a_broken_configuration_is_exit_2_with_its_places(folder: Path, change: str) -> None:
    (folder / "monitor.yaml").write_text(change)
    said = monitor("status", "--config", folder)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{folder}/monitor.yaml:1:")


def test_a_data_folder_of_something_else_is_exit_1_in_one_line(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "store.db").write_bytes(b"no database at all" * 100)
    said = monitor("status", "--config", folder)
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert "store.db is damaged" in said.err


def test_the_languages_of_a_second_filling_add_up(tmp_path: Path) -> None:
    folder = configure(tmp_path / "config")
    fill(folder, news()[:2])
    fill(folder, [replace(one, published=NOW - timedelta(hours=9)) for one in news()[:3]])
    assert status(folder)["articles"] == {"en": 1, "ru": 1, "uk": 1}


def test_a_broken_watchlist_is_told_and_the_rest_is_shown(filled: Path) -> None:
    (filled / "watchlist.yaml").write_text("version: 1\ntopics: [")
    said = monitor("status", "--config", filled)
    assert said.code == 0
    assert "The files on disk have mistakes" in said.err
    assert "watchlist.yaml:2:9" in said.err
    assert "articles" in said.out
    assert "feeds        new 1, off 1" in said.out, "feeds.yaml has no mistake"
    assert monitor("deadletters", "list", "--config", filled).code == 0
    assert monitor("export", "--config", filled).code == 0


def test_receivers_are_no_strangers_because_the_watchlist_cannot_be_read(folder: Path) -> None:
    put(folder, ["desk"])
    (folder / "watchlist.yaml").write_text("version: 1\ntopics: [")
    (row,) = monitor("status", "--config", folder, "--json").rows
    assert (row["feeds"], row["undeliverable"]) == ({"new": 1, "off": 1}, {})


def test_a_broken_feed_list_is_told_and_so_are_the_topics(filled: Path) -> None:
    (filled / "feeds.yaml").write_text("version: 1\nfeeds: [")
    said = monitor("status", "--config", filled)
    assert said.code == 0
    assert "not known: feeds.yaml has mistakes" in said.out
    assert "quiet" in said.out, "the topic has no match, so only the watchlist knows it"
