"""Articles' pages over real HTTP: when their text is taken, when the feed's stays, how gently it is done."""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import accumulate, count, pairwise, takewhile
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from protego import Protego
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.clock import SystemClock
from monitor.demo.receivers import free_port
from monitor.feeds.cage import Cage
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.fetching import robots
from monitor.feeds.fetching.fetch import Fetcher, Limits
from monitor.feeds.fetching.robots import Robots
from monitor.feeds.pages import CAUSES, PageLimits, Pages, causes
from monitor.feeds.polls import host_of
from monitor.guard import guarded_session
from monitor.model import Article
from tests.articles.test_fulltext import PARAGRAPHS, page
from tests.contract.harness import TestClock
from tests.samples import article

QUICK = PageLimits(pause=0, budget=20)


def filled(articles: Sequence[Article], limits: PageLimits = QUICK) -> tuple[Article, ...]:
    async def once() -> tuple[Article, ...]:
        async with (
            guarded_session(["localhost"], limit=20) as session,
            Cage(1, 10, 512_000_000, ParseLimits()) as cage,
        ):
            return await Pages(Fetcher(session, Limits(timeout=60)), cage, SystemClock(), limits).filled(
                articles
            )

    return asyncio.run(once())


def shown(server: HTTPServer, path: str = "/a", **more: Any) -> Article:
    return article(path.strip("/"), "Troops seen", url=server.url_for(path), **more)


def serve(server: HTTPServer, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8") -> None:
    server.expect_request(path).respond_with_data(body, content_type=kind)


@pytest.fixture
def site(httpserver: HTTPServer) -> HTTPServer:
    """Give a site that has no rules for robots."""
    serve(httpserver, "/robots.txt", "", "text/plain")
    return httpserver


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_the_page_has_the_whole_text(site: HTTPServer, language: str) -> None:
    serve(site, "/a", page(language))
    (one,) = filled([shown(site, cut=("body",))])
    assert PARAGRAPHS[language].format(n=7) in one.body
    assert (one.text_from, one.text_note, one.cut, one.summary) == ("page", "", (), "They were seen.")


def test_a_page_in_another_encoding_is_read_right(site: HTTPServer) -> None:
    serve(site, "/a", page("ru").encode("cp1251"), "text/html; charset=windows-1251")
    (one,) = filled([shown(site)])
    assert PARAGRAPHS["ru"].format(n=0) in one.body


def test_a_redirect_is_followed(site: HTTPServer) -> None:
    site.expect_request("/a").respond_with_data("", 302, {"Location": "/b"})
    serve(site, "/b", page())
    assert filled([shown(site)])[0].text_from == "page"


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (lambda: Response("", 404), "HTTP 404"),
        (lambda: Response("", 503), "HTTP 503"),
        (lambda: Response(b"%PDF-1.7", content_type="application/pdf"), "it is no page but application/pdf"),
        (lambda: Response("<html><body></body></html>", content_type="text/html"), "the page has no article"),
        (lambda: Response("", 302, {"Location": "http://10.0.0.1/"}), "10.0.0.1"),
        (lambda: Response("", 302, {"Location": "file:///etc/passwd"}), "only http and https"),
        (lambda: Response(b"x" * 20_000_000, content_type="text/html"), "larger than"),
    ],
)
def test_without_a_page_the_feeds_text_stays_and_says_why(
    site: HTTPServer, answer: Callable[[], Response], note: str
) -> None:
    site.expect_request("/a").respond_with_handler(lambda _: answer())
    before = shown(site, body="What the feed shows.", cut=("body",))
    (one,) = filled([before])
    assert note in one.text_note
    assert (one.body, one.text_from, one.cut) == ("What the feed shows.", "feed", ("body",))


def test_a_page_that_has_less_than_the_feed_is_not_taken(site: HTTPServer) -> None:
    serve(site, "/a", page(paragraphs=3))
    whole = " ".join(PARAGRAPHS["en"].format(n=n) for n in range(30))
    (one,) = filled([shown(site, body=whole)])
    assert (one.body, one.text_from) == (whole, "feed")
    assert one.text_note == "the page has no more text than the feed"


def test_an_article_without_an_address_stays_as_it_is() -> None:
    (one,) = filled([article(url=None)])
    assert one.text_note == "the article has no address"


def test_one_bad_page_is_nothing_to_the_others(site: HTTPServer) -> None:
    serve(site, "/a", page())
    serve(site, "/c", page())
    three = [shown(site, path) for path in ("/a", "/b", "/c")]
    assert [(one.id, one.text_from) for one in filled(three)] == [("a", "page"), ("b", "feed"), ("c", "page")]


def test_what_takes_too_long_goes_as_it_is(site: HTTPServer) -> None:
    serve(site, "/quick", page())
    ended = threading.Event()

    def slow(_: Request) -> Response:
        ended.wait(60)
        return Response(page(), content_type="text/html")

    site.expect_request("/slow").respond_with_handler(slow)
    try:
        quick, late = filled([shown(site, "/quick"), shown(site, "/slow")], PageLimits(pause=0, budget=5))
    finally:
        ended.set()
    assert quick.text_from == "page"
    assert (late.text_from, late.text_note) == ("feed", "there was no time left for it in this poll")


def test_a_site_is_asked_for_one_page_at_a_time_with_a_pause_between(site: HTTPServer) -> None:
    at: list[tuple[float, float]] = []

    def answer(_: Request) -> Response:
        begun = time.monotonic()
        time.sleep(0.05)
        at.append((begun, time.monotonic()))
        return Response(page(), content_type="text/html")

    for n in range(3):
        site.expect_request(f"/{n}").respond_with_handler(answer)
    filled([shown(site, f"/{n}") for n in range(3)], PageLimits(pause=0.2, budget=20))
    at.sort()
    assert all(after[0] - before[1] >= 0.2 for before, after in pairwise(at))


def test_the_sites_rules_are_kept(httpserver: HTTPServer) -> None:
    serve(httpserver, "/robots.txt", "User-agent: monitor\nDisallow: /private\n", "text/plain")
    serve(httpserver, "/a", page())
    serve(httpserver, "/private", page())
    open_, closed = filled([shown(httpserver), shown(httpserver, "/private")])
    assert open_.text_from == "page"
    assert closed.text_note == "the site's robots.txt does not allow it"
    asked = [request.path for request, _ in httpserver.log]
    assert sorted(asked) == ["/a", "/robots.txt"], "the rules are asked for once, the closed page never"


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (Response("", 404), True),
        (Response("", 403), True),
        (Response("", 500), False),
        (Response("", 503), False),
        (Response("", 429), False),
        (Response("User-agent: monitor/0.1\nDisallow: /"), False),
        (Response("User-agent: *\nDisallow:\n\nuser-agent : Monitor/2 # it\nDisallow: /"), False),
        (Response("User-agent: monitors/0.1\nDisallow: /"), True),
        (Response("User-agent: *\n" + "# nothing\n" * 49_000 + "Disallow: /a"), False),
        (Response("User-agent: *\nDisallow: /"), False),
        (Response("User-agent: *\nDisallow:"), True),
        (Response(b"\xff\xfe\0garbage\n" * 1000), True),
        (Response(""), True),
        (Response(status=204), True),
        (Response(b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), False),
        (Response("User-agent: *\nDisallow: /*.html$"), True),
        (Response("User-agent: *\nDisallow: /*a"), False),
        (Response("User-agent: *\nAllow: /\nDisallow: /a"), False),
        (Response("User-agent: *\nDisallow: /\nAllow: /a"), True),
        (Response("User-agent: *\nDisallow: //[x\nCrawl-delay: ²"), True),
        (Response("User-agent: *\nDisallow: /b\n" + "Allow:/\n" * 200_000), True),
        (Response("User-agent: *\nDisallow: /a\n" + "\n" * 500_000), False),
        (Response("User-agent: *\n" + "".join(f"Disallow: *b{n}\n" for n in range(20_000))), False),
        (Response("".join(f"Disallow: *b{n}\n" for n in range(20_000)) + "User-agent: *\nAllow: /"), True),
        (Response("User-agent: x\n" + "".join(f"Disallow: *b{n}\n" for n in range(20_000))), True),
        (Response("User-agent: *\n" + "".join(f"Disallow: /b/{n}\n" for n in range(5_000))), True),
        (Response("".join(f"Sitemap: https://e.example/{n}\n" for n in range(9_000))), True),
    ],
)
def test_rules_that_cannot_be_had_mean_what_the_standard_says(
    httpserver: HTTPServer, answer: Response, allowed: bool
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_response(answer)
    clock = TestClock()

    async def asked() -> list[bool]:
        async with guarded_session(["localhost"], limit=2) as session:
            robots = Robots(Fetcher(session, Limits(timeout=3)), clock)
            return [await robots.objection(httpserver.url_for("/a")) is None for _ in range(3)]

    assert asyncio.run(asked()) == [allowed] * 3
    assert len(httpserver.log) == 1


def test_a_page_with_a_huge_address_is_not_held_against_the_rules(site: HTTPServer) -> None:
    (one,) = filled([shown(site, "/" + "a" * 2_000)])
    assert one.text_note == "its address has more than 2,000 characters"
    assert not site.log


def asked_again(server: HTTPServer, sites: Sequence[str]) -> list[str]:
    """Return which sites are asked for their rules, one after the other."""

    async def asked() -> list[str]:
        async with guarded_session(["localhost"], limit=2) as session:
            robots, again = Robots(Fetcher(session, Limits(timeout=3)), TestClock()), []
            for site in sites:
                before = len(server.log)
                await robots.objection(f"http://{site}:{server.port}/a")
                again += [site] * (len(server.log) - before)
            return again

    return asyncio.run(asked())


def test_a_site_that_is_in_use_is_asked_once_however_many_others_there_are(
    site: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "SITES", 2)
    sites = ["localhost", "Localhost", "localhost", "LOCALHOST", "localhost", "Localhost"]
    assert asked_again(site, sites) == ["localhost", "Localhost", "LOCALHOST", "Localhost"]


def test_rules_of_many_sites_are_remembered_as_far_as_there_is_room(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(httpserver, "/robots.txt", "User-agent: *\nDisallow: /*" + "b" * 1_000, "text/plain")
    monkeypatch.setattr(robots, "REMEMBERED", 2 * 9_000)
    sites = ["localhost", "Localhost", "localhost", "LOCALHOST", "localhost", "Localhost"]
    assert asked_again(httpserver, sites) == ["localhost", "Localhost", "LOCALHOST", "Localhost"]


@pytest.mark.parametrize(
    "rule",
    [
        lambda n: f"*a{n}b",
        lambda n: f"*{'a' * 49}b{n}{'a' * 49}",
        lambda n: f"/{n}$",
        lambda n: f"/{'a' * n}",
    ],
)
def test_an_address_is_held_against_any_rules_in_no_time(rule: Callable[[int], str]) -> None:
    """The event loop does that."""
    costs = accumulate(robots.cost_of(f"Disallow:{rule(n)}") for n in count())
    most = sum(1 for _ in takewhile(lambda cost: cost <= robots.COSTLIEST, costs))
    rules = robots.rules_in(
        "\n".join(["User-agent: *", *(f"Disallow:{rule(n)}" for n in range(most))]).encode(), 0
    )
    assert rules.parser
    url = "https://e.example/" + "a" * (robots.LONGEST_ADDRESS - 20)
    before = time.process_time()
    for _ in range(10):
        rules.parser.can_fetch(url, robots.NAME)
    assert time.process_time() - before < 1.0


lines = st.sampled_from(
    [
        *(f"User-agent: {name}" for name in ("*", "monitor", "Monitor*", "mon", "monitors", "x", "")),
        *(f"{agent}monitor" for agent in ("useragent:", "user agent ", "USER-AGENT :\t")),
        *(f"{no}: /a" for no in ("Disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw")),
        *(f"Allow: {path}" for path in ("/a", "/b", "/*b", "", "/a/b$", "/a/index.html")),
        *("Disallow", "disallow /b", "Disallow: /a # x", "Disallow: /*/b", "Disallow: /", "Disallow:"),
        *("Crawl-delay: 1", "crawl delay 2", "Crawl-delay: x", "Sitemap: https://e.example/s", "Host: x"),
        *("", "# words", "Noindex: /a", "words"),
    ]
)  # fmt: skip


@example(["User-agent: *", "words", "User-agent: monitors", "Disallow: /a"])
@example(["User-agent: *", "Crawl-delay: 1", "crawl delay 2", "Crawl-delay: 1"])
@given(st.lists(lines, max_size=20))
def test_what_binds_us_is_what_the_whole_file_says(lines: list[str]) -> None:
    whole = Protego.parse("\n".join(lines))
    ours = Protego.parse("\n".join(["User-agent: *", *robots.rules_for_us("\n".join(lines))]))
    for path in ("/", "/a", "/b", "/a/b", "/a/", "/ab/b"):
        url = f"https://e.example{path}"
        assert ours.can_fetch(url, robots.NAME) == whole.can_fetch(url, robots.NAME), path
    assert ours.crawl_delay(robots.NAME) == whole.crawl_delay(robots.NAME)


def test_the_addresses_of_pages_are_not_remembered(site: HTTPServer) -> None:
    before = host_of.cache_info().currsize
    filled([shown(site, f"/{n}") for n in range(3)])
    assert host_of.cache_info().currsize == before


def test_rules_that_cannot_be_had_are_asked_for_when_the_site_says(httpserver: HTTPServer) -> None:
    busy = Response("", 503, {"Retry-After": "3600"})
    httpserver.expect_request("/robots.txt").respond_with_response(busy)
    clock = TestClock()

    async def asked() -> list[int]:
        async with guarded_session(["localhost"], limit=2) as session:
            robots, counts = Robots(Fetcher(session, Limits(timeout=3)), clock), []
            for _ in range(3):
                await robots.objection(httpserver.url_for("/a"))
                counts.append(len(httpserver.log))
                clock.advance(timedelta(minutes=40))
            return counts

    assert asyncio.run(asked()) == [1, 1, 2]


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_to_be_left_alone_is(site: HTTPServer, status: int) -> None:
    site.expect_request(re.compile("/[0-9]")).respond_with_data("", status, {"Retry-After": "3600"})
    found = filled([shown(site, f"/{n}") for n in range(4)])
    assert [one.text_from for one in found] == ["feed"] * 4
    assert f"HTTP {status}" in found[0].text_note
    assert {one.text_note for one in found[1:]} == {
        "its site wants to be left alone for longer than this poll takes"
    }
    assert [request.path for request, _ in site.log] == ["/robots.txt", "/0"]


def test_who_wants_to_be_left_alone_for_a_moment_is_asked_after_it(site: HTTPServer) -> None:
    site.expect_oneshot_request("/0").respond_with_data("", 429, {"Retry-After": "1"})
    serve(site, "/1", page())
    assert [one.text_from for one in filled([shown(site, f"/{n}") for n in range(2)])] == ["feed", "page"]


def test_a_site_is_left_alone_though_another_one_sends_us_there(site: HTTPServer) -> None:
    site.expect_request("/busy").respond_with_data("", 429, {"Retry-After": "3600"})
    with HTTPServer() as other:
        serve(other, "/robots.txt", "", "text/plain")
        to = {"Location": site.url_for("/busy")}
        other.expect_request(re.compile("/[0-9]")).respond_with_data("", 302, to)
        filled([shown(other, f"/{n}") for n in range(2)])
    assert [request.path for request, _ in site.log].count("/busy") == 1


def test_the_pause_that_a_sites_rules_ask_for_is_kept(httpserver: HTTPServer) -> None:
    serve(httpserver, "/robots.txt", "User-agent: *\nCrawl-delay: 0.5\n", "text/plain")
    begun: list[float] = []

    def answer(_: Request) -> Response:
        begun.append(time.monotonic())
        return Response(page(), content_type="text/html")

    httpserver.expect_request(re.compile("/[0-9]")).respond_with_handler(answer)
    assert {one.text_from for one in filled([shown(httpserver, f"/{n}") for n in range(3)])} == {"page"}
    assert all(later - earlier > 0.4 for earlier, later in pairwise(begun))


def test_a_pause_longer_than_a_poll_holds_nothing_up(httpserver: HTTPServer) -> None:
    serve(httpserver, "/robots.txt", "User-agent: monitor\nCrawl-delay: 86400\n", "text/plain")
    for n in range(3):
        serve(httpserver, f"/{n}", page())
    begun = time.monotonic()
    found = filled([shown(httpserver, f"/{n}") for n in range(3)], PageLimits(pause=0, budget=50))
    assert time.monotonic() - begun < 40
    assert [one.text_from for one in found] == ["page", "feed", "feed"]
    assert "left alone for longer" in found[1].text_note


def test_who_waits_for_a_sites_pause_takes_no_room_from_other_sites(site: HTTPServer) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.host.partition(":")[2] + request.path)
        return Response(page(), content_type="text/html")

    site.expect_request(re.compile("/[0-9]")).respond_with_handler(answer)
    with HTTPServer() as other:
        serve(other, "/robots.txt", "", "text/plain")
        other.expect_request("/0").respond_with_handler(answer)
        both = [shown(site, "/0"), shown(site, "/1"), shown(other, "/0")]
        filled(both, PageLimits(pause=3, budget=40, at_once=1))
    assert asked == [f"{site.port}/0", f"{other.port}/0", f"{site.port}/1"]


def test_rules_hold_after_a_redirect_too(httpserver: HTTPServer) -> None:
    serve(httpserver, "/robots.txt", "User-agent: *\nDisallow: /private\n", "text/plain")
    httpserver.expect_request("/a").respond_with_data("", 302, {"Location": "/private"})
    serve(httpserver, "/private", page())
    (one,) = filled([shown(httpserver)])
    assert one.text_note == "the site's robots.txt does not allow it"
    assert "/private" not in [request.path for request, _ in httpserver.log]


def test_what_breaks_on_one_page_is_told_and_nothing_to_the_others(
    site: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(site, "/a", page())
    serve(site, "/b", page())
    whole = Cage.main_text

    async def broken(cage: Cage, body: bytes, kind: str, url: str, limit: int) -> tuple[str, bool]:
        if url.endswith("/a"):
            raise KeyError(url)
        return await whole(cage, body, kind, url, limit)

    monkeypatch.setattr(Cage, "main_text", broken)
    first, second = filled([shown(site), shown(site, "/b")])
    assert (first.text_note, second.text_from) == ("monitor failed to read it: KeyError", "page")


def test_a_page_that_was_fetched_does_not_wait_for_the_pause(site: HTTPServer) -> None:
    serve(site, "/a", page())
    (one,) = filled([shown(site)], PageLimits(pause=3600, budget=20))
    assert one.text_from == "page"


def test_a_site_that_is_down_is_not_said_to_forbid_anything() -> None:
    port = free_port()
    (one,) = filled([article("a", "Troops seen", url=f"http://localhost:{port}/ok.html")])
    assert one.text_note.startswith("the site's robots.txt cannot be read: no connection to localhost")
    assert "refused" in one.text_note


def test_there_is_no_pause_between_pages_that_are_never_asked_for(httpserver: HTTPServer) -> None:
    serve(httpserver, "/robots.txt", "User-agent: *\nDisallow: /\n", "text/plain")
    found = filled([shown(httpserver, f"/{n}") for n in range(3)], PageLimits(pause=3600, budget=20))
    assert {one.text_note for one in found} == {"the site's robots.txt does not allow it"}


def test_each_cause_is_told_with_its_count_the_commonest_first() -> None:
    assert causes(["HTTP 404", "no time", "HTTP 404"]) == "2 because HTTP 404, 1 because no time"
    many = [f"HTTP {400 + n}" for n in range(CAUSES + 2)]
    assert causes(many).endswith(f"1 because HTTP {399 + CAUSES}, 2 for other reasons")
