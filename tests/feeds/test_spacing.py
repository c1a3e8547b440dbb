"""However many feeds of a host are due at once, it is asked for one after the other."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.timing.spacing import HASTE, MANY, Spacing

QUARTER, TEN_SECONDS = timedelta(minutes=15), timedelta(seconds=10)


@given(st.lists(st.floats(0, 5), min_size=1, max_size=100))
def test_between_two_polls_of_a_host_is_always_the_pause(gaps: list[float]) -> None:
    spacing, now, begun = Spacing(0.5), 0.0, list[float]()
    spacing.suit([("a.example", QUARTER)] * 40)
    for gap in gaps:
        now += gap / 10
        begun.append(now + spacing.wait({"a.example"}, now))
    assert all(later - earlier > 0.5 - 1e-6 for earlier, later in pairwise(begun))


def test_hosts_do_not_wait_for_each_other() -> None:
    spacing = Spacing(0.5)
    assert [spacing.wait({host}, 7.0) for host in ("a.example", "b.example", "a.example")] == [0, 0, 0.5]


def test_who_comes_now_and_then_never_waits() -> None:
    spacing = Spacing(0.5)
    assert [spacing.wait({"a.example"}, float(second)) for second in range(100)] == [0.0] * 100


def test_however_many_feeds_a_host_has_they_keep_their_intervals() -> None:
    spacing = Spacing(0.5)
    spacing.suit([("many.example", TEN_SECONDS)] * 100 + [("few.example", TEN_SECONDS)] * 2)
    last = max(spacing.wait({"many.example"}, 0.0) for _ in range(100))
    assert 0.95 * TEN_SECONDS.total_seconds() / HASTE < last <= TEN_SECONDS.total_seconds() / HASTE
    assert [spacing.wait({"few.example"}, 0.0) for _ in range(2)] == [0.0, 0.5]


def test_feeds_that_lead_to_a_host_count_there_once_each() -> None:
    spacing = Spacing(0.5)
    for n in range(200):
        spacing.lead(str(n % 100), "there.example", TEN_SECONDS)
    last = max(spacing.wait({"there.example"}, 0.0) for _ in range(100))
    assert 0.95 * TEN_SECONDS.total_seconds() / HASTE < last <= TEN_SECONDS.total_seconds() / HASTE


def test_hosts_keep_their_turns_when_the_list_changes() -> None:
    spacing = Spacing(0.5)
    spacing.wait({"kept.example"}, 0.0)
    spacing.wait({"led-to.example"}, 0.0)
    spacing.suit([("kept.example", QUARTER)])
    assert [spacing.wait({host}, 0.0) for host in ("kept.example", "led-to.example")] == [0.5, 0.5]


def test_of_many_hosts_those_that_are_free_again_are_forgotten() -> None:
    spacing = Spacing(0.5)
    for number in range(MANY + 1):
        spacing.wait({f"{number}.example"}, 0.0)
    spacing.wait({"last.example"}, 10.0)
    assert len(spacing._free) == 1


def test_two_hosts_that_one_poll_asks_are_both_spaced_from_when_it_begins() -> None:
    spacing = Spacing(0.5)
    spacing.wait({"there.example"}, 0.0)
    assert spacing.wait({"own.example", "there.example"}, 0.0) == 0.5
    assert [spacing.wait({host}, 0.0) for host in ("own.example", "there.example")] == [1.0, 1.0]


def test_a_feed_that_leads_elsewhere_time_and_again_counts_where_it_led_last() -> None:
    spacing = Spacing(10.0)
    spacing.suit([])
    for number in range(100):
        spacing.lead("feed", f"{number}.example", timedelta(seconds=0.5))
    assert [spacing.wait({host}, 0.0) for host in ("99.example", "98.example") * 2] == [0, 0, 0.25, 10.0]
