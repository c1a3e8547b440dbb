"""Text -> tokens, and what the forms of a word have in common.

A token is a run of letters and digits. Its ``norm`` is what is compared: without zero-width characters, soft
hyphens and marks of direction; composed (NFKC), case-folded, ё as е, apostrophes dropped, an English 's cut
off, Latin letters that pose as Cyrillic ones (or the reverse) set right. Hyphens and dots part words, but the
dots of D.P.R.K. are left out. Each Chinese character and kana is a token: a phrase of them is a substring.
``start`` and ``end`` always count code points of the text as given.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from monitor.topics.languages import LANGUAGES, lookalikes
from monitor.topics.languages.language import Sought
from monitor.topics.remembered import Remembered

_IGNORED = (
    r"\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0"
)
_EXTEND = rf"\u0300-\u036f{_IGNORED}"
_APOSTROPHES = "'’ʼ`‘′＇"
_CJK = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    r"\U00020000-\U0003ffff"
)
_SEPARATORS = "_" + "".join(one.dots for one in LANGUAGES)
_QUOTED = "".join(one.letters for one in LANGUAGES)
_FOLDS = str.maketrans(dict(pair for one in LANGUAGES for pair in one.folds.items()))

RUN = re.compile(
    rf"(?:[^\W\d_][{_EXTEND}]*\.[{_EXTEND}]*)+[^\W\d_][{_EXTEND}]*(?![\w{_EXTEND}])"
    rf"|\w[\w{_EXTEND}]*(?:[{_APOSTROPHES}](?=[{_EXTEND}]*\w)(?![{_EXTEND}]*[{_QUOTED}])[\w{_EXTEND}]+)*"
)
"""One or more tokens that need a closer look only once: see ``tokens_of_run``."""
_PART = re.compile(rf"[{_CJK}][{_EXTEND}]*|(?:(?![{_CJK}{_SEPARATORS}])[\w.{_EXTEND}{_APOSTROPHES}])+")
_HAS_PARTS = re.compile(f"[{_CJK}{_SEPARATORS}]")
_SURE = re.compile("[0-9A-Za-zЀ-ҁҊ-ԯ가-힣]")
"""Such a sign is always part of a token."""
_DROP = re.compile(f"[{_IGNORED}]")
_NOT_ALNUM = re.compile(rf"[\W_{_APOSTROPHES}]+")
"""ʼ counts as a letter for ``re``, so the apostrophes are named."""
_POSSESSIVE = re.compile(
    "|".join(one.possessive for one in LANGUAGES if one.possessive).replace("'", f"[{_APOSTROPHES}]")
)
TOKENS_VERSION = 2
"""Of the tokens that ``indexed`` gives. Raise it by one, once a release, when a text may give others than
before: when it is parted, folded or stemmed in another way, here or in ``languages``.

A store keeps it beside what it indexed. What has another one counts as a candidate for every query until
it is indexed anew, so a change of rules loses nothing of the past; forgetting to raise it does.
"""
LONGEST_WORD = 80
"""What is longer is no word of a language: it is compared, but not stemmed and not remembered."""


class Token(NamedTuple):
    """One word: its folded form, and where it stands (code points of the text given)."""

    norm: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text in order. Any string will do; nothing is raised."""
    return [
        Token(norm, first + start, first + end)
        for run in RUN.finditer(text)
        for first in (run.start(),)
        for norm, start, end in tokens_of_run(run.group())
    ]


def has_token(text: str) -> bool:
    """Return whether there is a token in a text."""
    return _SURE.search(text) is not None or bool(tokenize(text))


def tokens_of_run(run: str) -> tuple[Token, ...]:
    """Return the tokens of what ``RUN`` found, mostly one; places count from the start of the run."""
    return _split(run) if len(run) > LONGEST_WORD else _split_cached(run)


def _split(run: str) -> tuple[Token, ...]:
    if run.isascii() and run.isalnum():
        return (Token(run.lower(), 0, len(run)),)
    if not _HAS_PARTS.search(run):
        return _token(run, 0)
    return tuple(token for part in _PART.finditer(run) for token in _token(part.group(), part.start()))


_split_cached = lru_cache(maxsize=1 << 17)(_split)


def _token(part: str, start: int) -> tuple[Token, ...]:
    """Return the part's one token, or none if only invisible characters were in it."""
    visible = _DROP.sub("", part)
    stripped = _POSSESSIVE.sub("", visible)
    end = start + len(part) - (len(visible) - len(stripped))
    norm = _fold_sign(stripped) if len(stripped) == 1 else _fold(stripped)
    return (Token(norm, start, end),) if norm else ()


def _fold(word: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    return _NOT_ALNUM.sub("", lookalikes.repair(folded.translate(_FOLDS)))


_fold_sign = lru_cache(maxsize=1 << 14)(_fold)
"""Each Chinese character is a token, and there are not many."""


def stems(norm: str) -> tuple[str, ...]:
    """Return the stems of a token of a text, in every language that it can be of.

    In a headline the language is a guess, and a wrong one must not hide a match; letters are certain. Korean
    gives every reading of the word (itself among them), other languages one or two stems.
    """
    if _is_plain(norm):
        return (norm,)
    found = [stem for language in LANGUAGES if language.reads(norm) for stem in language.stems(norm)]
    return tuple(dict.fromkeys(found)) or (norm,)


def sought(norm: str) -> Sought:
    """Return what a token must be, to be a form of the query's word ``norm``: it has a stem, or is a form."""
    if _is_plain(norm):
        return Sought((norm,))
    found = [language.sought(norm) for language in LANGUAGES if language.reads(norm)]
    stems = dict.fromkeys([stem for one in found for stem in one.stems]) or (norm,)
    forms = [form for one in found for form in one.forms]
    return Sought(tuple(stems), (*forms, *lookalikes.posing_as(norm)))


def query_keys(norm: str) -> tuple[str, ...]:
    """Return the tokens of the index of which a text must have one, to have a form of ``norm``."""
    return tuple(dict.fromkeys(chain.from_iterable(sought(norm))))


def _is_plain(norm: str) -> bool:
    return len(norm) > LONGEST_WORD or norm.isdecimal()


def indexed(text: str) -> str:
    """Return the tokens to index a text under, in its order, with a blank between: each word, then its stems.

    They are what the matcher compares, so whatever matches is found (``topics.candidates``). Korean words
    are there whole and without particles; a compound can be found by a prefix query on them.
    """
    return " ".join(filter(None, map(_keys.__getitem__, text.split())))


def _indexed(chunk: str) -> str:
    """Return what a text without blanks is indexed under."""
    norms = [token.norm for run in RUN.findall(chunk) for token in tokens_of_run(run)]
    return " ".join([key for norm in norms for key in dict.fromkeys((norm, *stems(norm)))])


_keys = Remembered(_indexed, most=1 << 16, longest=LONGEST_WORD)


def search_tokens(query_text: str) -> list[list[str]]:
    """Return for each word that a user searches for the tokens of which one must be in the index.

    The first is the word itself, as a last resort to be used as a prefix.
    """
    return [
        list(dict.fromkeys((token.norm, *stems(token.norm), *query_keys(token.norm))))
        for token in tokenize(query_text)
    ]
