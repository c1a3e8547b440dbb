"""What a query or a term is hardly meant to be, beyond the spelling of single words. Pure.

All doubts are errors that nobody raises: a message, a place and a remedy.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from monitor.errors import QueryError
from monitor.topics.languages import LANGUAGES
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Or, Reference, Term, Title, walk
from monitor.topics.text import LONGEST_WORD, tokenize

SHOWN = 60
"""Characters of a part that are shown."""
_LIKE_OPERATOR = re.compile(r"[A-Z]{1,20}/\d{1,4}")
_SLIPS = {"ADN": "AND", "NAD": "AND", "NTO": "NOT", "ONT": "NOT"}
"""Operators with two letters the wrong way round."""
_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK"})
"""Those that have letters which look alike."""
_MIXED = re.compile(r"[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")
_LETTERS = re.compile(r"[^\W\d_]+")
_COMMON = frozenset[str]().union(*(language.function_words for language in LANGUAGES))
_LONGEST = max(map(len, _COMMON))


def doubts_of_operator(word: str, start: int) -> Iterator[QueryError]:
    """Yield a doubt if a word outside quotes looks like an operator of some language: ADN, NEER/2."""
    if meant := _SLIPS.get(word):
        hint = f"write {meant}, or put it in quotes"
        yield QueryError(f"{word} is no operator: it is looked for", start, start + len(word), hint)
    if _LIKE_OPERATOR.fullmatch(word):
        name, _, number = word.partition("/")
        hint = f"write NEAR/{number} for words that are near, or put it in quotes"
        yield QueryError(
            f'{word} is no operator: "{name} {number}" is looked for', start, start + len(word), hint
        )


def doubts_of_letters(text: str) -> Iterator[QueryError]:
    """Yield a doubt for each word with letters of another script that look alike, which are read as its own.

    Words that are written in two scripts on purpose are none.
    """
    if not _MIXED.search(text):
        return
    for found in _LETTERS.finditer(text):
        word = found.group()
        if len(word) > LONGEST_WORD:
            continue
        scripts = _scripts(word)
        norm = "".join(token.norm for token in tokenize(word))
        read_as = _scripts(norm)
        if len(scripts) > 1 and scripts <= _SCRIPTS and len(read_as) == 1:
            message = (
                f"{word} has letters of two alphabets: it is read as {'/'.join(read_as).title()}, {norm}"
            )
            yield QueryError(message, found.start(), found.end(), "type it anew in one alphabet")


def doubts_of_capitals(word: str, start: int) -> Iterator[QueryError]:
    """Yield a doubt if an abbreviation is a common word in small letters: US is found in "let us"."""
    if not 1 < len(word) <= LONGEST_WORD or not word.isupper() or word.startswith("^") or word.endswith("*"):
        return
    norms = [token.norm for token in tokenize(word)]
    if len(norms) == 1 and norms[0] in _COMMON:
        message = f"{word} finds the common word {norms[0]} as well: capitals make no difference"
        hint = f"write ^{word}, which has a capital, or a longer name"
        yield QueryError(message, start, start + len(word), hint)


def doubts_of_tree(tree: Node) -> Iterator[QueryError]:
    """Yield what a query asks for that nearly every text has, or none can have."""
    if not _tells(tree):
        yield _too_much(tree)
    yield from _contradictions(tree)


def _too_much(tree: Node) -> QueryError:
    """Return a doubt about the first part that lets nearly everything pass."""
    part = tree
    while isinstance(part, Or | Title):
        part = next(child for child in part.children if not _tells(child))
    wanted = [one for side in _wanted(part) for one in walk(side)]
    if codes := [one for one in wanted if isinstance(one, Lang)]:
        message = f"this finds nearly everything in the language {codes[0].code}"
        hint = f"add what to look for, as in {codes[0]} AND troops"
        return QueryError(message, codes[0].offset, hint=hint)
    message = f"{_short(part)} asks for common words only, and nearly every text has those"
    return QueryError(message, _place(part), hint="add a word that tells what it is about")


def _tells(node: Node) -> bool:
    """Return whether the node asks for something that not nearly every text has."""
    match node:
        case Term(words):
            return any(word.prefix or not _is_common(word.text) for word in words)
        case Lang() | Not():
            return False
        case And(children):
            return any(map(_tells, children))
        case Near(left, right, _):
            return _tells(left) or _tells(right)
        case Or(children):
            return all(map(_tells, children))
        case Title(child):
            return _tells(child)
        case Entity() | Reference():
            return True


@lru_cache(maxsize=1 << 15)
def _is_common(word: str) -> bool:
    """Return whether a word, with all of its tokens, is in nearly every text."""
    norms = [token.norm for token in tokenize(word)] if len(word) <= _LONGEST else []
    return bool(norms) and _COMMON.issuperset(norms)


def _contradictions(node: Node) -> Iterator[QueryError]:
    """Yield a doubt for each part that is asked for and ruled out in the same breath."""
    if isinstance(node, And):
        ruled_out = list(_unwanted(node))
        wanted = {key for part in _wanted(node) for key in _asked(part)} if ruled_out else set()
        for unwanted in ruled_out:
            for one in unwanted.children if isinstance(unwanted, Or) else (unwanted,):
                together = one.children if isinstance(one, And) else (one,)
                if wanted.issuperset(map(_key, together)):
                    message = f"nothing can match: {_short(one)} is asked for and ruled out"
                    yield QueryError(message, _place(one), hint="take one of the two out")
        parts = _wanted(node)
    else:
        parts = list(node.children)
    for part in parts:
        if part.children:
            yield from _contradictions(part)


def _wanted(node: Node) -> list[Node]:
    """Return the parts that must all hold, but for those with NOT."""
    if not isinstance(node, And):
        return [] if isinstance(node, Not) else [node]
    return [part for child in node.children for part in _wanted(child)]


def _unwanted(node: And) -> Iterator[Node]:
    """Yield what must not hold."""
    for child in node.children:
        if isinstance(child, Not):
            yield child.child
        elif isinstance(child, And):
            yield from _unwanted(child)


def _asked(node: Node) -> Iterator[str]:
    """Yield the keys of what must be there for a part to hold."""
    yield _key(node)
    if isinstance(node, Near | Title):
        for side in node.children:
            yield from _asked(side)


def _key(node: Node) -> str:
    """Return the same for parts that find the same."""
    return str(node).casefold()


def _place(node: Node) -> int:
    """Return where the first word of a part stands."""
    while not isinstance(node, Term | Entity | Lang):
        node = node.children[0]
    return node.offset


def _short(node: Node) -> str:
    text = str(node)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _scripts(word: str) -> frozenset[str]:
    return frozenset(unicodedata.name(letter, "?").split()[0] for letter in word if letter.isalpha())
