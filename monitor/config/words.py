"""Puts what users wrote into messages: nothing that moves a cursor, nothing that may be a secret. Pure."""

import re

UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no value may hold, raw or as an escape: control characters, surrogates, rare ends of lines."""
LONGEST = 60
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that turn the order of what is printed around them."""
_BLANKS = re.compile("[\t\r\n\x85\u2028\u2029]")
_NAME = re.compile(r"[^:=\s]*")


def printable(text: str) -> str:
    """Return a text of the same length that any terminal shows as one line in its order."""
    return _DIRECTIONS.sub("?", UNPRINTABLE.sub("?", _BLANKS.sub(" ", text)))


def one_line(text: str) -> str:
    """Return a name that others gave as one line in its order, with single blanks."""
    return " ".join(_DIRECTIONS.sub("", UNPRINTABLE.sub(" ", text)).split())


def shown(text: str) -> str:
    """Return a text of the user in a form that fits an error message."""
    clean = printable(text)
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + "…"


def key_shown(key: str) -> str:
    """Return a key for an error message, without what follows a colon in it: ``password:hunter2``."""
    found = _NAME.match(key)
    name = found[0] if found else ""
    joined = any(mark in key for mark in ":=")
    return f"{shown(name)}…" if joined else shown(key)
