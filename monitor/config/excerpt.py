"""Shows a place in a text with a caret under it. Pure."""

import unicodedata

from monitor.config.words import printable

BEFORE, AFTER = 60, 40
"""How much of a long line is shown on each side of the place, in characters."""


def excerpt(text: str, offset: int) -> str:
    """Return the line of ``text`` with the offset, cut to the part around it, and a caret below the place."""
    offset = min(offset, len(text))
    first = text.rfind("\n", 0, offset) + 1
    last = text.find("\n", offset)
    line = text[first : last if last >= 0 else len(text)]
    column = offset - first
    start, end = max(0, column - BEFORE), column + AFTER
    head = "…" if start else ""
    tail = "…" if end < len(line) else ""
    before = head + printable(line[start:column])
    return f"    {before}{printable(line[column:end])}{tail}\n    {' ' * _width(before)}^"


def _width(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
