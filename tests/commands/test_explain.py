"""``monitor explain``: why a text matches, or which part does not."""

import gzip
import json
from pathlib import Path
from random import Random

import pytest
from pytest_httpserver import HTTPServer
from rich.console import Console

from monitor.commands.explain import near_misses
from monitor.demo.samples import names, render
from monitor.model import Entry
from monitor.topics.found import Text
from monitor.topics.steps import Miss, Step
from tests.commands.desk import NOW, TITLES, Said, configure, fill, monitor, write

QUERY = (
    '(troops OR войска OR війська OR 병력) NEAR/3 ("on the move" OR Курск OR 쿠르스크) AND NOT title:football'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    topics = [{"id": "moves", "query": QUERY}, {"id": "rain", "query": "rain"}]
    return write(tmp_path / "config", watchlist={"version": 1, "topics": topics})


def explained(folder: Path, text: str | bytes, *options: str, topic: str = "moves") -> Said:
    return monitor("explain", topic, "-", "--config", folder, *options, stdin=text)


def test_a_match_shows_the_parts_with_their_words(folder: Path) -> None:
    said = explained(folder, "The troops are on the move\n\nMore to follow.")
    assert said.code == 0
    assert "moves matches  (language: en)" in said.out
    assert "✓ troops   found: troops" in said.out
    assert '✓ "on the move"   found: on the move' in said.out
    assert "came nearest" not in said.out


def test_a_match_shows_its_score_and_what_that_is_made_of(folder: Path) -> None:
    said = explained(folder, "The troops are on the move")
    assert "score 0.893 = 0.5 x place 1.00 + 0.25 x closeness 0.83 + 0.25 x rarity 0.74" in said.out
    told = json.loads(explained(folder, "The troops are on the move", "--json").out)
    assert told["score"] == 0.893
    assert told["parts"].keys() == {"place", "closeness", "rarity"}
    assert "score" not in explained(folder, "The troops").out


def test_a_miss_says_which_part_is_to_blame(folder: Path) -> None:
    said = explained(folder, "Troops win at football")
    assert said.code == 1
    assert "moves does not match" in said.out
    assert "  1 of 3   missing: (troops OR войска" in said.out
    assert "\n           without: football (found: football)\n" in said.out
    assert "\n           there:   troops OR войска OR війська OR 병력 (found: Troops)\n" in said.out
    assert said.out.startswith("*Troops* win at football\n"), "what is there is marked"
    assert "✗" not in said.out, "the tree is shown when it is asked for"


def test_what_is_long_goes_on_below_itself() -> None:
    parts = tuple(Step(f"part{n}", True, (), ()) for n in range(30))
    out = Console(width=60, record=True)
    with out.capture() as captured:
        out.print(near_misses([Miss((Step("gone", False, (), ()),), parts)], Text("", "", "", "en")))
    first, second, *more = captured.get().splitlines()
    assert first.rstrip() == "  30 of 31   missing: gone"
    assert second.startswith(f"{'':13}there:   part0, part1")
    assert more
    assert {len(line) - len(line.lstrip()) for line in more} == {22}


def test_the_answer_comes_before_the_tree_and_the_tree_is_whole(folder: Path) -> None:
    out = explained(folder, "Troops win at football", "--tree").out
    assert out.index("does not match") < out.index("came nearest") < out.index("The whole query:")
    assert "✗ 쿠르스크" in out
    assert "✓ troops   found: Troops" in out


def test_a_text_without_anything_of_a_long_query_says_so(folder: Path, tmp_path: Path) -> None:
    query = "a b OR c d OR e f OR g h"
    other = write(tmp_path / "o", watchlist={"version": 1, "topics": [{"id": "moves", "query": query}]})
    assert "No part of the query is in the text; --tree" in explained(other, "Rain").out
    assert "and others as near as the last; --tree" in explained(other, "a c e g").out


def test_a_match_in_the_body_shows_the_passage(folder: Path) -> None:
    said = explained(folder, "News\n" + "Nothing yet. " * 90 + "Then troops on the move.")
    assert said.code == 0
    assert "…" in said.out
    assert "Then *troops* *on the move*." in said.out


@pytest.mark.parametrize("what", ["articles", "matches", "alerts"])
def test_what_is_stored_is_explained_by_its_id_and_by_its_line_of_export(filled: Path, what: str) -> None:
    lines = monitor("export", "--config", filled, "--what", what).out.splitlines()
    (line,) = [one for one in lines if TITLES["ru"] in one]
    piped = monitor("explain", "troops", "-", "--config", filled, stdin=line)
    assert "✓ войска   found: войсками" in piped.out
    assert "troops matches  (language: ru)" in piped.out
    stored = json.loads(line)
    id_ = stored["match"]["id"] if what == "alerts" else stored["id"]
    for given in (id_, id_[:8].upper()):
        assert monitor("explain", "troops", given, "--config", filled).out == piped.out


def test_of_an_article_too_long_for_its_match_the_whole_is_explained(folder: Path) -> None:
    configure(folder)
    fill(
        folder,
        [Entry(link="https://w.example/1", title="Troops", body="word " * 20_000 + "nothing", published=NOW)],
    )
    (match,) = monitor("export", "--config", folder, "--topic", "troops").rows
    assert "nothing" not in match["article"]["body"]
    assert monitor("explain", "quiet", match["id"], "--config", folder).code == 0


@pytest.mark.parametrize("id_", ["1", "1a45", "abcde"])
def test_a_short_id_is_told_to_be_short(filled: Path, id_: str) -> None:
    said = monitor("explain", "troops", id_, "--config", filled)
    assert (said.code, said.out) == (2, "")
    assert f"{id_} is no file, and too short for an id: write at least 6 characters of it" in said.err


def test_an_id_that_means_nothing_is_wrong_usage(filled: Path) -> None:
    said = monitor("explain", "troops", "abcdef123", "--config", filled)
    assert (said.code, said.out) == (2, "")
    assert "abcdef123 is no file, and no article or match is stored whose id begins so" in said.err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no text in standard input"),
        (" \n\t", "there is no text in standard input"),
        ('{"title": "Troops', "is no whole JSON object: Unterminated string"),
        ('{"title": "Troops"', "is no whole JSON object: Expecting ',' delimiter, line 1, column 19"),
        ('{"title": "a"}\n{"title": "b"}', "more follows in line 2; give one article"),
        ('{"a":' * 100_000, "it is nested too deeply"),
        ('{"title": "t", "lang": "ua"}', "'ua' is no language code; did you mean uk?"),
        ('{"title": "t", "lang": "xx"}', "'xx' is no language code; two small letters as in uk, or und"),
    ],
)
def test_input_that_cannot_be_meant_is_wrong_usage(folder: Path, text: str, why: str) -> None:
    said = explained(folder, text)
    assert (said.code, said.out) == (2, "")
    assert why in said.err


def test_a_near_miss_says_how_far_apart_the_words_are(folder: Path) -> None:
    assert "4 words apart" in explained(folder, "Troops a b c on the move").out


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_inflected_words_are_shown_as_they_stand(folder: Path, language: str) -> None:
    said = explained(folder, TITLES[language])
    assert f"matches  (language: {language})" in said.out
    assert {"ru": "войска   found: войсками", "ko": "병력   found: 병력이"}[language] in said.out


def test_json_is_one_object_for_programs(folder: Path) -> None:
    said = explained(folder, "Troops in Kursk", "--json")
    (answer,) = said.rows
    assert (answer["topic_id"], answer["matched"], said.code) == ("moves", False, 1)
    assert [step["query"] for step in answer["missing"]] == [QUERY.partition(" AND NOT")[0]]


def test_a_file_may_hold_an_article_as_json(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "article.json"
    path.write_text(json.dumps({"title": "1", "body": "<p>войска, Курск</p>", "lang": "bg"}))
    said = monitor("explain", "moves", path, "-c", folder)
    assert said.code == 0
    assert "language: bg" in said.out


def test_the_first_line_of_plain_text_is_its_title(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text("Weather\n\nA football match; troops on the move", "utf-8")
    assert monitor("explain", "moves", path, "-c", folder).code == 0
    path.write_text("\n Football\n\nTroops on the move", "utf-8")
    assert "without: football" in monitor("explain", "moves", path, "-c", folder).out


@pytest.mark.parametrize(
    "text", [b"\xff\xfe\x00!", b"[" * 100_000, b"17", b"troops\x01\xff", b'["troops"]', b"\x1b[31mtroops"]
)
def test_any_bytes_are_read_as_text(folder: Path, text: bytes) -> None:
    said = explained(folder, text)
    assert said.code == 1
    assert "\x1b" not in said.out


@pytest.mark.parametrize("what", names())
def test_a_feed_is_no_article_and_told_so(folder: Path, what: str) -> None:
    said = explained(folder, render(what, NOW).body)
    assert (said.code, said.out) == (2, "")
    assert "it is a feed: give the address of one of its articles" in said.err


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "it is a PDF: give the text that is in it"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "it is no text, but binary data"),
        (Random(7).randbytes(5000), "it is no text, but binary data"),
        (gzip.compress(b"troops on the move " * 500), "it is no text, but binary data"),
    ],
    ids=["pdf", "png", "random", "gzip"],
)
def test_what_is_no_text_is_told_to_be_none(folder: Path, data: bytes, why: str) -> None:
    said = explained(folder, data)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"monitor: standard input cannot be explained: {why}\n"


@pytest.mark.parametrize("language", TITLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_text_in_every_language(folder: Path, language: str, encoding: str) -> None:
    assert f"(language: {language})" in explained(folder, TITLES[language].encode(encoding)).out


def test_prologs_without_end_take_no_time(folder: Path) -> None:
    assert explained(folder, "<?a?>" * 50_000).code == 1


@pytest.mark.parametrize("item", ['{"title": 5}', '{"title": "t", "lang": []}', "{}"])
def test_json_that_is_no_article_is_wrong_usage(folder: Path, item: str) -> None:
    said = explained(folder, item)
    assert said.code == 2
    assert said.err.startswith("monitor: the JSON is not an article: ")


def test_an_unknown_topic_is_told_with_the_known_ones_and_nothing_is_read(folder: Path) -> None:
    said = explained(folder, "x", topic="moved")
    assert (said.code, said.out) == (2, "")
    assert said.err == "monitor: there is no topic moved; the watchlist has: moves, rain\n"
    assert monitor("explain", "moved", "http://127.0.0.1:9/", "-c", folder).err == said.err


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_file_that_cannot_be_read_is_wrong_usage(folder: Path, tmp_path: Path, name: str) -> None:
    said = monitor("explain", "moves", tmp_path / name, "-c", folder)
    assert said.code == 2
    assert "cannot be read" in said.err


def test_a_page_is_fetched_and_its_title_is_the_title(folder: Path, httpserver: HTTPServer) -> None:
    page = "<html><head><title>Football</title></head><body><p>Troops on the move</p></body></html>"
    httpserver.expect_request("/page").respond_with_data(page, content_type="text/html")
    said = monitor("explain", "moves", httpserver.url_for("/page"), "-c", folder, "--allow-host", "localhost")
    assert said.code == 1
    assert "without: football" in said.out


def test_a_page_full_of_titles_that_never_end_takes_no_time(folder: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/page").respond_with_data("<title" * 200_000 + "troops on the move")
    said = monitor("explain", "moves", httpserver.url_for("/page"), "-c", folder, "--allow-host", "localhost")
    assert said.code in {0, 1}


def test_a_private_page_is_refused_in_one_line_with_the_remedy(folder: Path, httpserver: HTTPServer) -> None:
    said = monitor("explain", "moves", httpserver.url_for("/page"), "-c", folder)
    assert (said.code, said.out) == (1, "")
    assert "not a public address" in said.err
    assert "--allow-host" in said.err
    assert said.err.count("\n") == 1


def test_a_page_on_a_host_that_is_allowed_for_pages_is_fetched(folder: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/page").respond_with_data("<p>Troops on the move</p>")
    url = httpserver.url_for("/page")
    write(folder, monitor={"version": 1, "poll": {"allow_hosts": ["localhost"]}})
    said = monitor("explain", "moves", url, "-c", folder)
    assert (said.code, said.out) == (1, "")
    assert "allow its host in poll.page_allow_hosts" in said.err, "that of feeds is for feeds"
    write(folder, monitor={"version": 1, "poll": {"page_allow_hosts": ["localhost"]}})
    assert monitor("explain", "moves", url, "-c", folder).code == 0


def test_a_broken_monitor_yaml_keeps_no_page_from_being_explained(
    folder: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/page").respond_with_data("<p>Troops on the move</p>")
    (folder / "monitor.yaml").write_text("version: [", "utf-8")
    said = monitor("explain", "moves", httpserver.url_for("/page"), "-c", folder, "--allow-host", "localhost")
    assert said.code == 0


def test_a_page_that_is_a_feed_is_told_so(folder: Path, httpserver: HTTPServer) -> None:
    feed = render("meridian-wire", NOW)
    httpserver.expect_request("/feed").respond_with_data(feed.body, content_type=feed.content_type)
    url = httpserver.url_for("/feed")
    said = monitor("explain", "moves", url, "-c", folder, "--allow-host", "localhost")
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        f"monitor: {url} cannot be explained: it is a feed: give the address of one of its articles\n"
    )


def test_a_page_that_is_not_there_is_told_in_one_line(folder: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/page").respond_with_data("", status=404)
    url = httpserver.url_for("/page")
    said = monitor("explain", "moves", url, "-c", folder, "--allow-host", "localhost")
    assert (said.code, said.err) == (1, f"monitor: {url}: HTTP 404 NOT FOUND\n")


def test_the_tree_names_the_queries_that_have_a_name(tmp_path: Path) -> None:
    watchlist = {
        "version": 1,
        "queries": {"who": "troops OR soldiers", "moved": "sent"},
        "topics": [{"id": "moves", "query": "query:who query:moved"}],
    }
    folder = write(tmp_path / "named", watchlist=watchlist)
    out = explained(folder, "Troops were sent").out
    assert "✓ query:who: OR" in out
    assert "✓ query:moved: sent   found: sent" in out
    assert "missing: sent" in explained(folder, "Troops were seen").out
