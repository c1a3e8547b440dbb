"""The score orders: title over lead over body, near over far, rare over common."""

from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.model import Topic, Watchlist
from monitor.topics.found import Text
from monitor.topics.matcher import compile_watchlist
from monitor.topics.nodes import Term
from monitor.topics.query import parse_term
from monitor.topics.score import rarity
from tests.topics.strategies import terms


def score(query: str, title: str = "", summary: str = "", body: str = "") -> float:
    (hit,) = compile_watchlist(Watchlist("v", (Topic("t", query),))).match(Text(title, summary, body))
    return hit.score


def test_title_scores_above_lead_above_body_and_near_above_far() -> None:
    assert score("a b", "a b") > score("a b", "", "a b") > score("a b", "", "", "a b")
    assert score("a b", "a b") > score("a b", "a x x x x x x x x b")


@pytest.mark.parametrize(
    ("rare", "common"),
    [
        ("reconnaissance", "army"),
        ('"people\'s army"', "army"),
        ("=army", "army"),
        ("army", "army*"),
        ("спецоперация", "война"),
        ("조선인민군", "북한"),
        ("북한", "북"),
        ("北朝鮮", "北"),
    ],
)
def test_what_is_found_by_a_rare_term_scores_above_what_is_found_by_a_common_one(
    rare: str, common: str
) -> None:
    text = "reconnaissance: people's army, спецоперация, война; 조선인민군 북한 북 北朝鮮"
    assert score(rare, text) > score(common, text)
    assert score(f"{rare} OR {common}", text) > score(common, text)


@given(terms, terms)
def test_of_two_terms_the_rarer_scores_higher_all_else_equal(one: Term, other: Term) -> None:
    rarer, commoner = sorted((one, other), key=rarity, reverse=True)
    assume(rarity(rarer) > rarity(commoner) + 0.01)
    scores = [score(str(term), " ".join(word.text for word in term.words)) for term in (rarer, commoner)]
    assert scores[0] > scores[1]


@given(terms)
def test_no_term_is_as_rare_or_as_common_as_can_be(term: Term) -> None:
    assert 0 < rarity(term) < 1


@pytest.mark.parametrize("text", ["북한", "Кім Її"])
def test_a_term_is_as_rare_however_its_letters_are_coded(text: str) -> None:
    one, other = (rarity(parse_term(normalize(form, text))) for form in ("NFD", "NFC"))
    assert one == pytest.approx(other, abs=0.05)


@given(st.lists(terms, min_size=1, max_size=4), st.sampled_from([" OR ", " AND "]), st.data())
def test_more_evidence_in_the_title_never_lowers_the_score(
    asked: list[Term], operator: str, data: st.DataObject
) -> None:
    written = [" ".join(word.text for word in term.words) for term in asked]
    some = st.lists(st.sampled_from([*written, "x"]), max_size=5).map(" ".join)
    title, summary, body = data.draw(some), data.draw(some), " ".join([data.draw(some), *written])
    query = operator.join(map(str, asked))
    more = f"{title} {data.draw(st.sampled_from(written))}"
    # Where a sum is rounded may depend on its order.
    assert score(query, more, summary, body) >= score(query, title, summary, body) - 0.001
