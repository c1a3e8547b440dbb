"""Whom an alert goes to, and when a digest is due."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.digest import Daily, Hourly
from monitor.alerts.route import Route, deliveries_of
from monitor.model import DeliveryState
from tests.samples import NOW, alert, article, match


def test_one_delivery_for_each_receiver() -> None:
    routes = {"desk": Route("desk"), "ops": Route("ops", Hourly())}
    made = deliveries_of(alert(match(receivers=("desk", "ops"))), routes, NOW)
    assert [(d.receiver, d.state, d.due) for d in made] == [
        ("desk", DeliveryState.WAITING, NOW),
        ("ops", DeliveryState.COLLECTING, NOW + timedelta(hours=1)),
    ]


def test_a_withheld_alert_goes_nowhere() -> None:
    assert deliveries_of(alert(match(article(backlog=True))), {"desk": Route("desk")}, NOW) == []


def test_a_receiver_that_is_gone_from_the_watchlist_still_gets_its_delivery() -> None:
    assert [d.receiver for d in deliveries_of(alert(), {}, NOW)] == ["desk"]


def test_the_same_alert_makes_the_same_delivery() -> None:
    assert deliveries_of(alert(), {}, NOW)[0].id == deliveries_of(alert(), {}, NOW + timedelta(days=1))[0].id


@pytest.mark.parametrize(
    ("now", "due"),
    [("2026-03-28T07:00", "2026-03-28T07:30"), ("2026-03-28T07:30", "2026-03-29T06:30")],
)
def test_a_daily_digest_follows_the_wall_clock_of_its_zone(now: str, due: str) -> None:
    """On 29 March clocks in Kyiv go forward."""
    daily = Daily(time(9, 30), ZoneInfo("Europe/Kyiv"))
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert daily.next(moment) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.times())
def test_the_next_digest_is_always_ahead_and_within_two_days(now: datetime, at: time) -> None:
    for rhythm in (Hourly(), Daily(at, ZoneInfo("America/New_York"))):
        assert now < rhythm.next(now) <= now + timedelta(days=2)
