"""What operators are told of feeds: neither flaky answers nor two hundred messages at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.vigil import Told, Vigilance, look
from monitor.model import FeedHealth, Health
from tests.samples import NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
VIGILANCE = Vigilance(broken_after=HOUR, gather=5 * MINUTE)
TOLD = Told(NOW)


def feed(
    number: int = 0, health: Health = "healthy", ago: timedelta = 9 * HOUR, failures: int = 0
) -> FeedHealth:
    """Return a feed that has fared so for a while, by ``NOW``."""
    failures = failures or (3 if health == "failing" else 0)
    url = f"https://f{number}.example/feed"
    answered = NOW - ago if health in {"failing", "gone"} else NOW + 99 * HOUR  # it goes on answering
    return FeedHealth(
        f"f{number}", url, f"Outlet {number}", health, NOW - ago, "why", NOW, failures, answered
    )


def well(count: int) -> list[FeedHealth]:
    return [feed(100 + number) for number in range(count)]


def title(told: Told | None) -> str:
    assert told is not None
    assert told.notice is not None
    return told.notice.title


def names(told: Told | None) -> list[str]:
    assert told is not None
    assert told.notice is not None
    return [one.id for one in told.notice.feeds]


@pytest.mark.parametrize(
    ("health", "told_after"), [("failing", HOUR + 5 * MINUTE), ("quiet", 5 * MINUTE), ("gone", 5 * MINUTE)]
)
def test_a_trouble_is_told_once_and_not_before_its_time(health: Health, told_after: timedelta) -> None:
    early = [feed(0, health, told_after - MINUTE / 60), *well(9)]
    assert look(early, TOLD, VIGILANCE, NOW) is None
    feeds = [feed(0, health, told_after), *well(9)]
    told = look(feeds, TOLD, VIGILANCE, NOW)
    assert names(told) == ["f0"]
    assert told is not None
    assert look(feeds, told, VIGILANCE, NOW + 99 * HOUR) is None


def test_an_end_is_told_once_and_only_of_what_was_told() -> None:
    told = look([feed(0, "failing", 2 * HOUR), *well(9)], TOLD, VIGILANCE, NOW)
    assert told is not None
    assert look([feed(0, "healthy", 4 * MINUTE), *well(9)], told, VIGILANCE, NOW) is None
    again = look([feed(0, "healthy", 5 * MINUTE), *well(9)], told, VIGILANCE, NOW)
    assert (title(again), names(again)) == ("Outlet 0 answers again", ["f0"])
    assert again is not None
    assert look([feed(0), *well(9)], again, VIGILANCE, NOW + HOUR) is None


def test_a_feed_that_comes_and_goes_is_not_told_of_again_and_again() -> None:
    told = look([feed(0, "failing", 2 * HOUR), *well(9)], TOLD, VIGILANCE, NOW)
    assert told is not None
    for minutes in range(1, 60, 2):
        assert look([feed(0, "failing", minutes * MINUTE), *well(9)], told, VIGILANCE, NOW) is None
        assert look([feed(0, "healthy", 2 * MINUTE), *well(9)], told, VIGILANCE, NOW) is None


def test_what_happens_together_is_one_notice_the_gravest_first() -> None:
    feeds = [feed(1, "quiet", MINUTE), feed(2, "failing", 65 * MINUTE), feed(3, "gone", 2 * MINUTE), *well(9)]
    told = look(feeds, TOLD, VIGILANCE, NOW)
    assert title(told) == "1 feed is gone, 1 feed fails, 1 feed is silent"
    assert names(told) == ["f3", "f2", "f1"]


def test_who_gets_worse_is_told_of_again() -> None:
    told = look([feed(0, "failing", 2 * HOUR), *well(9)], TOLD, VIGILANCE, NOW)
    assert told is not None
    assert title(look([feed(0, "gone", HOUR), *well(9)], told, VIGILANCE, NOW)) == "Outlet 0 is gone"


def failing(count: int, spread: timedelta = timedelta(0), ago: timedelta = 65 * MINUTE) -> list[FeedHealth]:
    return [feed(number, "failing", ago - spread * number / max(1, count - 1)) for number in range(count)]


def test_several_that_begin_to_fail_together_are_one_notice() -> None:
    feeds = [*failing(20, spread=15 * MINUTE), *well(30)]
    told = look(feeds, TOLD, VIGILANCE, NOW)
    assert title(told) == "20 feeds fail"
    assert told is not None
    assert look(feeds, told, VIGILANCE, NOW + HOUR) is None


def test_one_flaky_answer_is_not_told_with_others() -> None:
    flaky = feed(50, "failing", 10 * MINUTE, failures=1)
    assert "f50" not in names(look([*failing(5), flaky, *well(30)], TOLD, VIGILANCE, NOW))


def through(feeds: Sequence[FeedHealth], told: Told, minutes: int) -> tuple[Told, list[str]]:
    """Look each minute at feeds that stay so; return what is told in the end, and the titles on the way."""
    titles = []
    for minute in range(minutes):
        after = look(feeds, told, VIGILANCE, NOW + minute * MINUTE)
        if after is not None:
            told = after
            titles.append(title(told))
    return told, titles


def test_a_lost_network_is_two_messages_however_many_feeds_there_are() -> None:
    down = failing(200, spread=15 * MINUTE)
    told, titles = through(down, TOLD, 90)
    assert titles == ["all 200 feeds fail: is the network down?"]
    for answering in (20, 99, 100, 149):
        feeds = [*(replace(one, health="healthy", since=NOW) for one in down[:answering]), *down[answering:]]
        told, titles = through(feeds, told, 60)
        assert titles == []
    up = [*(replace(one, health="healthy", since=NOW) for one in down[:190]), *down[190:]]
    told, titles = through(up, told, 90)
    assert titles == ["190 of 200 feeds answer again, 10 still fail"]
    assert len(told.troubles) == 10
    rest, titles = through([replace(one, health="healthy", since=NOW) for one in down], told, 90)
    assert titles == ["10 feeds answer again"]
    assert rest.troubles == {}


def test_an_outage_ends_though_some_had_failed_before() -> None:
    told, _ = through([*failing(30), *well(70)], TOLD, 9)
    told, titles = through(failing(100), told, 90)
    assert titles == ["all 100 feeds fail: is the network down?"]
    _, titles = through([*failing(30), *[feed(n, "healthy", MINUTE) for n in range(30, 100)]], told, 90)
    assert titles == ["70 of 100 feeds answer again, 30 still fail"]


def test_an_outage_ends_though_some_stay_broken_and_then_all_are_told_of_as_usual() -> None:
    down = [*failing(3), *[feed(number) for number in (3, 4)]]
    told, titles = through(down, TOLD, 90)
    assert titles == ["3 of 5 feeds fail: is the network down?"]
    left = [*down[:1], *[replace(one, health="healthy", since=NOW) for one in down[1:]]]
    told, titles = through(left, told, 90)
    assert titles == ["4 of 5 feeds answer again, 1 still fails"]
    told, titles = through([*left[:4], replace(left[4], health="failing", failures=3)], told, 90)
    assert titles == ["Outlet 4 fails"]
    told, titles = through([replace(one, health="healthy", since=NOW) for one in left], told, 90)
    assert titles == ["2 feeds answer again"]
    assert told.troubles == {}


def test_the_end_of_an_outage_of_few_feeds_waits_for_those_that_are_asked_later() -> None:
    told, _ = through(failing(3), TOLD, 90)
    for still in (2, 1):
        feeds = [*failing(still), *[feed(number, "healthy", MINUTE) for number in range(still, 3)]]
        told, titles = through(feeds, told, 30)
        assert titles == []
    _, titles = through([feed(number, "healthy", MINUTE) for number in range(3)], told, 90)
    assert titles == ["3 of 3 feeds answer again"]


def test_an_outage_ends_when_no_more_feeds_come_back() -> None:
    down = failing(9)
    told, _ = through(down, TOLD, 90)
    left = [*down[:4], *[replace(one, health="healthy", since=NOW) for one in down[4:]]]
    told, titles = through(left, told, 60)
    assert titles == []
    _, titles = through(left, told, 90)
    assert titles == ["5 of 9 feeds answer again, 4 still fail"]


def test_feeds_that_broke_one_by_one_are_no_outage_when_they_are_most() -> None:
    told, _ = through([*failing(50), *[feed(number) for number in range(50, 100)]], TOLD, 90)
    _, titles = through([*failing(51), *[feed(number) for number in range(51, 100)]], told, 90)
    assert titles == ["Outlet 50 fails"]


def test_what_breaks_later_than_most_is_told_while_others_answer() -> None:
    down = [*failing(3), feed(3), feed(4)]
    told, _ = through(down, TOLD, 90)
    later = replace(feed(3, "failing"), since=NOW + 10 * MINUTE)
    told, titles = through([*down[:3], later, down[4]], told, 90)
    assert titles == ["Outlet 3 fails"]
    told, titles = through([*down[:3], replace(later, health="healthy"), down[4]], told, 90)
    assert titles == ["Outlet 3 answers again"]
    assert told.outage is not None
    _, titles = through([*down[:3], later, replace(later, id="f4")], told, 90)
    assert titles == []


def test_what_began_to_fail_before_the_first_of_most_was_back_belongs_to_the_outage() -> None:
    down = failing(60)
    told, titles = through([*down, *well(40)], TOLD, 9)
    assert titles == ["60 of 100 feeds fail: is the network down?"]
    late = [replace(one, health="failing", since=NOW + 10 * MINUTE, failures=3) for one in well(40)]
    back = replace(down[0], health="healthy", since=NOW + 20 * MINUTE, answered=NOW + 20 * MINUTE)
    told, titles = through([back, *down[1:], *late], told, 90)
    assert titles == []
    later = replace(late[0], since=NOW + 30 * MINUTE)
    _, titles = through([back, *down[1:], later, *late[1:]], told, 99)
    assert titles == [f"{later.outlet} fails"]


def test_feeds_that_are_asked_seldom_belong_to_the_outage_though_they_were_well_before_it() -> None:
    stale = [replace(feed(number), answered=NOW - MINUTE) for number in range(60, 100)]
    told, _ = through([*failing(60), *stale], TOLD, 90)
    found = []
    for number in range(40):
        late = replace(stale[number], health="failing", since=NOW + (60 + number) * MINUTE)
        stale[number] = late
        told, titles = through([*failing(60), *stale], told, 90)
        found += titles
    assert found == []


def test_an_outage_of_feeds_that_were_taken_off_the_list_ends_without_a_word() -> None:
    told, _ = through(failing(5), TOLD, 90)
    assert through([], told, 90)[1] == []
    assert through(well(5), told, 90)[1] == []
    _, titles = through([feed(9, "gone"), *well(5)], told, 90)
    assert titles == ["Outlet 9 is gone"]


@pytest.mark.parametrize("health", ["quiet", "failing"])
def test_a_trouble_that_is_back_before_its_end_was_told_is_the_same(health: Health) -> None:
    told, _ = through([feed(0, health), *well(9)], TOLD, 9)
    for passing in ("healthy", "failing"):
        told, titles = through([replace(feed(0), health=passing, since=NOW), *well(9)], told, 4)
        assert titles == []
    told, titles = through([replace(feed(0, health), since=NOW), *well(9)], told, 90)
    assert titles == []
    _, titles = through([replace(feed(0), since=NOW), *well(9)], told, 90)
    assert titles == ["Outlet 0 answers again"]


def test_who_was_silent_before_an_outage_is_not_told_of_again_after_it() -> None:
    told, _ = through([feed(0, "quiet"), *[feed(number) for number in range(1, 9)]], TOLD, 9)
    told, titles = through(failing(9), told, 9)
    assert titles == ["all 9 feeds fail: is the network down?"]
    up = [replace(feed(number, "quiet" if number == 0 else "healthy"), since=NOW) for number in range(9)]
    told, titles = through(up, told, 90)
    assert titles == ["9 of 9 feeds answer again"]
    assert set(told.troubles) == {"f0"}


def test_what_is_gone_is_told_during_an_outage_too() -> None:
    told, _ = through([*failing(9), feed(50)], TOLD, 9)
    _, titles = through([*failing(9), feed(50, "gone", HOUR)], told, 9)
    assert titles == ["Outlet 50 is gone"]


@pytest.mark.parametrize("count", [1, 2])
def test_few_feeds_make_no_outage(count: int) -> None:
    assert "network" not in title(look(failing(count), TOLD, VIGILANCE, NOW))


def test_feeds_that_were_taken_off_the_list_are_forgotten() -> None:
    told, _ = through([feed(0, "failing", 2 * HOUR), *well(9)], TOLD, 2)
    told, titles = through([feed(1, "quiet", HOUR), *well(9)], told, 2)
    assert titles == ["Outlet 1 is silent"]
    assert set(told.troubles) == {"f1"}


def test_two_who_look_at_the_same_come_to_the_same_notice() -> None:
    feeds = [*failing(2), *well(9)]
    one, other = look(feeds, TOLD, VIGILANCE, NOW), look(feeds[::-1], TOLD, VIGILANCE, NOW + MINUTE)
    assert one is not None
    assert other is not None
    assert one.notice is not None
    assert other.notice is not None
    assert one.notice.id == other.notice.id
