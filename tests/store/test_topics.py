"""Since when a topic is watched: what was there before it alerts nobody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts.policy import objection
from monitor.model import Topic
from monitor.store.base import Store
from monitor.store.sqlite import SqliteStore
from monitor.store.topics import since_of
from tests.samples import NOW, article, match

HOUR = timedelta(hours=1)
TROOPS, LABOUR = Topic("troops", "troops"), Topic("labour", "workers")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "store.db") as opened:
        yield opened


def test_a_topic_is_watched_since_it_was_first_seen(store: Store) -> None:
    assert since_of(store, [TROOPS], NOW) == {"troops": NOW}
    assert since_of(store, [TROOPS], NOW + HOUR) == {"troops": NOW}


def test_a_topic_that_is_added_starts_then(store: Store) -> None:
    since_of(store, [TROOPS], NOW)
    assert since_of(store, [TROOPS, LABOUR], NOW + HOUR) == {"troops": NOW, "labour": NOW + HOUR}


def test_another_query_or_name_is_the_same_topic(store: Store) -> None:
    since_of(store, [TROOPS], NOW)
    assert since_of(store, [Topic("troops", "soldiers", "Soldiers")], NOW + HOUR) == {"troops": NOW}


def test_a_topic_that_came_back_counts_as_new(store: Store) -> None:
    since_of(store, [TROOPS, LABOUR], NOW)
    assert since_of(store, [LABOUR], NOW + HOUR) == {"labour": NOW}
    assert since_of(store, [LABOUR], NOW + 2 * HOUR) == {"labour": NOW}
    back = since_of(store, [TROOPS, LABOUR], NOW + 3 * HOUR)
    assert back == {"troops": NOW + 3 * HOUR, "labour": NOW}
    assert since_of(store, [TROOPS, LABOUR], NOW + 4 * HOUR) == back


def test_no_topics_are_no_starts(store: Store) -> None:
    assert since_of(store, [], NOW) == {}


def test_the_start_outlives_the_process(tmp_path: Path) -> None:
    for hours in range(3):
        with SqliteStore(tmp_path / "store.db") as store:
            assert since_of(store, [TROOPS], NOW + hours * HOUR) == {"troops": NOW}


def test_many_topics_are_told_apart(store: Store) -> None:
    topics = [Topic(f"topic-{number}", "x") for number in range(120)]
    assert len(since_of(store, topics, NOW)) == 120
    again = since_of(store, topics[60:], NOW + HOUR)
    assert set(again.values()) == {NOW}
    assert sum(at > NOW for at in since_of(store, topics, NOW + 2 * HOUR).values()) == 60


def test_an_article_from_before_the_start_does_not_alert(store: Store) -> None:
    since = since_of(store, [TROOPS], NOW)["troops"]
    before = article(first_seen=NOW - timedelta(microseconds=1))
    assert objection(match(before, topic_since=since)) == "seen before the topic was watched"
    assert objection(match(article(first_seen=NOW), topic_since=since)) is None
