"""Entries that one badly closed element would swallow: each is read for itself. Pure.

A title that is never closed, or ``]] >`` for the end of a CDATA section, takes all that follows with it. So
where fewer entries come out of a broken document than begin in it, it is cut where they begin.
"""

import re
from collections.abc import Callable
from typing import Any

MOST = 3_000
"""Entries that are read so: each takes a parser of its own."""
_LONGEST_HEAD = 10_000
_MOST_ENDLESS = 50
"""CDATA sections without an end that are looked at: each look may go through the whole document."""
_BEGIN = re.compile(r"<!--.*?(?:-->|\Z)|<(?P<name>item|entry)(?=[\s>])|(?P<cdata><!\[CDATA\[)", re.DOTALL)
_BETWEEN = re.compile(r"</(?:item|entry)>\s*<(?:item|entry)[\s>]")
_SPACED_END = re.compile(r"\]\]\s+>")
_OPEN = "<![CDATA["


def is_swallowed(text: str, found: int) -> bool:
    """Return whether a document that may well be well-formed has more entries than the ``found``.

    Its CDATA section goes on to the end of a later one.
    """
    if text.count("<item") + text.count("<entry") <= found or _OPEN not in text:
        return False
    return _starts(text)[1]


def rescued(text: str, found: int, read: Callable[[str], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return what ``read`` gives of each entry for itself, if that is more than was ``found``."""
    starts, _ = _starts(text)
    if not found < len(starts) <= MOST or starts[0] > _LONGEST_HEAD:
        return []
    head = text[: starts[0]]
    pieces = [text[begin:end] for begin, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    entries = [entry for piece in pieces for entry in read(head + _closed(piece))[:1]]
    return entries if len(entries) > found else []


def _starts(text: str) -> tuple[list[int], bool]:
    """Return where entries begin, but for those that a text shows, and whether a CDATA section has no end.

    One that holds the beginning of another, and entries between, has got the end of that one.
    """
    starts, endless, at = list[int](), 0, 0
    while endless < _MOST_ENDLESS and (begin := _BEGIN.search(text, at)):
        at = begin.end()
        if begin["name"]:
            starts.append(begin.start())
        elif begin["cdata"]:
            end = text.find("]]>", at)
            if end < 0 or (text.find(_OPEN, at, end) >= 0 and _BETWEEN.search(text, at, end)):
                endless += 1
            else:
                at = end
    return starts, endless > 0


def _closed(piece: str) -> str:
    """Return the entry with the end of its CDATA section where that is missing or has a space in it."""
    piece = _SPACED_END.sub("]]>", piece)
    start = piece.rfind(_OPEN)
    if start < 0 or "]]>" in piece[start:]:
        return piece
    end = piece.find("</", start)
    return piece if end < 0 else f"{piece[:end]}]]>{piece[end:]}"
