"""When a feed is polled next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.document.wishes import NO_WISHES, Wishes
from monitor.feeds.timing.schedule import (
    LONGEST_RETRY_AFTER,
    Bounds,
    Rhythm,
    Signs,
    first_poll,
    gap,
    next_poll,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RHYTHM = Rhythm(interval=15 * MINUTE, jitter=2 * MINUTE, max_backoff=timedelta(hours=6))
ADAPTS = Rhythm(15 * MINUTE, 2 * MINUTE, timedelta(hours=6), Bounds(5 * MINUTE, 60 * MINUTE))


@pytest.mark.parametrize(
    ("pace", "fresh_for", "wishes", "minutes"),
    [
        (None, 0, NO_WISHES, 15),
        (40, 0, NO_WISHES, 20),
        (1, 0, NO_WISHES, 5),
        (9999, 0, NO_WISHES, 60),
        (20, 30 * 60, NO_WISHES, 30),
        (20, 60, NO_WISHES, 10),
        (20, 1e12, NO_WISHES, 60),
        (20, 0, Wishes(45 * 60), 45),
        (20, 0, Wishes(45 * 86_400), 60),
        (20, 0, Wishes(0, (12,)), 60),
        (100, 0, Wishes(0, (12,)), 60),
        (20, 0, Wishes(0, (), (6,)), 60),
        (20, 0, Wishes(0, (13,)), 10),
    ],
)
def test_an_adapting_interval_is_half_the_time_between_news_or_what_is_asked_for_within_bounds(
    pace: int | None, fresh_for: float, wishes: Wishes, minutes: int
) -> None:
    signs = Signs(None if pace is None else pace * MINUTE, fresh_for, wishes)
    assert next_poll(ADAPTS, NOW, chance=0, signs=signs) == NOW + minutes * MINUTE
    assert next_poll(RHYTHM, NOW, chance=0, signs=signs) == NOW + 15 * MINUTE, (
        "who does not adapt keeps to it"
    )
    assert next_poll(ADAPTS, NOW, failures=1, chance=0, signs=signs) == NOW + 30 * MINUTE


@given(
    st.none() | st.timedeltas(timedelta(0), timedelta(days=9000)),
    st.floats(0, 1e15),
    st.builds(Wishes, st.integers(0, 10**9), st.lists(st.integers(0, 23)).map(tuple)),
)
def test_no_sign_takes_the_wait_out_of_its_bounds(
    pace: timedelta | None, fresh_for: float, wishes: Wishes
) -> None:
    wait = next_poll(ADAPTS, NOW, chance=0, signs=Signs(pace, fresh_for, wishes)) - NOW
    assert 5 * MINUTE <= wait <= 60 * MINUTE


@pytest.mark.parametrize(("failures", "minutes"), [(0, 15), (1, 30), (2, 60), (4, 240), (5, 360), (500, 360)])
def test_failures_double_the_wait_up_to_a_cap(failures: int, minutes: int) -> None:
    assert next_poll(RHYTHM, NOW, failures=failures, chance=0) == NOW + minutes * MINUTE


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_a_back_off_is_spread_over_a_tenth_of_itself_and_stays_below_the_cap(
    failures: int, chance: float
) -> None:
    whole = next_poll(RHYTHM, NOW, failures=failures, chance=0) - NOW
    wait = next_poll(RHYTHM, NOW, failures=failures, chance=chance) - NOW
    assert whole * 0.9 <= wait <= whole <= RHYTHM.max_backoff
    assert next_poll(RHYTHM, NOW, failures=failures, chance=1) - NOW <= whole * 0.9 + 2 * MINUTE


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_what_a_server_asked_for_is_never_shortened(chance: float) -> None:
    wait = next_poll(RHYTHM, NOW, failures=9, retry_after=7 * 3600, chance=chance) - NOW
    assert timedelta(hours=7) <= wait <= timedelta(hours=7) + RHYTHM.jitter


def test_without_jitter_nothing_is_left_to_chance() -> None:
    still = replace(RHYTHM, jitter=timedelta(0))
    assert next_poll(still, NOW, failures=2, chance=1) == NOW + 60 * MINUTE


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


def test_what_is_not_due_soon_is_planned_for_a_whole_second_and_never_sooner_than_asked() -> None:
    begun = NOW + timedelta(seconds=0.3)
    assert next_poll(RHYTHM, begun, chance=0) == NOW + 15 * MINUTE + timedelta(seconds=1)
    assert next_poll(RHYTHM, NOW, chance=0) == NOW + 15 * MINUTE
    assert first_poll(None, RHYTHM, begun, 2 * MINUTE) == NOW + 2 * MINUTE + timedelta(seconds=1)
    brisk = replace(RHYTHM, interval=timedelta(seconds=2))
    assert next_poll(brisk, begun, chance=0) == begun + brisk.interval


def test_after_a_restart_a_planned_poll_holds_and_an_overdue_one_is_spread() -> None:
    spread = timedelta(seconds=3)
    assert first_poll(NOW + MINUTE, RHYTHM, NOW, spread) == NOW + MINUTE
    assert first_poll(NOW - MINUTE, RHYTHM, NOW, spread) == NOW + spread
    assert first_poll(None, RHYTHM, NOW, spread) == NOW + spread


def test_few_feeds_are_first_polled_at_once_nearly_and_very_many_over_their_interval() -> None:
    assert 100 * gap(100) < timedelta(seconds=1)
    assert 10_000 * gap(10_000) == 15 * MINUTE


def test_a_plan_made_by_a_clock_that_was_far_ahead_does_not_stop_a_feed() -> None:
    assert first_poll(NOW + timedelta(days=900), RHYTHM, NOW, MINUTE) == NOW + MINUTE


def test_what_was_planned_by_a_longer_interval_does_not_hold_after_a_restart() -> None:
    spread = timedelta(seconds=3)
    assert first_poll(NOW + timedelta(hours=5), RHYTHM, NOW, spread) == NOW + spread
    latest = next_poll(RHYTHM, NOW, chance=1)
    assert first_poll(latest, RHYTHM, NOW, spread) == latest, "but its own, with jitter, does"
    calm = replace(RHYTHM, at_ease=timedelta(hours=1))
    assert first_poll(NOW + timedelta(hours=1), calm, NOW, spread) == NOW + timedelta(hours=1)


def test_what_a_server_asked_for_holds_after_a_restart_too() -> None:
    asked = NOW + timedelta(hours=20)
    assert first_poll(asked, RHYTHM, NOW, MINUTE, fails=True) == asked
    assert first_poll(NOW + timedelta(days=9), RHYTHM, NOW, MINUTE, fails=True) == NOW + LONGEST_RETRY_AFTER


def test_no_first_poll_waits_for_longer_than_its_feeds_interval() -> None:
    assert first_poll(None, RHYTHM, NOW, timedelta(hours=3)) == NOW + RHYTHM.interval


def test_a_feed_whose_hub_tells_of_news_is_asked_seldom_unless_it_fails() -> None:
    calm = replace(RHYTHM, at_ease=60 * MINUTE)
    assert next_poll(calm, NOW, chance=0) == NOW + 60 * MINUTE
    assert next_poll(calm, NOW, failures=1, chance=0) == NOW + 30 * MINUTE
    assert next_poll(replace(calm, interval=120 * MINUTE), NOW, chance=0) == NOW + 120 * MINUTE


@pytest.mark.parametrize("pace", [None, 2 * MINUTE, 900 * MINUTE])
def test_while_its_hub_tells_of_news_an_interval_does_not_adapt_but_back_off_and_cap_are_kept(
    pace: timedelta | None,
) -> None:
    calm = replace(RHYTHM, adapt=Bounds(5 * MINUTE, 600 * MINUTE), at_ease=60 * MINUTE)
    signs = Signs(pace, fresh_for=7200)
    assert next_poll(calm, NOW, chance=0, signs=signs) == NOW + 60 * MINUTE
    assert next_poll(calm, NOW, failures=1, chance=0, signs=signs) == NOW + 30 * MINUTE
    assert calm.longest == 600 * MINUTE
    assert replace(calm, adapt=None).longest == 60 * MINUTE
