"""When a failed delivery is tried again."""

from datetime import timedelta

import pytest

from monitor.notify.retry import LONGEST_RETRY_AFTER, WAITS, next_try
from tests.samples import NOW

DAYS = timedelta(days=3)


def wait(tries: int, *, retry_after: float | None = None, chance: float = 0.0) -> float:
    due = next_try(tries, NOW, NOW, DAYS, retry_after=retry_after, chance=chance)
    assert due is not None
    return (due - NOW).total_seconds()


def test_the_waits_are_those_of_standard_webhooks() -> None:
    hours = [5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24]
    assert [wait(tries) for tries in range(1, 10)] == [hour * 3600 for hour in hours]


def test_the_longest_wait_repeats() -> None:
    assert wait(10) == wait(1000) == WAITS[-1]


def test_chance_spreads_the_tries_over_a_tenth() -> None:
    assert wait(2, chance=1.0) == pytest.approx(330)
    assert wait(2, chance=0.5) == pytest.approx(315)


def test_it_is_given_up_when_the_time_is_over() -> None:
    assert next_try(3, NOW, NOW + DAYS - timedelta(seconds=1), DAYS) is not None
    assert next_try(3, NOW, NOW + DAYS, DAYS) is None


@pytest.mark.parametrize(
    ("asked", "waited"), [(600, 600), (1, 5), (0, 5), (1e12, LONGEST_RETRY_AFTER), (None, 5)]
)
def test_a_wish_to_wait_makes_a_wait_longer_never_shorter(asked: float | None, waited: float) -> None:
    assert wait(1, retry_after=asked) == waited
