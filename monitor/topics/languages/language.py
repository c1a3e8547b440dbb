"""What monitor must know of a language, to bring the forms of its words together."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Sought(NamedTuple):
    """What a word of a query finds: words that have one of ``stems``, and the words ``forms`` as they are.

    Stems are for what endings tell; forms are for what they do not, written out once when a query is read.
    """

    stems: tuple[str, ...]
    forms: tuple[str, ...] = ()


class Doubt(NamedTuple):
    """What is wrong with a word of a query, and what to do."""

    message: str
    hint: str


def _no_doubts(_: str) -> Iterator[Doubt]:
    yield from ()


@dataclass(frozen=True, slots=True)
class Language:
    """The rules of one language. All words are folded (see ``topics.text``) but those of ``doubts``."""

    code: str
    """ISO 639-1."""
    reads: Callable[[str], bool]
    """Whether a word can be of this language: its letters tell."""
    stems: Callable[[str], tuple[str, ...]]
    """What a word of a text has in common with its other forms; several if it can be read in several ways."""
    sought: Callable[[str], Sought]
    """What a word of a query finds."""
    function_words: frozenset[str]
    """Words that every text has, whatever it is about: articles, prepositions, conjunctions, pronouns,
    particles, auxiliaries. Negations and words of time and place are not among them: those may tell."""
    doubts: Callable[[str], Iterator[Doubt]] = _no_doubts
    """What a prefix, with its ``*``, misses that the base form finds."""
    alike: tuple[tuple[str, ...], ...] = ()
    """Groups of phrases, of blank-separated words: ways to write the same."""
    folds: Mapping[str, str] = field(default_factory=dict)
    """Letters that make no difference to others."""
    possessive: str = ""
    """A pattern of an ending that is no part of the word, with ``'`` for any apostrophe."""
    letters: str = ""
    """A class of letters, if an apostrophe before one is a quotation mark."""
    dots: str = ""
    """Letters by Unicode that are dots between words."""
