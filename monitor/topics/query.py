"""The query language: from the text of a topic's query to a tree.

::

    or      = and (OR and)*
    and     = not ([AND] not)*                         a space is AND
    not     = NOT not | near
    near    = primary [NEAR/n primary]                 n words apart at most, in either order
    primary = ( or ) | term | @entity | query:name | title:primary | lang:ru
    term    = word | prefix* | =exact | ^Capital | "a phrase of =such ^word*"

Operators are upper case; ``and``, ``or``, ``not`` and ``near`` are words like any other.
A word is found in all its inflected forms; ``=word`` is that form only; ``word*`` is any word that begins so;
``^word`` only where it begins with a capital letter, and ``^=`` joins the two. Datelines and credits do not
count (``topics.credits``).

Each side of NEAR is a term, an entity, or a group of these joined by OR. Its distance is that between the two
nearest words of both sides: 1 for neighbours, 0 where one word serves both. ``title:`` holds for all that
is inside it, so ``title:(a AND NOT b)`` asks for a title with a and without b, whatever the text says.
``query:name`` is the query of that name as if it stood there in parentheses (``named``).
NOT alone would let everything pass, so each side of an OR, and the whole, needs something to look for.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.errors import QueryError
from monitor.piecemeal import let_go
from monitor.topics.doubts import doubts_of_capitals, doubts_of_letters, doubts_of_operator, doubts_of_tree
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Or, Reference, Term, Title, Word, walk
from monitor.topics.parser import MAX_DISTANCE, Parser, refuse_negative, words_of
from monitor.topics.remembered import Remembered
from monitor.topics.terms import doubts_of_operators, doubts_of_prefix, doubts_of_word, term

__all__ = ["MAX_DISTANCE", "And", "Entity", "Lang", "Near", "Node", "Not", "Or", "Reference"]
__all__ += ["Term", "Title", "Word"]
__all__ += ["doubts_of_query", "doubts_of_term", "doubts_of_tree"]
__all__ += ["forget_trees", "names", "parse", "parse_term", "references", "walk"]

MAX_LENGTH = 20_000
_APART = re.compile('[()"]')
"""What words end at, as at a blank."""


def parse(text: str) -> Node:
    """Return the tree of a query.

    Raises QueryError with the place, a plain message and mostly a remedy. Trees are kept at hand, for a query
    is read when it is checked and again when it is compiled; who has compiled it lets them go
    (``forget_trees``).
    """
    return _trees[text]


def forget_trees() -> None:
    """Let go of the trees that were kept at hand."""
    let_go(_trees)


def _parse(text: str) -> Node:
    if len(text) > MAX_LENGTH:
        message = f"the query is longer than {MAX_LENGTH:,} characters"
        raise QueryError(
            message, MAX_LENGTH, len(text), "split it into two topics, or put terms into an entity"
        )
    parser = Parser(text)
    node = parser.disjunction(0)
    parser.expect_end()
    refuse_negative(node, 0, max(len(text), 1))
    return node


_trees = Remembered(_parse, most=1 << 15, longest=MAX_LENGTH)


def parse_term(text: str) -> Term:
    """Return one term as an entity lists it: a word, or several as a phrase, with ``=`` or ``*`` if wanted.

    Raises QueryError.
    """
    if '"' in text:
        at = text.index('"')
        raise QueryError("a term needs no quotes", at, hint="several words are a phrase by themselves")
    if text.startswith("@"):
        raise QueryError("an entity cannot be part of another", 0, len(text), "join the two in the query")
    if field := re.match("(title|lang|query):", text):
        raise QueryError(f"{field.group()} works in queries only", 0, field.end(), "write the term alone")
    return term(text, 0, max(len(text), 1), "the term is empty")


def doubts_of_query(text: str) -> Iterator[QueryError]:
    """Yield what can be read, but is hardly meant, as errors that nobody raises.

    ``doubts_of_tree`` has those about how its parts are put together.
    """
    if any(map(_is_doubtful, _APART.sub(" ", text).split())):
        for word, start in words_of(text):
            for doubt in _doubts_of_word(word):
                yield QueryError(doubt.message, doubt.offset + start, doubt.end + start, doubt.hint)
    yield from doubts_of_letters(text)


@lru_cache(maxsize=1 << 15)
def _is_doubtful(piece: str) -> bool:
    return any(True for word, _ in words_of(piece) for _ in _doubts_of_word(word))


def _doubts_of_word(word: str) -> Iterator[QueryError]:
    yield from doubts_of_word(word, 0)
    yield from doubts_of_operator(word, 0)
    yield from doubts_of_capitals(word, 0)


def doubts_of_term(text: str) -> Iterator[QueryError]:
    """Yield the same for the term of an entity."""
    yield from doubts_of_operators(text)
    yield from doubts_of_prefix(text, 0)
    yield from doubts_of_letters(text)
    yield from doubts_of_capitals(text, 0)


def names(node: Node) -> list[Entity | Reference]:
    """Return every ``@name`` and ``query:name`` in the query as it was parsed, in order."""
    return [part for part in walk(node) if isinstance(part, Entity | Reference)]


def references(node: Node) -> list[Reference]:
    """Return every ``query:name`` in the query as it was parsed, in order."""
    return [part for part in walk(node) if isinstance(part, Reference)]
