"""An outage is told once a minute, however many polls it holds up."""

from datetime import timedelta

from structlog.testing import capture_logs

from monitor.roles.waits import PAUSE, Waits
from tests.contract.harness import TestClock


def test_a_reason_is_told_at_once_and_then_with_how_many_waited_meanwhile() -> None:
    clock = TestClock()
    waits = Waits(clock)
    with capture_logs() as log:
        for number in range(300):
            waits.met(f"f{number}", "away")
        waits.met("f1", "too many files")
        clock.advance(timedelta(seconds=PAUSE))
        waits.met("f2", "away")
        waits.met("f3", "away")
    told = [(line["feed"], line["reason"], line["polls"]) for line in log]
    assert told == [("f0", "away", 1), ("f1", "too many files", 1), ("f2", "away", 300)]
    assert {line["log_level"] for line in log} == {"warning"}


def test_an_old_outage_is_not_counted_in_a_new_one() -> None:
    clock = TestClock()
    waits = Waits(clock)
    for reason in ("away", "away", "another"):
        clock.advance(timedelta(seconds=PAUSE / 2))
        waits.met("f", reason)
    clock.advance(timedelta(hours=1))
    waits.met("f", "another")
    with capture_logs() as log:
        clock.advance(timedelta(seconds=PAUSE))
        waits.met("f", "away")
    assert [line["polls"] for line in log] == [1]
