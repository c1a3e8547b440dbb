"""``monitor feeds list`` says how the feeds fare, in any order, on any terminal."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.clock import SystemClock
from monitor.commands.feed_tables import _next
from monitor.feeds.state import FeedStates
from monitor.feeds.websub.lease import Leases, asked, asked_for, confirmed, heard
from monitor.feeds.websub.states import LeaseStates
from monitor.model import Feed
from tests.commands.desk import NOW, Said, backend_of, monitor, on_a_terminal, write
from tests.feeds.faring import rewrite

MINUTE = timedelta(minutes=1)
NAMES = ("wire", "rested", "moved", "young", "angry")


def listed(folder: Path, *options: str) -> Said:
    said = monitor("feeds", "list", "--config", folder, *options)
    assert (said.code, said.err) == (0, "")
    return said


def ids(folder: Path, *options: str) -> list[str]:
    return [row["id"] for row in listed(folder, *options, "--json").rows]


def remember(folder: Path, id_: str, **values: Any) -> None:
    with backend_of(folder) as backend:
        rewrite(FeedStates(backend.store), Feed(id_, f"https://{id_}.example/feed", id_), **values)


@pytest.fixture
def several(folder: Path) -> Path:
    """Give a list of feeds of which each fares differently."""
    feeds: list[dict[str, Any]] = [
        {"id": id_, "outlet": f"{id_.upper()} news", "url": f"https://{id_}.example/feed"} for id_ in NAMES
    ]
    feeds[1] |= {"enabled": False, "outlet": "a rested one"}
    write(folder, feeds={"version": 1, "feeds": feeds})
    times = {"last_poll": NOW, "next_poll": NOW + MINUTE}
    reason = "HTTP 503 Service Unavailable; " + "the host has no time for anybody today " * 2
    remember(folder, "wire", health="failing", since=NOW - MINUTE, reason=reason, articles=1234, **times)
    remember(folder, "moved", health="healthy", since=NOW, articles=5, last_poll=NOW - MINUTE, next_poll=NOW,
             moved_to="https://new.example/feed")  # fmt: skip
    remember(folder, "rested", health="healthy", articles=9, last_poll=NOW - 9 * MINUTE, next_poll=NOW)
    remember(folder, "angry", health="sulking", since=NOW, articles=7, last_poll=NOW - 2 * MINUTE,
             next_poll=NOW + 2 * MINUTE)  # fmt: skip
    return folder


def test_the_list_says_how_each_feed_fares(several: Path) -> None:
    wire, rested, moved, young, _ = listed(several, "--json").rows
    assert (wire["health"], wire["articles"]) == ("failing", 1234)
    assert wire["reason"].startswith("HTTP 503")
    assert abs(NOW - MINUTE - datetime.fromisoformat(wire["since"])) < timedelta(seconds=1)
    assert abs(NOW - datetime.fromisoformat(wire["last_poll"])) < timedelta(seconds=1)
    assert (rested["enabled"], rested["health"]) == (False, "healthy")
    assert (moved["moved_to"], moved["reason"]) == ("https://new.example/feed", "")
    assert (young["health"], young["since"], young["last_poll"], young["articles"]) == ("new", None, None, 0)


def test_people_see_since_when_why_and_where_to(several: Path) -> None:
    out = listed(several).out
    assert f"failing   {NOW:%Y-%m-%d %H:%M}" in out
    assert "1,234" in out
    assert f"since {NOW - MINUTE:%d %b %H:%M}; HTTP 503" in out
    assert "moved to https://new.example/feed" in out
    assert "off" in out


@pytest.mark.parametrize(("days", "written"), [(0, "%H:%M"), (1, "%d %b %H:%M"), (-1, "%d %b %H:%M")])
def test_the_next_poll_has_its_day_unless_that_is_today(days: int, written: str) -> None:
    due = NOW + timedelta(days=days)
    assert _next(due.isoformat(), NOW) == f"{due:{written}}"


def test_a_poll_of_tomorrow_is_shown_with_its_day(several: Path) -> None:
    due = SystemClock().now() + timedelta(days=1)
    remember(several, "wire", next_poll=due)
    assert f"{due:%d %b %H:%M}" in listed(several).out


@pytest.mark.parametrize(
    ("by", "order"),
    [
        ("id", "angry moved rested wire young"),
        ("outlet", "rested angry moved wire young"),
        ("health", "wire angry young moved rested"),
        ("articles", "wire rested angry moved young"),
        ("last-poll", "young rested angry moved wire"),
        ("next-poll", "rested moved wire angry young"),
    ],
)
def test_it_can_be_sorted(several: Path, by: str, order: str) -> None:
    assert ids(several, "--sort", by) == order.split()
    assert ids(several, "--sort", by, "--reverse") == order.split()[::-1]


@pytest.mark.parametrize(("width", "is_shown"), [(120, False), (160, True)])
def test_the_outlet_is_shown_where_there_is_room(several: Path, width: int, is_shown: bool) -> None:
    lines = on_a_terminal(width, "feeds", "list", "--config", several, "--sort", "outlet")
    assert any("a rested one" in line for line in lines) is is_shown


def test_without_sorting_it_has_the_order_of_the_list(several: Path) -> None:
    assert ids(several) == list(NAMES)
    assert ids(several, "--reverse") == list(NAMES)[::-1]


def test_it_can_be_filtered_by_health(several: Path) -> None:
    assert ids(several, "--health", "failing") == ["wire"]
    assert ids(several, "--health", "off", "--health", "sulking") == ["rested", "angry"]
    assert ids(several, "--health", "healthy") == ["moved"]
    assert "Feeds: 1 of 5" in listed(several, "--health", "failing").out


def test_a_health_that_none_has_is_no_mistake_but_one_that_none_can_have_is(
    several: Path, folder: Path
) -> None:
    write(folder, feeds={"version": 1, "feeds": [{"id": "x", "outlet": "X", "url": "https://x.example/"}]})
    assert ids(folder, "--health", "failing") == []
    said = monitor("feeds", "list", "--config", folder, "--health", "faling")
    assert (said.code, said.out) == (2, "")
    assert said.err == "monitor: no feed can be faling; did you mean `failing`?\n"


@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_it_fits_the_terminal(several: Path, width: int) -> None:
    lines = on_a_terminal(width, "feeds", "list", "--config", several)
    assert max(map(len, lines)) <= width
    row = next(line for line in lines if line.startswith(" wire "))
    assert "failing" in row
    assert "1,234" in row
    assert ("HTTP 503" in row) == (width > 110)
    assert any(line.startswith("Notes") for line in lines) or width > 110


def test_the_list_says_who_tells_of_news_and_no_secrets(folder: Path) -> None:
    with backend_of(folder) as backend:
        hub, topic = "https://hub.example/x", "https://t.example/"
        lease = asked_for(hub, topic, "https://me.example/wire/TOKEN", "SECRET", NOW)
        active = confirmed(heard(asked(lease, NOW, 0.5), NOW), 3600, NOW, 0.5)
        LeaseStates(backend.store).change("wire", lambda _: Leases("wire", NOW, topic, active))
    assert [row["push"] for row in listed(folder, "--json").rows] == [None, None], "no hub is asked"
    settings = json.loads((folder / "monitor.yaml").read_text())
    settings["websub"] = {"callback": "https://me.example"}
    write(folder, monitor=settings)
    said = listed(folder, "--json")
    push = said.rows[0]["push"]
    assert (push["hub"], push["state"], push["pushes"]) == ("https://hub.example/x", "active", 1)
    assert NOW.fromisoformat(push["until"]) - NOW.fromisoformat(push["since"]) == timedelta(hours=1)
    shown = listed(folder).out
    assert "pushed by hub.example until" in " ".join(shown.split())
    assert not any(word in said.out + shown for word in ("TOKEN", "SECRET"))
    assert "active 1" in monitor("status", "--config", folder).out
