"""All terms of a watchlist in one index, so that a text is read once however many topics there are.

A *symbol* is one word as a query asks for it (exact, any inflection, or a prefix). A *term* is one symbol or
several in a row, a phrase; they are numbered together. A *chunk* is what stands between two blanks of a text;
its reading, remembered by its spelling, tells the symbols of its tokens. A phrase is looked for where two of
its symbols stand side by side: of all its pairs the one that the fewest phrases have.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from monitor.topics.found import Found, Reading, Text
from monitor.topics.nodes import Term, Word
from monitor.topics.spelling import Key, begins_another, keys_of, spellings
from monitor.topics.text import LONGEST_WORD, RUN, sought, stems, tokens_of_run

__all__ = ["Key", "Text", "Vocabulary"]

_Phrase = tuple[int, ...]
"""Symbols in a row."""

_REMEMBERED = 200_000
_LONGEST = 40
"""Characters of a chunk that may well come again; Chinese and Japanese ones are whole sentences."""


class Vocabulary:
    """The terms. Add all, freeze, then find: it may be shared between threads from then on."""

    def __init__(self) -> None:
        self._symbols: dict[Key, int] = {}
        self._phrases: dict[_Phrase, int] = {}
        self._words: dict[Word, _Phrase] = {}
        self._respelt: set[int] = set()
        """Symbols that begin what can be written in another way."""
        self._reader = _Reader({})
        self._by_pair: dict[tuple[int, int], tuple[tuple[int, _Phrase], ...]] = {}

    def __len__(self) -> int:
        return len(self._symbols) + len(self._phrases)

    def add(self, term: Term) -> tuple[int, ...]:
        """Return the numbers of a term, one for each way to write it; equal terms share theirs."""
        symbols = tuple(chain.from_iterable(map(self._symbols_of, term.words)))
        if self._respelt.isdisjoint(symbols):
            return (self._number(symbols),)
        keys = [key for word in term.words for key in keys_of(word)]
        return tuple([self._number(tuple(map(self._symbol, one))) for one in spellings(keys)])

    def freeze(self) -> None:
        """Build the index from what was added."""
        uses: Counter[tuple[int, int]] = Counter()
        for phrase in self._phrases:  # one by one: in one go it would hold all threads up
            uses.update(pairwise(phrase))
        for phrase, number in self._phrases.items():
            rarest = min(pairwise(phrase), key=uses.__getitem__)
            self._by_pair[rarest] = (*self._by_pair.get(rarest, ()), (number, phrase))
        self._reader = _Reader(self._symbols)
        self._words.clear()

    def find(self, text: Text) -> Found:
        """Return which terms the text has, and where."""
        read = self._reader.__getitem__
        found = Found([list(map(read, field.split())) for field in text.fields], text.language)
        if self._by_pair:
            for pair in filter(self._by_pair.__contains__, found.pairs()):
                for number, phrase in self._by_pair[pair]:
                    found.add(number, phrase)
        return found

    def keys(self, terms: Iterable[int]) -> Iterator[tuple[Key, ...]]:
        """Yield what each of the terms is made of, in the order in which they were added."""
        symbols = {number: key for key, number in self._symbols.items()}
        phrases = {number: phrase for phrase, number in self._phrases.items()}
        for number in sorted(terms):
            yield tuple(symbols[symbol] for symbol in phrases.get(number, (number,)))

    def _symbols_of(self, word: Word) -> _Phrase:
        if word not in self._words:
            self._words[word] = tuple(map(self._symbol, keys_of(word)))
        return self._words[word]

    def _symbol(self, key: Key) -> int:
        symbol = self._symbols.setdefault(key, len(self))
        if begins_another(key):
            self._respelt.add(symbol)
        return symbol

    def _number(self, symbols: _Phrase) -> int:
        return symbols[0] if len(symbols) == 1 else self._phrases.setdefault(symbols, len(self))


class _Reader(dict[str, Reading]):
    """Chunk -> its reading, worked out when first seen."""

    def __init__(self, symbols: dict[Key, int]) -> None:
        super().__init__()
        self._symbols = _Symbols(symbols)

    def __missing__(self, chunk: str) -> Reading:
        norms = [token.norm for run in RUN.findall(chunk) for token in tokens_of_run(run)]
        reading = tuple(map(self._symbols.__getitem__, norms))
        if len(chunk) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[chunk] = reading
        return reading


class _Symbols(dict[str, tuple[int, ...]]):
    """The norm of a token -> its symbols, worked out when first seen.

    What inflection asks for is worked out when it is built, once for each word of the watchlist; a word of a
    text is only stemmed and looked up.
    """

    def __init__(self, symbols: dict[Key, int]) -> None:
        super().__init__()
        self._prefixes = {norm: symbol for (kind, norm), symbol in symbols.items() if kind == "prefix"}
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._by_form: dict[str, tuple[int, ...]] = {}
        self._by_stem: dict[str, tuple[int, ...]] = {}
        for (kind, norm), symbol in symbols.items():
            if kind == "exact":
                _enter(self._by_form, (norm,), symbol)
            elif kind == "inflected":
                wanted = sought(norm)
                _enter(self._by_stem, wanted.stems, symbol)
                _enter(self._by_form, wanted.forms, symbol)

    def __missing__(self, norm: str) -> tuple[int, ...]:
        symbols = tuple(self._symbols_of(norm))
        if len(norm) <= LONGEST_WORD:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[norm] = symbols
        return symbols

    def _symbols_of(self, norm: str) -> set[int]:
        symbols = set(self._by_form.get(norm, ()))
        if self._by_stem:
            symbols.update(*(self._by_stem.get(stem, ()) for stem in stems(norm)))
        for length in self._lengths:
            if length > len(norm):
                break
            symbol = self._prefixes.get(norm[:length])
            if symbol is not None:
                symbols.add(symbol)
        return symbols


def _enter(by: dict[str, tuple[int, ...]], keys: Iterable[str], symbol: int) -> None:
    alone = (symbol,)  # nearly always, so all keys share it
    for key in keys:
        there = by.setdefault(key, alone)
        if there is not alone and symbol not in there:
            by[key] = (*there, symbol)
