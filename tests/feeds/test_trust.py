"""Whether "not modified" is believed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds.trust import POLLS, REFUSALS, Answer, Trust, after, refused

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NOT_MODIFIED = Answer(whole=False, has_body=False)
WHOLE = Answer(whole=True, has_body=True)


def through(trust: Trust, *answers: Answer) -> Trust:
    for answer in answers:
        trust = after(trust, answer, NOW)
    return trust


def test_all_is_asked_for_after_enough_polls_and_enough_time() -> None:
    assert Trust().asks_whole(NOW, DAY)
    trust = through(Trust(), WHOLE, *[NOT_MODIFIED] * (POLLS - 1))
    assert not trust.asks_whole(NOW + 9 * DAY, DAY)
    trust = through(trust, NOT_MODIFIED)
    assert not trust.asks_whole(NOW + DAY / 2, DAY)
    assert trust.asks_whole(NOW + DAY, DAY)
    assert not after(trust, WHOLE, NOW + DAY).asks_whole(NOW + DAY, DAY)
    assert trust.asks_whole(NOW - DAY, DAY), "the clock was set back"


@pytest.mark.parametrize(
    ("news", "same", "believed"),
    [(True, True, False), (True, False, True), (False, True, True), (False, False, True)],
)
def test_news_under_the_old_etag_end_the_trust_for_good(news: bool, same: bool, believed: bool) -> None:
    trust = through(Trust(), WHOLE, *[NOT_MODIFIED] * POLLS, Answer(True, True, news, same))
    assert (not trust.broken) is believed
    assert trust.asks_whole(NOW, DAY) is not believed
    again = through(trust, *[Answer(True, True, news=True)] * 3)
    assert bool(again.broken) is not believed


def test_the_first_document_is_compared_with_nothing() -> None:
    assert not through(Trust(), Answer(True, True, news=True, same=True)).broken


def test_who_says_not_modified_whatever_is_asked_is_caught_the_second_time() -> None:
    asked, found = [NOT_MODIFIED] * POLLS, Answer(True, True, news=True)
    once = through(Trust(), WHOLE, *asked, found)
    assert not once.broken
    assert through(once, *asked, found).broken


def test_who_told_of_a_change_in_between_is_not_caught() -> None:
    asked, found = [NOT_MODIFIED] * POLLS, Answer(True, True, news=True)
    told = Answer(whole=False, has_body=True, news=True)
    assert not through(Trust(), WHOLE, *asked, found, *asked, told, found, *asked, found).broken
    assert not through(Trust(), WHOLE, *asked, found, *asked, WHOLE, *asked, found).broken


def test_conditions_that_only_make_a_server_fail_are_sent_no_more() -> None:
    trust = through(Trust(), WHOLE)
    for _ in range(REFUSALS):
        assert not trust.broken
        trust = through(refused(trust, 500), WHOLE)
    assert "failed" in trust.broken
    assert trust.asks_whole(NOW, DAY)


def test_a_server_that_fails_now_and_then_is_asked_with_conditions_all_the_same() -> None:
    trust = through(Trust(), WHOLE)
    for _ in range(2 * REFUSALS):
        trust = through(refused(trust, 500), WHOLE, NOT_MODIFIED)
    assert not trust.broken
    assert not through(trust, *[WHOLE] * 9).broken


def test_who_has_an_error_for_a_change_has_not_called_it_unchanged() -> None:
    asked, found = [NOT_MODIFIED] * POLLS, Answer(True, True, news=True)
    trust = through(Trust(), WHOLE)
    for _ in range(2 * REFUSALS):
        trust = through(refused(through(trust, *asked)), found)
    assert not trust.broken


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_has_too_much_to_do_does_not_mean_the_conditions(status: int) -> None:
    trust = through(Trust(), WHOLE)
    for _ in range(2 * REFUSALS):
        trust = refused(trust, status)
        assert not trust.asks_whole(NOW, DAY)
        trust = through(trust, WHOLE)
    assert not trust.broken


def test_news_that_a_hub_has_told_of_speak_against_nobody_but_an_etag_that_stays() -> None:
    asked, rung = [NOT_MODIFIED] * POLLS, Answer(True, True, news=True, told=True)
    assert not through(Trust(), WHOLE, *[*asked, rung] * 3).broken
    assert through(Trust(), WHOLE, *asked, replace(rung, same=True)).broken
