"""What one text has of the terms that a watchlist asks for.

Which words are there is known at once. Where they stand is worked out when first asked for: many texts have
no phrase and no topic that asks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from monitor.topics.query import MAX_DISTANCE

FIELDS = ("title", "summary", "body")
GAP = MAX_DISTANCE + 1
"""Positions left out between two fields, so that no phrase and no NEAR can join them."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is matched: the cleaned fields of an article, and its language (ISO 639-1 or ``und``)."""

    title: str
    summary: str = ""
    body: str = ""
    language: str = "und"

    @property
    def fields(self) -> tuple[str, str, str]:
        """The fields in the order of ``FIELDS``."""
        return (self.title, self.summary, self.body)


class Place(NamedTuple):
    """Token positions ``start`` to ``end``, both included."""

    start: int
    end: int


Reading = tuple[tuple[int, ...], ...]
"""What a chunk of a text is: of each of its tokens the symbols."""


class Found:
    """The terms that a text has, and where: first those of one word, then phrases as they are added."""

    def __init__(self, fields: Sequence[Sequence[Reading]], language: str) -> None:
        self.language = language
        self._fields = fields
        self._tokens = [list(chain.from_iterable(readings)) for readings in fields]
        self.terms = set(chain.from_iterable(set().union(*self._tokens)))
        self._phrases: dict[int, tuple[int, ...]] = {}

    def pairs(self) -> set[tuple[int, int]]:
        """Return the symbols that stand side by side."""
        return {
            (left, right)
            for tokens in self._tokens
            for lefts, rights in pairwise(tokens)
            if lefts and rights
            for left in lefts
            for right in rights
        }

    def add(self, phrase: int, symbols: tuple[int, ...]) -> None:
        """Add a phrase to the terms, if it is there: one pair of its symbols was found side by side."""
        self._phrases[phrase] = symbols
        if len(symbols) == 2 or self.places(phrase):
            self.terms.add(phrase)

    def places(self, term: int) -> list[Place]:
        """Return where a term stands, in order."""
        if term not in self._phrases:
            return [Place(position, position) for position in self._positions[term]]
        first, *others = self._phrases[term]
        starts: Iterable[int] = self._positions[first]
        for offset, symbol in enumerate(others, 1):
            positions = self._positions[symbol]
            starts = [start for start in starts if start + offset in positions]
        return [Place(start, start + len(others)) for start in starts]

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The position of each field's first token."""
        return tuple(accumulate([len(tokens) + GAP for tokens in self._tokens[:-1]], initial=0))

    @cached_property
    def firsts(self) -> list[list[int]]:
        """The position of each chunk's first token, by field; the next one that there might be comes last."""
        return [
            list(accumulate(map(len, readings), initial=start))
            for start, readings in zip(self.starts, self._fields, strict=True)
        ]

    @cached_property
    def _positions(self) -> Mapping[int, Mapping[int, None]]:
        """Symbol -> its positions, in order, as keys: quick to look up."""
        positions: dict[int, dict[int, None]] = defaultdict(dict)
        for start, tokens in zip(self.starts, self._tokens, strict=True):
            for position, symbols in enumerate(tokens, start):
                for symbol in symbols:
                    positions[symbol][position] = None
        return positions
