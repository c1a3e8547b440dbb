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

from monitor.topics.found import Found, Reading, Text
from monitor.topics.nodes import Term, Word
from monitor.topics.remembered import Remembered
from monitor.topics.spelling import Key, begins_another, keys_of, spellings
from monitor.topics.text import LONGEST_WORD, RUN, sought, stems, tokens_of_run

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
        self._respelt: set[int] = set()
        """Symbols that begin what can be written in another way."""
        self._reader = _reader({})
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
            self._words[word] = tuple(map(self._symbol, keys_of(word)))
        return self._words[word]

    def _symbol(self, key: Key) -> int:
        symbol = self._symbols.setdefault(key, len(self))
        if begins_another(key):
            self._respelt.add(symbol)
        return symbol

    def _number(self, symbols: _Phrase) -> int:
        return symbols[0] if len(symbols) == 1 else self._phrases.setdefault(symbols, len(self))


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

    What inflection asks for is worked out when it is built, once for each word of the watchlist; a word of a
    text is only stemmed and looked up.
    """

    def __init__(self, symbols: dict[Key, int]) -> None:
        self._prefixes: dict[str, tuple[int, ...]] = {}
        self._by_form: dict[str, tuple[int, ...]] = {}
        self._by_stem: dict[str, tuple[int, ...]] = {}
        for (kind, norm, _), symbol in symbols.items():
            if kind == "exact":
                _enter(self._by_form, (norm,), symbol)
            elif kind == "prefix":
                _enter(self._prefixes, (norm,), symbol)
            else:
                wanted = sought(norm)
                _enter(self._by_stem, wanted.stems, symbol)
                _enter(self._by_form, wanted.forms, symbol)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

    def of(self, norm: str) -> tuple[int, ...]:
        """Return the symbols that a token is."""
        symbols = set(self._by_form.get(norm, ()))
        if self._by_stem:
            symbols.update(*(self._by_stem.get(stem, ()) for stem in stems(norm)))
        for length in self._lengths:
            if length > len(norm):
                break
            symbols.update(self._prefixes.get(norm[:length], ()))
        return tuple(symbols)


def _enter(by: dict[str, tuple[int, ...]], keys: Iterable[str], symbol: int) -> None:
    alone = (symbol,)  # nearly always, so all keys share it
    for key in keys:
        there = by.setdefault(key, alone)
        if there is not alone and symbol not in there:
            by[key] = (*there, symbol)
