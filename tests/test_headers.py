"""For how long an answer is fresh, by its headers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from monitor.headers import LONGEST, fresh_for, retry_after, sent

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON, ONE = "Sun, 01 Mar 2026 12:00:00 GMT", "Sun, 01 Mar 2026 13:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Cache-Control": "max-age=600"}, 600),
        ({"cache-control": "public, MAX-AGE = 600, must-revalidate"}, 600),
        ({"Cache-Control": "s-maxage=600"}, 0),
        ({"Cache-Control": "max-age=600", "Age": "500"}, 100),
        ({"Cache-Control": "max-age=600", "Age": "9999"}, 0),
        ({"Cache-Control": "max-age=600", "Age": "old"}, 600),
        ({"Cache-Control": "max-age=999999999999"}, LONGEST),
        ({"Cache-Control": "no-cache, max-age=600"}, 0),
        ({"Cache-Control": "Max-Age=600, No-Cache"}, 0),
        ({"Cache-Control": 'no-cache="Set-Cookie, max-age=1", max-age="600"'}, 600),
        ({"Cache-Control": "max-age=600, max-age=60"}, 600),
        ({"Cache-Control": "x-max-age=600"}, 0),
        ({"Cache-Control": "no-store", "Expires": ONE}, 0),
        ({"Cache-Control": "max-age=soon"}, 0),
        ({"Expires": ONE}, 3600),
        ({"Expires": ONE, "Date": ONE}, 0),
        ({"Expires": ONE, "Date": NOON}, 3600),
        ({"Expires": ONE, "Cache-Control": "max-age=60"}, 60),
        ({"Expires": ONE, "Date": "never"}, 3600),
        ({"Expires": "0"}, 0),
        ({"Expires": "-1", "Date": "never"}, 0),
        ({"Expires": "Sun, 01 Mar 2026 13:00:00"}, 3600),
        ({"Expires": "Sun Mar  1 13:00:00 2026"}, 3600),
        ({"Expires": "Sun, 01 Mar 2026 13:00:00 -0000", "Date": "Sun Mar  1 12:30:00 2026"}, 1800),
    ],
)
def test_an_answer_is_fresh_for_as_long_as_it_says(headers: dict[str, str], seconds: float) -> None:
    assert fresh_for(CIMultiDict(headers), NOW) == seconds


@pytest.mark.parametrize(
    "date", [ONE, "Sunday, 01-Mar-26 13:00:00 GMT", "Sun Mar  1 13:00:00 2026", "1 Mar 2026 13:00:00 -0000"]
)
def test_until_when_to_wait_is_understood_in_each_form_of_a_date(date: str) -> None:
    assert retry_after(date, NOW) == 3600


def test_all_lines_of_cache_control_count() -> None:
    lines = CIMultiDict([("Cache-Control", "public"), ("cache-control", "max-age=600")])
    assert fresh_for(lines, NOW) == 600
    lines.add("Cache-Control", "no-store")
    assert fresh_for(lines, NOW) == 0


def test_a_servers_own_clock_says_how_long_to_wait() -> None:
    assert retry_after(ONE, sent(CIMultiDict({"Date": ONE}), NOW)) == 0
    assert retry_after(ONE, sent(CIMultiDict({"date": "Sun, 01 Mar 2026 11:00:00 GMT"}), NOW)) == 7200
    assert sent(CIMultiDict({"Date": "never"}), NOW) == sent(CIMultiDict(), NOW) == NOW


@given(st.dictionaries(st.sampled_from(["Cache-Control", "Expires", "Date", "Age"]), st.text(max_size=60)))
def test_whatever_the_headers_the_time_is_within_bounds(headers: dict[str, str]) -> None:
    assert 0 <= fresh_for(CIMultiDict(headers), NOW) <= LONGEST
