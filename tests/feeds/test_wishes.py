"""What feeds ask of those who poll them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.document.parse import ParseLimits, parse
from monitor.feeds.document.wishes import NO_WISHES, Wishes, beyond, wishes_of
from monitor.model import Entry
from tests.feeds.shapes import atom, outlet, rdf, wordpress

PERIOD, TIMES = "<sy:updatePeriod>{}</sy:updatePeriod>", "<sy:updateFrequency>{}</sy:updateFrequency>"
ITEM = "<item><title>x</title><guid>1</guid></item>"
SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
NOW = datetime(2026, 3, 1, 12, 20, tzinfo=UTC)
"""A Sunday."""
HOUR = timedelta(hours=1)


def skip(unit: str, *which: object) -> str:
    listed = "".join(f"<{unit}>{one}</{unit}>" for one in which)
    return f"<skip{unit.title()}s>{listed}</skip{unit.title()}s>"


def rss(head: str = "", items: str = ITEM, tail: str = "") -> str:
    return f"<rss version='2.0' {SY}><channel><title>t</title>{head}{items}{tail}</channel></rss>"


@pytest.mark.parametrize(
    ("head", "wishes"),
    [
        ("", NO_WISHES),
        ("<ttl>60</ttl>", Wishes(3600)),
        ("<ttl>\n <![CDATA[ 5 ]]>\n</ttl>", Wishes(300)),
        ("<ttl>soon</ttl><ttl/>", NO_WISHES),
        ("<ttl>-5</ttl>", NO_WISHES),
        ("<ttl>999999999</ttl>", Wishes(365 * 86_400)),
        (PERIOD.format("\n\tdaily\t") + TIMES.format(4), Wishes(21_600)),
        (PERIOD.format("Hourly") + TIMES.format(0), Wishes(3600)),
        (PERIOD.format("sometimes"), NO_WISHES),
        ("<ttl>30</ttl>" + PERIOD.format("hourly"), Wishes(3600)),
        (skip("hour", 3, " 1 ", 24, 99), Wishes(0, (0, 1, 3))),
        (skip("day", "Sunday", "saturday", "Someday"), Wishes(0, (), (5, 6))),
        ("<hour>3</hour><day>Sunday</day>", NO_WISHES),
        (skip("hour", *range(24)), NO_WISHES),
    ],
)  # fmt: skip
def test_a_wish_is_understood_or_passed_over(head: str, wishes: Wishes) -> None:
    assert wishes_of(rss(head)) == wishes
    assert wishes_of(rss(tail=head)) == wishes, "some write it behind the entries"


def test_what_articles_write_of_it_is_no_wish() -> None:
    words = f"<ttl>5</ttl> {'x' * 100_000} </item><ttl>6</ttl>"
    article = f"<item><description><![CDATA[{words}]]></description></item>"
    assert wishes_of(rss(items=article + article)) == NO_WISHES
    assert wishes_of(rss("<ttl>7</ttl>", items=article)) == Wishes(420)


ENTRIES = [Entry(guid="1", link="https://news.example/1", title="One", summary="Words")]


@pytest.mark.parametrize(
    ("body", "wishes"),
    [
        (wordpress(ENTRIES), Wishes(3600)),
        (outlet(ENTRIES), Wishes(900, (1,))),
        (atom(ENTRIES), NO_WISHES),
        (rdf(ENTRIES), NO_WISHES),
        (rss(skip("hour", 1, 2) + skip("day", "Monday")), Wishes(0, (1, 2), (0,))),
    ],
)  # fmt: skip
def test_both_ways_of_reading_hand_over_the_same_wishes(body: str, wishes: Wishes) -> None:
    ways = [parse(body.encode(), "", "https://news.example/f", ParseLimits(), quick=q) for q in (True, False)]
    assert [way.wishes for way in ways] == [wishes, wishes]
    assert [way.quick for way in ways] == [True, False]


def test_hostile_text_takes_no_time_and_asks_for_nothing() -> None:
    for piece in ("<ttl>", "<skipHours>", "<ttl" + " " * 60, "<hour", "<a:", "<![CDATA[", "</item"):
        text = piece * (1_000_000 // len(piece))
        assert wishes_of(text) == NO_WISHES


@pytest.mark.parametrize(
    ("wishes", "until"),
    [
        (NO_WISHES, NOW),
        (Wishes(0, (12, 13)), datetime(2026, 3, 1, 14, tzinfo=UTC)),
        (Wishes(0, (), (6,)), datetime(2026, 3, 2, tzinfo=UTC)),
        (Wishes(0, (0,), (6,)), datetime(2026, 3, 2, 1, tzinfo=UTC)),
        (Wishes(0, (), (6, 0, 1, 2)), NOW + 48 * HOUR),
    ],
)
def test_unwanted_hours_and_days_are_left_out_up_to_a_bound(wishes: Wishes, until: datetime) -> None:
    assert beyond(NOW, wishes, NOW + 48 * HOUR) == until


@given(
    st.lists(st.integers(0, 23)).map(tuple), st.lists(st.integers(0, 6)).map(tuple), st.integers(0, 10_000)
)
def test_nothing_is_put_off_beyond_the_bound_or_brought_forward(
    hours: tuple[int, ...], days: tuple[int, ...], minutes: int
) -> None:
    latest = NOW + timedelta(minutes=minutes)
    assert NOW <= beyond(NOW, Wishes(0, hours, days), latest) <= latest
