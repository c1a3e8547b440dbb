"""Whether a match becomes an alert, and the reason it gives."""

from datetime import timedelta

from monitor.alerts.policy import NEW_MATCH, decide
from monitor.model import AlertState
from tests.samples import NOW, article, match


def test_a_new_match_is_sent() -> None:
    decision = decide(match(), NOW)
    assert (decision.state, decision.reason) == (AlertState.SENT, NEW_MATCH)


def test_backlog_is_withheld() -> None:
    decision = decide(match(article(backlog=True)), NOW)
    assert decision.state is AlertState.WITHHELD
    assert "first time" in decision.reason


def test_what_was_seen_before_the_topic_is_withheld() -> None:
    decision = decide(match(topic_since=NOW + timedelta(seconds=1)), NOW)
    assert decision.state is AlertState.WITHHELD
    assert "before the topic" in decision.reason


def test_a_clock_that_was_set_back_withholds_nothing() -> None:
    later = match(topic_since=NOW + timedelta(hours=1))
    assert decide(later, NOW).state is AlertState.SENT


def test_a_topic_without_receivers_tells_nobody() -> None:
    decision = decide(match(receivers=()), NOW)
    assert decision.state is AlertState.WITHHELD
    assert "no receiver" in decision.reason


def test_an_old_date_alone_does_not_withhold() -> None:
    """A back-dated entry that turns up later is news all the same."""
    old = article(published=NOW - timedelta(days=400), filed=NOW - timedelta(days=400))
    assert decide(match(old), NOW).state is AlertState.SENT


def test_an_edited_article_keeps_the_id_of_its_alert() -> None:
    assert decide(match(article(revision=2)), NOW).id == decide(match(), NOW).id
