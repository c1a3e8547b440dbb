"""The text of one term -> a node; what is wrong with it is told by its place in the whole query."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from monitor.errors import QueryError
from monitor.topics.languages import LANGUAGES
from monitor.topics.nodes import Term, Word
from monitor.topics.text import has_token

MAX_WORDS = 30
"""In one phrase."""
_FOREIGN = {
    "-": "to leave something out, write NOT before it",
    "!": "to leave something out, write NOT before it",
    "+": "words are all required; leave the sign out",
    "&": "write AND",
    "|": "write OR",
    "“": 'write phrases in straight quotes: "…"',
    "”": 'write phrases in straight quotes: "…"',
    "„": 'write phrases in straight quotes: "…"',
    "«": 'write phrases in straight quotes: "…"',
}
_ODD = re.compile(r"[~?\[\]{}\\]|(?<=.)\^|^\^?==|(?<=.)=$|^/.+/$")
"""Signs of other query languages inside a word, where ours parts words at them."""
_NEAR = re.compile(r"near/\d+", re.IGNORECASE)
_LIKE_NEAR = re.compile(r"near[-_]?(\d+)|near", re.IGNORECASE)
_PIECE = re.compile(r"\S+")
_OPERATOR = re.compile(r"(?:AND|OR|NOT|NEAR(?:/\d*)?)(?!\S)")


def bare_term(value: str, start: int, end: int) -> Term:
    """Return the term of a word outside quotes, where habits from other query languages are worth a hint.

    Raises QueryError.
    """
    if value[0] in _FOREIGN:
        raise QueryError(f"{value[0]} has no meaning here", start, end, _FOREIGN[value[0]])
    if "/" in value and _NEAR.fullmatch(value):
        raise QueryError("operators are upper case", start, end, f"write {value.upper()}")
    return term(value, start, end, "no letter or digit here")


def term(text: str, start: int, end: int, empty: str, inside: int = 0) -> Term:
    """Return the term of ``text``, which stands ``inside`` characters after ``start``.

    Raises QueryError: ``empty`` is the message if no word is in it.
    """
    words = []
    for piece in _PIECE.finditer(text):
        try:
            word = _word(piece.group())
        except QueryError as error:
            at = start + inside
            raise QueryError(error.message, at + piece.start(), at + piece.end(), error.hint) from None
        if word is not None:
            words.append(word)
    if not words:
        raise QueryError(empty, start, end, "write a word to look for")
    if len(words) > MAX_WORDS:
        raise QueryError(
            f"a phrase has at most {MAX_WORDS} words", start, end, "name the words that tell it apart"
        )
    return Term(tuple(words), start)


@lru_cache(maxsize=1 << 15)
def _word(piece: str) -> Word | None:
    """Return the word of what stands between blanks, ``None`` if there is no letter or digit in it.

    Most come again and again. Raises QueryError for the whole of it.
    """
    end = len(piece)
    capital = piece.startswith("^")
    whole, piece = piece, piece[1:] if capital else piece
    exact, prefix = piece.startswith("="), piece.endswith("*")
    core = piece.strip("=") if exact else piece
    core = core[:-1] if prefix else core
    if "*" in core:
        hint = f"write {core[: core.index('*')]}*" if core.index("*") else "write how the word begins"
        raise QueryError("* works only once, at the end of a word", 0, end, hint)
    if not has_token(core):
        if exact or prefix or capital:
            raise QueryError(f"{whole} stands alone", 0, end, "write a word with it")
        return None
    if exact and prefix:
        raise QueryError("= and * exclude each other", 0, end, "use one of them")
    if capital and not core[:1].isalpha():
        raise QueryError(f"{whole} begins with no letter", 0, end, "leave the ^ out")
    if capital and core[0].upper() == core[0].lower():
        raise QueryError(f"{core[0]} is neither small nor capital", 0, end, "leave the ^ out")
    return Word(core, exact, prefix, capital)


def doubts_of_word(word: str, start: int) -> Iterator[QueryError]:
    """Yield what a word outside quotes in a query is hardly meant to be, as errors that nobody raises."""
    if word.lower() in {"and", "or", "not"}:
        hint = f"write {word.upper()} for the operator"
        yield QueryError(f"{word} is looked for as a word", start, start + len(word), hint)
    if found := _LIKE_NEAR.fullmatch(word):
        hint = f"write NEAR/{found[1] or 5} for the operator, or put it in quotes"
        yield QueryError(f"{word} is looked for as a word", start, start + len(word), hint)
    if found := _ODD.search(word):
        sign = found.group()[0]
        hint = "put it in quotes if it is meant"
        yield QueryError(f"{sign} has no meaning here, it parts words", start + found.start(), hint=hint)
    yield from doubts_of_prefix(word, start)


def doubts_of_prefix(word: str, start: int) -> Iterator[QueryError]:
    """Yield a doubt if ``word`` is a prefix of one letter, or misses a form that its base form finds.

    One Korean or Chinese sign says enough.
    """
    if not word.endswith("*"):
        return
    if len(word) == 2 and unicodedata.east_asian_width(word[0]) not in "WF":
        yield QueryError(
            f"{word} finds every word that begins so", start, start + 2, "write more of the word"
        )
    for doubt in chain.from_iterable(language.doubts(word) for language in LANGUAGES):
        yield QueryError(doubt.message, start, start + len(word), doubt.hint)


def doubts_of_operators(term: str) -> Iterator[QueryError]:
    """Yield what in the term of an entity looks like a query."""
    for piece in _PIECE.finditer(term):
        if found := _OPERATOR.match(piece.group()):
            hint = "operators work in queries only; list the terms one by one"
            yield QueryError(f"{found.group()} is looked for as a word", piece.start(), piece.end(), hint)
    if len(term) > 1 and term[0] in "-+!":
        yield QueryError(f"{term[0]} has no meaning here", 0, hint="leave it out")
