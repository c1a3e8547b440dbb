"""Since when a topic is watched: what was there before it alerts nobody."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts.policy import objection
from monitor.clock import CLOCKS_DIFFER
from monitor.model import Topic
from monitor.store.base import Store, Stored
from monitor.store.sqlite import SqliteStore
from monitor.store.topics import note, since_known, since_of
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


def test_who_does_not_match_notes_the_start_of_what_is_new_and_nothing_else(store: Store) -> None:
    note(store, [TROOPS], NOW)
    assert since_of(store, [TROOPS], NOW + HOUR) == {"troops": NOW}
    note(store, [LABOUR], NOW + 2 * HOUR)  # a shorter list says nothing of the others
    assert since_of(store, [TROOPS, LABOUR], NOW + 3 * HOUR) == {"troops": NOW, "labour": NOW + 2 * HOUR}
    since_of(store, [LABOUR], NOW + 4 * HOUR)
    note(store, [TROOPS], NOW + 5 * HOUR)
    assert since_of(store, [TROOPS], NOW + 6 * HOUR) == {"troops": NOW + 6 * HOUR}, (
        "it came back for who matches"
    )


class Outrun(SqliteStore):
    """A store in which another process notes a topic right after it was looked for."""

    outrun = True

    def get(self, kind: str, ids: Iterable[str]) -> dict[str, Stored]:
        found = super().get(kind, ids)
        if self.outrun:
            self.outrun = False
            note(self, [TROOPS], NOW)
        return found


def test_of_two_that_note_a_start_at_once_the_one_that_is_stored_counts(tmp_path: Path) -> None:
    with Outrun(tmp_path / "store.db") as store:
        assert since_of(store, [TROOPS], NOW + HOUR) == {"troops": NOW}


@pytest.mark.parametrize("behind", [timedelta(minutes=2), HOUR, timedelta(days=20_000)])
def test_what_is_polled_while_the_clock_is_behind_is_not_older_once_it_is_put_right(
    store: Store, behind: timedelta
) -> None:
    since_of(store, [TROOPS], NOW)
    begun = NOW - behind
    assert since_of(store, [TROOPS], begun)["troops"] < begun
    assert since_of(store, [TROOPS], NOW + HOUR)["troops"] < begun
    polled = article(first_seen=begun)
    assert objection(match(polled, topic_since=since_known(store, ["troops"])["troops"]), NOW + HOUR) is None


def test_a_clock_that_was_ahead_when_a_topic_was_added_makes_it_no_older_than_it_is(store: Store) -> None:
    since_of(store, [TROOPS], NOW + 9000 * HOUR)
    assert since_of(store, [TROOPS], NOW) == {"troops": NOW - CLOCKS_DIFFER}


def test_who_polls_alone_notes_that_the_clock_was_set_back_but_of_no_topic_that_is_not_watched(
    store: Store,
) -> None:
    since_of(store, [TROOPS, LABOUR], NOW)
    since_of(store, [TROOPS], NOW)
    note(store, [TROOPS, LABOUR], NOW - HOUR)
    assert since_known(store, ["troops", "labour"]) == {"troops": NOW - HOUR - CLOCKS_DIFFER, "labour": NOW}


def test_clocks_that_differ_a_little_make_a_topic_no_older(store: Store) -> None:
    since_of(store, [TROOPS], NOW)
    note(store, [TROOPS], NOW - CLOCKS_DIFFER)
    assert since_of(store, [TROOPS], NOW - CLOCKS_DIFFER) == {"troops": NOW}


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
    assert objection(match(before, topic_since=since), NOW) == "seen before the topic was watched"
    assert objection(match(article(first_seen=NOW), topic_since=since), NOW) is None
