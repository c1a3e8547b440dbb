"""``monitor explain``: why a text matches, or which part does not."""

import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.commands.desk import TITLES, Said, monitor, write

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
    assert "✓ troops   troops" in said.out
    assert '✓ "on the move"   on the move' in said.out
    assert "nearest miss" not in said.out


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
    assert "missing: (troops OR войска" in said.out
    assert "without: football" in said.out


def test_a_near_miss_says_how_far_apart_the_words_are(folder: Path) -> None:
    assert "4 words apart" in explained(folder, "Troops a b c on the move").out


@pytest.mark.parametrize("language", ["ru", "ko"])
def test_inflected_words_are_shown_as_they_stand(folder: Path, language: str) -> None:
    said = explained(folder, TITLES[language])
    assert f"matches  (language: {language})" in said.out
    assert {"ru": "войска   войсками", "ko": "병력   병력이"}[language] in said.out


def test_json_is_one_object_for_programs(folder: Path) -> None:
    said = explained(folder, "Troops in Kursk", "--json")
    (answer,) = said.rows
    assert (answer["topic_id"], answer["matched"], said.code) == ("moves", False, 1)
    assert [step["query"] for step in answer["missing"]] == [QUERY.partition(" AND NOT")[0]]


def test_a_file_may_hold_an_article_as_json(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "article.json"
    path.write_text(json.dumps({"title": "x", "body": "<p>troops on the move</p>", "lang": "uk"}))
    said = monitor("explain", "moves", path, "-c", folder)
    assert said.code == 0
    assert "language: uk" in said.out


def test_the_first_line_of_plain_text_is_its_title(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text("Weather\n\nA football match; troops on the move", "utf-8")
    assert monitor("explain", "moves", path, "-c", folder).code == 0
    path.write_text("\n Football\n\nTroops on the move", "utf-8")
    assert "without: football" in monitor("explain", "moves", path, "-c", folder).out


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe\x00", b"[" * 100_000, b"17", b'["troops"]', b"\x1b[31mtroops"]
)
def test_any_bytes_are_read_as_text(folder: Path, text: bytes) -> None:
    said = explained(folder, text)
    assert said.code == 1
    assert "\x1b" not in said.out


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


def test_a_page_that_is_not_there_is_told_in_one_line(folder: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/page").respond_with_data("", status=404)
    url = httpserver.url_for("/page")
    said = monitor("explain", "moves", url, "-c", folder, "--allow-host", "localhost")
    assert (said.code, said.err) == (1, f"monitor: {url}: HTTP 404 NOT FOUND\n")
