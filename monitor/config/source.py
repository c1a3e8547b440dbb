"""The text of a file: where an offset stands in it, and which part of it a character of a value is. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from monitor.config.excerpt import excerpt
from monitor.config.place import Place

_BREAK = re.compile(r"\r\n|\r|\n")
_HEAD = re.compile(r"([\s-]*[\w-]+:)?[^:{}]*")
_TAIL = re.compile(r"[^:{}]*")
"""What may be shown beside a value: its key, its neighbours in a list; other values may be secrets."""
_PIECES = {"'": re.compile(r"''|\S"), '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|\S", re.DOTALL)}
_PLAIN = re.compile(r"\S")
_BLANK_ESCAPES = frozenset("ntrvfNLP_ \t\r\n")


class Span(NamedTuple):
    """Where a scalar stands in the text, and how it is written: its quote, ``|`` or ``>``, or None."""

    start: int
    end: int
    style: str | None


class Source:
    """A text with its lines, which end as YAML says: with LF, CR or both."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]

    def place(self, offset: int) -> Place:
        """Return the line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)

    def offset(self, place: Place) -> int:
        """Return the offset of a place."""
        return self._starts[min(place.line, len(self._starts)) - 1] + place.column - 1

    def line(self, number: int) -> str:
        """Return a line by its number, without its end; an empty one if there is none."""
        if number > len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")

    def offset_in(self, span: Span, value: str, offset: int) -> int:
        """Return where in the text the character at ``offset`` of a scalar's value stands."""
        return span.start + positions(self.text[span.start : span.end], span.style, value)[offset]

    def excerpt(self, span: Span, offset: int) -> str:
        """Return the line at an offset with a caret below it; of other values in the line, only marks."""
        place = self.place(offset)
        line, begin = self.line(place.line), self._starts[place.line - 1]
        start, end = max(0, span.start - begin), min(len(line), span.end - begin)
        head, tail = line[:start], line[end:]
        shown_head = head if _HEAD.fullmatch(head) else "… "
        shown = shown_head + line[start:end] + (tail if _TAIL.fullmatch(tail) else "…")
        return excerpt(shown.lstrip(), len(shown_head) + offset - begin - start - _indent(shown))


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


@lru_cache(maxsize=16)
def positions(raw: str, style: str | None, value: str) -> tuple[int, ...]:
    """Return for each character of a scalar's value, and for its end, where it stands in ``raw``.

    YAML changes nothing but blanks, quotes and escapes: the other characters stand in ``raw`` in the same
    order, whatever the style. A blank stands where the character before it ends.
    If they do not fit, the answer is the start: never a wrong place.
    """
    solid = [index for index, char in enumerate(value) if not char.isspace()]
    pieces = list(islice(_pieces(raw, style), len(solid)))
    if [char for *_, char in pieces] != [value[index] for index in solid]:
        return (0,) * (len(value) + 1)
    starts = dict(zip(solid, (start for start, *_ in pieces), strict=True))
    ends = dict(zip(solid, (end for _, end, _ in pieces), strict=True))
    found: list[int] = []
    after = 0
    for index in range(len(value) + 1):
        found.append(starts.get(index, after))
        after = ends.get(index, after)
    return tuple(found)


def _pieces(raw: str, style: str | None) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and meaning of what stands for one character that is not blank."""
    start, end = 0, len(raw)
    if style in ("'", '"'):
        start, end = 1, end - 1
    elif style in ("|", ">"):
        header = _BREAK.search(raw)
        start = header.end() if header else end
    for piece in _PIECES.get(style or "", _PLAIN).finditer(raw, start, end):
        char = _meaning(piece[0])
        if not char.isspace():
            yield piece.start(), piece.end(), char


def _meaning(piece: str) -> str:
    """Return the character that a piece stands for."""
    if digits := piece[2:]:
        return chr(int(digits, 16))
    if piece[0] == "\\" and len(piece) == 2:
        return " " if piece[1] in _BLANK_ESCAPES else piece[1]
    return piece[0]
