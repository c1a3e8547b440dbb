"""Cuts a text to size around what matched in it, and marks that. Pure.

Offsets count code points of the field as stored. So a text is first divided at them and only then cleaned.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.model import Span
from monitor.notify.untrusted import MARK, clean

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that matched, or that did not."""

    text: str
    marked: bool = False


Excerpt = tuple[Piece, ...]


def ranges_of(spans: Iterable[Span], field: str, length: int) -> tuple[Range, ...]:
    """Return where ``field`` (of ``length`` code points) matched: in order, without overlaps."""
    inside = sorted(
        (max(span.start, 0), min(span.end, length))
        for span in spans
        if span.field == field and span.start < span.end and span.start < length and span.end > 0
    )
    merged: list[Range] = []
    for start, end in inside:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def excerpt(text: str, ranges: tuple[Range, ...], limit: int) -> Excerpt:
    """Return about ``limit`` characters of ``text``: from its start, or from shortly before the first match."""
    start = 0
    if ranges and ranges[0][1] > limit:
        start = max(0, ranges[0][0] - limit // 3)
    return _window(text, ranges, _word_start(text, start), min(len(text), start + limit))


def snippets(text: str, ranges: tuple[Range, ...], around: int, most: int) -> tuple[Excerpt, ...]:
    """Return the first ``most`` places of ``text`` that matched, each with ``around`` characters beside it."""
    windows: list[Range] = []
    for start, end in ranges:
        left, right = max(0, start - around), min(len(text), min(end, start + around) + around)
        if windows and left <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(right, windows[-1][1]))
        elif len(windows) < most:
            windows.append((left, right))
        else:
            break
    return tuple(_window(text, ranges, _word_start(text, left), right) for left, right in windows)


def _window(text: str, ranges: tuple[Range, ...], start: int, end: int) -> Excerpt:
    pieces = [piece for piece in _divide(text, ranges, start, end) if piece.text]
    before = [Piece(MARK)] if start > 0 else []
    after = [Piece(MARK)] if end < len(text) else []
    return (*before, *pieces, *after)


def _divide(text: str, ranges: tuple[Range, ...], start: int, end: int) -> Iterator[Piece]:
    place = start
    for left, right in ranges:
        left, right = max(left, start), min(right, end)  # noqa: PLW2901 - the part that shows
        if left < right:
            yield Piece(clean(text[place:left]))
            yield Piece(clean(text[left:right]), marked=True)
            place = right
    yield Piece(clean(text[place:end]))


def _word_start(text: str, start: int) -> int:
    """Return the start of the first word after ``start``, if one is near."""
    space = text.find(" ", start, start + 15) if start else -1
    return space + 1 if space >= 0 else start
