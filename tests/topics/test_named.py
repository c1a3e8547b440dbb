"""Named queries: each is as if it stood in parentheses where it is named."""

from dataclasses import replace

import pytest
from hypothesis import given

from monitor.errors import Dangling, QueryError
from monitor.model import Topic, Watchlist
from monitor.topics.explain import explain
from monitor.topics.found import Text
from monitor.topics.matcher import CompiledWatchlist, compile_watchlist
from monitor.topics.named import MAX_LEVELS, NamedQueries
from monitor.topics.nodes import Node
from monitor.topics.query import parse
from tests.topics.strategies import ENTITIES, nodes, texts

TERMS = {name: {"any": terms} for name, terms in ENTITIES.items()}


def watchlist(query: str, **queries: str) -> Watchlist:
    return Watchlist("v", (Topic("t", query),), TERMS, queries)


def compiled(query: str, **queries: str) -> CompiledWatchlist:
    return compile_watchlist(watchlist(query, **queries))


@given(nodes, nodes, texts)
def test_a_name_stands_for_its_query_in_parentheses(first: Node, second: Node, text: Text) -> None:
    query = "(query:a OR title:query:b) AND NOT (query:b query:a =Kim)"
    named = compiled(query, a=str(first), b=f"query:c OR {second}", c=f"{first} 북한")
    c = f"({first} 북한)"
    b = f"({c} OR {second})"
    whole = query.replace("query:a", f"({first})").replace("query:b", b)
    written = compiled(whole)
    assert str(named.match(text)).replace(repr(query), repr(whole)) == str(written.match(text))
    assert named.wanted() == written.wanted()


def test_a_side_of_near_may_be_a_name_for_alternatives() -> None:
    queries = {"who": "troops OR query:others", "others": "@north OR soldiers"}
    near = compiled("query:who NEAR/2 (sent OR query:others)", **queries)
    assert near.match(Text("troops were sent"))
    assert near.match(Text("troops of North Korea"))
    assert not near.match(Text("troops of those who were sent"))


def test_the_evidence_is_in_the_words_of_the_named_query() -> None:
    (hit,) = compiled("query:who sent", who="troops OR @north").match(Text("КНДР sent troops"))
    assert {span.clause for span in hit.spans} == {"@north: КНДР", "sent", "troops"}


@pytest.mark.parametrize(("query", "queries", "message", "start", "end"), [
    ("a query:b", {}, "unknown query query:b", 2, 9),
    ("query:whoo", {"who": "x"}, "did you mean query:who?", 0, 10),
    ("a NEAR/2 query:who", {"who": "x y"}, "a side of NEAR must be", 9, 18),
    ("(a OR query:who) NEAR/2 b", {"who": "x NEAR/2 y"}, "query:who is more than that", 6, 15),
    ("c query:two", {"one": "x y", "two": "a NEAR/2 query:one"}, "query:two has a mistake", 2, 11),
])  # fmt: skip
def test_a_name_that_cannot_stand_there_is_told_at_its_place(
    query: str, queries: dict[str, str], message: str, start: int, end: int
) -> None:
    with pytest.raises(QueryError, match=message.replace("?", r"\?")) as caught:
        compiled(query, **queries)
    assert (caught.value.offset, caught.value.end) == (start, end)


def test_each_circle_is_told_once_and_what_leads_into_it_is_not_blamed() -> None:
    texts = {
        "a": "x query:b", "b": "y OR query:c", "c": "query:a", "itself": "z (query:itself OR a)",
        "outside": "query:a query:fine", "fine": "x",
    }  # fmt: skip
    queries = NamedQueries({name: parse(text) for name, text in texts.items()})
    circles = {name: one.message for name, one in queries.mistakes.items() if not isinstance(one, Dangling)}
    assert len(circles) == 2
    assert circles.pop("itself") == "query:itself leads back here: itself > itself"
    ((name, message),) = circles.items()
    assert message.endswith(f"leads back here: {' > '.join(('abcabc' + 'a')['abc'.index(name) :][:4])}")
    assert isinstance(queries.mistakes["outside"], Dangling)
    assert "fine" not in queries.mistakes


def test_names_within_names_have_an_end() -> None:
    deep = {f"q{n}": f"NOT NOT query:q{n + 1} x" for n in range(2 * MAX_LEVELS)} | {f"q{2 * MAX_LEVELS}": "x"}
    with pytest.raises(QueryError, match=f"more than {MAX_LEVELS} levels"):
        compiled("query:q0", **deep)
    wide = {f"q{n}": f"query:q{n + 1} OR query:q{n + 1}" for n in range(60)} | {"q60": "x OR y"}
    with pytest.raises(QueryError, match="more than 20,000 parts"):
        compiled("query:q0", **wide)


def test_the_deepest_that_is_allowed_is_matched_and_explained() -> None:
    levels = (MAX_LEVELS - 2) // 3
    deep = {f"q{n}": f"x (y OR query:q{n + 1})" for n in range(levels)} | {f"q{levels}": "z"}
    assert compiled("query:q0", **deep).match(Text("x z"))
    assert explain(watchlist("query:q0", **deep), "t", Text("x z")).matched


def test_an_explanation_shows_the_name_and_what_it_stands_for() -> None:
    queries = {"who": "troops OR soldiers", "moved": "sent OR query:ship"}
    told = explain(watchlist("query:who query:moved", **queries, ship="x y"), "t", Text("troops, x"))
    who, moved = told.root.children
    assert (told.root.query, told.root.name) == ("query:who AND query:moved", "")
    assert (who.name, who.query, who.operator) == ("query:who", "troops OR soldiers", "OR")
    assert [child.query for child in who.children] == ["troops", "soldiers"]
    assert (moved.name, moved.children[1].name) == ("query:moved", "query:ship")
    assert [step.query for step in told.missing] == ["y"]


def test_what_is_named_and_what_is_written_out_are_explained_alike() -> None:
    named = watchlist("query:a OR b (query:a NEAR/3 c)", a="x OR y")
    written = replace(named, topics=(Topic("t", "(x OR y) OR b ((x OR y) NEAR/3 c)"),))
    for title in ("x", "b", "b c", "y far far far c b"):
        one, other = explain(named, "t", Text(title)), explain(written, "t", Text(title))
        assert (one.matched, one.score) == (other.matched, other.score)
        assert [[s.spans for s in m.missing] for m in one.misses] == [
            [s.spans for s in m.missing] for m in other.misses
        ]
