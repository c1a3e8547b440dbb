"""How often a feed has news, by its own history."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.timing.pulse import ENOUGH, KEPT, LAG, Pulse, after_news, latest_news, pace, usual_silence

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def lived(moments: Iterable[datetime]) -> Pulse:
    """Return the pulse of a feed whose news were found when they were published."""
    pulse = Pulse()
    for moment in moments:
        pulse = after_news(pulse, [moment], moment)
    return pulse


def office_hours(days: int) -> list[datetime]:
    """Return news of each hour from 9 to 17 of so many days, weekends off, the last one on a Friday."""
    friday = datetime(2026, 2, 27, tzinfo=UTC)
    back = [friday - DAY * ago for ago in reversed(range(days))]
    return [day + HOUR * hour for day in back if day.weekday() < 5 for hour in range(9, 18)]


def test_too_little_history_says_nothing() -> None:
    assert pace(Pulse(), NOW) is None
    assert pace(lived([NOW]), NOW) is None
    days = [NOW + DAY * n for n in range(ENOUGH + 1)]
    assert usual_silence(lived(days[:-1])) is None
    assert usual_silence(lived(days)) == DAY


def test_nights_and_weekends_are_usual_silences() -> None:
    assert usual_silence(lived(office_hours(35))) == timedelta(hours=64)
    assert usual_silence(lived([NOW + timedelta(minutes=10) * n for n in range(2000)])) == timedelta(
        minutes=10
    )


def test_one_holiday_or_pinned_entry_is_not_usual() -> None:
    assert usual_silence(lived([NOW - 900 * DAY, *(NOW + DAY * n for n in range(20))])) == DAY


def test_a_first_document_tells_the_past_and_undated_entries_do_not() -> None:
    dates = [NOW - DAY * n for n in range(10)]
    pulse = after_news(Pulse(), [*dates, None], NOW, first=True)
    assert (pulse.latest, usual_silence(pulse), pace(pulse, NOW)) == (NOW, DAY, DAY)
    assert after_news(Pulse(), [None, None], NOW, first=True) == Pulse()


def test_news_without_a_sane_date_are_of_now() -> None:
    pulse = lived([NOW])
    for odd in (None, NOW - 1000 * DAY, NOW + 1000 * DAY):
        assert after_news(pulse, [odd], NOW + HOUR).latest == NOW + HOUR
    assert after_news(pulse, [NOW + HOUR / 2, None], NOW + HOUR).latest == NOW + HOUR / 2


@pytest.mark.parametrize("lag", [timedelta(0), 8 * HOUR, DAY])
def test_dates_that_lag_make_no_silence_of_news_that_came_just_now(lag: timedelta) -> None:
    pulse = after_news(Pulse(), [NOW - lag - HOUR * n for n in range(200)], NOW, first=True)
    assert (latest_news(pulse, NOW), pace(pulse, NOW)) == (NOW, HOUR)
    for hours in range(1, 40):
        now = NOW + HOUR * hours
        pulse = after_news(pulse, [now - lag], now)
        assert (latest_news(pulse, now), pace(pulse, now), usual_silence(pulse)) == (now, HOUR, HOUR)
        assert pace(pulse, now + 9 * HOUR) == 9 * HOUR


def test_a_first_document_that_is_older_than_any_lag_came_when_it_says() -> None:
    pulse = after_news(Pulse(), [NOW - LAG - HOUR * n for n in range(200)], NOW, first=True)
    assert (latest_news(pulse, NOW), pace(pulse, NOW)) == (NOW - LAG, LAG)


def test_news_without_a_date_among_dates_that_lag_are_no_silence_as_long_as_the_lag() -> None:
    pulse = after_news(Pulse(), [NOW - DAY - HOUR * n for n in range(200)], NOW, first=True)
    pulse = after_news(pulse, [NOW + HOUR - DAY], NOW + HOUR)
    assert pace(after_news(pulse, [None], NOW + 2 * HOUR), NOW + 2 * HOUR) == HOUR


def test_what_came_by_a_clock_that_was_ahead_hides_no_silence() -> None:
    pulse = after_news(lived(NOW + HOUR * n for n in range(9)), [NOW + 9 * HOUR], NOW + 1000 * DAY)
    assert latest_news(pulse, NOW + DAY) == NOW + 9 * HOUR
    assert pace(pulse, NOW + DAY) == 15 * HOUR
    assert latest_news(pulse, NOW) is None
    assert pace(pulse, NOW) == HOUR


def test_a_clock_that_was_set_back_does_not_hold_up_the_pulse_in_the_future() -> None:
    pulse = lived(NOW + DAY * n for n in range(ENOUGH + 1))
    ahead = after_news(pulse, [None], NOW + 1000 * DAY)
    back = NOW + (ENOUGH + 1) * DAY
    after = after_news(ahead, [back], back)
    assert after.latest == back
    assert after_news(after, [back + DAY], back + DAY).latest == back + DAY
    assert len(after.silences) >= ENOUGH, "what is known of its rhythm stays"


def test_the_pace_follows_the_feed_and_a_silence_slows_it() -> None:
    pulse = lived(NOW + HOUR * n for n in range(30))
    latest = NOW + HOUR * 29
    assert pace(pulse, latest) == HOUR
    assert pace(pulse, latest + 8 * HOUR) == 8 * HOUR
    faster = latest
    for _ in range(30):
        faster += timedelta(minutes=10)
        pulse = after_news(pulse, [faster], faster)
    found = pace(pulse, faster)
    assert found is not None
    assert timedelta(minutes=10) <= found < timedelta(minutes=12)


@given(st.lists(st.none() | st.datetimes(timezones=st.just(UTC)), max_size=60), st.booleans())
def test_whatever_the_dates_it_stays_small_and_in_the_past(dates: list[datetime | None], first: bool) -> None:
    pulse = after_news(after_news(Pulse(), dates, NOW, first=first), dates, NOW + HOUR)
    assert len(pulse.silences) <= KEPT
    assert all(silence >= 0 for silence in pulse.silences)
    assert pulse.latest is None or pulse.latest <= NOW + HOUR
