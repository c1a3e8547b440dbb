"""``monitor feeds fetch`` polls one feed now."""

import re
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from monitor.demo.samples import render
from tests.commands.desk import NOW, monitor, write

ALLOWED = ("--allow-host", "localhost")


@pytest.fixture
def feed(httpserver: HTTPServer) -> str:
    """Serve a Korean feed in EUC-KR that its server does not declare."""
    sample = render("saebyeok-naru", NOW)
    httpserver.expect_request("/feed").respond_with_data(sample.body, content_type=sample.content_type)
    return httpserver.url_for("/feed")


def refused(*arguments: str) -> str:
    """Return why a fetch failed: one line."""
    said = monitor("feeds", "fetch", *arguments)
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert said.err.startswith("monitor: ")
    return said.err


def test_json_is_a_line_an_entry(feed: str) -> None:
    said = monitor("feeds", "fetch", feed, *ALLOWED, "--json")
    assert (said.code, said.err) == (0, "")
    first = said.rows[0]
    assert list(first) == "id url guid title summary body lang published authors cut".split()
    assert {row["lang"] for row in said.rows} >= {"ko"}
    assert {row["published"][-1] for row in said.rows if row["published"]} == {"Z"}
    assert len({row["id"] for row in said.rows}) == len(said.rows) > 5
    assert all("\ufffd" not in row["title"] for row in said.rows)


def test_people_see_a_line_an_entry_and_the_count(feed: str) -> None:
    said = monitor("feeds", "fetch", feed, *ALLOWED)
    *entries, last = said.out.splitlines()
    assert last.startswith(f"{len(entries)} entries, rss")
    assert all(re.match(r"(\d{4}-\d\d-\d\d \d\d:\d\d|undated {9}) \S", line) for line in entries)


def test_a_feed_without_entries_is_no_failure(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data("<rss version='2.0'><channel/></rss>")
    said = monitor("feeds", "fetch", httpserver.url_for("/feed"), *ALLOWED)
    assert (said.code, said.out) == (0, "0 entries, rss20\n")
    said = monitor("feeds", "fetch", httpserver.url_for("/feed"), *ALLOWED, "--json")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_what_is_fetched_can_be_matched(tmp_path: Path, feed: str) -> None:
    fetched = monitor("feeds", "fetch", feed, *ALLOWED, "--json")
    write(tmp_path, watchlist={"version": 1, "topics": [{"id": "north", "query": "북한"}]})
    said = monitor("match", "--config", tmp_path, stdin=fetched.out)
    assert said.code == 0
    assert [row["id"] for row in said.rows] == [row["id"] for row in fetched.rows]
    assert any(row["topics"] for row in said.rows)


def test_the_limits_of_a_configuration_are_taken(folder: Path, feed: str) -> None:
    assert monitor("feeds", "fetch", feed, "--config", folder, "--json").code == 0
    settings = folder / "monitor.yaml"
    settings.write_text(settings.read_text().replace('"poll": {', '"poll": {"max_body": "1KB", '))
    assert "larger than 1000 bytes" in refused(feed, "--config", str(folder))


def test_secrets_are_not_asked_for(folder: Path, feed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK_SECRET")
    assert monitor("check", "--config", folder).code == 2
    said = monitor("feeds", "fetch", feed, "--config", folder, "--json")
    assert (said.code, said.err) == (0, "")


def test_an_undated_entry_says_so(httpserver: HTTPServer) -> None:
    body = "<rss version='2.0'><channel><item><title>Never</title></item></channel></rss>"
    httpserver.expect_request("/feed").respond_with_data(body)
    said = monitor("feeds", "fetch", httpserver.url_for("/feed"), *ALLOWED)
    assert said.out.splitlines()[0] == "undated          Never"


def test_what_is_wrong_with_a_feed_is_a_warning_beside_the_entries(httpserver: HTTPServer) -> None:
    body = "<rss version='2.0'><channel><item><title>Rain</title></item><item><author>x</author></item>"
    httpserver.expect_request("/feed").respond_with_data(body)
    said = monitor("feeds", "fetch", httpserver.url_for("/feed"), *ALLOWED, "--json")
    assert (said.code, [row["title"] for row in said.rows]) == (0, ["Rain"])
    assert all(line.startswith("warning: http://") for line in said.err.splitlines())
    assert "entries with neither words nor an address: 1" in said.err
    assert (
        "neither words nor an address: 1"
        in monitor("feeds", "fetch", httpserver.url_for("/feed"), *ALLOWED).out
    )


def test_logins_in_addresses_are_not_shown(httpserver: HTTPServer) -> None:
    url = httpserver.url_for("/gone").replace("://", "://user:sekret@")
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    httpserver.expect_request("/loop").respond_with_data("", status=302, headers={"Location": url})
    httpserver.expect_request("/turn").respond_with_data(
        "", status=302, headers={"Location": url.replace("gone", "turn")}
    )
    assert refused(url, *ALLOWED).endswith("/gone: HTTP 404 NOT FOUND\n")
    for path in ("/loop", "/turn"):
        assert "sekret" not in refused(httpserver.url_for(path), *ALLOWED)
    assert "sekret" not in refused(url, *ALLOWED)


def test_ten_megabytes_of_escaped_html_in_one_entry_are_cut_with_a_mark(httpserver: HTTPServer) -> None:
    html = (
        '&lt;p&gt;Some &lt;b&gt;words&lt;/b&gt; &amp;amp; &lt;a href="https://e.example/"&gt;more&lt;/a&gt;'
    )
    body = (
        "<rss version='2.0'><channel><item><title>Long</title><description>"
        f"{html * (10_000_000 // len(html))}</description></item>"
        "<item><title>Last</title></item></channel></rss>"
    )
    httpserver.expect_request("/feed").respond_with_data(body)
    said = monitor("feeds", "fetch", httpserver.url_for("/feed"), *ALLOWED, "--json")
    long, last = said.rows
    assert (said.code, long["cut"], last["title"]) == (0, ["summary"], "Last")
    assert "beyond 1,500,000 characters was not read" in said.err
    assert long["summary"].startswith("Some words & more")
    assert len(long["summary"]) <= 20_000
    assert not set(long["summary"]) & set("<>")


def test_a_missing_feed_is_one_line_why(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    assert "HTTP 404" in refused(httpserver.url_for("/gone"), *ALLOWED)


def test_a_page_is_no_feed_and_is_named(httpserver: HTTPServer) -> None:
    page = "<html><head><title>Are you\n a robot?</title></head></html>"
    httpserver.expect_request("/page").respond_with_data(page, content_type="text/html")
    assert 'HTML page "Are you a robot?"' in refused(httpserver.url_for("/page"), *ALLOWED)


def test_a_private_address_is_refused_with_the_remedy(feed: str) -> None:
    why = refused(feed)
    assert "not a public address" in why
    assert "--allow-host" in why


def test_a_host_that_is_allowed_allows_no_other(feed: str) -> None:
    assert "not a public address" in refused(feed, "--allow-host", "127.0.0.2")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x.example/", "x", "http://", "http://[::1"])
def test_other_addresses_are_refused(url: str) -> None:
    assert refused(url, *ALLOWED)
