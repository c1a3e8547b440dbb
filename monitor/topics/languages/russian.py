"""Russian: the Snowball stemmer, and what it takes apart wrongly in the words of the news."""

import re
from functools import lru_cache

import snowballstemmer

_NOUNS_IN_EYA = "коре иде алле батаре галере транше ше зате эпопе гвине ассамбле"
"""Snowball gives корея and кореи different stems."""
_EYA_ENDINGS = ("я", "и", "е", "ю", "ей", "ею", "й", "ям", "ями", "ях")
_LIKE_VERBS = "визит кредит лимит транзит дефицит бандит аудит депозит"
"""They look like verbs, but only in the nominative."""
_IRREGULAR = """
боец бойца бойцу бойцом бойце бойцы бойцов бойцам бойцами бойцах;
посол посла послу послом послы послов послам послами послах;
отец отца отцу отцом отце отцы отцов отцам отцами отцах;
лев льва льву львом льве; день дня дню днем дне дни дней дням днями днях;
человек человека человеку человеком человеке люди людей людям людьми людях;
послать послал послала послали послало пошлет пошлют послан посланы послана послано
"""
_FLEETING = re.compile(r"(\w\w)ец$")
_VOWELS = frozenset("аеиоуыэюя")


def _table() -> dict[str, str]:
    stems = {f"{base}{ending}": f"{base}я" for base in _NOUNS_IN_EYA.split() for ending in _EYA_ENDINGS}
    stems |= {noun: noun for noun in _LIKE_VERBS.split()}
    for line in _IRREGULAR.split(";"):
        forms = line.split()
        stems |= dict.fromkeys(forms, forms[0])
    return stems


_STEMS = _table()


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Return what the forms of a word have in common: ``войска`` and ``войсками`` give the same."""
    known = _STEMS.get(word)
    if known is not None:
        return (known,)
    # A stemmer object keeps the word it works on, so threads must not share one.
    stemmer = snowballstemmer.stemmer("russian")
    return (str(stemmer.stemWord(_FLEETING.sub(_without_fleeting, word))),)


def _without_fleeting(match: re.Match[str]) -> str:
    """Write доброволец like добровольцы and кореец like корейцы, whose е has gone."""
    before = match[1]
    if before[-1] in _VOWELS:
        return f"{before}йцы"
    return f"{before}ьцы" if before[-1] == "л" else f"{before}цы"
