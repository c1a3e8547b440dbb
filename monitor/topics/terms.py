"""The text of one term -> a node; what is wrong with it is told by its place in the whole query."""

import re

from monitor.errors import QueryError
from monitor.topics.nodes import Term, Word
from monitor.topics.text import tokenize

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


def bare_term(value: str, start: int, end: int) -> Term:
    """Return the term of a word outside quotes, where habits from other query languages are worth a hint.

    Raises QueryError.
    """
    if value[0] in _FOREIGN:
        raise QueryError(f"{value[0]} has no meaning here", start, end, _FOREIGN[value[0]])
    if re.match(r"near/\d+$", value, re.IGNORECASE):
        raise QueryError("operators are upper case", start, end, f"write {value.upper()}")
    return term(value, start, end, "no letter or digit here")


def term(text: str, start: int, end: int, empty: str, inside: int = 0) -> Term:
    """Return the term of ``text``, which stands ``inside`` characters after ``start``.

    Raises QueryError: ``empty`` is the message if no word is in it.
    """
    words = []
    for piece in re.finditer(r"\S+", text):
        at = start + inside + piece.start()
        word = _word(piece.group(), at, at + len(piece.group()))
        if word is not None:
            words.append(word)
    if not words:
        raise QueryError(empty, start, end, "write a word to look for")
    if len(words) > MAX_WORDS:
        raise QueryError(f"a phrase has at most {MAX_WORDS} words", start, end)
    return Term(tuple(words), start)


def _word(piece: str, start: int, end: int) -> Word | None:
    exact, prefix = piece.startswith("="), piece.endswith("*")
    core = piece.strip("=") if exact else piece
    core = core[:-1] if prefix else core
    if "*" in core:
        raise QueryError("* works only once, at the end of a word", start, end)
    if not tokenize(core):
        if exact or prefix:
            raise QueryError(f"{piece} stands alone", start, end, "write a word with it")
        return None
    if exact and prefix:
        raise QueryError("= and * exclude each other", start, end, "use one of them")
    return Word(core, exact, prefix)
