"""``monitor match``: JSON Lines in, JSON Lines out, one answer a line whatever comes."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.build import BODY, TITLE, article, clean
from monitor.articles.normalize import plain_text
from monitor.commands.lines import json_line
from monitor.commands.match import answered as answer_to
from monitor.model import Entry, Feed, Topic, Watchlist
from monitor.pipeline import Watch, matches_of
from monitor.topics.matcher import compile_watchlist
from tests.commands.desk import FEED, NOW, TITLES, Said, monitor, write

QUERY = "troops OR войска OR війська OR 병력"
TOPICS = [{"id": "troops", "query": QUERY}, {"id": "rain", "query": "rain"}]
COMPILED = compile_watchlist(Watchlist("v", (Topic("troops", QUERY),)))


@pytest.fixture
def watchlist(tmp_path: Path) -> Path:
    """Write the least that there can be: no entities, receivers, severities or other files."""
    return write(tmp_path / "only", watchlist={"version": 1, "topics": TOPICS})


def answered(folder: Path, *items: object) -> Said:
    lines = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in items]
    return monitor("match", "--config", folder, stdin=b"\n".join(lines))


def test_an_answer_is_id_language_and_topics_with_their_spans(watchlist: Path) -> None:
    said = answered(watchlist, {"id": "a", "title": "Rain on troops", "summary": "Troop"})
    (answer,) = said.rows
    assert said.code == 0
    assert list(answer) == ["id", "lang", "topics"]
    assert (answer["id"], answer["lang"]) == ("a", "en")
    assert [(one["id"], list(one)) for one in answer["topics"]] == [
        ("troops", ["id", "score", "spans"]),
        ("rain", ["id", "score", "spans"]),
    ]
    assert answer["topics"][0]["spans"] == [
        {"field": "title", "start": 8, "end": 14, "clause": "troops"},
        {"field": "summary", "start": 0, "end": 5, "clause": "troops"},
    ]
    assert 0 < answer["topics"][0]["score"] <= 1


@pytest.mark.parametrize(("language", "title"), TITLES.items())
def test_the_four_languages_are_told_and_matched(watchlist: Path, language: str, title: str) -> None:
    (answer,) = answered(watchlist, {"id": 1, "title": title}).rows
    assert answer["lang"] == language
    assert [topic["id"] for topic in answer["topics"]] == ["troops"]


def test_a_language_that_is_given_counts_where_the_text_does_not_tell(watchlist: Path) -> None:
    plain = {"id": 1, "title": "Ким", "lang": "bg"}
    other = {"id": 2, "title": TITLES["uk"], "lang": "ru"}
    assert [row["lang"] for row in answered(watchlist, plain, other).rows] == ["bg", "uk"]


def shapes() -> Iterator[dict[str, str]]:
    """Yield entries of every shape: fields that are not there, empty, blank, repeated or marked up."""
    for title, summary, body, lang in product(
        ("Troops", "", " ", "<b></b>", None),
        ("<p>Войска в Курске &amp; troops</p>", "", "&nbsp;", "troops " * 30, None),
        ("<p>Войска в Курске &amp; troops</p>", "", "Rain in Kursk, troops", "troops " * 30, None),
        (None, "uk", "und"),
    ):
        given = {"title": title, "summary": summary, "body": body, "lang": lang}
        yield {name: value for name, value in given.items() if value is not None}


@pytest.mark.parametrize("item", list(shapes()), ids=json.dumps)
def test_the_answer_is_what_the_service_says_of_such_an_entry(item: dict[str, str]) -> None:
    title, summary, body = (item.get(name, "") for name in ("title", "summary", "body"))
    answer = answer_to(COMPILED, json.dumps(item | {"id": 1}).encode())
    entry = Entry("1", title=title, summary=summary, body=body, language=item.get("lang"))
    cleaned = clean(entry, Feed("wire", "https://wire.example/feed", "The Wire"), NOW)
    if cleaned is None:
        assert "it has no title, summary or body" in answer["error"]
        return
    made = article(cleaned, FEED, first_seen=NOW, filed=NOW, revision=1, backlog=False)
    topic = Topic("troops", QUERY)
    found = matches_of(made, Watch(COMPILED, {"troops": topic}, {"troops": NOW}, {}), NOW)
    assert answer["lang"] == made.language
    assert [(one["id"], one["score"], one["spans"]) for one in answer["topics"]] == [
        (one.topic_id, one.score, [asdict(span) for span in one.spans]) for one in found
    ]


@pytest.mark.parametrize("language", ["xx", "EN", "english", "ua"])
def test_a_language_that_is_none_is_a_bad_line(watchlist: Path, language: str) -> None:
    said = answered(watchlist, {"id": 1, "title": "Troops", "lang": language}, {"id": 2, "title": "Troops"})
    bad, good = said.rows
    assert "is no language code" in bad["error"]
    assert (said.code, bad["id"], good["id"]) == (1, 1, 2)


def test_lines_of_export_are_read_as_they_were_stored(filled: Path) -> None:
    stored = monitor("export", "--config", filled).out
    found = monitor("match", "--config", filled, stdin=stored)
    assert found.code == 0
    assert [row["lang"] for row in found.rows] == [
        json.loads(one)["article"]["language"] for one in stored.splitlines()
    ]
    assert all([topic["id"] for topic in row["topics"]] == ["troops"] for row in found.rows)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "&laquo;Troops&raquo; &amp; tanks", ["Troops"]),
        ("title", "AT&amp;amp;T sends <b>tro</b>ops\n  troops", ["troops", "troops"]),
        ("summary", "tro\u00adops, \u200btro\u200bops", ["troops", "troops"]),
        ("body", unicodedata.normalize("NFD", "북한 병력이 왔다"), ["병력이"]),
        ("body", "<p>😀 \x00troops</p><script>troops</script>", ["troops"]),
        ("body", "й" * 50 + " " + unicodedata.normalize("NFD", "войсками й"), ["войсками"]),
    ],
)
def test_spans_count_code_points_of_the_cleaned_field(
    watchlist: Path, field: str, value: str, words: list[str]
) -> None:
    (answer,) = answered(watchlist, {"id": 1, "title": "x", field: value}).rows
    text = plain_text(value, BODY)[0]
    if field == "title":
        text = text.replace("\n", " ")
    spans = answer["topics"][0]["spans"]
    assert [(one["field"], text[one["start"] : one["end"]]) for one in spans] == [(field, w) for w in words]


def test_an_article_needs_no_title(watchlist: Path) -> None:
    bare, null = answered(watchlist, {"id": 1, "body": "Troops"}, {"title": None, "summary": "Troops"}).rows
    assert [one["field"] for one in bare["topics"][0]["spans"]] == ["title", "body"]
    assert null["id"] is None
    assert null["topics"]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"null",
        b"[]",
        b'"troops"',
        b'{"id": "x"}',
        b'{"id": "x", "title": ""}',
        b'{"id": "x", "title": "\\u00ad"}',
        b'{"id": "x", "title": 5}',
        b'{"id": "x", "title": ["troops"]}',
        b'{"id": "x", "title": "t", "summary": {}}',
        b'{"id": "x", "title": "t", "lang": 1}',
        b'{"id": ["x"], "title": "troops"}',
        b'{"id": true, "title": "troops"}',
        b'{"id": NaN, "title": "troops"}',
        b'{"id": 1e999, "title": "troops"}',
        b'{"id": "x", "title": "\xff\xfe"}',
        b'{"id": ' + b"1" * 5000 + b', "title": "troops"}',
        b'{"id": "x", "title": ' + b"[" * 200_000,
        b'{"id": ' + b"[" * 500 + b"]" * 500 + b', "title": "troops"}',
        b"\x00\x01\x02",
    ],
)
def test_a_bad_line_gives_an_error_and_the_rest_go_on(watchlist: Path, line: bytes) -> None:
    said = answered(watchlist, {"id": 1, "title": "Troops"}, line, {"id": 2, "title": "Troops"})
    first, bad, last = said.rows
    assert said.code == 1
    assert said.err == ""
    assert sorted(bad) == ["error", "id"]
    assert bad["id"] in {"x", None}
    assert bad["error"].startswith("line 2: not an article: ")
    assert "\n" not in bad["error"]
    assert [one["id"] for one in (first, last)] == [1, 2]
    assert all(one["topics"] for one in (first, last))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_lines_in_another_unicode_are_told_plainly(watchlist: Path, encoding: str) -> None:
    text = '{"id": 1, "title": "Troops"}\n{"id": 2, "title": "Troops"}\n'
    said = monitor("match", "--config", watchlist, stdin=text.encode(encoding))
    why = "not an article: it is not UTF-8, but UTF-16, UTF-32 or binary data: save the file as UTF-8"
    assert said.code == 1
    assert [row["error"] for row in said.rows][:2] == [f"line 1: {why}", f"line 2: {why}"]
    assert all(row["id"] is None for row in said.rows)


def test_a_line_in_an_older_encoding_is_told_with_the_place(watchlist: Path) -> None:
    (row,) = monitor("match", "-c", watchlist, stdin='{"title": "войска"}'.encode("cp1251")).rows
    assert row["error"] == (
        "line 1: not an article: it is not UTF-8 (byte 12 of the line): save the file as UTF-8"
    )


def test_a_mark_that_a_file_begins_with_is_no_part_of_it(watchlist: Path) -> None:
    (row,) = monitor("match", "-c", watchlist, stdin='{"id": 1, "title": "Troops"}'.encode("utf-8-sig")).rows
    assert row["topics"]


def test_a_bad_article_is_named_by_its_id(watchlist: Path) -> None:
    (bad,) = answered(watchlist, {"id": "x-7", "title": 5}).rows
    assert bad == {"id": "x-7", "error": "line 1: not an article: title must be a text"}


def test_empty_lines_are_passed_over(watchlist: Path) -> None:
    said = monitor("match", "-c", watchlist, stdin=b'\n  \n\r\n{"id": 1, "title": "Troops"}\r\n\n')
    assert [one["id"] for one in said.rows] == [1]
    assert said.code == 0
    assert monitor("match", "-c", watchlist).out == ""


def test_a_byte_order_mark_does_no_harm(watchlist: Path) -> None:
    assert answered(watchlist, b'\xef\xbb\xbf{"id": 1, "title": "Troops"}').rows[0]["topics"]


@pytest.mark.parametrize("id_", ["a\nb", "北", 7, 1.5, "\ud800", "x" * 10_000])
def test_an_id_comes_back_as_it_was(watchlist: Path, id_: object) -> None:
    (answer,) = answered(watchlist, {"id": id_, "title": "Troops"}).rows
    assert answer["id"] == id_


def test_what_is_cut_is_said(watchlist: Path) -> None:
    long = {"id": 1, "title": "a " * TITLE, "body": "a " * BODY + "troops"}
    (answer,) = answered(watchlist, long).rows
    assert (answer["topics"], answer["cut"]) == ([], ["title", "body"])


def test_a_watchlist_may_be_a_folder_of_files(tmp_path: Path) -> None:
    folder = tmp_path / "several"
    for number, topic in enumerate(TOPICS):
        write(folder / "watchlist", **{f"desk-{number}": {"version": 1, "topics": [topic]}})
    (answer,) = answered(folder, {"id": 1, "title": "Rain on troops"}).rows
    assert [topic["id"] for topic in answer["topics"]] == ["troops", "rain"]


def test_a_watchlist_with_receivers_needs_no_secrets(tmp_path: Path) -> None:
    hook = {"name": "hook", "webhook": {"url": "https://x.example/", "secret": "${NOWHERE_SET}"}}
    topic = {"id": "troops", "query": "troops", "alert": ["hook"]}
    folder = write(tmp_path, watchlist={"version": 1, "topics": [topic], "receivers": [hook]})
    assert answered(folder, {"id": 1, "title": "Troops"}).rows[0]["topics"]


def test_a_broken_watchlist_is_told_with_its_place(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", watchlist={"version": 1, "topics": [{"id": "t", "query": "a AND ("}]})
    said = answered(folder, {"id": 1, "title": "Troops"})
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{folder}/watchlist.yaml:6:")


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
items = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("id", "title", "summary", "body", "lang"), json_values)
)


@given(st.binary() | st.one_of(json_values, items).map(lambda value: json.dumps(value).encode()))
def test_every_line_gets_an_answer_that_can_be_written(line: bytes) -> None:
    answer: dict[str, Any] = json.loads(json_line(answer_to(COMPILED, line)).encode())
    assert ("error" in answer) != ("topics" in answer)
