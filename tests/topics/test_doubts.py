"""Doubts about queries: any text is borne, and what is told is true. ``test_places`` has the messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Topic, Watchlist
from monitor.topics.found import Text
from monitor.topics.matcher import compile_watchlist
from monitor.topics.nodes import And, Near, Node, Not, Or, Term, Word
from monitor.topics.query import doubts_of_query, doubts_of_term, doubts_of_tree
from monitor.topics.text import tokenize
from tests.topics.strategies import ENTITIES, entities, nodes, terms, texts

leaves = st.one_of(terms, entities, st.builds(Near, terms, entities, st.integers(1, 6)))


@st.composite
def contradictions(draw: st.DrawFn) -> And:
    """Return a query that asks for something and rules it out, alone or among others."""
    wanted = draw(st.lists(leaves, min_size=1, max_size=3))
    one = draw(st.sampled_from(wanted))
    ruled_out = draw(
        st.sampled_from([one, Or((one, Term((Word("rain"),)))), Or((Term((Word("rain"),)), one))])
    )
    return And(tuple(draw(st.permutations([*wanted, Not(ruled_out)]))))


letters = st.text(alphabet="aAcCeEoOpPxXyаАсСеЕоОрРхХуκΚοΟ zЯ-.'’=*\"/1", max_size=12)


@given(st.one_of(st.text(max_size=40), letters))
def test_any_text_is_borne(text: str) -> None:
    for doubt in (*doubts_of_query(text), *doubts_of_term(text)):
        assert 0 <= doubt.offset < doubt.end <= len(text)


@pytest.mark.parametrize("part", ["Кyрск", "A", "A/", "A/1", "US ", "US"])
def test_what_is_endless_is_no_word_and_takes_no_time(part: str) -> None:
    text = part * 5_000
    assert all(len(doubt.message) < 200 for doubt in (*doubts_of_query(text), *doubts_of_term(text)))


@given(nodes)
def test_any_query_is_borne(node: Node) -> None:
    for doubt in doubts_of_tree(node):
        assert doubt.message
        assert doubt.hint


@given(contradictions(), texts)
def test_what_is_said_to_match_nothing_matches_nothing(node: And, text: Text) -> None:
    assert any(doubt.message.startswith("nothing can match") for doubt in doubts_of_tree(node))
    watchlist = Watchlist(
        "v", (Topic("t", str(node)),), {name: {"any": has} for name, has in ENTITIES.items()}
    )
    assert not compile_watchlist(watchlist).match(text)


@given(letters)
def test_a_word_is_read_as_it_is_said_to_be(text: str) -> None:
    for doubt in doubts_of_term(text):
        if "it is read as" in doubt.message:
            (token,) = tokenize(text[doubt.offset : doubt.end])
            assert doubt.message.endswith(f", {token.norm}")
