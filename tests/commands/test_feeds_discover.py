"""``monitor feeds discover``: the feeds that a site has."""

import re
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from monitor.config.load import load
from monitor.demo.samples import render
from tests.commands.desk import NOW, Said, monitor, write

ITEM = "<item><title>Rain in the north</title></item>"
RSS = f"<rss version='2.0'><channel><title>Weather</title>{ITEM}</channel></rss>"
LINK = '<link rel="alternate" type="application/rss+xml" href="{}" title="{}">'


def found(url: str, *options: str) -> Said:
    return monitor("feeds", "discover", url, "--allow-host", "localhost", *options)


def refused(url: str, *options: str) -> str:
    """Return why nothing was found: one line."""
    said = found(url, *options)
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert said.err.startswith("monitor: http")
    return said.err


@pytest.fixture
def site(httpserver: HTTPServer) -> str:
    """Serve a page that offers two feeds, one of them twice, and one that is not there."""
    sample = render("saebyeok-naru", NOW)
    httpserver.expect_request("/ko/feed").respond_with_data(sample.body, content_type=sample.content_type)
    httpserver.expect_request("/weather").respond_with_data(RSS)
    httpserver.expect_request("/again").respond_with_data("", 301, {"Location": "/weather"})
    links = (
        LINK.format("feed", "News"),
        LINK.format("/weather", "W"),
        LINK.format("/again", "W"),
        LINK.format("/no", "No"),
    )
    page = f"<html><head><base href='/ko/'>{''.join(links)}</head><body>x</body></html>"
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    return httpserver.url_for("/")


def test_what_a_page_offers_is_tried(site: str) -> None:
    said = found(site, "--json")
    assert (said.code, said.err) == (0, "")
    assert [(row["url"].removeprefix(site), row["from"], row["state"]) for row in said.rows] == [
        ("ko/feed", "page", "ok"),
        ("weather", "page", "ok"),
        ("no", "page", "failing"),
    ]
    assert said.rows[0]["language"] == "ko"
    assert said.rows[0]["entries"] > 5
    assert (said.rows[1]["title"], said.rows[1]["entries"]) == ("Weather", 1)
    assert "HTTP 500" in said.rows[2]["reason"]


def test_a_login_in_the_address_is_not_printed(site: str, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/bare").respond_with_data("<html></html>", content_type="text/html")
    for path, options in [
        ("", ()),
        ("", ("--json",)),
        ("weather", ()),
        ("weather", ("--json",)),
        ("bare", ()),
    ]:
        said = found(site.replace("//", "//me:hidden-word@") + path, *options)
        assert "hidden-word" not in said.out + said.err
        assert "localhost" in said.out + said.err


def test_what_is_printed_can_be_pasted_into_the_list(site: str, folder: Path) -> None:
    out = found(site).out
    assert "The page offers" in out
    pasted = out[out.index("  - id: ") :]
    (folder / "feeds.yaml").write_text(f"version: 1\nfeeds:\n{pasted}", "utf-8")
    feeds = load(folder, {}, secrets=False).feeds
    assert [(feed.url.removeprefix(site), feed.language) for feed in feeds] == [
        ("ko/feed", "ko"),
        ("weather", "en"),
    ]
    assert feeds[1].outlet == "Weather"


def test_without_verifying_only_the_page_is_fetched(site: str, httpserver: HTTPServer) -> None:
    said = found(site, "--untried", "--json")
    assert said.code == 0
    assert [row["title"] for row in said.rows] == ["News", "W", "W", "No"]
    assert all("state" not in row for row in said.rows)
    assert [request.path for request, _ in httpserver.log] == ["/"]
    assert "not tried" in found(site, "--untried").out


def test_a_feed_says_that_it_is_one(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(RSS)
    url = httpserver.url_for("/feed")
    assert [(row["from"], row["url"]) for row in found(url, "--json").rows] == [("itself", url)]
    out = found(url).out
    assert "This address is a feed" in out
    assert f"    url: '{url}'" in out


def test_a_feed_that_moved_for_good_is_listed_where_it_is(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/old").respond_with_data("", 301, {"Location": "/feed"})
    httpserver.expect_request("/feed").respond_with_data(RSS)
    assert f"    url: '{httpserver.url_for('/feed')}'" in found(httpserver.url_for("/old")).out


def test_where_a_page_offers_none_the_usual_addresses_are_tried(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/world/").respond_with_data(
        "<html><p>no links</html>", content_type="text/html"
    )
    httpserver.expect_request("/rss").respond_with_data("<html>everything is this page</html>")
    httpserver.expect_request("/feed").respond_with_data("", 302, {"Location": "/rss.xml"})
    httpserver.expect_request("/rss.xml").respond_with_data(RSS)
    said = found(httpserver.url_for("/world/"), "--json")
    assert [(row["from"], row["url"], row["entries"]) for row in said.rows] == [
        ("guess", httpserver.url_for("/feed"), 1)
    ]


@pytest.mark.parametrize(
    ("page", "feed", "asked"),
    [
        ("/blog/", "/blog/feed.xml", 7),
        ("/blog", "/blog/rss", 7),
        ("/blog/today.html", "/blog/rss.xml", 7),
        ("/blog/2026/", "/atom.xml", 13),
        ("/", "/atom.xml", 7),
    ],
)
def test_the_usual_addresses_are_tried_below_the_page_and_then_below_the_root(
    httpserver: HTTPServer, page: str, feed: str, asked: int
) -> None:
    httpserver.expect_request(page).respond_with_data("<p>no links", content_type="text/html")
    httpserver.expect_request(feed).respond_with_data(RSS)
    said = found(httpserver.url_for(page), "--json")
    assert [(row["from"], row["url"]) for row in said.rows] == [("guess", httpserver.url_for(feed))]
    assert len(httpserver.log) == asked


def test_a_page_that_sends_its_readers_on_is_followed_once(httpserver: HTTPServer) -> None:
    for path, to in [("/", "/en/"), ("/far", "/")]:
        page = f'<meta http-equiv="refresh" content="0; url={to}">'
        httpserver.expect_request(path).respond_with_data(page, content_type="text/html")
    httpserver.expect_request("/en/").respond_with_data(LINK.format("news", "N"), content_type="text/html")
    httpserver.expect_request("/en/news").respond_with_data(RSS)
    for options in [(), ("--untried",)]:
        said = found(httpserver.url_for("/"), "--json", *options)
        assert [(row["from"], row["url"]) for row in said.rows] == [("page", httpserver.url_for("/en/news"))]
    httpserver.clear_log()
    refused(httpserver.url_for("/far"), "--untried")
    assert [request.path for request, _ in httpserver.log] == ["/far", "/"]


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("http://127.0.0.2:9/", "127.0.0.2 is not a public address"),
        ("http://me:hidden-word@169.254.169.254/", "169.254.169.254 is not a public address"),
        ("/no", "HTTP 500"),
    ],
)
def test_where_a_page_must_not_lead_is_told_and_the_page_itself_is_looked_through(
    httpserver: HTTPServer, to: str, why: str
) -> None:
    page = f'<meta http-equiv="refresh" content="0; url={to}"><a href="/sport.rss">Sport</a>'
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    httpserver.expect_request("/sport.rss").respond_with_data(RSS)
    said = found(httpserver.url_for("/"), "--json")
    assert [row["url"] for row in said.rows] == [httpserver.url_for("/sport.rss")]
    assert "the page leads on to http://" in said.err
    assert why in said.err
    assert "hidden-word" not in said.err


def test_a_page_that_offers_feeds_leads_nowhere(httpserver: HTTPServer) -> None:
    page = LINK.format("/weather", "W") + '<noscript><meta http-equiv="refresh" content="0; url=/old">'
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    httpserver.expect_request("/weather").respond_with_data(RSS)
    assert [row["title"] for row in found(httpserver.url_for("/"), "--json").rows] == ["Weather"]
    assert [request.path for request, _ in httpserver.log] == ["/", "/weather"]


def test_json_that_a_page_offers_is_tried_where_nothing_else_is_found(httpserver: HTTPServer) -> None:
    feed = {"version": "https://jsonfeed.org/version/1", "title": "J", "items": [{"id": 1, "title": "x"}]}
    links = "".join(
        f'<link rel="alternate" type="application/json" href="{path}">'
        for path in ("/wp-json/", "/posts.json")
    )
    httpserver.expect_request("/").respond_with_data(links, content_type="text/html")
    httpserver.expect_request("/wp-json/").respond_with_json({"name": "x", "routes": {}})
    httpserver.expect_request("/posts.json").respond_with_json(feed)
    assert [row["title"] for row in found(httpserver.url_for("/"), "--json").rows] == ["J"]


def test_who_gave_a_login_in_the_address_is_told_where_it_goes(httpserver: HTTPServer, folder: Path) -> None:
    httpserver.expect_request("/feed").respond_with_data(RSS)
    url = httpserver.url_for("/feed")
    assert "login" not in found(url).out
    out = found(url.replace("//", "//me:hidden-word@")).out
    assert "  # the login is not in these addresses: add login: {username: me, password: " in out
    assert "hidden-word" not in out
    pasted = out[out.index("  # the login") :]
    (folder / "feeds.yaml").write_text(f"version: 1\nfeeds:\n{pasted}", "utf-8")
    assert [feed.url for feed in load(folder, {}, secrets=False).feeds] == [url]


def test_where_there_is_none_a_line_says_so(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("<html></html>")
    assert "offers no feed, and there is none at /feed, /rss, " in refused(httpserver.url_for("/"))
    httpserver.clear_log()
    assert refused(httpserver.url_for("/"), "--untried").endswith("the page offers no feed\n")
    assert [request.path for request, _ in httpserver.log] == ["/"]


def test_a_page_that_is_for_people_only_may_have_a_feed_all_the_same(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/news/").respond_with_data("no robots", 403)
    httpserver.expect_request("/feed").respond_with_data(RSS)
    url = httpserver.url_for("/news/")
    said = found(url, "--json")
    assert (said.code, said.rows[0]["url"]) == (0, httpserver.url_for("/feed"))
    assert said.err == f"warning: {url}: the page cannot be had: HTTP 403 FORBIDDEN\n"
    assert refused(url, "--untried").endswith("HTTP 403 FORBIDDEN\n")


@pytest.mark.parametrize(("status", "asked"), [(503, 1), (404, 13)])
def test_a_page_that_cannot_be_had_is_told_so_where_no_feed_is(
    httpserver: HTTPServer, status: int, asked: int
) -> None:
    httpserver.expect_request(re.compile(".*")).respond_with_data("", status)
    assert f"HTTP {status}" in refused(httpserver.url_for("/news"))
    assert len(httpserver.log) == asked


def test_where_nothing_works_that_a_page_offers_the_usual_addresses_are_tried(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(LINK.format("/no", "No"), content_type="text/html")
    httpserver.expect_request("/rss").respond_with_data(RSS)
    said = found(httpserver.url_for("/"), "--json")
    assert [(row["from"], row["url"]) for row in said.rows] == [("guess", httpserver.url_for("/rss"))]
    assert "/no, which does not work: HTTP 500" in said.err


def test_a_page_that_lists_feeds_for_people_has_its_links_tried(httpserver: HTTPServer) -> None:
    feed = f"feed:{httpserver.url_for('/feed/sport')}"
    links = ("/news.rss", "/sitemap.xml", feed, "/feedback")
    page = "".join(f"<a href='{link}'>here</a>" for link in links)
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    httpserver.expect_request("/news.rss").respond_with_data(RSS)
    httpserver.expect_request("/feed/sport").respond_with_data(RSS.replace("Weather", "Sport"))
    said = found(httpserver.url_for("/"), "--json")
    assert [(row["from"], row["title"]) for row in said.rows] == [("link", "Weather"), ("link", "Sport")]
    assert not {"/feedback", "/feed"} & {request.path for request, _ in httpserver.log}
    assert "The page has links to" in found(httpserver.url_for("/")).out


def test_what_a_header_offers_is_tried(httpserver: HTTPServer) -> None:
    link = '<weather>; rel="alternate"; type="application/rss+xml", </no>; rel="alternate"; type="text/html"'
    httpserver.expect_request("/").respond_with_data("<p>", headers={"Link": link}, content_type="text/html")
    httpserver.expect_request("/weather").respond_with_data(RSS)
    said = found(httpserver.url_for("/"), "--json")
    assert [(row["from"], row["url"]) for row in said.rows] == [("page", httpserver.url_for("/weather"))]
    assert len(httpserver.log) == 2


@pytest.mark.parametrize("scheme", ["feed:", "feed://"])
def test_the_scheme_of_feeds_says_only_what_is_there(httpserver: HTTPServer, scheme: str) -> None:
    httpserver.expect_request("/feed").respond_with_data(RSS)
    url = httpserver.url_for("/feed")
    asked = f"{scheme}{url}" if scheme == "feed:" else url.replace("http://", scheme)
    assert [row["url"] for row in found(asked, "--json").rows] == [url]


@pytest.mark.parametrize(
    "rest", ["/?next=https://x.example/", "/#http://x.example", "/web/https://x.example/"]
)
def test_an_address_within_another_is_not_taken_for_the_whole(rest: str) -> None:
    assert refused(f"localhost:9{rest}").startswith(f"monitor: https://localhost:9{rest}: no connection to ")


@pytest.mark.parametrize("command", [("feeds", "discover"), ("feeds", "fetch"), ("explain", "troops")])
def test_an_address_is_no_host_to_be_allowed(command: tuple[str, ...], folder: Path) -> None:
    address = "http://localhost/"
    config = ("--config", folder)
    said = monitor(*command, "http://localhost:9/", "--allow-host", address, *config)
    assert (said.code, said.out) == (2, "")
    assert "--allow-host http://localhost/: this is no host; for example localhost" in said.err


def test_only_broken_offers_are_a_failure_that_is_shown(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(LINK.format("/no", "No"))
    said = found(httpserver.url_for("/"))
    assert said.code == 1
    assert "HTTP 500" in said.out
    assert "feeds.yaml" not in said.out


def test_private_addresses_are_refused_as_everywhere(httpserver: HTTPServer) -> None:
    page = LINK.format("http://127.0.0.2:9/feed", "inside") + LINK.format("http://169.254.169.254/", "cloud")
    httpserver.expect_request("/").respond_with_data(page)
    said = found(httpserver.url_for("/"), "--json")
    assert said.code == 1
    assert ["not a public address" in row["reason"] for row in said.rows] == [True, True]
    alone = monitor("feeds", "discover", httpserver.url_for("/"))
    assert (alone.code, "--allow-host" in alone.err) == (1, True)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.example/", "http://[::1", "http://", "javascript:x"]
)
def test_other_addresses_are_refused(url: str) -> None:
    said = found(url)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)


def test_a_hostile_page_ends_with_a_plain_line(httpserver: HTTPServer, tmp_path: Path) -> None:
    settings = {
        "version": 1,
        "poll": {"allow_hosts": ["localhost"], "parse_timeout": "2s", "max_body": "11MB"},
    }
    write(
        tmp_path, monitor=settings, feeds={"version": 1, "feeds": []}, watchlist={"version": 1, "topics": []}
    )
    pages = {"/endless": "<!--" * 2_500_000, "/large": "x" * 11_000_001, "/deep": "<div>" * 200_000}
    for path, page in pages.items():
        httpserver.expect_request(path).respond_with_data(page, content_type="text/html")
    limits = ("--config", str(tmp_path))
    assert "parsing it took more than 2 s" in refused(httpserver.url_for("/endless"), *limits)
    assert "larger than 11000000 bytes" in refused(httpserver.url_for("/large"), *limits)
    assert "offers no feed" in refused(httpserver.url_for("/deep"), "--untried")


def test_what_was_not_looked_at_is_a_warning(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(LINK.format("/no", "N") + " " * 2_000_000)
    said = found(httpserver.url_for("/"), "--untried", "--json")
    assert len(said.rows) == 1
    assert said.err.startswith("warning: http://localhost")


def test_a_title_moves_no_cursor_and_turns_no_text(httpserver: HTTPServer) -> None:
    title = "A&#x9b;31m &lt;b&gt;B&lt;/b&gt;\u202e C"
    httpserver.expect_request("/feed").respond_with_data(RSS.replace("Weather", title))
    out = found(httpserver.url_for("/feed")).out
    assert "outlet: " in out
    assert not {"\x1b", "\x9b", "\u202e"} & set(out)
    assert "<b>" not in out


def test_a_title_that_settings_do_not_allow_gives_way_to_the_host(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(RSS.replace("Weather", "${HOME}"))
    out = found(httpserver.url_for("/feed")).out
    assert f"outlet: 'localhost:{httpserver.port}'" in out
