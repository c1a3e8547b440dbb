"""Markup to plain text, and dates that can be true."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.articles.normalize import plain_text, sane_date

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br/>two", "one\ntwo"),
        ("<b>North</b> <i>Korea</i>", "North Korea"),
        ("Nor<b>th</b>", "North"),
        ("AT&amp;T and Q&A, a < b", "AT&T and Q&A, a < b"),
        ("&amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt;", "bold"),
        ("it&amp;#39;s", "it's"),
        ("a<script>alert(1)</script><style>p{}</style>b", "ab"),
        ('<p>a</p><iframe src="x" allowfullscreen="true" /><p>troops</p>', "a\ntroops"),
        ("How the <script> tag leaks <b>data</b>", "How the tag leaks data"),
        ("<iframe src=1><p>one</p><iframe src=2>no</iframe>two<br>", "one\ntwo"),
        ("a<style/>b <b>c</b>", "a b c"),
        ('<script src="a>b"/>one<script>if (a > b) {}</script> <b>two</b>', "one two"),
        ("a &lt;iframe src='x'/&gt; &lt;b&gt;b&lt;/b&gt;", "a b"),
        ("North\u00a0Korea\u200b sol\u00addiers", "North Korea soldiers"),
        ("\u202eevil\u202c \x00\x1b[31mred", "evil red"),
        ("\ud800half", "half"),
        ("&#xD800;half", "\ufffdhalf"),
        ("\u1107\u116e\u11a8\u1112\u1161\u11ab", "북한"),
        ("<앵커> <AP통신> 북한군", "<앵커> <AP통신> 북한군"),
        ("  many \t spaces \r\n\r\n lines ", "many spaces\nlines"),
    ],
)
def test_markup_becomes_readable_text(markup: str, text: str) -> None:
    assert plain_text(markup, 1000) == (text, False)


def test_a_long_text_is_cut_at_a_words_end_and_marked() -> None:
    assert plain_text("one two three four", 12) == ("one two…", True)


SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Unicode calls them format characters, but one sees them."""


@example("\u200b\U00013430\U0001bca0\U0001d173")
@given(st.text(max_size=300))
def test_any_text_comes_out_clean(markup: str) -> None:
    text, _ = plain_text(markup, 100)
    text.encode("utf-8")
    assert len(text) <= 101
    seen = text.translate(dict.fromkeys(map(ord, f"\n{SIGNS}")))
    assert not any(unicodedata.category(one) in {"Cc", "Cf", "Cs"} for one in seen)
    assert unicodedata.is_normalized("NFC", text)


@given(st.lists(st.sampled_from(["<", ">", "&", "amp;", "lt;", "p", "/", "b", " ", "북", "#39;", "script"])))
def test_what_was_cleaned_stays_as_it_is(parts: list[str]) -> None:
    text, _ = plain_text("".join(parts), 10_000)
    again, _ = plain_text(text, 10_000)
    assert plain_text(again, 10_000)[0] == again


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
        NOW + timedelta(days=3),
        None,
    ],
)
def test_dates_that_cannot_be_true_are_dropped(moment: datetime | None) -> None:
    assert sane_date(moment, NOW) is None


def test_a_date_in_another_zone_comes_out_in_utc() -> None:
    from datetime import timezone

    seoul = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert sane_date(seoul, NOW) == datetime(2026, 3, 1, 0, tzinfo=UTC)
    assert str(sane_date(seoul, NOW)).endswith("+00:00")
