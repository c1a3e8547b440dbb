"""``monitor export``: what is stored, oldest first, safe for whatever reads it."""

import csv
import io
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from monitor.model import Entry
from monitor.store import records
from tests.commands.desk import FORMULA, NOW, OLD, TITLES, Said, backend_of, fill, monitor, news
from tests.samples import article, match

KINDS = ("matches", "articles", "alerts")
MATCHING = [OLD, FORMULA, *reversed(TITLES.values())]
"""The titles that the topic is in, oldest first."""


def exported(folder: Path, *options: str) -> Said:
    said = monitor("export", "--config", folder, *options)
    assert (said.code, said.err) == (0, "")
    return said


def titles(folder: Path, *options: str) -> list[str]:
    return [row["title"] for row in exported(folder, "--what", "articles", *options).rows]


def table(folder: Path, *options: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(folder, "--format", "csv", *options).out)))


def test_matches_come_oldest_first_with_their_article_and_evidence(filled: Path) -> None:
    rows = exported(filled).rows
    assert [row["article"]["title"] for row in rows] == MATCHING
    assert {row["topic_id"] for row in rows} == {"troops"}
    assert all(row["spans"] for row in rows)


def test_articles_and_alerts_are_exported_too(filled: Path) -> None:
    assert titles(filled) == [OLD, "Rain & wind tomorrow", FORMULA, *reversed(TITLES.values())]
    alerts = exported(filled, "--what", "alerts").rows
    assert [row["match"]["article"]["title"] for row in alerts] == MATCHING
    assert {row["state"] for row in alerts} == {"sent"}


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize("format_", ["jsonl", "csv", "rss"])
def test_nothing_stored_is_an_empty_export(folder: Path, what: str, format_: str) -> None:
    out = exported(folder, "--what", what, "--format", format_).out
    assert len(out.splitlines()) == {"jsonl": 0, "csv": 1, "rss": 3}[format_]


def test_more_than_a_page_comes_whole_and_in_order(folder: Path) -> None:
    with backend_of(folder) as backend:
        many = [article(f"{n:04}", filed=NOW + timedelta(seconds=n // 7)) for n in range(1203)]
        backend.store.add(records.ARTICLES, [records.articles.document(one) for one in many])
    rows = exported(folder, "--what", "articles").rows
    assert [row["id"] for row in rows] == [one.id for one in many]


@pytest.mark.parametrize(
    ("since", "wanted"),
    [("24h", 6), ("30d", 6), ("6w", 7), ("90m", 2), ("1990-01-01", 7), ("2190-01-01T00:00:00+09:00", 0)],
)
def test_since_is_a_while_or_a_date(filled: Path, since: str, wanted: int) -> None:
    assert len(titles(filled, "--since", since)) == wanted


@pytest.mark.parametrize(
    "since", ["yesterday", "", "24", "h", "-1h", "2026-02-30", "9999999d", "9" * 5000 + "d", "1e3d"]
)
def test_a_since_that_is_no_time_is_wrong_usage(filled: Path, since: str) -> None:
    said = monitor("export", "-c", filled, f"--since={since}")
    assert (said.code, said.out) == (2, "")
    assert "write 24h, 30d, or a date" in said.err


def test_a_topic_narrows_matches_and_alerts(filled: Path) -> None:
    for what in ("matches", "alerts"):
        assert len(exported(filled, "--what", what, "--topic", "troops").rows) == len(MATCHING)
        assert exported(filled, "--what", what, "--topic", "quiet").rows == []


def test_a_topic_that_was_taken_from_the_watchlist_can_still_be_exported(filled: Path) -> None:
    path = filled / "watchlist.yaml"
    path.write_text(path.read_text("utf-8").replace('"id": "troops"', '"id": "other"'), "utf-8")
    assert len(exported(filled, "--topic", "troops").rows) == len(MATCHING)


def test_an_unknown_topic_is_told_with_the_known_ones(filled: Path) -> None:
    said = monitor("export", "-c", filled, "--topic", "troop")
    assert (said.code, said.out) == (2, "")
    assert said.err == "monitor: there is no topic troop; there are: troops, quiet\n"


def test_articles_have_no_topic_and_labels_are_not_searched(filled: Path) -> None:
    assert monitor("export", "-c", filled, "--what", "articles", "--topic", "troops").code == 2
    assert monitor("export", "-c", filled, "--what", "labels", "--search", "troops").code == 2


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("병력", "ko"),
        ("북한 쿠르스크", "ko"),
        ("войска", "ru"),
        ("войск", "ru"),
        ("військами", "uk"),
        ("KURSK troop", "en"),
    ],
)
def test_a_search_finds_words_in_any_form(filled: Path, words: str, language: str) -> None:
    assert titles(filled, "--search", words) == [TITLES[language]]


@pytest.mark.parametrize("what", KINDS)
@pytest.mark.parametrize("format_", ["jsonl", "csv", "rss"])
@pytest.mark.parametrize("words", ["!!", ""])
def test_a_search_without_a_word_writes_nothing(filled: Path, what: str, format_: str, words: str) -> None:
    """All that is there, in its place, might be labelled."""
    said = monitor("export", "-c", filled, "--what", what, "--search", words, "--format", format_)
    assert (said.code, said.out) == (2, "")
    assert "there is no word to search for" in said.err


@pytest.mark.parametrize("what", ["matches", "alerts"])
def test_matches_and_alerts_are_searched_by_the_text_of_their_article(filled: Path, what: str) -> None:
    def found(*options: str) -> list[str]:
        rows = exported(filled, "--what", what, *options).rows
        return [row.get("match", row)["article"]["title"] for row in rows]

    assert found("--search", "troop") == [OLD, FORMULA, TITLES["en"]]
    assert found("--search", "troop", "--since", "30d") == [FORMULA, TITLES["en"]]
    assert found("--search", "arrives Kursk", "--topic", "troops") == [TITLES["en"]]
    assert found("--search", "weather") == []


def test_matches_are_searched_in_all_of_an_article_that_is_longer_than_a_match_holds(folder: Path) -> None:
    long = "word " * 20_000 + "football"
    fill(folder, [Entry(link="https://w.example/1", title="Troops", body=long, published=NOW)])
    assert len(exported(folder, "--search", "football").rows) == 1


@pytest.mark.servers
def test_a_cluster_finds_the_same_matches_by_words(cluster: Path, original: Path) -> None:
    fill(cluster, news())
    with backend_of(cluster) as backend:
        backend.settle()
    for words in ("troop", "arrives Kursk", "병력", "weather"):
        ids, here = (
            [row["id"] for row in exported(one, "--search", words).rows] for one in (cluster, original)
        )
        assert ids == here


def test_more_matches_than_a_page_are_searched(folder: Path) -> None:
    many = [
        article(f"{n:04}", "Troops" if n % 2 else "Troops in Kursk", filed=NOW + timedelta(seconds=n))
        for n in range(1203)
    ]
    with backend_of(folder) as backend:
        backend.store.add(records.ARTICLES, [records.articles.document(one) for one in many])
        backend.store.add(records.MATCHES, [records.matches.document(match(one)) for one in many])
    rows = exported(folder, "--search", "Kursk").rows
    assert [row["article"]["id"] for row in rows] == [one.id for one in many[::2]]


def test_csv_has_a_row_a_document_with_what_is_known_of_each_kind(filled: Path) -> None:
    matches, articles, alerts = (table(filled, "--what", what) for what in KINDS)
    assert [len(matches), len(articles), len(alerts)] == [6, 7, 6]
    assert {match.pop("label") for match in matches} == {""}
    assert articles[0].keys() < matches[0].keys() < alerts[0].keys()
    assert matches[-1] | {"id": ""} == {name: alerts[-1][name] for name in matches[-1]} | {"id": ""}
    assert (matches[-1]["topic"], matches[-1]["matched_words"]) == ("troops", "Troops")
    assert alerts[-1]["state"] in {"sent", "withheld"}
    assert articles[-1]["url"] == "https://wire.example/0?a=1&b=2"


def test_no_cell_of_csv_is_a_formula(filled: Path) -> None:
    assert f"'{FORMULA}" in [row["title"] for row in table(filled)]
    assert all(not cell.startswith(tuple("=+-@")) for row in table(filled) for cell in row.values())


def test_rss_is_a_feed_that_can_be_read_again(filled: Path) -> None:
    read = feedparser.parse(io.BytesIO(exported(filled, "--format", "rss").out.encode()))
    assert not read.bozo
    assert [item.title for item in read.entries] == MATCHING
    matches = exported(filled).rows
    assert [item.id for item in read.entries] == [row["id"] for row in matches]
    assert [item.link for item in read.entries] == [row["article"]["url"] for row in matches]
    assert [item.tags[0].term for item in read.entries] == ["troops"] * len(MATCHING)
    assert read.entries[-1].published_parsed[:3] == NOW.timetuple()[:3]


def test_rss_holds_no_character_that_xml_forbids(folder: Path) -> None:
    with backend_of(folder) as backend:
        bad = article(
            "a",
            "<b>\x0b\x00\x1b & ]]>\ufffe 북한\U0001f600",
            url="https://x.example/\x01?a&b",
            published=None,
        )
        backend.store.add(records.ARTICLES, [records.articles.document(bad)])
    out = exported(folder, "--what", "articles", "--format", "rss").out
    read = feedparser.parse(io.BytesIO(out.encode()))
    assert not read.bozo
    assert read.entries[0].title == "<b> & ]]> 북한\U0001f600"
    assert read.entries[0].link == "https://x.example/?a&b"


def test_labels_are_read_back_with_who_said_them_and_why(filled: Path) -> None:
    first, second, third, *_ = [row["id"] for row in exported(filled).rows]
    monitor("label", first, "useful", "--by", "Ana", "--note", "=first hand", "--config", filled)
    monitor("label", second, third, "noise", "--by", "Bo", "--config", filled)
    monitor("label", third, "--remove", "--config", filled)
    rows = {row["id"]: row for row in exported(filled, "--what", "labels").rows}
    assert rows.keys() == {first, second}
    one = rows[first]
    assert (one["verdict"], one["by"], one["note"], one["topic_id"]) == (
        "useful",
        "Ana",
        "=first hand",
        "troops",
    )
    in_table = {row["id"]: row for row in table(filled, "--what", "labels")}
    assert in_table.keys() == rows.keys()
    assert (in_table[first]["by"], in_table[first]["note"]) == ("Ana", "'=first hand")
    assert (in_table[second]["verdict"], in_table[second]["topic"]) == ("noise", "troops")
    assert exported(filled, "--what", "labels", "--topic", "quiet").out == ""
    assert monitor("export", "--config", filled, "--what", "labels", "--format", "rss").code == 2


def test_matches_say_how_they_are_labelled(filled: Path) -> None:
    first, second, third, *_ = [row["id"] for row in exported(filled).rows]
    monitor("label", first, "useful", "--config", filled)
    monitor("label", second, third, "noise", "--config", filled)
    monitor("label", third, "--remove", "--config", filled)
    assert [row["label"] for row in exported(filled).rows][:4] == ["useful", "noise", None, None]
    assert [row["label"] for row in table(filled)][:4] == ["useful", "noise", "", ""]


def test_a_search_finds_what_was_indexed_under_older_rules_and_nothing_else(filled: Path) -> None:
    fresh = titles(filled, "--search", "rain")
    with closing(sqlite3.connect(filled / "data" / "store.db")) as db, db:
        db.execute("UPDATE articles SET tokens_version=1")
        db.execute("UPDATE articles_words SET tokens='other'")
    assert titles(filled, "--search", "rain") == fresh == ["Rain & wind tomorrow"]
