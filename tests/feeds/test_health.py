"""How a feed fares, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import FetchError, ParseError
from monitor.feeds.document.reading import ReadFeed
from monitor.feeds.health import counted, failed, judged
from monitor.feeds.novelty import Novelty
from monitor.feeds.state import FeedState, Seen, afresh
from monitor.feeds.timing.pulse import Pulse
from monitor.feeds.trust import Trust
from monitor.model import Article, Feed
from tests.samples import article

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = Feed("wire", "https://wire.example/feed", "The Wire")
STATE = FeedState("wire", FEED, NOW - 90 * DAY, "healthy", NOW - 9 * DAY, shown=5, articles=50)
DAILY = Pulse(NOW, 86_400.0, (86_400,) * 10)


def gone(url: str = FEED.url, status: int = 410) -> FetchError:
    return FetchError(f"HTTP {status}", url=url, status=status)


@pytest.mark.parametrize(
    ("error", "health", "reason"),
    [
        (gone(), "gone", "HTTP 410; it is asked no more"),
        (gone("https://elsewhere.example/"), "failing", "HTTP 410"),
        (gone(status=404), "failing", "HTTP 404"),
        (ParseError("not a feed (plain text)"), "failing", "not a feed (plain text)"),
    ],
)
def test_only_its_own_address_says_that_a_feed_is_gone(error: Exception, health: str, reason: str) -> None:
    state = failed(STATE, error, NOW)
    assert (state.health, state.reason, state.since, state.failures) == (health, reason, NOW, 1)
    again = failed(state, error, NOW + HOUR)
    assert (again.since, again.failures) == (NOW, 2)


def test_a_feed_is_quiet_after_a_silence_unlike_its_own() -> None:
    state = replace(STATE, pulse=DAILY)
    assert judged(state, NOW + 3 * DAY, HOUR).health == "healthy"
    quiet = judged(state, NOW + 3 * DAY + HOUR, HOUR)
    assert (quiet.health, quiet.since) == ("quiet", NOW + 3 * DAY + HOUR)
    assert quiet.reason == "no news since 2026-03-01 12:00 UTC; its silences used to be 24 hours"
    assert judged(quiet, NOW + 9 * DAY, HOUR).since == quiet.since
    again = judged(replace(quiet, pulse=replace(DAILY, latest=NOW + 9 * DAY)), NOW + 9 * DAY, HOUR)
    assert (again.health, again.reason, again.since) == ("healthy", "", NOW + 9 * DAY)


def test_a_feed_whose_dates_lag_is_not_quiet_while_it_brings_news() -> None:
    lagging = replace(DAILY, latest=NOW - 4 * DAY)
    assert judged(replace(STATE, pulse=lagging), NOW, HOUR).health == "quiet", "it brought nothing"
    state = replace(STATE, pulse=lagging, introduced=NOW - DAY)
    brought = article("a1", published=NOW - 3 * DAY)
    found = Novelty((brought,), Seen("wire", NOW), new=frozenset({brought.id}))
    state = counted(state, found, ReadFeed((), 5, "rss20"), NOW)
    assert judged(state, NOW + 3 * DAY, HOUR).health == "healthy"
    quiet = judged(state, NOW + 3 * DAY + HOUR, HOUR)
    assert quiet.reason == "no news since 2026-03-01 12:00 UTC; its silences used to be 24 hours"


def test_who_is_asked_seldom_is_not_quiet_soon() -> None:
    state = replace(STATE, pulse=Pulse(NOW, 60.0, (60,) * 10))
    assert judged(state, NOW + 4 * HOUR, HOUR).health == "healthy"
    assert judged(state, NOW + 5 * HOUR, HOUR).health == "quiet"


def test_without_enough_history_no_silence_is_too_long() -> None:
    state = replace(STATE, pulse=Pulse(NOW, 60.0, (60,) * 3))
    assert judged(state, NOW + 900 * DAY, HOUR).health == "healthy"


@pytest.mark.parametrize(
    ("articles", "reason"), [(0, "it has shown no entries yet"), (3, "it shows no entries any more")]
)
def test_a_feed_without_entries_is_empty_and_does_not_fail(articles: int, reason: str) -> None:
    state = judged(replace(STATE, shown=0, articles=articles, pulse=DAILY), NOW + DAY, HOUR)
    assert (state.health, state.reason, state.failures) == ("empty", reason, 0)


def test_a_feed_that_shows_no_entries_for_longer_than_it_was_ever_silent_is_quiet() -> None:
    empty = judged(replace(STATE, shown=0, pulse=DAILY), NOW + DAY, HOUR)
    quiet = judged(empty, NOW + 4 * DAY, HOUR)
    assert (empty.health, quiet.health, quiet.since) == ("empty", "quiet", NOW + 4 * DAY)
    assert quiet.reason == (
        "it shows no entries any more; no news since 2026-03-01 12:00 UTC; its silences used to be 24 hours"
    )
    assert judged(replace(STATE, shown=0), NOW + 90 * DAY, HOUR).health == "empty", "it has no rhythm"


def test_problems_and_a_broken_trust_are_told_of_who_is_healthy() -> None:
    state = judged(replace(STATE, trust=Trust(broken="it lied"), problems=("its end is missing",)), NOW, HOUR)
    assert (state.health, state.reason) == (
        "healthy",
        "its end is missing; its ETag is not believed: it lied",
    )
    assert state.since == STATE.since


def test_why_pages_were_not_read_is_told_until_articles_come_whose_pages_are() -> None:
    def polled(state: FeedState, *articles: Article) -> FeedState:
        found = Novelty(articles, Seen("wire", NOW))
        return judged(counted(state, found, ReadFeed((), 5, "rss20"), NOW), NOW, HOUR)

    unread = polled(STATE, article("a1", text_note="HTTP 503"), article("a2", text_from="page"))
    told = "pages not read: 1 because HTTP 503"
    assert unread.reason == told
    assert polled(unread).reason == told, "nothing was to be read"
    assert judged(unread, NOW, HOUR).reason == told
    other = polled(unread, article("a3", text_note="it is no page but image/png"))
    assert other.reason == "pages not read: 1 because it is no page but image/png"
    assert polled(other, article("a4", text_from="page")).reason == ""


def test_afresh_nothing_is_held_against_it() -> None:
    state = afresh(
        replace(failed(STATE, gone(), NOW), etag='"x"', unread="it is", trust=Trust(broken="it lied"))
    )
    assert (state.health, state.since, state.reason, state.failures) == ("new", None, "", 0)
    assert (state.etag, state.unread, state.trust, state.articles) == (None, "", Trust(), 50)
