"""The passage of a long text in which the evidence stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.model import Span

LONGEST = 240
"""Characters of a passage."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a field, with dots where it is cut; ``spans`` count code points of ``text``."""

    field: str
    text: str
    spans: tuple[Span, ...]


def passage(text: str, spans: Sequence[Span], field: str, longest: int = LONGEST) -> Passage | None:
    """Return the passage of a field's ``text`` that shows most parts of the query, the first such.

    ``None`` if no span is in this field.
    """
    here = sorted((span for span in spans if span.field == field), key=lambda span: span.start)
    if not here:
        return None
    first = max(here, key=lambda one: len({s.clause for s in _within(here, one.start, longest // 2)}))
    begin, end = _bounds(text, max(0, first.start - longest // 4), longest)
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    moved = tuple(
        replace(span, start=span.start - begin + len(before), end=span.end - begin + len(before))
        for span in _within(here, begin, end - begin)
    )
    return Passage(field, f"{before}{text[begin:end]}{after}", moved)


def _within(spans: Sequence[Span], start: int, length: int) -> list[Span]:
    return [span for span in spans if span.start >= start and span.end <= start + length]


def _bounds(text: str, begin: int, longest: int) -> tuple[int, int]:
    """Return where a passage begins and ends: between words, if there are blanks near."""
    blank = text.find(" ", begin, begin + longest // 8) if begin else -1
    begin = blank + 1 if blank >= 0 else begin
    end = min(len(text), begin + longest)
    last = text.rfind(" ", begin + longest // 2, end) if end < len(text) else -1
    return begin, last if last >= 0 else end
