"""However many polls are due at once, they begin one after the other."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.timing.pace import AT_ONCE, HASTE, SLOWEST, Pace

QUARTER = timedelta(minutes=15)


def test_however_many_feeds_are_caught_up_with_in_a_third_of_their_interval() -> None:
    pace = Pace()
    pace.suit([QUARTER] * 20_000)
    last = max(pace.wait(1_000.0) for _ in range(20_000))
    third = QUARTER.total_seconds() / HASTE
    assert third * 0.95 < last <= third


@given(st.lists(st.floats(0, 5), min_size=1, max_size=200), st.integers(0, 3_000))
def test_no_more_begin_in_a_second_than_may(gaps: list[float], feeds: int) -> None:
    pace, now, begun = Pace(), 0.0, list[float]()
    pace.suit([QUARTER] * feeds)
    rate = max(SLOWEST, HASTE * feeds / QUARTER.total_seconds())
    for gap in gaps:
        now += gap / 100
        begun.append(now + pace.wait(now))
    assert begun == sorted(begun)
    for start in begun:
        assert sum(start <= one < start + 1 for one in begun) <= rate * (1 + AT_ONCE) + 1


def test_who_comes_now_and_then_never_waits() -> None:
    pace = Pace()
    pace.suit([QUARTER])
    assert [pace.wait(float(second)) for second in range(100)] == [0.0] * 100
