"""Letters of one script that pose as letters of another: a word with Latin C and Cyrillic О is set right."""

import re

_PAIRS = "aа bв cс eе hн iі jј kк mм oо pр sѕ tт xх yу"
"""Latin and Cyrillic, folded: the capitals B and В look alike, so b stands for в."""
_GREEK = "αa βb εe ηh ιi κk μm νn οo ρp τt υy χx"

_TO_CYRILLIC = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_TO_LATIN = str.maketrans(
    {pair[1]: pair[0] for pair in _PAIRS.split()} | {pair[0]: pair[1] for pair in _GREEK.split()}
)
_SHORTEST = 4
_POSING = re.compile("[abcehijkmopstxy]+|[авсеніјкморѕтху]+")
_LATIN = re.compile("[a-z]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_GREEK_LETTER = re.compile("[\u0370-\u03ff]")


def repair(word: str) -> str:
    """Return a folded word that mixes scripts in its main script, if look-alikes are all that differs.

    Where both scripts would do, the one with more letters wins, and Cyrillic a draw.
    """
    if word.isascii():
        return word
    latin = len(_LATIN.findall(word))
    if latin and _GREEK_LETTER.search(word):
        word = word.translate(_TO_LATIN) if not _CYRILLIC.search(word) else word
    cyrillic = len(_CYRILLIC.findall(word))
    if not (latin and cyrillic):
        return word
    as_cyrillic, as_latin = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    good = [form for form, other in ((as_cyrillic, _LATIN), (as_latin, _CYRILLIC)) if not other.search(form)]
    if len(good) == 2:
        return as_latin if latin > cyrillic else as_cyrillic
    return good[0] if good else word


def posing_as(word: str) -> tuple[str, ...]:
    """Return what a folded word looks like in the other script: ТАСС, if all of it poses as Latin, is TACC.

    Nothing for short words: too many of them are words in both.
    """
    if len(word) < _SHORTEST or not _POSING.fullmatch(word):
        return ()
    return (word.translate(_TO_CYRILLIC if word.isascii() else _TO_LATIN),)
