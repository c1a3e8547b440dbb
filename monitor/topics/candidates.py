"""What a text must have in it for a query to hold: so that an index can leave out what cannot match. Pure.

A query is looked for in the past by asking the store's index for the articles that may match, and the
matcher decides about those. Nothing that matches may be missed, so all that the index cannot tell (order,
distance, title, capitals, NOT, language) is left out of the question: asked for is each topic's rarest need.
"""

from collections.abc import Iterable

from monitor.topics.clauses import Clause, rarest_of
from monitor.topics.spelling import Key
from monitor.topics.text import query_keys
from monitor.topics.vocabulary import Vocabulary

WordTokens = tuple[str, ...]
"""One word: tokens of the index of which one must be there; one that ends with ``*`` is a prefix."""
Wanted = tuple[tuple[WordTokens, ...], ...]
"""Terms of which one must be there: with all of its words."""


def candidates(roots: Iterable[Clause], vocabulary: Vocabulary) -> Wanted | None:
    """Return what every text has that one of the queries matches; ``None`` where any text may match."""
    terms: set[int] = set()
    for root in roots:
        need = rarest_of(root.needs)
        if need is None:
            return None
        terms |= need.terms
    return tuple(tuple(map(_tokens, keys)) for keys in vocabulary.keys(terms))


def _tokens(key: Key) -> WordTokens:
    """Return what stands in the index for a word that is as ``key`` says."""
    match key:
        case "prefix", norm, _:
            return (f"{norm}*",)
        case "exact", norm, _:
            return (norm,)
        case _, norm, _:
            return query_keys(norm)
