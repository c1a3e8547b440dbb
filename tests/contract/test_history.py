"""Topics tried on the past, on every implementation of the store: nothing is missed, nothing is repeated."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest

from monitor.articles.language import detect
from monitor.articles.normalize import plain_text
from monitor.config.load import load_watchlist
from monitor.config.samples import sample
from monitor.demo import samples
from monitor.errors import UsageError
from monitor.history import Replayed, against_running, against_stored, replayed
from monitor.model import Article, Match, Topic, Watchlist
from monitor.pipeline import Watch, matches_of
from monitor.store import records
from monitor.store.base import Query, Store
from monitor.store.paging import every
from monitor.topics.found import Text
from monitor.topics.matcher import compile_watchlist
from tests.contract.harness import STORES, StoreHarness, store_harness
from tests.samples import article

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=30)


harness = pytest.fixture(params=STORES)(store_harness)


@pytest.fixture
def store(harness: StoreHarness, news: list[Article]) -> Iterator[Store]:
    with harness.open() as opened:
        opened.add(records.ARTICLES, [records.articles.document(one) for one in news])
        harness.settle()
        yield opened


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Watchlist:
    folder = tmp_path_factory.mktemp("shipped")
    (folder / "watchlist.yaml").write_text(sample("watchlist.yaml"), "utf-8")
    return load_watchlist(folder, {})


@pytest.fixture(scope="module")
def news() -> list[Article]:
    """Return the sample feeds' articles, one an hour, the first of them older than what is looked at."""
    made: list[Article] = []
    for feed in samples.FEEDS:
        for entry in feedparser.parse(samples.render(feed.id, NOW).body).entries:
            title, summary = (plain_text(entry.get(name, ""), 5000)[0] for name in ("title", "summary"))
            made.append(
                article(str(len(made)), title, summary=summary, language=detect(title, summary, None))
            )
    first = SINCE - timedelta(hours=10)
    return [replace(one, filed=first + timedelta(hours=n)) for n, one in enumerate(made)]


def watchlist(**queries: str) -> Watchlist:
    return Watchlist("v", tuple(Topic(id_, query) for id_, query in queries.items()))


def by_hand(news: Sequence[Article], watched: Watchlist, topic: str) -> list[str]:
    """Return which articles of the time match, looking at each of them."""
    compiled = compile_watchlist(watched)
    texts = [
        (one, Text(one.title, one.summary, one.body, one.language)) for one in news if one.filed >= SINCE
    ]
    return [one.id for one, text in texts if topic in {hit.topic_id for hit in compiled.match(text)}]


@pytest.mark.parametrize("topic", ["north-korea-russia", "troop-deployment", "donbass-labor"])
def test_the_index_loses_nothing_of_the_shipped_topics(
    store: Store, news: list[Article], shipped: Watchlist, topic: str
) -> None:
    tried = against_stored(store, topic, shipped, SINCE, NOW)
    assert [one.article_id for one in tried.found] == by_hand(news, shipped, topic)
    assert tried.found
    assert len(tried.found) <= tried.read < sum(tried.articles.values()), "the index rules something out"
    assert sum(tried.articles.values()) == sum(one.filed >= SINCE for one in news)


def test_a_topic_that_needs_no_word_is_tried_on_everything(store: Store, news: list[Article]) -> None:
    tried = against_stored(store, "korean", watchlist(korean="lang:ko NOT 평양"), SINCE, NOW)
    assert tried.read == sum(tried.articles.values())
    assert [one.article_id for one in tried.found] == by_hand(
        news, watchlist(korean="lang:ko NOT 평양"), "korean"
    )


def test_articles_are_counted_by_day_and_findings_tell_their_place(harness: StoreHarness) -> None:
    with harness.open() as store:
        days = [datetime(2026, 2, day, 23, 59, tzinfo=UTC) for day in (3, 3, 5)]
        some = [
            article(str(n), "Troops", filed=day, summary="They are soldiers") for n, day in enumerate(days)
        ]
        store.add(records.ARTICLES, [records.articles.document(one) for one in some])
        harness.settle()
        tried = against_stored(store, "t", watchlist(t="troops soldiers"), SINCE, NOW)
    assert tried.articles == {date(2026, 2, 3): 2, date(2026, 2, 5): 1}
    assert [(span.field, span.start, span.end) for span in tried.found[0].spans] == [
        ("title", 0, 6), ("summary", 9, 17),
    ]  # fmt: skip


def test_beside_the_watchlist_in_force_new_and_lost_are_told(harness: StoreHarness) -> None:
    with harness.open() as store:
        titles = {"a": "troops", "b": "troops at sea", "c": "sea", "d": "land"}
        some = [article(id_, title, filed=NOW - timedelta(days=1)) for id_, title in titles.items()]
        store.add(records.ARTICLES, [records.articles.document(one) for one in some])
        harness.settle()
        running = replace(watchlist(t="troops"), version="old")
        tried = against_running(store, "t", watchlist(t="sea"), running, SINCE, NOW)
        assert [[one.article_id for one in part] for part in (tried.found, tried.new, tried.lost)] == [
            ["b", "c"], ["c"], ["a"],
        ]  # fmt: skip
        assert "old" in tried.against
        other = against_running(store, "t", watchlist(t="sea"), watchlist(u="troops"), SINCE, NOW)
        assert [one.article_id for one in other.new] == ["b", "c"]
        assert "no such topic" in other.against
        with pytest.raises(UsageError, match="there is no topic x; the watchlist has: t"):
            against_running(store, "x", watchlist(t="sea"), running, SINCE, NOW)


def test_beside_what_is_stored_new_and_lost_are_told(harness: StoreHarness) -> None:
    with harness.open() as store:
        filed = NOW - timedelta(days=1)
        some = [article("a", "troops", filed=filed), article("b", "sea", filed=filed)]
        store.add(records.ARTICLES, [records.articles.document(one) for one in some])
        store.add(
            records.MATCHES, [records.matches.document(one) for one in _matched(some, watchlist(t="sea"))]
        )
        harness.settle()
        tried = against_stored(store, "t", watchlist(t="troops"), SINCE, NOW)
    assert [[one.article_id for one in part] for part in (tried.new, tried.lost)] == [["a"], ["b"]]


def test_what_matched_in_the_words_of_a_copy_is_found_there_again(harness: StoreHarness) -> None:
    with harness.open() as store:
        filed = NOW - timedelta(days=1)
        own, copy = (article("b", title, filed=filed) for title in ("sea", "sea and troops"))
        store.add(records.ARTICLES, [records.articles.document(own)])
        matches = _matched([copy], watchlist(t="troops"))
        store.add(records.MATCHES, [records.matches.document(one) for one in matches])
        harness.settle()
        tried = against_stored(store, "t", watchlist(t="troops"), SINCE, NOW)
    assert [len(part) for part in (tried.found, tried.new, tried.lost)] == [1, 0, 0]


def test_a_replay_stores_what_is_missing_once_and_tells_nobody(
    harness: StoreHarness, store: Store, news: list[Article], shipped: Watchlist
) -> None:
    wanted = {topic.id: len(by_hand(news, shipped, topic.id)) for topic in shipped.topics}
    assert _added(replayed(store, shipped, (), SINCE, NOW)) == wanted
    harness.settle()
    stored = [records.matches.value(one) for one in every(store, records.MATCHES, Query())]
    assert len(stored) == sum(wanted.values())
    assert _added(replayed(store, shipped, (), SINCE, NOW)) == {}
    tried = against_stored(store, "troop-deployment", shipped, SINCE, NOW)
    assert (tried.new, tried.lost) == ((), ())


def test_a_replay_of_one_topic_leaves_the_others(
    harness: StoreHarness, store: Store, news: list[Article], shipped: Watchlist
) -> None:
    assert _added(replayed(store, shipped, ["donbass-labor"], SINCE, NOW)) == {
        "donbass-labor": len(by_hand(news, shipped, "donbass-labor"))
    }
    with pytest.raises(UsageError, match="no topic nope"):
        _added(replayed(store, shipped, ["nope"], SINCE, NOW))


def test_a_replay_that_is_to_alert_hands_on_all_also_what_a_broken_one_had_stored(
    store: Store, news: list[Article], shipped: Watchlist
) -> None:
    topic = "troop-deployment"
    heard = replace(shipped, topics=tuple(replace(one, alert=("desk",)) for one in shipped.topics))
    _added(replayed(store, heard, [topic], SINCE, NOW))
    told: list[Match] = []
    assert _added(replayed(store, heard, [topic], SINCE, NOW, told.extend)) == {}
    assert [one.article.id for one in told] == by_hand(news, shipped, topic)
    assert all(one.topic_since <= one.article.first_seen for one in told)


def test_what_nobody_would_be_told_of_is_not_handed_on(store: Store, shipped: Watchlist) -> None:
    told: list[Match] = []
    (page,) = replayed(store, shipped, ["donbass-labor"], SINCE, NOW, told.extend)
    assert (told, page.handed_on) == ([], 0)
    assert page.withheld == {"the topic names no receiver": page.added["donbass-labor"]}


def test_a_stored_match_is_not_changed_by_a_replay(harness: StoreHarness) -> None:
    with harness.open() as store:
        before = article("a", "troops", filed=NOW - timedelta(days=1))
        (match,) = _matched([before], watchlist(t="troops"))
        store.add(records.MATCHES, [records.matches.document(match)])
        edited = replace(before, title="troops at sea", revision=2)
        store.add(records.ARTICLES, [records.articles.document(edited)])
        harness.settle()
        assert _added(replayed(store, watchlist(t="sea"), (), SINCE, NOW)) == {}
        assert records.matches.value(store.get(records.MATCHES, [match.id])[match.id]) == match


def test_what_was_indexed_under_older_rules_is_found_by_a_backtest_and_a_replay(
    harness: StoreHarness,
) -> None:
    with harness.open() as store:
        filed = NOW - timedelta(days=1)
        some = [article("a", "troops", filed=filed), article("b", "sea", filed=filed)]
        store.add(records.ARTICLES, [records.articles.document(one) for one in some])
        harness.settle()
        harness.age(None)
        tried = against_stored(store, "t", watchlist(t="troops"), SINCE, NOW)
        assert [one.article_id for one in tried.found] == ["a"]
        assert tried.read == 2, "the index could rule out neither"
        assert _added(replayed(store, watchlist(t="troops"), (), SINCE, NOW)) == {"t": 1}
        assert sum(store.reindex(records.ARTICLES)) == 2
        harness.settle()
        tried = against_stored(store, "t", watchlist(t="troops"), SINCE, NOW)
        assert ([one.article_id for one in tried.found], tried.read) == (["a"], 1)


def test_a_topic_that_is_named_twice_is_replayed_once(harness: StoreHarness) -> None:
    with harness.open() as store:
        one = article("a", "troops", filed=NOW - timedelta(days=1))
        store.add(records.ARTICLES, [records.articles.document(one)])
        harness.settle()
        told: list[Match] = []
        heard = Watchlist("v", (Topic("t", "troops", alert=("desk",)),))
        (page,) = replayed(store, heard, ("t", "t"), SINCE, NOW, told.extend)
    assert (page.added, page.handed_on, len(told)) == ({"t": 1}, 1, 1)


def _added(pages: Iterable[Replayed]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for told in pages:
        total.update(told.added)
    return dict(total)


def _matched(articles: Sequence[Article], watched: Watchlist) -> list[Match]:
    topics = {topic.id: topic for topic in watched.topics}
    watch = Watch(compile_watchlist(watched), topics, dict.fromkeys(topics, SINCE), {})
    return [match for one in articles for match in matches_of(one, watch, NOW)]
