"""Explanations: why a topic matches, and what was missing."""

from collections.abc import Iterator

import pytest
from hypothesis import assume, given

from monitor.errors import UsageError
from monitor.model import Topic, Watchlist
from monitor.topics.explain import Explanation, explain
from monitor.topics.found import Text
from monitor.topics.matcher import compile_watchlist
from monitor.topics.misses import is_as_near
from monitor.topics.nodes import Node
from monitor.topics.steps import Step
from tests.topics.strategies import ENTITIES, nodes, texts


def explained(query: str, text: Text) -> Explanation:
    entities = {name: {"any": terms} for name, terms in ENTITIES.items()}
    return explain(Watchlist("v", (Topic("t", query),), entities), "t", text)


def test_match_shows_each_part_with_its_words() -> None:
    explanation = explained("@north AND troops", Text("КНДР: troop"))
    assert explanation.matched
    assert explanation.missing == ()
    parts = [(child.query, child.matched, child.spans[0].clause) for child in explanation.root.children]
    assert parts == [("@north", True, "@north: КНДР"), ("troops", True, "troops")]


@pytest.mark.parametrize(
    ("query", "title", "missing"),
    [
        ("a b", "a", ["b"]),
        ("a b c", "a", ["b", "c"]),
        ("a OR b", "x", ["a OR b"]),
        ("a b OR c d e", "c d", ["e"]),
        ("a NOT b", "a b", ["b"]),
        ("a NOT (b OR c)", "a b c", ["b", "c"]),
        ("a NOT (b c)", "a b c", ["b"]),
        ("a NEAR/2 b", "a x x x b", ["a NEAR/2 b"]),
        ("title:(a b)", "a", ["b"]),
        ("a lang:ru", "a", ["lang:ru"]),
    ],
)
def test_nearest_miss_names_what_to_change(query: str, title: str, missing: list[str]) -> None:
    assert [step.query for step in explained(query, Text(title)).missing] == missing


@pytest.mark.parametrize(
    ("title", "summary", "note"),
    [
        ("a x x x b x x a", "", "3 words apart"),
        ("a", "b", "not in one field"),
        ("a", "", ""),
    ],
)
def test_failed_near_tells_the_distance(title: str, summary: str, note: str) -> None:
    root = explained("a NEAR/2 b", Text(title, summary)).root
    assert note in root.note
    assert bool(root.note) == bool(note)


@given(nodes, texts)
def test_explanation_agrees_with_the_matcher(node: Node, text: Text) -> None:
    entities = {name: {"any": terms} for name, terms in ENTITIES.items()}
    watchlist = Watchlist("v", (Topic("t", str(node)),), entities)
    explanation = explain(watchlist, "t", text)
    assert explanation.matched == bool(compile_watchlist(watchlist).match(text))
    assert bool(explanation.missing) != explanation.matched


@given(nodes, texts)
def test_had_the_missing_parts_turned_out_the_other_way_the_topic_would_match(node: Node, text: Text) -> None:
    found = explained(str(node), text)
    parts = list(_queries(found.root))
    assume(len(set(parts)) == len(parts))  # a part that is wanted and unwanted at once cannot turn out right
    assert bool(found.misses) != found.matched
    for miss in found.misses:
        assert _would_match(found.root, {step.query for step in miss.missing})
        for step in miss.missing:
            fewer = {other.query for other in miss.missing if other is not step}
            assert not _would_match(found.root, fewer), "each of them is needed"


def _queries(step: Step) -> Iterator[str]:
    yield step.query
    for child in step.children:
        yield from _queries(child)


def _would_match(step: Step, changed: set[str]) -> bool:
    terms = " OR ".join(child.query for child in step.children if not child.children)
    if step.query in changed or (step.operator == "OR" and terms in changed):
        return not step.matched
    below = [_would_match(child, changed) for child in step.children]
    match step.operator:
        case "AND":
            return all(below)
        case "OR":
            return any(below)
        case "NOT":
            return not below[0]
        case "title:":
            return below[0]
    return step.matched


def test_the_nearest_is_the_way_of_which_most_is_there_not_the_shortest() -> None:
    found = explained("(x OR a b c d) (y OR z OR e) NOT (f NOT g)", Text("a b c e f"))
    told = [[step.query for step in miss.missing] for miss in found.misses]
    assert told == [["d", "f"], ["d", "g"], ["x", "f"], ["x", "g"]]
    first, _, third, _ = found.misses
    assert [step.query for step in first.there] == ["a", "b", "c", "e"]
    assert (first.parts, third.parts) == (6, 3)


def test_alternatives_of_plain_words_are_one_miss_and_ties_are_told_apart_from_none() -> None:
    found = explained("a (p OR q OR r) OR b (s OR t)", Text("a b"))
    assert [[step.query for step in miss.missing] for miss in found.misses] == [["p OR q OR r"], ["s OR t"]]
    assert is_as_near(*found.misses)


def test_the_sides_of_near_that_are_there_count() -> None:
    found = explained("a NEAR/2 b OR c", Text("a x x x x b"))
    assert [step.query for step in found.missing] == ["a NEAR/2 b"]
    assert [step.query for step in found.misses[0].there] == ["a", "b"]


def test_a_query_of_many_alternatives_takes_no_time() -> None:
    query = " AND ".join(f"({' OR '.join(f'p{n}x{m} q{n}x{m}' for m in range(20))})" for n in range(20))
    assert explained(query, Text("p1x1 p2x2")).misses


def test_unknown_topic_is_a_usage_error_that_names_the_known() -> None:
    with pytest.raises(UsageError, match="t"):
        explain(Watchlist("v", (Topic("t", "a"),)), "other", Text("a"))


@given(nodes, texts)
def test_the_score_that_is_explained_is_that_of_the_match(node: Node, text: Text) -> None:
    entities = {name: {"any": terms} for name, terms in ENTITIES.items()}
    several = (Topic("other", "=Korea OR troop*"), Topic("t", str(node)))
    watchlist = Watchlist("v", several, entities)
    explanation = explain(watchlist, "t", text)
    matched = [hit.score for hit in compile_watchlist(watchlist).match(text) if hit.topic_id == "t"]
    assert [score for score in [explanation.score] if score is not None] == matched
    if parts := explanation.parts:
        place, closeness, rarity = parts
        assert explanation.score == round(0.5 * place + 0.25 * closeness + 0.25 * rarity, 3)
