"""An outage is told once a minute, however many polls wait, and servers are asked less and less often."""

from datetime import timedelta

from structlog.testing import capture_logs

from monitor.roles.waits import LONGEST, PAUSE, SHORTEST, Waits
from tests.contract.harness import TestClock

INTERVAL = timedelta(minutes=15)


def test_a_reason_is_told_at_once_and_then_with_how_many_waited_meanwhile() -> None:
    clock = TestClock()
    waits = Waits(clock)
    with capture_logs() as log:
        for number in range(300):
            waits.met(f"f{number}", "away", INTERVAL)
        waits.met("f1", "too many files", INTERVAL)
        clock.advance(timedelta(seconds=PAUSE))
        waits.met("f2", "away", INTERVAL)
        waits.met("f3", "away", INTERVAL)
    told = [(line["feed"], line["reason"], line["polls"]) for line in log]
    assert told == [("f0", "away", 1), ("f1", "too many files", 1), ("f2", "away", 300)]
    assert {line["log_level"] for line in log} == {"warning"}


def test_an_old_outage_is_not_counted_in_a_new_one() -> None:
    clock = TestClock()
    waits = Waits(clock)
    for reason in ("away", "away", "another"):
        clock.advance(timedelta(seconds=PAUSE / 2))
        waits.met("f", reason, INTERVAL)
    clock.advance(timedelta(hours=1))
    waits.met("f", "another", INTERVAL)
    with capture_logs() as log:
        clock.advance(timedelta(seconds=PAUSE))
        waits.met("f", "away", INTERVAL)
    assert [line["polls"] for line in log] == [1]


def test_each_feed_waits_longer_every_time_until_it_is_over() -> None:
    waits = Waits(TestClock())
    pauses = [waits.met("f", "away", INTERVAL) for _ in range(2000)]
    assert pauses[:3] == [SHORTEST, 2 * SHORTEST, 4 * SHORTEST]
    assert max(pauses) == pauses[-1] == LONGEST
    assert waits.met("another", "away", INTERVAL) == SHORTEST
    waits.over("f")
    assert waits.met("f", "away", INTERVAL) == SHORTEST


def test_a_feed_that_is_polled_often_waits_no_longer_than_its_interval() -> None:
    waits = Waits(TestClock())
    for interval, longest in ((1, 10), (60, 60)):
        pauses = [waits.met(f"{interval}", "away", timedelta(seconds=interval)) for _ in range(9)]
        assert max(pauses) == timedelta(seconds=longest)
