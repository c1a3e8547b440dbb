"""All terms of a watchlist in one index, so that a text is read once however many topics there are.

A *symbol* is one word as a query asks for it (exact, any inflection, or a prefix). A *term* is one symbol or
several in a row. Reading a text gives the symbols of each word, remembered by its spelling; from the
positions of the symbols come the occurrences of the terms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from monitor.topics.nodes import Term
from monitor.topics.query import MAX_DISTANCE
from monitor.topics.text import LONGEST_WORD, RUN, query_stems, stems, tokenize, tokens_of_run

FIELDS = ("title", "summary", "body")
GAP = MAX_DISTANCE + 1
"""Positions left out between two fields, so that no phrase and no NEAR can join them."""
_REMEMBERED = 200_000
_NOTHING: tuple[tuple[int, ...], ...] = ((),)
"""One token that no query asks for."""

Kind = Literal["exact", "inflected", "prefix"]


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


@dataclass(frozen=True, slots=True)
class Found:
    """The terms that a text has: term id -> places in order. ``starts``: the first position of each field."""

    terms: dict[int, list[Place]]
    starts: tuple[int, ...]
    language: str


class Vocabulary:
    """The terms. Add all, then find: it may be shared between threads from then on."""

    def __init__(self) -> None:
        self._symbols: dict[tuple[Kind, str], int] = {}
        self._terms: dict[tuple[int, ...], int] = {}
        self._reader = _Reader({})
        self._single: dict[int, int] = {}
        self._phrases: dict[int, list[tuple[int, tuple[int, ...]]]] = {}

    def add(self, term: Term) -> int:
        """Return the id of a term; equal terms share one."""
        symbols = tuple(self._symbols.setdefault(key, len(self._symbols)) for key in _keys(term))
        known = self._terms.get(symbols)
        if known is not None:
            return known
        number = self._terms[symbols] = len(self._terms)
        if len(symbols) == 1:
            self._single[symbols[0]] = number
        else:
            self._phrases.setdefault(symbols[0], []).append((number, symbols))
        return number

    def freeze(self) -> None:
        """Build the indexes from what was added."""
        self._reader = _Reader(self._symbols)

    def find(self, text: Text) -> Found:
        """Return which terms the text has, and where."""
        symbols, starts = self._reader.read(text)
        terms: dict[int, list[Place]] = {}
        for symbol, positions in symbols.items():
            single = self._single.get(symbol)
            if single is not None:
                terms[single] = [Place(position, position) for position in positions]
            for number, phrase in self._phrases.get(symbol, ()):
                places = _phrase_places(phrase, symbols)
                if places:
                    terms[number] = places
        return Found(terms, starts, text.language)


class _Reader(dict[str, tuple[tuple[int, ...], ...]]):
    """Spelling -> the symbols of each of its tokens, worked out when first seen.

    Cyrillic words are read as Russian and as Ukrainian, whatever language the article is said to be in: in a
    headline that is a guess, and a wrong one must not hide a match.
    """

    def __init__(self, symbols: dict[tuple[Kind, str], int]) -> None:
        super().__init__()
        self._exact = {norm: symbol for (kind, norm), symbol in symbols.items() if kind == "exact"}
        self._prefixes = {norm: symbol for (kind, norm), symbol in symbols.items() if kind == "prefix"}
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._inflected: dict[str, list[int]] = {}
        for (kind, norm), symbol in symbols.items():
            if kind == "inflected":
                for stem in query_stems(norm):
                    self._inflected.setdefault(stem, []).append(symbol)

    def __missing__(self, run: str) -> tuple[tuple[int, ...], ...]:
        symbols = tuple(tuple(sorted(self._symbols_of(token.norm))) for token in tokens_of_run(run))
        if symbols == _NOTHING:
            symbols = _NOTHING
        if len(run) <= LONGEST_WORD:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[run] = symbols
        return symbols

    def read(self, text: Text) -> tuple[dict[int, list[int]], tuple[int, ...]]:
        """Return symbol -> positions, and the first position of each field."""
        found: dict[int, list[int]] = {}
        starts = []
        position = 0
        for field in text.fields:
            starts.append(position)
            for run in RUN.findall(field):
                tokens = self[run]
                if tokens is _NOTHING:
                    position += 1
                    continue
                for symbols in tokens:
                    for symbol in symbols:
                        found.setdefault(symbol, []).append(position)
                    position += 1
            position += GAP
        return found, tuple(starts)

    def _symbols_of(self, norm: str) -> set[int]:
        symbols = {symbol for stem in stems(norm) for symbol in self._inflected.get(stem, ())}
        if norm in self._exact:
            symbols.add(self._exact[norm])
        for length in self._lengths:
            if length > len(norm):
                break
            symbol = self._prefixes.get(norm[:length])
            if symbol is not None:
                symbols.add(symbol)
        return symbols


def _keys(term: Term) -> Iterator[tuple[Kind, str]]:
    """Yield what each token of a term must be. A star after ``Jong-un`` is about its last token."""
    for word in term.words:
        norms = [token.norm for token in tokenize(word.text)]
        kind: Kind = "exact" if word.exact else "inflected"
        yield from ((kind, norm) for norm in norms[:-1])
        yield ("prefix" if word.prefix else kind, norms[-1])


def _phrase_places(phrase: tuple[int, ...], symbols: dict[int, list[int]]) -> list[Place]:
    """Return where the symbols stand in a row."""
    if not all(symbol in symbols for symbol in phrase):
        return []
    starts = set(symbols[phrase[0]])
    for offset, symbol in enumerate(phrase[1:], 1):
        starts &= {position - offset for position in symbols[symbol]}
        if not starts:
            return []
    last = len(phrase) - 1
    return [Place(start, start + last) for start in sorted(starts)]
