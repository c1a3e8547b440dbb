"""Polls of real servers: what is remembered, in which order, and who must not hold up whom."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.errors import StreamUnavailable
from monitor.feeds.cage import Cage
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.fetching.fetch import Fetcher, Limits
from monitor.feeds.pages import PageLimits, Pages
from monitor.feeds.poller import Poller, Web
from monitor.feeds.polls import Polled, PollLimits, Subscription
from monitor.feeds.state import FeedState, FeedStates, afresh
from monitor.feeds.timing.schedule import Rhythm
from monitor.guard import guarded_session
from monitor.model import Article, Feed
from monitor.store.sqlite import SqliteStore
from monitor.stream.codec import ARTICLES, DEAD_LETTERS, FEEDS, article_codec, feed_codec
from monitor.stream.sqlite import SqliteStream
from tests.articles.test_fulltext import PARAGRAPHS, page
from tests.contract.harness import TestClock
from tests.feeds.faring import rewrite
from tests.samples import NOW
from tests.stream.narrow import NarrowStream

MINUTE = timedelta(minutes=1)
RHYTHM = Rhythm(15 * MINUTE, timedelta(0), timedelta(hours=6))
OLD = "Thu, 01 Jan 2026 10:00:00 GMT"
NEW = "Sun, 01 Mar 2026 11:00:00 GMT"


class Desk:
    """A poller with everything it needs, on one data folder."""

    def __init__(self, folder: Path, server: HTTPServer, concurrency: int = 4) -> None:
        self.clock = TestClock(NOW)
        self.stream = SqliteStream(folder / "stream.db", self.clock)
        self.store = SqliteStore(folder / "store.db")
        self.states = FeedStates(self.store)
        self.gently = PageLimits(pause=0)
        self.rhythm = RHYTHM
        self.host_pause = timedelta(0)
        self._server = server
        self._concurrency = concurrency

    @asynccontextmanager
    async def poller(self) -> AsyncIterator[Poller]:
        limits = PollLimits(
            self._concurrency,
            per_host=self._concurrency,
            first_poll_max_age=24 * 60 * MINUTE,
            host_pause=self.host_pause,
        )
        async with (
            guarded_session(["localhost"], limit=20) as session,
            Cage(1, 10, 512_000_000, ParseLimits()) as cage,
        ):
            fetcher = Fetcher(session, Limits(timeout=5))
            web = Web(fetcher, cage, Pages(fetcher, cage, self.clock, self.gently))
            yield Poller(web, self.states, self.stream, self.clock, limits)

    def subscription(self, path: str = "/feed", *, full_text: bool = False) -> Subscription:
        feed = Feed(path.strip("/"), self._server.url_for(path), "Outlet")
        return Subscription(feed, self.rhythm, full_text)

    def poll(self, path: str = "/feed", *, full_text: bool = False) -> Polled:
        async def once() -> Polled:
            async with self.poller() as poller:
                return await poller.poll(self.subscription(path, full_text=full_text))

        return asyncio.run(once())

    def state(self, path: str = "/feed") -> FeedState:
        return self.states.read(self.subscription(path).feed, NOW).state

    def published(self) -> list[Article]:
        consumer = self.stream.consumer("reader", ARTICLES)
        records = consumer.poll(1000, 0)
        consumer.close()
        return [article_codec.decode(record) for record in records]


@pytest.fixture
def desk(tmp_path: Path, httpserver: HTTPServer) -> Desk:
    return Desk(tmp_path, httpserver)


def rss(*items: tuple[str, str], end: str = "</channel></rss>") -> str:
    entries = "".join(
        f"<item><title>{title}</title><guid>{title}</guid><pubDate>{date}</pubDate></item>"
        for title, date in items
    )
    return f"<rss version='2.0'><channel><title>t</title>{entries}{end}"


def serve(server: HTTPServer, body: str, etag: str = '"one"', path: str = "/feed") -> None:
    def answer(request: Request) -> Response:
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304)
        return Response(body, headers={"ETag": etag}, content_type="application/rss+xml")

    server.clear()
    server.expect_request(path).respond_with_handler(answer)


def test_what_has_not_changed_is_asked_once_and_parsed_once(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", NEW)))
    assert [desk.poll().outcome for _ in range(2)] == ["changed", "not modified"]
    serve(httpserver, rss(("one", NEW)), etag='"other"')
    assert desk.poll().outcome == "unchanged"
    assert [article.title for article in desk.published()] == ["one"]
    assert desk.state().polls == 3


def test_a_feed_that_a_command_has_asked_anew_is_asked_whole_at_its_next_poll(
    desk: Desk, httpserver: HTTPServer
) -> None:
    serve(httpserver, rss(("one", NEW)))

    async def run() -> Sequence[str]:
        async with desk.poller() as poller:
            before = [(await poller.poll(desk.subscription())).outcome for _ in range(2)]
            rewrite(desk.states, desk.subscription().feed, afresh)
            after = [(await poller.poll(desk.subscription())).outcome for _ in range(2)]
        return before + after

    assert asyncio.run(run()) == ["changed", "not modified", "changed", "not modified"]
    assert desk.state().polls == 4


def test_nothing_is_kept_while_the_stream_is_away(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", NEW)))
    stream, desk.stream = (
        desk.stream,
        SqliteStream(Path(desk.stream._database._path).with_name("s"), desk.clock),
    )
    desk.stream.close()
    with pytest.raises(StreamUnavailable):
        desk.poll()
    assert desk.state().etag is None
    desk.stream = stream
    assert desk.poll().articles == 1


def test_an_edit_after_a_publication_that_failed_is_a_revision(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, item("First words"))
    whole, broken = desk.stream, SqliteStream(Path(desk.stream._database._path).with_name("s"), desk.clock)
    broken.close()
    desk.stream = broken
    with pytest.raises(StreamUnavailable):
        desk.poll()
    desk.stream = whole
    desk.poll()
    serve(httpserver, item("Other words"), etag='"other"')
    desk.poll()
    assert [(one.title, one.revision) for one in desk.published()] == [("First words", 1), ("Other words", 2)]
    assert (desk.state().articles, desk.state().revisions) == (1, 1)


def item(title: str) -> str:
    """Return a feed with one entry, whose title may change."""
    return rss((title, NEW)).replace(f"<guid>{title}</guid>", "<guid>the same</guid>")


def test_entries_too_large_for_the_stream_hold_up_nothing(
    desk: Desk, httpserver: HTTPServer, tmp_path: Path
) -> None:
    """One is cut; one that cannot be cut enough becomes a dead letter; the feed fares well."""
    body = rss(("one", NEW), ("long", NEW), ("two", NEW), ("monster", NEW))
    body = body.replace("<guid>long</guid>", f"<guid>long</guid><description>{'word ' * 3000}</description>")
    serve(httpserver, body.replace("<guid>monster</guid>", f"<guid>{'g' * 2000}</guid>"))
    desk.stream.close()
    desk.stream = stream = NarrowStream(tmp_path / "narrow.db", desk.clock, {ARTICLES: 2000})
    assert [desk.poll().outcome for _ in range(2)] == ["changed", "not modified"]
    found = {article.title: article.cut for article in desk.published()}
    assert found == {"one": (), "long": ("summary",), "two": ()}
    assert [letter.headers["group"] for letter in stream.all_of(DEAD_LETTERS)] == ["poller"]
    assert (desk.state().health, desk.state().articles) == ("healthy", 4)


def test_a_document_without_its_end_keeps_no_etag(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", NEW), end=""))
    assert desk.poll().articles == 1
    assert desk.state().etag is None
    assert "end is missing" in desk.state().reason


def test_the_first_poll_lasts_until_the_whole_document_was_seen(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", OLD), end=""))
    desk.poll()
    serve(httpserver, rss(("one", OLD), ("two", OLD), ("three", NEW)))
    desk.poll()
    serve(httpserver, rss(("one", OLD), ("two", OLD), ("three", NEW), ("four", OLD)), etag='"2"')
    desk.poll()
    backlog = {article.title: article.backlog for article in desk.published()}
    assert backlog == {"one": True, "two": True, "three": False, "four": False}


def test_a_feed_that_is_empty_at_first_has_still_to_show_itself(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss())
    desk.poll()
    serve(httpserver, rss(("one", OLD), ("two", NEW)), etag='"2"')
    desk.poll()
    assert {article.title: article.backlog for article in desk.published()} == {"one": True, "two": False}


def test_a_304_that_was_not_asked_for_is_a_failure(desk: Desk, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(status=304)
    assert desk.poll().outcome == "failed"
    assert "not asked" in desk.state().reason
    serve(httpserver, rss(("one", OLD)))
    desk.poll()
    assert [article.backlog for article in desk.published()] == [True]


def test_failures_are_counted_backed_off_and_forgotten(desk: Desk, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(status=503)
    assert [desk.poll().next_poll - NOW for _ in range(3)] == [30 * MINUTE, 60 * MINUTE, 120 * MINUTE]
    assert (desk.state().health, desk.state().failures) == ("failing", 3)
    serve(httpserver, rss(("one", NEW)))
    assert desk.poll().next_poll == NOW + 15 * MINUTE
    assert (desk.state().health, desk.state().failures) == ("healthy", 0)


def test_words_of_a_server_are_kept_as_one_plain_line(desk: Desk, httpserver: HTTPServer) -> None:
    page = "<html><title>Wait \x9b31m \u202e here</title>"
    httpserver.expect_request("/feed").respond_with_data(page, content_type="text/html")
    desk.poll()
    assert desk.state().reason == 'not a feed (HTML page "Wait 31m here")'


def test_a_hostile_entry_is_counted_and_the_others_are_kept(desk: Desk, httpserver: HTTPServer) -> None:
    stacked = "a" + "\u0301\u0316" * 200_000
    serve(httpserver, rss(("one", NEW), (stacked, NEW), ("", NEW)).replace("<guid></guid>", ""))
    polled = desk.poll()
    assert (polled.outcome, polled.entries, polled.articles) == ("changed", 3, 2)
    assert "entries with neither words nor an address: 1" in polled.reason


def test_feeds_that_fail_leave_room_to_those_that_work(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", NEW)))

    async def run(silent: socket.socket) -> str:
        url = f"http://localhost:{silent.getsockname()[1]}/"
        hanging = [Subscription(Feed(f"hang{n}", f"{url}{n}", "Outlet"), RHYTHM) for n in range(8)]
        for one in hanging:
            rewrite(desk.states, one.feed, failures=1, health="failing")
        async with desk.poller() as poller:
            stuck = [asyncio.create_task(poller.poll(one)) for one in hanging]
            taken = [await asyncio.to_thread(silent.accept) for _ in range(2)]
            good = await poller.poll(desk.subscription())
            assert not any(task.done() for task in stuck)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)
            for connection, _ in taken:
                connection.close()
            return good.outcome

    with socket.create_server(("127.0.0.1", 0)) as silent:  # it never answers
        assert asyncio.run(run(silent)) == "changed"


def at(server: HTTPServer) -> list[float]:
    """Serve any feed; return, as it grows, when one was asked for."""
    begun: list[float] = []

    def answer(_: Request) -> Response:
        begun.append(time.monotonic())
        return Response(rss(("one", NEW)))

    server.expect_request(re.compile("/.*")).respond_with_handler(answer)
    return begun


def test_feeds_of_one_host_that_are_due_together_are_asked_one_after_the_other(
    desk: Desk, httpserver: HTTPServer
) -> None:
    desk.host_pause = timedelta(seconds=1)
    begun = at(httpserver)

    async def run() -> None:
        async with desk.poller() as poller:
            await asyncio.gather(*(poller.poll(desk.subscription(f"/f{n}")) for n in range(6)))

    asyncio.run(run())
    assert len(begun) == 6
    assert begun[-1] - begun[0] > 2.5  # it is 5 seconds


def test_the_pause_of_a_host_with_many_feeds_leaves_them_their_intervals(
    desk: Desk, httpserver: HTTPServer
) -> None:
    desk.host_pause, desk.rhythm = timedelta(hours=1), replace(RHYTHM, interval=timedelta(seconds=2))
    begun = at(httpserver)

    async def run() -> None:
        async with desk.poller() as poller:
            some = [desk.subscription(f"/f{n}") for n in range(10)]
            poller.suit(some)
            await asyncio.wait_for(asyncio.gather(*map(poller.poll, some)), 60)

    asyncio.run(run())
    assert len(begun) == 10


def test_a_poll_that_is_dropped_while_it_waits_for_its_turn_leaves_its_place_to_others(
    desk: Desk, httpserver: HTTPServer
) -> None:
    desk.host_pause = timedelta(hours=1)
    at(httpserver)

    async def run() -> None:
        async with desk.poller() as poller:
            await poller.poll(desk.subscription("/first"))
            waiting = [asyncio.create_task(poller.poll(desk.subscription(f"/f{n}"))) for n in range(9)]
            await asyncio.wait(waiting, timeout=0.1)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            desk.clock.advance(timedelta(hours=10))
            assert (await poller.poll(desk.subscription("/last"))).outcome == "changed"

    asyncio.run(run())


def test_the_health_of_a_feed_is_told_when_it_changes_and_only_then(
    desk: Desk, httpserver: HTTPServer
) -> None:
    serve(httpserver, rss(("one", NEW)))
    desk.poll()
    serve(httpserver, rss(("two", NEW)), etag='"other"')
    desk.clock.advance(15 * MINUTE)
    desk.poll()
    serve(httpserver, "no feed", etag='"broken"')
    for _ in range(2):
        desk.clock.advance(15 * MINUTE)
        desk.poll()
    records = desk.stream.consumer("reader", FEEDS).poll(100, 0)
    told = [feed_codec.decode(record) for record in records]
    assert [(one.id, one.health) for one in told] == [("feed", "healthy"), ("feed", "failing")]
    assert [bool(one.reason) for one in told] == [False, True]
    assert {record.key for record in records} == {"feed"}


def test_a_feed_with_full_text_has_its_articles_pages_read(desk: Desk, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("")
    for n in (1, 2):
        entries = "".join(
            f"<item><title>Troops {m}</title><link>{httpserver.url_for(f'/a{m}')}</link>"
            f"<description>Seen.</description><pubDate>{NEW}</pubDate></item>"
            for m in range(1, n + 1)
        )
        httpserver.expect_oneshot_request("/feed").respond_with_data(
            f"<rss version='2.0'><channel><title>F</title>{entries}</channel></rss>"
        )
    httpserver.expect_request("/a1").respond_with_data(page(), content_type="text/html")

    assert desk.poll(full_text=True).reason == ""
    reason = desk.poll(full_text=True).reason
    assert reason == "pages not read: 1 because HTTP 500 INTERNAL SERVER ERROR"
    first, second = sorted(desk.published(), key=lambda one: one.title)
    assert PARAGRAPHS["en"].format(n=7) in first.body
    assert (first.text_from, second.text_from, second.summary) == ("page", "feed", "Seen.")
    asked = [request.path for request, _ in httpserver.log]
    assert asked.count("/a1") == 1, "what is known is not fetched again"


def test_no_feed_waits_for_the_pages_of_another(tmp_path: Path, httpserver: HTTPServer) -> None:
    desk, go_on = Desk(tmp_path, httpserver, concurrency=1), threading.Event()
    asked = threading.Event()

    def rules(_: Request) -> Response:
        asked.set()
        go_on.wait(20)
        return Response("")

    async def both() -> tuple[Polled, bool, Polled]:
        async with desk.poller() as poller:
            slow = asyncio.create_task(poller.poll(desk.subscription("/slow", full_text=True)))
            assert await asyncio.to_thread(asked.wait, 20)
            good = await poller.poll(desk.subscription("/good"))
            is_first = not slow.done()
            go_on.set()
            return good, is_first, await slow

    httpserver.expect_request("/good").respond_with_data(rss(("one", NEW)))
    with HTTPServer() as site:
        site.expect_request("/robots.txt").respond_with_handler(rules)
        site.expect_request("/a").respond_with_data(page(), content_type="text/html")
        link = f"<link>{site.url_for('/a')}</link>"
        item = f"<item><title>Troops</title>{link}<pubDate>{NEW}</pubDate></item>"
        feed = f"<rss version='2.0'><channel>{item}</channel></rss>"
        httpserver.expect_request("/slow").respond_with_data(feed)
        good, is_first, slow = asyncio.run(both())
    assert (good.articles, is_first, slow.articles) == (1, True, 1)
    assert {one.title: one.text_from for one in desk.published()} == {"Troops": "page", "one": "feed"}


def test_what_was_wrong_with_a_document_is_told_while_it_is_shown(desk: Desk, httpserver: HTTPServer) -> None:
    serve(httpserver, rss(("one", NEW), ("one", NEW)))
    told = []
    for _ in range(2):
        polled = desk.poll()
        told.append((polled.outcome, polled.reason))
    assert told == [("changed", "entries shown twice: 1"), ("not modified", "entries shown twice: 1")]
    serve(httpserver, rss(("one", NEW)), etag='"two"')
    assert desk.poll().reason == ""


def test_a_crash_while_pages_are_read_loses_nothing(desk: Desk, httpserver: HTTPServer) -> None:
    asked = threading.Event()

    def rules(_: Request) -> Response:
        asked.set()
        return Response("")

    httpserver.expect_request("/robots.txt").respond_with_handler(rules)
    link = f"<link>{httpserver.url_for('/a')}</link>"
    item = f"<item><title>Troops</title>{link}<pubDate>{NEW}</pubDate></item>"
    feed = f"<rss version='2.0'><channel>{item}</channel></rss>"
    httpserver.expect_request("/feed").respond_with_data(feed)
    httpserver.expect_request("/a").respond_with_data(page(), content_type="text/html")

    async def cut_off() -> None:
        async with desk.poller() as poller:
            poll = asyncio.create_task(poller.poll(desk.subscription(full_text=True)))
            assert await asyncio.to_thread(asked.wait, 20)
            poll.cancel()
            await asyncio.gather(poll, return_exceptions=True)

    asyncio.run(cut_off())
    assert desk.published() == []
    assert desk.poll(full_text=True).articles == 1
    assert [one.text_from for one in desk.published()] == ["page"]
