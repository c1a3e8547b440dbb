"""When a feed is polled next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.schedule import LONGEST_RETRY_AFTER, Rhythm, first_poll, next_poll

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RHYTHM = Rhythm(interval=15 * MINUTE, jitter=2 * MINUTE, max_backoff=timedelta(hours=6))


@pytest.mark.parametrize(("failures", "minutes"), [(0, 15), (1, 30), (2, 60), (4, 240), (5, 360), (500, 360)])
def test_failures_double_the_wait_up_to_a_cap(failures: int, minutes: int) -> None:
    assert next_poll(RHYTHM, NOW, failures=failures, chance=0) == NOW + minutes * MINUTE


@pytest.mark.parametrize(
    ("asked", "minutes"), [(60.0, 15), (7200.0, 120), (1e9, 24 * 60), (-5.0, 15), (0.0, 15)]
)
def test_the_server_may_only_make_the_wait_longer_and_by_a_day_at_most(asked: float, minutes: int) -> None:
    assert next_poll(RHYTHM, NOW, retry_after=asked, chance=0) == NOW + minutes * MINUTE


@given(
    failures=st.integers(0, 10_000),
    retry_after=st.none() | st.floats(-1e12, 1e12),
    chance=st.floats(0, 1),
)
def test_no_poll_is_sooner_than_the_interval_or_later_than_every_cap(
    failures: int, retry_after: float | None, chance: float
) -> None:
    wait = next_poll(RHYTHM, NOW, failures=failures, retry_after=retry_after, chance=chance) - NOW
    assert RHYTHM.interval <= wait <= LONGEST_RETRY_AFTER + RHYTHM.jitter


def test_jitter_spreads_polls_but_never_by_more_than_a_tenth_of_the_interval() -> None:
    assert next_poll(RHYTHM, NOW, chance=1) == NOW + 15 * MINUTE + 1.5 * MINUTE


def test_after_a_restart_a_planned_poll_holds_and_an_overdue_one_is_spread() -> None:
    spread = timedelta(seconds=3)
    assert first_poll(NOW + MINUTE, RHYTHM, NOW, spread) == NOW + MINUTE
    assert first_poll(NOW - MINUTE, RHYTHM, NOW, spread) == NOW + spread
    assert first_poll(None, RHYTHM, NOW, spread) == NOW + spread


def test_a_plan_made_by_a_clock_that_was_far_ahead_does_not_stop_a_feed() -> None:
    assert first_poll(NOW + timedelta(days=900), RHYTHM, NOW, MINUTE) == NOW + RHYTHM.max_backoff


def test_no_first_poll_waits_for_longer_than_its_feeds_interval() -> None:
    assert first_poll(None, RHYTHM, NOW, timedelta(hours=3)) == NOW + RHYTHM.interval


def test_a_feed_whose_hub_tells_of_news_is_asked_seldom_unless_it_fails() -> None:
    calm = replace(RHYTHM, at_ease=60 * MINUTE)
    assert next_poll(calm, NOW, chance=0) == NOW + 60 * MINUTE
    assert next_poll(calm, NOW, failures=1, chance=0) == NOW + 30 * MINUTE
    assert next_poll(replace(calm, interval=120 * MINUTE), NOW, chance=0) == NOW + 120 * MINUTE
