"""Explanations: why a topic matches, and what was missing."""

import pytest
from hypothesis import given

from monitor.errors import UsageError
from monitor.model import Topic, Watchlist
from monitor.topics.explain import Explanation, Step, explain
from monitor.topics.matcher import Text, compile_watchlist
from monitor.topics.nodes import Node
from tests.topics.strategies import ENTITIES, nodes, texts


def explained(query: str, text: Text) -> Explanation:
    entities = {name: {"any": terms} for name, terms in ENTITIES.items()}
    return explain(compile_watchlist(Watchlist("v", (Topic("t", query),), entities)), "t", text)


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
        ("a OR b", "x", ["a"]),
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
    watchlist = compile_watchlist(Watchlist("v", (Topic("t", str(node)),), entities))
    explanation = explain(watchlist, "t", text)
    assert explanation.matched == bool(watchlist.match(text))
    assert bool(explanation.missing) != explanation.matched
    assert all(step in _all_steps(explanation.root) for step in explanation.missing)


def _all_steps(step: Step) -> list[Step]:
    return [step, *(below for child in step.children for below in _all_steps(child))]


def test_unknown_topic_is_a_usage_error_that_names_the_known() -> None:
    with pytest.raises(UsageError, match="t"):
        explain(compile_watchlist(Watchlist("v", (Topic("t", "a"),))), "other", Text("a"))


@given(nodes, texts)
def test_the_score_that_is_explained_is_that_of_the_match(node: Node, text: Text) -> None:
    entities = {name: {"any": terms} for name, terms in ENTITIES.items()}
    several = (Topic("other", "=Korea OR troop*"), Topic("t", str(node)))
    watchlist = compile_watchlist(Watchlist("v", several, entities))
    explanation = explain(watchlist, "t", text)
    matched = [hit.score for hit in watchlist.match(text) if hit.topic_id == "t"]
    assert [score for score in [explanation.score] if score is not None] == matched
    if parts := explanation.parts:
        place, closeness, rarity = parts
        assert explanation.score == round(0.5 * place + 0.25 * closeness + 0.25 * rarity, 3)
