"""What is agreed with a hub, and how that changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.websub import lease as rules
from monitor.feeds.websub.answers import NOT_OURS, Answer, answer
from monitor.feeds.websub.lease import Ask, Lease, Leases, State

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY
HUB, TOPIC = "https://hub.example/", "https://news.example/feed"


def wanted(token: str = "token", *, hub: str = HUB, base: str = "https://me.example/websub") -> Lease:
    return rules.asked_for(hub, TOPIC, f"{base}/feed/{token}", f"secret-{token}", NOW)


def active(token: str = "token") -> Lease:
    lease = rules.confirmed(rules.asked(wanted(token), NOW, 0.5), WEEK.total_seconds(), NOW, 0.5)
    return replace(lease, pushes=1, pushed=NOW - HOUR)


def of(current: Lease | None, *former: Lease) -> Leases:
    return Leases("feed", NOW, TOPIC, current, former)


def said(leases: Leases | None, token: str = "token", topic: str = TOPIC, **query: str) -> Answer:
    sent = {"hub.topic": topic} | {f"hub.{name}": value for name, value in query.items()}
    return answer(leases, token, sent, asked_for=WEEK, now=NOW, chance=0.5)


def test_a_hub_that_confirms_gets_its_challenge_back_and_the_lease_lasts_as_it_says() -> None:
    asked = rules.asked(wanted(), NOW, 0.5)
    found = said(of(asked), mode="subscribe", challenge="c1", lease_seconds="3600")
    assert (found.status, found.text) == (200, "c1")
    assert found.leases is not None
    lease = found.leases.current
    assert lease is not None
    assert (lease.state, lease.until, lease.due) == ("active", NOW + HOUR, NOW + 51 * MINUTE)
    assert (lease.tries, lease.is_live(NOW), lease.is_live(NOW + HOUR)) == (0, True, False)


def test_only_a_hub_that_has_told_of_news_is_relied_upon_and_while_its_lease_lasts() -> None:
    lease = rules.confirmed(rules.asked(wanted(), NOW, 0.5), 3600, NOW, 0.5)
    assert (lease.state, lease.is_healthy(NOW)) == ("active", False)
    heard = rules.heard(lease, NOW)
    assert (heard.is_healthy(NOW), heard.is_healthy(NOW + HOUR)) == (True, False)


def test_a_call_that_seems_to_come_from_the_future_was_not_made_lately() -> None:
    heard = rules.heard(active(), NOW)
    times = (NOW, NOW + MINUTE, NOW + 2 * MINUTE, NOW - MINUTE)
    assert [heard.rang_within(2 * MINUTE, now) for now in times] == [True, True, False, False]


@pytest.mark.parametrize(
    "found",
    [
        said(None, mode="subscribe", challenge="c"),
        said(of(None), mode="subscribe", challenge="c"),
        said(of(active()), "guessed", mode="subscribe", challenge="c"),
        said(of(active()), topic="https://other.example/", mode="subscribe", challenge="c"),
        said(of(active()), mode="subscribe"),
        said(of(active()), mode="subscribe", challenge="c" * 2001),
        said(of(active()), mode="unsubscribe", challenge="c"),
        said(of(active()), mode="publish", challenge="c"),
        said(of(active()), challenge="c"),
        said(of(wanted()), mode="subscribe", challenge="c"),
        said(of(rules.denied(active(), "no", NOW)), mode="subscribe", challenge="c"),
        said(of(None, replace(active(), state="ending")), mode="subscribe", challenge="c"),
    ],
)
def test_what_was_not_asked_for_is_not_confirmed(found: Answer) -> None:
    assert found == NOT_OURS


@pytest.mark.parametrize("given", ["", "-5", "0", "soon", "1e9", "²"])
def test_a_lease_of_unreadable_length_is_the_one_asked_for(given: str) -> None:
    found = said(of(active()), mode="subscribe", challenge="c", lease_seconds=given).leases
    assert found is not None
    assert found.current is not None
    assert found.current.until == NOW + WEEK


@given(seconds=st.floats(0, 1e300), chance=st.floats(0, 1))
def test_whatever_a_hub_says_a_lease_is_renewed_before_it_ends_and_not_all_the_time(
    seconds: float, chance: float
) -> None:
    lease = rules.confirmed(active(), seconds, NOW, chance)
    assert lease.until is not None
    assert NOW + MINUTE / 2 < lease.due < lease.until <= NOW + rules.LONGEST


def test_a_refusal_is_kept_with_its_reason_and_asked_again_in_a_day() -> None:
    found = said(of(active()), mode="denied", reason="<b>no</b>\nsuch topic \x1b[31m").leases
    assert found is not None
    lease = found.current
    assert lease is not None
    assert (lease.state, lease.until, lease.due) == ("denied", None, NOW + DAY)
    assert lease.reason == "the hub denied it: no such topic"
    assert not found.is_healthy(NOW)
    assert rules.asked(lease, NOW + DAY, 0.5).state == "asked"


def test_a_hub_that_does_not_confirm_is_asked_less_and_less_often() -> None:
    lease, now, waits = wanted(), NOW, []
    for _ in range(9):
        assert rules.asks(of(lease), now) == [Ask("subscribe", lease)]
        lease = rules.asked(lease, now, 0.5)
        assert rules.asks(of(lease), now) == []
        waits.append((lease.due - now) / MINUTE)
        now = lease.due
    assert waits == [5, 10, 20, 40, 80, 160, 320, 360, 360]


def test_a_lease_goes_on_while_it_is_renewed_and_ends_with_its_time() -> None:
    renewing = of(rules.failed(rules.asked(active(), NOW + 6 * DAY, 0.5), "HTTP 500"))
    assert renewing.is_healthy(NOW + 6 * DAY)
    assert rules.passed(renewing, NOW + 6 * DAY) is renewing
    over = rules.passed(renewing, NOW + WEEK).current
    assert over is not None
    assert (over.state, over.reason, over.until) == ("asked", rules.OVER, None)
    assert over.due <= NOW + WEEK


def test_a_feed_with_another_hub_leaves_the_old_one_and_asks_the_new_one() -> None:
    moved = rules.with_lease(of(active("old")), wanted("new", hub="https://new.example/"), NOW)
    modes = {ask.lease.token: ask.mode for ask in rules.asks(moved, NOW)}
    assert modes == {"old": "unsubscribe", "new": "subscribe"}
    gone = said(moved, "old", mode="unsubscribe", challenge="bye")
    assert (gone.status, gone.text) == (200, "bye")
    assert gone.leases is not None
    assert (gone.leases.former, gone.leases.current) == ((), moved.current)


def test_the_same_hub_offered_again_changes_nothing() -> None:
    leases = of(active())
    assert rules.with_lease(leases, wanted("made anew"), NOW) is leases
    assert rules.with_lease(of(None), None, NOW) == of(None)


def test_another_public_address_of_ours_is_another_lease() -> None:
    leases = rules.with_lease(of(active("old")), wanted("new", base="https://moved.example/w"), NOW)
    assert [one.token for one in leases.former] == ["old"]


def test_a_hub_that_never_confirmed_is_not_told_goodbye() -> None:
    assert rules.with_lease(of(rules.asked(wanted(), NOW, 0.5)), None, NOW) == of(None)


def test_goodbyes_are_given_up_after_some_tries_or_when_the_lease_is_over() -> None:
    leases = rules.with_lease(of(active()), None, NOW)
    assert rules.passed(leases, NOW + WEEK).former == ()
    now = NOW
    for _ in range(rules.GOODBYES):
        assert [ask.mode for ask in rules.asks(leases, now)] == ["unsubscribe"]
        leases = leases.changed("token", lambda one, now=now: rules.asked(one, now, 0.5))  # type: ignore[misc]
        now = leases.former[0].due
    assert rules.passed(leases, now).former == ()


def test_a_hub_asked_to_end_that_denies_is_gone() -> None:
    leaving = of(None, replace(active(), state="ending"))
    assert said(leaving, mode="denied", reason="x").leases == of(None)


def test_secrets_are_sent_to_subscribe_and_shown_to_nobody() -> None:
    lease = wanted()
    assert rules.form(Ask("subscribe", lease), WEEK) == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": lease.callback,
        "hub.verify": "async",
        "hub.lease_seconds": "604800",
        "hub.secret": "secret-token",
    }
    goodbye = rules.form(Ask("unsubscribe", lease), WEEK)
    assert "hub.secret" not in goodbye
    assert goodbye["hub.verify"] == "async"
    assert "token" not in repr(of(lease))


def after_polls(lease: Lease, *polls: tuple[timedelta, int]) -> State:
    for at, new in polls:
        lease = rules.polled(lease, new, NOW + at)
    return lease.state


def test_news_that_were_not_pushed_make_a_hub_silent() -> None:
    assert after_polls(active(), (HOUR, 0), (2 * HOUR, 1)) == "silent"


def test_what_came_before_the_lease_was_nobodys_to_push() -> None:
    assert after_polls(active(), (HOUR, 5)) == "active"
    over = rules.passed(of(rules.polled(active(), 0, NOW + HOUR)), NOW + WEEK).current
    assert over is not None
    again = rules.confirmed(over, WEEK.total_seconds(), NOW + WEEK, 0.5)
    assert after_polls(again, (WEEK + HOUR, 5)) == "active"


def test_news_that_caches_show_late_were_pushed_all_the_same() -> None:
    checked = rules.polled(active(), 0, NOW + HOUR)
    pushed = rules.heard(checked, NOW + 2 * HOUR)
    assert after_polls(pushed, (2 * HOUR, 0), (2 * HOUR + 2 * MINUTE, 1)) == "active"
    assert after_polls(pushed, (2 * HOUR, 1), (3 * HOUR, 1)) == "silent"


def test_a_silent_hub_that_is_heard_again_is_trusted_again() -> None:
    silent = replace(active(), state="silent", reason=rules.SILENT)
    assert not silent.is_healthy(NOW)
    assert rules.confirmed(silent, 3600, NOW, 0.5).state == "silent"
    heard = rules.heard(silent, NOW + HOUR)
    assert (heard.state, heard.reason, heard.pushes) == ("active", "", 2)
    assert heard.is_healthy(NOW + HOUR)
