"""All terms of a watchlist in one index, so that a text is read once however many topics there are.

A *symbol* is one word as a query asks for it (exact, any inflection, or a prefix; with a capital, or not). A
*term* is one symbol or several in a row, a phrase; they are numbered together. A *chunk* is what stands
between two blanks of a text; its reading, remembered by its spelling, tells the symbols of its tokens. A
phrase is looked for where two of its symbols stand side by side: of all its pairs the one that the fewest
phrases have.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from typing import Literal

from monitor.topics.found import Found, Reading, Text
from monitor.topics.nodes import Term, Word
from monitor.topics.remembered import Remembered
from monitor.topics.text import LONGEST_WORD, RUN, query_stems, stems, tokenize, tokens_of_run

Kind = Literal["exact", "inflected", "prefix"]
Key = tuple[Kind, str, bool]
"""What a token must be, and whether it must begin with a capital letter."""
_Phrase = tuple[int, ...]
"""Symbols in a row."""

_MOST = 200_000
"""Spellings whose readings are kept at hand."""
_LONGEST = 40
"""Characters of a chunk that may well come again; Chinese and Japanese ones are whole sentences."""


class Vocabulary:
    """The terms. Add all, freeze, then find: it may be shared between threads from then on."""

    def __init__(self) -> None:
        self._symbols: dict[Key, int] = {}
        self._phrases: dict[_Phrase, int] = {}
        self._words: dict[Word, _Phrase] = {}
        self._reader = _reader({})
        self._by_pair: dict[tuple[int, int], tuple[tuple[int, _Phrase], ...]] = {}

    def __len__(self) -> int:
        return len(self._symbols) + len(self._phrases)

    def add(self, term: Term) -> int:
        """Return the number of a term; equal terms share one."""
        symbols = tuple(chain.from_iterable(map(self._symbols_of, term.words)))
        return symbols[0] if len(symbols) == 1 else self._phrases.setdefault(symbols, len(self))

    def freeze(self) -> None:
        """Build the index from what was added."""
        uses: Counter[tuple[int, int]] = Counter()
        for phrase in self._phrases:  # one by one: in one go it would hold all threads up
            uses.update(pairwise(phrase))
        for phrase, number in self._phrases.items():
            rarest = min(pairwise(phrase), key=uses.__getitem__)
            self._by_pair[rarest] = (*self._by_pair.get(rarest, ()), (number, phrase))
        self._reader = _reader(self._symbols)
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
            self._words[word] = tuple([self._symbols.setdefault(key, len(self)) for key in _keys(word)])
        return self._words[word]


def _reader(symbols: dict[Key, int]) -> Remembered[Reading]:
    """Return chunk -> its reading."""
    capital = small = _symbols_of(symbols)
    if any(key[2] for key in symbols):
        small = _symbols_of({key: symbol for key, symbol in symbols.items() if not key[2]})

    def read(chunk: str) -> Reading:
        return tuple(
            [
                (capital if run[token.start].isupper() else small)(token.norm)
                for run in RUN.findall(chunk)
                for token in tokens_of_run(run)
            ]
        )

    return Remembered(read, _MOST, _LONGEST)


def _symbols_of(symbols: dict[Key, int]) -> Callable[[str], tuple[int, ...]]:
    """Return the norm of a token -> its symbols."""
    return Remembered(_Symbols(symbols).of, _MOST, LONGEST_WORD).__getitem__


class _Symbols:
    """The norm of a token -> its symbols.

    Cyrillic words are read as Russian and as Ukrainian, whatever language the article is said to be in: in a
    headline that is a guess, and a wrong one must not hide a match.
    """

    def __init__(self, symbols: dict[Key, int]) -> None:
        self._exact: dict[str, list[int]] = {}
        self._prefixes: dict[str, list[int]] = {}
        self._inflected: dict[str, list[int]] = {}
        wanted = {"exact": self._exact, "prefix": self._prefixes, "inflected": self._inflected}
        for (kind, norm, _), symbol in symbols.items():
            for spelled in query_stems(norm) if kind == "inflected" else (norm,):
                wanted[kind].setdefault(spelled, []).append(symbol)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

    def of(self, norm: str) -> tuple[int, ...]:
        """Return the symbols that a token is."""
        symbols: set[int] = set()
        if self._inflected:
            symbols.update(*(self._inflected.get(stem, ()) for stem in stems(norm)))
        symbols.update(self._exact.get(norm, ()))
        for length in self._lengths:
            if length > len(norm):
                break
            symbols.update(self._prefixes.get(norm[:length], ()))
        return tuple(symbols)


def _keys(word: Word) -> Iterator[Key]:
    """Yield what each token of a word must be. ``Jong-un*`` begins with un, ``^Jong-un`` has a J."""
    norms = [token.norm for token in tokenize(word.text)]
    kind: Kind = "exact" if word.exact else "inflected"
    for number, norm in enumerate(norms, 1):
        yield "prefix" if word.prefix and number == len(norms) else kind, norm, word.capital and number == 1
