"""Retention: what is old goes, what is still needed stays, and nothing that goes can come back as new."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor import app
from monitor.config.settings import PollSettings, Settings
from monitor.feeds.novelty import FORGET_AFTER
from monitor.feeds.polls import Subscription
from monitor.feeds.state import FeedStates, KnownSeen, Seen, SeenEntry
from monitor.feeds.timing.schedule import Rhythm
from monitor.housekeeping import Retention, prune
from monitor.model import Delivery, DeliveryState, Feed, Topic, Watchlist
from monitor.pipeline import Alerting, Matching, Watch
from monitor.store import records
from monitor.store.base import Added, Document, Query, Store
from monitor.store.labels import put as put_labels
from monitor.store.sqlite import SqliteStore
from monitor.stream import codec
from monitor.stream.base import Message, Stream
from monitor.stream.sqlite import SqliteStream
from monitor.stream.worker import Stage, Worker
from monitor.topics.labels import label_of
from monitor.topics.matcher import compile_watchlist
from tests.contract.harness import TestClock
from tests.samples import NOW, alert, article, match

DAY = timedelta(days=1)
KEEP = Retention(archive=90 * DAY, log=7 * DAY, outbox=30 * DAY)
LONG = 91 * DAY


@pytest.fixture
def clock() -> TestClock:
    return TestClock(NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
def stream(tmp_path: Path, clock: TestClock) -> Iterator[Stream]:
    with SqliteStream(tmp_path / "stream.db", clock) as opened:
        yield opened


def ids(store: Store, kind: str) -> list[str]:
    return sorted(one.id for one in store.find(kind, Query()).documents)


def file_away(store: Store, id_: str, filed: datetime) -> None:
    """Store an article with its match and its alert."""
    one = article(id_, filed=filed)
    store.add(records.ARTICLES, [records.articles.document(one)])
    store.add(records.MATCHES, [records.matches.document(match(one))])
    store.add(records.ALERTS, [records.alerts.document(alert(match(one)))])


def put(store: Store, id_: str, state: DeliveryState, filed: datetime) -> None:
    one = Delivery(id_, "desk", state, filed, (alert(),), filed, filed)
    store.add(records.DELIVERIES, [records.deliveries.document(one)])


def show(store: Store, feed: str, *shown: str) -> None:
    """Note that a feed shows these entries, and no others any more."""
    entries = {id_: SeenEntry("text", 1, NOW, NOW, published=True) for id_ in shown}
    FeedStates(store).write_seen(KnownSeen(Seen(feed, NOW, entries), None))


def test_the_archive_goes_by_its_filing_date(store: Store, stream: Stream) -> None:
    for id_, age in (("old", 90 * DAY), ("kept", 89 * DAY)):
        file_away(store, id_, NOW - age)
    assert prune(store, stream, KEEP, NOW + timedelta(seconds=1)) == {
        "articles": 1,
        "matches": 1,
        "alerts": 1,
    }
    assert ids(store, records.ARTICLES) == ["kept"]
    assert ids(store, records.MATCHES) == [match(article("kept")).id]
    assert ids(store, records.ALERTS) == [alert(match(article("kept"))).id]


def test_a_label_outlives_its_match_and_goes_by_its_own_date(store: Store, stream: Stream) -> None:
    one = match(article("old", filed=NOW - LONG))
    store.add(records.MATCHES, [records.matches.document(one)])
    put_labels(store, [label_of(one, "useful", "ana", NOW)])
    assert prune(store, stream, KEEP, NOW) == {"matches": 1}
    put_labels(store, [label_of(one, "noise", "ana", NOW + DAY)])
    assert prune(store, stream, KEEP, NOW + LONG) == {"labels": 1}


def test_nothing_old_is_nothing_to_tell(store: Store, stream: Stream) -> None:
    file_away(store, "kept", NOW)
    assert prune(store, stream, KEEP, NOW) == {}


def test_deliveries_go_when_they_are_done_and_old(store: Store, stream: Stream) -> None:
    done = (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.DIGESTED)
    for state in done:
        put(store, f"old-{state}", state, NOW - 31 * DAY)
        put(store, f"new-{state}", state, NOW - 29 * DAY)
    assert prune(store, stream, KEEP, NOW) == {"deliveries": 3}
    assert ids(store, records.DELIVERIES) == sorted(f"new-{state}" for state in done)


@pytest.mark.parametrize("state", [DeliveryState.WAITING, DeliveryState.COLLECTING])
def test_what_still_waits_is_never_dropped(store: Store, stream: Stream, state: DeliveryState) -> None:
    put(store, "older", DeliveryState.DELIVERED, NOW - 51 * DAY)
    put(store, "waits", state, NOW - 50 * DAY)
    assert prune(store, stream, KEEP, NOW) == {"deliveries": 1}
    assert ids(store, records.DELIVERIES) == ["waits"]


def test_feeds_topics_and_receivers_are_kept_for_good(store: Store, stream: Stream) -> None:
    kinds = (records.FEEDS, records.SEEN, records.TOPICS, records.RECEIVERS)
    for kind in kinds:
        store.add(kind, [Document("x", NOW - 999 * DAY, {"id": "x", "entries": {}})])
    assert prune(store, stream, KEEP, NOW) == {}
    assert [ids(store, kind) for kind in kinds] == [["x"]] * len(kinds)


def test_an_article_that_a_feed_still_shows_is_known_after_it_went(store: Store, stream: Stream) -> None:
    file_away(store, "shown", NOW - LONG)
    file_away(store, "gone", NOW - LONG)
    show(store, "wire", "shown", "other")
    prune(store, stream, KEEP, NOW)
    assert ids(store, records.ARTICLES) == []
    added = store.add(
        records.ARTICLES, [records.articles.document(article(id_)) for id_ in ("shown", "gone")]
    )
    assert added == [Added.PRUNED, Added.NEW]


def test_an_article_is_remembered_by_the_id_it_was_first_published_under(
    store: Store, stream: Stream
) -> None:
    file_away(store, "first-id", NOW - LONG)
    entry = SeenEntry("text", 1, NOW, NOW, published=True, article="first-id")
    FeedStates(store).write_seen(KnownSeen(Seen("wire", NOW, {"id-of-today": entry}), None))
    prune(store, stream, KEEP, NOW)
    assert store.add(records.ARTICLES, [records.articles.document(article("first-id"))]) == [Added.PRUNED]


def test_it_is_remembered_as_long_as_one_of_many_feeds_shows_it(store: Store, stream: Stream) -> None:
    file_away(store, "a", NOW - LONG)
    for number in range(450):
        show(store, f"feed-{number:03}", *(["a"] if number in {3, 449} else []))
    one = records.articles.document(article("a"))
    for feed in ("feed-003", "feed-449"):
        prune(store, stream, KEEP, NOW)
        assert store.add(records.ARTICLES, [one]) == [Added.PRUNED]
        stored = store.get(records.SEEN, [feed])[feed]
        store.update(records.SEEN, Document(feed, NOW, {**stored.body, "entries": {}}), stored.version)
    prune(store, stream, KEEP, NOW)
    assert store.add(records.ARTICLES, [one]) == [Added.NEW]


def test_what_a_group_has_still_to_handle_is_not_pruned_from_the_log(
    store: Store, stream: Stream, clock: TestClock
) -> None:
    first, second = (stream.consumer(group, codec.ARTICLES) for group in ("matcher", "other"))
    stream.publish(codec.ARTICLES, [Message("same", str(n).encode()) for n in range(10)])
    clock.advance(8 * DAY)
    first.commit(first.poll(10, 0))
    assert prune(store, stream, KEEP, clock.now()) == {}
    second.commit(second.poll(4, 0))
    assert prune(store, stream, KEEP, clock.now()) == {codec.ARTICLES: 4}
    late = stream.consumer("late", codec.ARTICLES)
    assert [record.value for record in late.poll(10, 0)] == [str(n).encode() for n in range(4, 10)]


@pytest.mark.parametrize("name", [codec.ARTICLES, codec.MATCHES, codec.ALERTS, codec.DEAD_LETTERS])
def test_every_stream_forgets_what_is_handled_and_old(
    store: Store, stream: Stream, clock: TestClock, name: str
) -> None:
    reader = stream.consumer("reader", name)
    stream.publish(name, [Message("k", b"old")])
    clock.advance(8 * DAY)
    stream.publish(name, [Message("k", b"new")])
    reader.commit(reader.poll(9, 0))
    assert prune(store, stream, KEEP, clock.now()) == {name: 1}


class Site:
    """Two feeds whose entries can be set; an entry's number makes its address, and all have one date."""

    def __init__(self, server: HTTPServer) -> None:
        self.shows: dict[str, dict[int, str]] = {"one": {}, "two": {}}
        for feed in self.shows:
            server.expect_request(f"/{feed}").respond_with_handler(self._answer)
        self.url = server.url_for

    def _answer(self, request: Request) -> Response:
        items = "".join(
            f"<item><title>{text}</title><link>https://news.example/{n}</link>"
            f"<pubDate>{format_datetime(NOW)}</pubDate></item>"
            for n, text in self.shows[request.path.strip("/")].items()
        )
        return Response(f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>")


class Whole:
    """The whole path from the poll to the outbox, by a clock that the test moves."""

    def __init__(self, store: Store, stream: Stream, clock: TestClock, site: Site) -> None:
        self._store, self._stream, self._clock, self._site = store, stream, clock, site
        topics = (Topic("troops", "troops", alert=("desk",)),)
        watch = Watch(
            compile_watchlist(Watchlist("v", topics)), {"troops": topics[0]}, {"troops": NOW - DAY}, {}
        )
        self._matching = Matching(store, stream, lambda: watch, clock)
        self._alerting = Alerting(store, stream, lambda: watch, clock)

    def poll(self, *feeds: str) -> None:
        """Poll the feeds, and bring what is new through matching and alerting."""
        settings = Settings(version=1, poll=PollSettings(allow_hosts=("localhost",)))
        backend = app.Backend(self._stream, self._store)

        async def poll() -> None:
            async with AsyncExitStack() as stack:
                poller = await app.open_poller(stack, settings, backend, self._clock)
                for feed in feeds:
                    one = Feed(feed, self._site.url(f"/{feed}"), feed)
                    polled = await poller.poll(Subscription(one, Rhythm(DAY, DAY, DAY)))
                    assert polled.outcome == "changed", polled.reason

        asyncio.run(poll())
        stop = threading.Event()
        matcher = Stage("matcher", codec.ARTICLES, codec.article_codec, self._matching)
        alerter = Stage("alerter", codec.MATCHES, codec.match_codec, self._alerting)
        Worker(matcher, self._stream, stop).drain()
        Worker(alerter, self._stream, stop).drain()

    def keep_house(self, after: timedelta) -> None:
        """Let time pass, with the housekeeping of each month."""
        while after > timedelta():
            self._clock.advance(min(after, 30 * DAY))
            after -= 30 * DAY
            prune(self._store, self._stream, KEEP, self._clock.now())

    def counts(self) -> Sequence[int]:
        """Return how many articles, matches, alerts and deliveries are stored."""
        kinds = (records.ARTICLES, records.MATCHES, records.ALERTS, records.DELIVERIES)
        return [self._store.count(kind, Query()).get("", 0) for kind in kinds]

    def deliver(self) -> None:
        """Note that all that waits was delivered."""
        for stored in self._store.find(records.DELIVERIES, Query()).documents:
            body = {**stored.body, "state": "delivered"}
            self._store.update(records.DELIVERIES, Document(stored.id, stored.filed, body), stored.version)


@contextmanager
def whole(tmp_path: Path, clock: TestClock, site: Site) -> Iterator[Whole]:
    with SqliteStore(tmp_path / "w.db") as store, SqliteStream(tmp_path / "s.db", clock) as stream:
        yield Whole(store, stream, clock, site)


def test_an_entry_that_outlives_its_article_never_alerts_again(
    tmp_path: Path, clock: TestClock, httpserver: HTTPServer
) -> None:
    site = Site(httpserver)
    site.shows["one"] = {1: "Troops on the move"}
    with whole(tmp_path, clock, site) as path:
        path.poll("one")
        assert path.counts() == [1, 1, 1, 1]
        path.deliver()
        path.keep_house(LONG)
        assert path.counts() == [0, 0, 0, 0]
        site.shows["one"] = {1: "Troops on the move, corrected"}
        site.shows["two"] = {1: "Troops on the move"}
        path.poll("one", "two")  # an edit, and a copy in a feed that is polled for the first time
        assert path.counts() == [0, 0, 0, 0]


def test_an_entry_is_forgotten_once_no_feed_has_shown_it_for_long(
    tmp_path: Path, clock: TestClock, httpserver: HTTPServer
) -> None:
    site = Site(httpserver)
    site.shows["one"] = {1: "Troops on the move", 2: "Rain"}
    with whole(tmp_path, clock, site) as path:
        path.poll("one")
        path.deliver()
        path.keep_house(LONG)
        site.shows["one"] = {2: "Rain"}
        path.poll("one")
        path.keep_house(DAY)
        site.shows["two"] = {1: "Troops on the move"}
        path.poll("two")
        assert path.counts() == [0, 0, 0, 0]  # it was shown until yesterday
        site.shows["two"] = {2: "Rain"}
        path.poll("two")
        path.keep_house(FORGET_AFTER)
        site.shows["one"] = {2: "Rain again"}
        site.shows["two"] = {2: "Rain again"}
        path.poll("one", "two")
        path.keep_house(DAY)
        site.shows["two"] = {1: "Troops on the move", 2: "Rain again"}
        path.poll("two")
        assert path.counts() == [1, 1, 1, 1]
