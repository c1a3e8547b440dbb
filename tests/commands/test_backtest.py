"""``monitor backtest``: what a topic would have found, for an analyst and for a program."""

import json
import re
from pathlib import Path

from monitor.model import Entry
from tests.commands.desk import FORMULA, NOW, TITLES, fill, monitor, write


def topics(folder: Path, query: str) -> Path:
    """Write a watchlist to try."""
    return write(folder, new={"version": 1, "topics": [{"id": "troops", "query": query}]}) / "new.yaml"


def test_matches_a_day_samples_and_marked_words_are_shown(filled: Path) -> None:
    said = monitor("backtest", "troops", "--config", filled)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].startswith("troops   5 of 6 articles, 83.3%, since ")
    assert any(line.lstrip().startswith(f"{NOW:%a %d %b}") and "█" in line for line in lines)
    assert "    *Troops* arrive in Kursk" in lines
    assert "Against the matches that are stored: 0 new, 0 lost" in lines


def test_far_back_a_row_is_a_week(filled: Path) -> None:
    said = monitor("backtest", "troops", "--config", filled, "--since", "90d")
    assert said.out.startswith("troops   6 of 7 articles")
    assert "week of" not in said.out, "what is stored spans 40 days"
    many = monitor("backtest", "troops", "--config", filled, "--since", "2020-01-01")
    assert "day (UTC)" in many.out


def test_another_watchlist_is_compared_with_the_one_in_force(filled: Path, tmp_path: Path) -> None:
    new = topics(tmp_path / "try", "Kursk OR rain")
    said = monitor("backtest", "troops", "--config", filled, "--watchlist", new)
    assert said.code == 0
    assert "Against the watchlist in force (" in said.out
    assert "1 new, 4 lost" in said.out
    assert "*Rain* & wind tomorrow" in said.out


def test_json_has_the_same_for_a_program(filled: Path, tmp_path: Path) -> None:
    new = topics(tmp_path / "try", "Kursk OR rain")
    said = monitor("backtest", "troops", "--config", filled, "--watchlist", new, "--json")
    told = json.loads(said.out)
    assert (told["topic"], told["articles"]) == ("troops", 6)
    assert told["read"] == 6, "what either of the two may match"
    assert sum(day["matches"] for day in told["days"]) == len(told["found"]) == 2
    assert [one["title"] for one in told["new"]] == ["Rain & wind tomorrow"]
    assert {one["title"] for one in told["lost"]} == {FORMULA, TITLES["ru"], TITLES["uk"], TITLES["ko"]}
    assert told["found"][0]["spans"][0]["field"] == "title"
    for time in (told["since"], told["until"], told["found"][0]["filed"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", time), "as `monitor export` has it"


def test_columns_of_what_is_new_and_lost_are_there_when_something_is(filled: Path, tmp_path: Path) -> None:
    same = monitor("backtest", "troops", "--config", filled).out.splitlines()
    assert same[2].split() == ["day", "(UTC)", "articles", "matches"]
    at = same.index("Found")
    assert (same[at - 1], bool(same[at - 2])) == ("", True), "one empty line"
    new = topics(tmp_path / "try", "troops")
    other = monitor("backtest", "troops", "--config", filled, "--watchlist", new).out.splitlines()
    assert other[2].split() == ["day", "(UTC)", "articles", "matches", "lost"]


def test_a_hit_in_the_body_shows_the_passage_with_marks(folder: Path) -> None:
    body = "Nothing yet. " * 90 + "Then the troops came. " + "The end. " * 90
    fill(folder, [Entry(link="https://w.example/1", title="News", body=body, published=NOW)])
    said = monitor("backtest", "troops", "--config", folder)
    assert "    News" in said.out
    assert "Then the *troops* came." in said.out
    (one,) = json.loads(monitor("backtest", "troops", "--config", folder, "--json").out)["found"]
    (passage,) = one["passages"]
    (span,) = passage["spans"]
    assert (passage["field"], passage["text"][span["start"] : span["end"]]) == ("body", "troops")


def test_few_samples_say_how_many_more_there_are(filled: Path) -> None:
    said = monitor("backtest", "troops", "--config", filled, "--samples", "2")
    assert "The best of 5" in said.out
    assert "  … and 3 more" in said.out


def test_nothing_stored_says_what_to_do(folder: Path) -> None:
    said = monitor("backtest", "troops", "--config", folder)
    assert said.code == 0
    assert "Nothing is stored since then" in said.out


def test_what_is_wrong_is_wrong_usage(filled: Path, tmp_path: Path) -> None:
    said = monitor("backtest", "troop", "--config", filled)
    assert (said.code, said.out) == (2, "")
    assert "there is no topic troop; the watchlist has: troops, quiet" in said.err
    said = monitor("backtest", "troops", "--config", filled, "--since", "last week")
    assert said.code == 2
    assert "write 24h, 30d" in said.err
    broken = topics(tmp_path / "try", "(Kursk")
    said = monitor("backtest", "troops", "--config", filled, "--watchlist", broken)
    assert said.code == 2
    assert "new.yaml" in said.err
    said = monitor("backtest", "troops", "--config", filled, "--watchlist", tmp_path / "none.yaml")
    assert said.code == 2
    assert f"{tmp_path / 'none.yaml'}:1:1: there is no such watchlist; give a file, or the folder" in said.err
