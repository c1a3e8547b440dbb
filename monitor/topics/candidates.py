"""What a text must have in it for a query to hold: so that an index can leave out what cannot match. Pure.

A query is looked for in the past by asking the store's index for the articles that may match, and the
matcher decides about those. Nothing that matches may be missed, so all that the index cannot tell (order,
distance, title, NOT, language) is left out of the question.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Entities
from monitor.topics.clauses import weight
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Or, Term, Title, Word
from monitor.topics.query import parse, parse_term
from monitor.topics.text import query_stems, tokenize

WordTokens = tuple[str, ...]
"""One word: tokens of the index of which one must be there; one that ends with ``*`` is a prefix."""
Wanted = tuple[tuple[WordTokens, ...], ...]
"""Terms of which one must be there: with all of its words."""


@dataclass(frozen=True, slots=True)
class _Need:
    """Terms of which one must be there, and a guess how common they are together."""

    terms: Mapping[tuple[WordTokens, ...], float]

    @property
    def commonness(self) -> float:
        return sum(self.terms.values())


def candidates(query: str, entities: Entities) -> Wanted | None:
    """Return what every text has that ``query`` matches; ``None`` where any text may match.

    The query and the entities are those of a watchlist that was loaded, so they are well formed.
    """
    need = _need(parse(query), entities)
    return None if need is None else tuple(need.terms)


def _need(node: Node, entities: Entities) -> _Need | None:
    match node:
        case Term():
            return _Need(_terms([node]))
        case Entity(name):
            return _Need(_terms([parse_term(text) for texts in entities[name].values() for text in texts]))
        case Title(child):
            return _need(child, entities)
        case And(children):
            return _rarest([_need(child, entities) for child in children])
        case Near(left, right, _):
            return _rarest([_need(left, entities), _need(right, entities)])
        case Or(children):
            return _union([_need(child, entities) for child in children])
        case Not() | Lang():
            return None


def _rarest(needs: Sequence[_Need | None]) -> _Need | None:
    return min((need for need in needs if need is not None), key=lambda need: need.commonness, default=None)


def _union(needs: Sequence[_Need | None]) -> _Need | None:
    terms: dict[tuple[WordTokens, ...], float] = {}
    for need in needs:
        if need is None:
            return None
        terms |= need.terms
    return _Need(terms)


def _terms(terms: Sequence[Term]) -> dict[tuple[WordTokens, ...], float]:
    return {
        tuple(tokens for word in term.words for tokens in _tokens(word)): weight(
            len(term.words), any(word.prefix for word in term.words)
        )
        for term in terms
    }


def _tokens(word: Word) -> Iterator[WordTokens]:
    """Yield what stands in the index for each token of a word. A star is about the last one."""
    norms = [token.norm for token in tokenize(word.text)]
    for norm in norms[:-1]:
        yield (norm,) if word.exact else query_stems(norm)
    if word.prefix:
        yield (f"{norms[-1]}*",)
    else:
        yield (norms[-1],) if word.exact else query_stems(norms[-1])
