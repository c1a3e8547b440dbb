"""The stages between the streams: what is archived, matched and decided, also at the second time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.alerts.route import Route
from monitor.model import Article, Feed, Match, Topic, Watchlist
from monitor.pipeline import EXCERPT, Alerting, Matching, Watch, excerpt, succession
from monitor.store import records
from monitor.store.base import Query
from monitor.store.paging import every
from monitor.store.sqlite import SqliteStore
from monitor.store.topics import note
from monitor.stream import codec
from monitor.stream.sqlite import SqliteStream
from monitor.topics.matcher import compile_watchlist
from tests.contract.harness import TestClock
from tests.samples import NOW, article
from tests.stream.narrow import NarrowStream

DAY = timedelta(days=1)
OTHER = Feed("copycat", "https://copycat.example/feed", "Copycat")
TOPIC = Topic("troops", "troops", alert=("desk",))


class Line:
    """Both stages on one store and stream."""

    def __init__(self, store: SqliteStore, stream: SqliteStream, *, again_on_edit: bool = False) -> None:
        self.clock = TestClock(NOW)
        listed = Watchlist("v1", (TOPIC,))
        self.watch = Watch(
            compile_watchlist(listed),
            {TOPIC.id: TOPIC},
            {TOPIC.id: datetime(2020, 1, 1, tzinfo=UTC)},
            {"desk": Route("desk")},
        )
        self.store = store
        self.stream = stream
        self._match = Matching(store, stream, lambda: self.watch, self.clock)
        self._decide = Alerting(store, stream, lambda: self.watch, self.clock, again_on_edit=again_on_edit)

    def take(self, *articles: Article) -> None:
        """Pass articles through both stages."""
        self._match(articles)
        consumer = self.stream.consumer("test", codec.MATCHES)
        found = consumer.poll(1000, 0)
        self._decide([codec.match_codec.decode(record) for record in found])
        consumer.commit(found)
        consumer.close()

    def stored(self, id_: str = "a1") -> Article:
        return records.articles.value(self.store.get(records.ARTICLES, [id_])[id_])

    @property
    def match(self) -> Match:
        (stored,) = every(self.store, records.MATCHES, Query())
        return records.matches.value(stored)

    @property
    def alerts(self) -> dict[str, int]:
        return self.store.count(records.ALERTS, Query(), by="state")

    @property
    def deliveries(self) -> int:
        return self.store.count(records.DELIVERIES, Query()).get("", 0)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with (
        SqliteStore(tmp_path / "store.db") as store,
        SqliteStream(tmp_path / "stream.db", TestClock()) as log,
    ):
        yield Line(store, log)


def test_a_matching_article_is_stored_matched_and_alerted_once(line: Line) -> None:
    line.take(article(), article("a2", "Weather"))
    line.take(article(), article("a2", "Weather"))
    assert line.alerts == {"sent": 1}
    assert line.deliveries == 1
    assert line.store.count(records.ARTICLES, Query())[""] == 2


def test_an_edit_is_kept_under_the_first_dates_and_alerts_no_second_time(line: Line) -> None:
    line.take(article())
    line.take(article(title="Troops in Kursk, corrected", revision=2, filed=NOW + DAY, first_seen=NOW + DAY))
    assert line.stored().title == "Troops in Kursk, corrected"
    assert (line.stored().filed, line.stored().first_seen) == (NOW, NOW)
    assert line.alerts == {"sent": 1}


def test_where_it_is_wanted_an_edit_of_a_number_alerts_once_more_and_no_other(line: Line) -> None:
    line = Line(line.store, line.stream, again_on_edit=True)
    titles = [
        "10 troops",
        "10 troops now",
        "12 troops",
        "12 troops here",
        "10 troops",
        "12 troops",
        "13 troops",
    ]
    sent = []
    for revision, title in enumerate(titles, 1):
        for _ in range(2):
            line.take(article(title=title, revision=revision))
        sent.append(line.alerts["sent"])
    assert sent == [1, 1, 2, 2, 2, 2, 3]
    assert line.deliveries == 3


def test_an_edit_that_makes_it_match_alerts(line: Line) -> None:
    line.take(article(title="Weather"))
    line.take(article(title="Troops", revision=2))
    assert line.alerts == {"sent": 1}


def test_another_outlets_copy_changes_nothing(line: Line) -> None:
    line.take(article(backlog=True))
    line.take(article(feed=OTHER, title="Troops in Kursk!", first_seen=NOW + DAY, filed=NOW + DAY))
    line.take(article(feed=OTHER, title="Troops in Kursk!!", revision=5, first_seen=NOW + DAY))
    assert line.stored() == article(backlog=True)
    assert line.alerts == {"withheld": 1}


def test_a_copy_that_says_more_alerts_with_its_own_words_and_the_articles_dates(line: Line) -> None:
    line.take(article(title="Weather"))
    line.take(article(feed=OTHER, title="Weather", body="and troops", revision=5, first_seen=NOW + DAY))
    line.take(article(feed=OTHER, title="Weather", body="and more troops", revision=6))
    assert line.stored() == article(title="Weather")
    assert line.alerts == {"sent": 1}
    match = line.match
    assert (match.article.feed, match.article.body, match.revision) == (OTHER, "and troops", 1)
    assert (match.article.first_seen, match.filed) == (NOW, NOW)
    line.take(article(title="Troops in the rain", revision=2))
    assert line.match.article.feed == article().feed, "the article's own edit goes before"
    assert line.alerts == {"sent": 1}


def test_the_articles_own_words_go_before_those_of_a_copy_in_the_same_batch(line: Line) -> None:
    line.take(article(), article(feed=OTHER, title="Troops, as others say"))
    assert line.match.article == article()
    assert line.alerts == {"sent": 1}


def test_no_copy_of_what_is_old_alerts(line: Line) -> None:
    line.take(article(title="Weather", backlog=True))
    line.take(article(feed=OTHER, title="Troops"))
    assert line.alerts == {"withheld": 1}


def test_the_first_outlets_edit_counts_also_after_anothers(line: Line) -> None:
    line.take(article())
    line.take(article(feed=OTHER, title="Theirs", revision=2))
    line.take(article(title="Ours", revision=2))
    assert line.stored().title == "Ours"


def test_two_editions_in_one_batch_count_as_if_they_came_apart(line: Line) -> None:
    line.take(article(), article(title="Troops, corrected", revision=2), article(feed=OTHER, revision=3))
    assert (line.stored().title, line.stored().feed.id) == ("Troops, corrected", "wire")
    assert line.alerts == {"sent": 1}


def test_a_topic_that_was_watched_by_another_setting_of_the_clock_alerts(line: Line) -> None:
    note(line.store, [TOPIC], NOW + DAY)
    line.watch = replace(line.watch, since={TOPIC.id: NOW + DAY})
    line.clock.advance(2 * DAY)  # the clock was behind at the poll, and is right at the decision
    line.take(article("a1"))
    assert line.alerts == {"withheld": 1}
    note(line.store, [TOPIC], NOW)  # as the poller does when its clock is behind
    line.take(article("a1"), article("a2"), article("a3", first_seen=NOW - DAY))
    assert line.alerts == {"withheld": 2, "sent": 1}, "a decision stands, and older is older by any clock"


def test_a_pruned_article_that_is_remembered_does_not_come_back(line: Line) -> None:
    line.take(article())
    line.store.prune(records.ARTICLES, NOW + DAY, remember=["a1"])
    line.store.prune(records.ALERTS, NOW + DAY)
    line.take(article(revision=2))
    assert line.store.get(records.ARTICLES, ["a1"]) == {}
    assert line.alerts == {}


def test_a_long_body_travels_cut_and_says_so() -> None:
    long = article(body="x" * (EXCERPT + 1))
    assert excerpt(long) == replace(long, body="x" * EXCERPT, cut=("body",))
    assert excerpt(article(body="short")) == article(body="short")
    assert excerpt(replace(long, cut=("body",))).cut == ("body",)


def test_what_is_too_large_for_the_streams_is_matched_and_alerted_all_the_same(tmp_path: Path) -> None:
    limits = {codec.MATCHES: 3000, codec.ALERTS: 3000}
    with (
        SqliteStore(tmp_path / "store.db") as store,
        NarrowStream(tmp_path / "stream.db", TestClock(), limits) as stream,
    ):
        line = Line(store, stream)
        line.take(article("long", body="word " * 4000), article("short"))
        assert line.alerts == {"sent": 2}
        matches = [codec.match_codec.decode(one) for one in stream.all_of(codec.MATCHES)]
        alerts = [codec.alert_codec.decode(one) for one in stream.all_of(codec.ALERTS)]
        for found in (matches, [alert.match for alert in alerts]):
            assert {one.article.id: one.article.cut for one in found} == {"long": ("body",), "short": ()}
            assert all(one.spans for one in found)
        assert stream.all_of(codec.DEAD_LETTERS) == []


def test_succession_is_a_matter_of_owner_and_revision() -> None:
    first = article()
    assert succession(None, first) is first
    assert succession(first, first) is first
    assert succession(first, article(feed=OTHER, revision=9)) is first
    assert succession(first, article(revision=2)).revision == 2


def test_a_whole_text_stays_when_the_page_of_an_edit_cannot_be_had() -> None:
    whole = article(body="The whole text.", text_from="page", cut=("body",))
    edit = article(title="Corrected", revision=2, text_note="HTTP 503", cut=("title",))
    kept = succession(whole, edit)
    assert (kept.title, kept.revision, kept.body, kept.text_from) == ("Corrected", 2, whole.body, "page")
    assert kept.cut == ("title", "body")
    again = article(revision=3, body="Another text.", text_from="page")
    assert succession(kept, again).body == "Another text."
