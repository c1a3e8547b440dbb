"""Polls of real servers: how a feed fares, when it is asked again, and whether its server is believed."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.feeds.polls import Polled
from monitor.feeds.state import afresh
from monitor.feeds.timing.schedule import Bounds
from monitor.feeds.trust import POLLS, REFUSALS
from monitor.model import FeedHealth
from monitor.stream.codec import FEEDS, feed_codec
from tests.feeds.faring import rewrite
from tests.feeds.test_poller import MINUTE, NEW, RHYTHM, Desk, rss, serve
from tests.samples import NOW

DAY = timedelta(days=1)
EMPTY = rss()


@pytest.fixture
def desk(tmp_path: Path, httpserver: HTTPServer) -> Desk:
    return Desk(tmp_path, httpserver)


def asked(server: HTTPServer, path: str = "/feed") -> int:
    return sum(request.path == path for request, _ in server.log)


def told(desk: Desk) -> list[FeedHealth]:
    """Return what has gone to the stream of health since it was read last."""
    consumer = desk.stream.consumer("reader", FEEDS)
    records = consumer.poll(100, 0)
    consumer.commit(records)
    consumer.close()
    return [feed_codec.decode(record) for record in records]


def poll_all(desk: Desk, times: int) -> list[Polled]:
    """Poll so many times, a quarter of an hour apart."""

    async def run() -> list[Polled]:
        polled = []
        async with desk.poller() as poller:
            for _ in range(times):
                polled.append(await poller.poll(desk.subscription()))
                desk.clock.advance(15 * MINUTE)
        return polled

    return asyncio.run(run())


def test_a_feed_that_is_gone_is_asked_no_more_until_somebody_asks(desk: Desk, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(status=410)
    first = desk.poll()
    assert (first.outcome, first.health) == ("failed", "gone")
    desk.clock.advance(9 * DAY)
    later = desk.poll()
    assert (later.outcome, later.next_poll) == ("gone", desk.clock.now() + 15 * MINUTE)
    assert asked(httpserver) == 1
    state = desk.state()
    assert (state.reason, state.next_poll, state.polls) == ("HTTP 410 GONE; it is asked no more", None, 1)
    rewrite(desk.states, state.feed, afresh)
    serve(httpserver, rss(("one", NEW)))
    assert desk.poll().health == "healthy"
    assert [one.health for one in told(desk)] == ["gone", "healthy"]


def test_a_feed_that_is_gone_is_asked_at_its_new_address(desk: Desk, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(status=410)
    desk.poll()
    feed = desk.state().feed
    rewrite(desk.states, feed, feed=replace(feed, url="https://old.example/feed"))
    serve(httpserver, rss(("one", NEW)))
    assert desk.poll().health == "healthy"


def test_a_feed_without_entries_is_empty_stays_so_and_is_not_backed_off(
    desk: Desk, httpserver: HTTPServer
) -> None:
    serve(httpserver, EMPTY)
    polled = poll_all(desk, 3)
    assert [one.outcome for one in polled] == ["changed", "not modified", "not modified"]
    assert [one.health for one in polled] == ["empty"] * 3
    assert polled[2].next_poll == NOW + 45 * MINUTE
    assert desk.state().reason == "it has shown no entries yet"
    serve(httpserver, rss(("one", NEW)), etag='"other"')
    assert desk.poll().health == "healthy"
    assert [one.health for one in told(desk)] == ["empty", "healthy"]


WHOLE = rss(("one", NEW), ("two", NEW), ("three", NEW))


@pytest.mark.parametrize("etag", ['"one"', ""], ids=["with an ETag", "without one"])
@pytest.mark.parametrize("left", [WHOLE.index("<item>"), WHOLE.index("<item><title>three")], ids=["0", "2"])
def test_a_document_that_was_cut_off_once_leaves_no_trace(
    desk: Desk, httpserver: HTTPServer, etag: str, left: int
) -> None:
    async def run() -> list[Polled]:
        polled = []
        async with desk.poller() as poller:
            for body, named in ((WHOLE, etag), (WHOLE[:left], '"cut"'), (WHOLE, etag), (WHOLE, etag)):
                serve(httpserver, body, named)
                polled.append(await poller.poll(desk.subscription()))
        return polled

    _, cut, *whole = asyncio.run(run())
    assert "end is missing" in cut.reason
    assert [(one.health, one.reason) for one in whole] == [("healthy", "")] * 2
    assert whole[1].outcome == ("not modified" if etag else "unchanged")
    assert (desk.state().articles, desk.state().revisions) == (3, 0)


def daily(days: int) -> list[tuple[str, str]]:
    return [(f"news {n}", format_datetime(NOW - DAY * n)) for n in range(days)]


def test_a_feed_that_falls_silent_is_told_by_its_first_document_and_again_when_it_speaks(
    desk: Desk, httpserver: HTTPServer
) -> None:
    serve(httpserver, rss(*daily(10)))
    assert desk.poll().health == "healthy"
    desk.clock.advance(3 * DAY)
    assert desk.poll().health == "healthy"
    desk.clock.advance(MINUTE)
    quiet = desk.poll()
    assert (quiet.outcome, quiet.health) == ("not modified", "quiet")
    assert "no news since 2026-03-01 12:00 UTC" in quiet.reason
    serve(httpserver, rss(("late", format_datetime(desk.clock.now())), *daily(10)), etag='"other"')
    assert desk.poll().health == "healthy"
    assert [one.health for one in told(desk)] == ["healthy", "quiet", "healthy"]


def lie(server: HTTPServer, *bodies: str, etags: Iterator[str]) -> None:
    """Serve one body after the other, but only to who sends no conditions."""
    left = list(bodies)

    def answer(request: Request) -> Response:
        if "If-None-Match" in request.headers:
            return Response(status=304)
        return Response(left.pop(0) if len(left) > 1 else left[0], headers={"ETag": next(etags)})

    server.clear()
    server.expect_request("/feed").respond_with_handler(answer)


def always(etag: str) -> Iterator[str]:
    while True:
        yield etag


def test_an_etag_that_stays_the_same_under_news_is_sent_no_more(desk: Desk, httpserver: HTTPServer) -> None:
    bodies = [rss(*[(f"news {n}", NEW) for n in range(most)]) for most in (1, 2, 3)]
    lie(httpserver, *bodies, etags=always('"the same"'))
    polled = poll_all(desk, 96)
    assert {one.outcome for one in polled[1:]} == {"not modified"}, "a day is not over"
    (found,) = poll_all(desk, 1)
    assert (found.outcome, found.articles, found.health) == ("changed", 1, "healthy")
    assert "its ETag is not believed: it stayed the same while the feed changed" in found.reason
    (next_one,) = poll_all(desk, 1)
    assert (next_one.outcome, next_one.articles) == ("changed", 1), "no conditions any more"
    assert "If-None-Match" not in httpserver.log[-1][0].headers
    (same,) = poll_all(desk, 1)
    assert (same.outcome, same.reason) == ("unchanged", found.reason)


def test_a_server_that_always_says_not_modified_is_caught(desk: Desk, httpserver: HTTPServer) -> None:
    bodies = [rss(*[(f"news {n}", NEW) for n in range(most)]) for most in (1, 2, 3, 4)]
    lie(httpserver, *bodies, etags=iter([f'"{n}"' for n in range(99)]))
    polled = poll_all(desk, 1 + 2 * 97)
    found = [number for number, one in enumerate(polled) if one.outcome == "changed"]
    assert found == [0, 96, 192, 193]
    assert "ETag is not believed" in desk.state().reason


def test_an_honest_etag_is_sent_and_seen_to_once_a_day(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", NEW)))
    polled = poll_all(desk, 200)
    whole = [number for number, one in enumerate(polled) if one.outcome != "not modified"]
    assert whole == [0, 96, 192]
    assert polled[96].outcome == "unchanged"
    assert polled[-1].reason == ""
    assert POLLS < 96


@pytest.mark.parametrize("status", [400, 403, 406, 416, 500, 501])
def test_a_server_that_fails_at_conditions_is_asked_without_them(
    desk: Desk, httpserver: HTTPServer, status: int
) -> None:
    odd, bodies = "2026-11-29 12:00:00", count()
    conditions: list[bool] = []

    def answer(request: Request) -> Response:
        conditions.append("If-Modified-Since" in request.headers)
        if conditions[-1]:
            return Response(status=status)
        return Response(rss((f"news {next(bodies)}", NEW)), headers={"Last-Modified": odd})

    httpserver.expect_request("/feed").respond_with_handler(answer)
    outcomes = [one.outcome for one in poll_all(desk, 2 * REFUSALS + 3)]
    assert outcomes == ["changed", *["failed", "changed"] * REFUSALS, "changed", "changed"]
    assert conditions == [False, *[True, False] * REFUSALS, False, False]
    assert "its ETag is not believed: only polls with it failed" in desk.state().reason


def test_a_server_that_takes_conditions_for_such_as_are_to_be_met_has_them_sent_no_more(
    desk: Desk, httpserver: HTTPServer
) -> None:
    """The poll goes on without them, so it costs two requests and no failure."""
    conditions: list[bool] = []

    def answer(request: Request) -> Response:
        conditions.append("If-None-Match" in request.headers)
        if conditions[-1]:
            return Response(status=412)
        number = len(conditions)
        return Response(rss((f"news {number}", NEW)), headers={"ETag": f'"{number}"'})

    httpserver.expect_request("/feed").respond_with_handler(answer)
    assert [one.outcome for one in poll_all(desk, 1 + REFUSALS + 2)] == ["changed"] * (REFUSALS + 3)
    assert conditions == [False, *[True, False] * REFUSALS, False, False]
    assert "its ETag is not believed: only polls with it failed" in desk.state().reason


def test_a_feed_that_lives_elsewhere_is_not_modified_either(desk: Desk, httpserver: HTTPServer) -> None:
    with HTTPServer(port=0) as other:
        serve(other, rss(("one", NEW)))
        answer = Response(status=302, headers={"Location": other.url_for("/feed")})
        httpserver.expect_request("/feed").respond_with_response(answer)
        assert [one.outcome for one in poll_all(desk, 3)] == ["changed", "not modified", "not modified"]
    assert all("If-None-Match" not in request.headers for request, _ in httpserver.log)


def test_an_adapting_feed_is_asked_as_it_and_its_server_wish(desk: Desk, httpserver: HTTPServer) -> None:
    desk.rhythm = replace(RHYTHM, adapt=Bounds(5 * MINUTE, 60 * MINUTE))
    control = {"Cache-Control": "public, max-age=1200", "ETag": '"1"'}
    body = EMPTY.replace("<title>", "<ttl>40</ttl><title>")

    def answer(request: Request) -> Response:
        if "If-None-Match" in request.headers:
            return Response(status=304, headers={"Cache-Control": "max-age=2700"})
        return Response(body, headers=control)

    httpserver.expect_request("/feed").respond_with_handler(answer)
    assert desk.poll().next_poll == NOW + 40 * MINUTE
    assert desk.poll().next_poll == NOW + 45 * MINUTE, "what it wished is still known"
    httpserver.clear()
    httpserver.expect_request("/feed").respond_with_data(rss(*daily(10)))
    assert desk.poll().next_poll == NOW + 60 * MINUTE, "it has news once a day"


def test_where_a_feed_has_moved_for_good_is_remembered(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", NEW)), path="/new")
    new = httpserver.url_for("/new")
    httpserver.expect_request("/feed").respond_with_data(status=301, headers={"Location": new})
    assert desk.poll().articles == 1
    assert desk.state().moved_to == new


def test_a_login_in_the_address_it_has_moved_to_is_not_kept(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", NEW)), path="/new")
    new = httpserver.url_for("/new")
    with_login = new.replace("http://", "http://u:secret@")
    httpserver.expect_request("/feed").respond_with_data(status=301, headers={"Location": with_login})
    assert desk.poll().articles == 1
    assert desk.state().moved_to == new


def test_a_move_that_is_taken_back_is_forgotten(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", NEW)), path="/new")
    new = httpserver.url_for("/new")
    httpserver.expect_oneshot_request("/feed").respond_with_data(status=301, headers={"Location": new})
    desk.poll()
    assert desk.state().moved_to == new
    serve(httpserver, rss(("one", NEW)))
    assert desk.poll().outcome == "not modified"
    assert desk.state().moved_to is None


@pytest.mark.parametrize("status", [401, 403, 404, 451, 500, 502])
def test_a_refusal_is_backed_off_with_jitter_and_a_cap(
    desk: Desk, httpserver: HTTPServer, status: int
) -> None:
    desk.rhythm = replace(RHYTHM, jitter=MINUTE, max_backoff=60 * MINUTE)
    httpserver.expect_request("/feed").respond_with_data(status=status)
    waits = [desk.poll().next_poll - NOW for _ in range(4)]
    for wait, least in zip(waits, (30, 60, 60, 60), strict=True):
        assert least * 0.9 * MINUTE <= wait <= least * MINUTE
    assert len(set(waits[1:])) > 1
    assert desk.state().health == "failing"


@pytest.mark.parametrize(
    ("statuses", "health"), [((301, 308), "gone"), ((301, 302), "failing"), ((302, 301), "failing")]
)
def test_a_feed_that_has_moved_for_good_to_what_is_gone_is_asked_no_more(
    desk: Desk, httpserver: HTTPServer, statuses: tuple[int, int], health: str
) -> None:
    for path, to, status in zip(("/feed", "/next"), ("/next", "/last"), statuses, strict=True):
        headers = {"Location": httpserver.url_for(to)}
        httpserver.expect_request(path).respond_with_data(status=status, headers=headers)
    httpserver.expect_request("/last").respond_with_data(status=410)
    assert desk.poll().health == health
    desk.poll()
    assert asked(httpserver) == (1 if health == "gone" else 2)


def test_a_temporary_redirect_to_what_is_gone_does_not_end_a_feed(desk: Desk, httpserver: HTTPServer) -> None:
    elsewhere = httpserver.url_for("/elsewhere")
    httpserver.expect_request("/feed").respond_with_data(status=302, headers={"Location": elsewhere})
    httpserver.expect_request("/elsewhere").respond_with_data(status=410)
    assert desk.poll().health == "failing"
    desk.poll()
    assert asked(httpserver) == 2
