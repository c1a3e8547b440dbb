"""Cutting to size: as little as needed, with marks, and with evidence that stays true."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.cut import ORDER, cut_alert, cut_article, cut_match, shortened, within
from monitor.model import Article, Span
from monitor.stream.codec import alert_codec, article_codec, match_codec
from tests.samples import alert, article, match

texts = st.text(st.characters(codec="utf-8"), max_size=60)
articles = st.builds(
    article,
    title=texts,
    summary=texts,
    body=texts,
    authors=st.lists(texts, max_size=4).map(tuple),
    cut=st.sampled_from([(), ("title",), ("body", "authors")]),
)


def at_most(codec: Any, room: int) -> Callable[[Any], bool]:
    return lambda value: codec.size(value) <= room


@given(articles, st.integers(0, 1200))
def test_what_can_fit_does_and_nothing_but_texts_is_touched(one: Article, room: int) -> None:
    cut = cut_article(one, at_most(article_codec, room))
    barest = cut_article(one, lambda _: False)
    assert article_codec.size(cut) <= max(room, article_codec.size(barest))
    fields = dict.fromkeys((*ORDER, "cut"))
    assert replace(cut, **{name: getattr(one, name) for name in fields}) == one
    assert all(not getattr(barest, name) for name in ORDER)


@given(articles, st.integers(0, 1200))
def test_a_field_is_cut_at_its_end_if_and_only_if_it_is_marked(one: Article, room: int) -> None:
    cut = cut_article(one, at_most(article_codec, room))
    for name in ORDER:
        before, after = getattr(one, name), getattr(cut, name)
        assert before[: len(after)] == after
        assert name in cut.cut or before == after
    assert len(set(cut.cut)) == len(cut.cut)
    assert {name for name in ORDER if getattr(one, name) != getattr(cut, name)} | set(one.cut) == set(cut.cut)


@given(articles, st.integers(0, 1200))
def test_no_more_is_cut_than_is_needed_and_in_the_order_of_worth(one: Article, room: int) -> None:
    fits = at_most(article_codec, room)
    cut = cut_article(one, fits)
    touched = [name for name in ORDER if getattr(one, name) != getattr(cut, name)]
    if not touched:
        assert fits(one) or not any(getattr(one, name) for name in ORDER)
        return
    *gone, last = touched
    assert not any(getattr(cut, name) for name in gone)
    assert all(not getattr(one, name) for name in ORDER[: ORDER.index(last)] if name not in gone)
    longer = len(getattr(cut, last)) + 1
    if longer < len(getattr(one, last)):
        assert not fits(replace(cut, **{last: getattr(one, last)[:longer]}))


def test_what_fits_is_the_same_value() -> None:
    one = article()
    assert cut_article(one, lambda _: True) is one


@given(articles, st.integers(0, 2000), st.data())
def test_spans_are_those_within_what_is_left(one: Article, room: int, data: st.DataObject) -> None:
    places = [
        Span(name, start, data.draw(st.integers(start, len(getattr(one, name)))), "c")
        for name in ("title", "summary", "body")
        for start in data.draw(st.lists(st.integers(0, len(getattr(one, name))), max_size=3))
    ]
    found = match(one, spans=tuple(places))
    cut = cut_match(found, at_most(match_codec, room))
    assert cut.spans == within(found.spans, cut.article)
    for span in cut.spans:
        part = slice(span.start, span.end)
        assert getattr(cut.article, span.field)[part] == getattr(one, span.field)[part]
    assert replace(cut, article=found.article, spans=found.spans) == found


@given(articles, st.integers(0, 2500))
def test_an_alert_is_cut_in_its_article(one: Article, room: int) -> None:
    decided = alert(match(one))
    cut = cut_alert(decided, at_most(alert_codec, room))
    barest = cut_alert(decided, lambda _: False)
    assert alert_codec.size(cut) <= max(room, alert_codec.size(barest))
    assert replace(cut, match=decided.match) == decided


@pytest.mark.parametrize("body", ["북한군" * 999, "🚩" * 999, 'e"\n' * 999, "e\u0301" * 999])
def test_a_cut_text_is_whole_characters(body: str) -> None:
    one = article(body=body)
    for room in range(1000, 1010):
        cut = cut_article(one, at_most(article_codec, room))
        message = article_codec.encode("k", cut).value
        assert room - 8 < len(message) <= room
        assert json.loads(message)["body"] == body[: len(cut.body)]


def test_a_mark_is_made_once() -> None:
    assert shortened(article(cut=("body", "title"), body="abc"), "body", 1).cut == ("body", "title")
