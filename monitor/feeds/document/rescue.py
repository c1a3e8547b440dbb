"""Entries that one badly closed element would swallow: each is read for itself. Pure.

A title that is never closed, or ``]] >`` for the end of a CDATA section, takes all that follows with it. So
where fewer entries come out of a broken document than begin in it, it is cut where they begin.
"""

import re
from collections.abc import Callable
from typing import Any

MOST = 500
"""Entries that are read so: each takes a parser of its own."""
_LONGEST = 300_000
"""Characters of a document's head, as often as it is read."""
_MOST_LOOKS = 50
"""CDATA sections without an end of their own that are looked at: a look may go through the whole document."""
_UNCLOSED = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<(title|link|guid|id|pubDate|description|summary)(?=[\s>])[^<>]*(?<!/)>"
    r"(?:[^<]|<!\[CDATA\[(?:(?!\]\]>).)*\]\]>)*+(?!</\1\s*>)",
    re.DOTALL,
)
"""An element of text whose end is not where its text ends, or a CDATA section, in which there is none."""
_MOST_UNCLOSED = 20
"""Of one entry."""
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


def rescued_entries(
    text: str, found: int, read: Callable[[str], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return what ``read`` gives of each entry for itself, if that is more than was ``found``."""
    starts, _ = _starts(text)
    if not found < len(starts) <= MOST or starts[0] * len(starts) > _LONGEST:
        return []
    head = text[: starts[0]]
    pieces = [text[begin:end] for begin, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    entries = [entry for piece in pieces for entry in read(head + _closed(piece))[:1]]
    return entries if len(entries) > found else []


def entry_starts(text: str) -> list[int]:
    """Return where entries begin, but for those that a text shows."""
    return _starts(text)[0]


def _starts(text: str) -> tuple[list[int], bool]:
    """Return where entries begin, but for those that a text shows, and whether a CDATA section has no end.

    One that holds the beginning of another, and entries between, has got the end of that one.
    """
    starts, endless, looks, at = list[int](), False, 0, 0
    while begin := _BEGIN.search(text, at):
        at = begin.end()
        if begin["name"]:
            starts.append(begin.start())
        elif begin["cdata"] and looks < _MOST_LOOKS:
            end = text.find("]]>", at)
            if end >= 0 and not (text.find(_OPEN, at, end) >= 0 and _BETWEEN.search(text, at, end)):
                at = end
                continue
            endless = True
            looks = looks + 1 if end >= 0 else _MOST_LOOKS  # then there is none further on either
    return starts, endless


def _closed(piece: str) -> str:
    """Return the entry with the ends of CDATA sections and of texts where these are missing."""
    piece = _SPACED_END.sub("]]>", piece)
    start = piece.rfind(_OPEN)
    if start >= 0 and "]]>" not in piece[start:]:
        end = piece.find("</", start)
        end = end if end >= 0 else len(piece)
        piece = f"{piece[:end]}]]>{piece[end:]}"
    looks = iter(range(_MOST_UNCLOSED))

    def with_end(found: re.Match[str]) -> str:
        """Return the element with its end, unless that comes later, behind markup."""
        if found[1] is None or next(looks, None) is None:
            return found[0]
        is_later = piece.find(f"</{found[1]}>", found.end()) >= 0
        return found[0] if is_later else f"{found[0]}</{found[1]}>"

    return _UNCLOSED.sub(with_end, piece)
