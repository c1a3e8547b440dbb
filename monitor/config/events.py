"""Makes the events of ruamel.yaml, each with its place in the text. Pure."""

import re
from bisect import bisect_right

from ruamel.yaml.error import StreamMark
from ruamel.yaml.events import (
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)


class Events:
    """Events of one text, whose lines end with LF, until they are taken."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._made: list[Event] = []
        self._last = self._mark(0)

    def take(self) -> list[Event]:
        """Return the events made since the last time."""
        made, self._made = self._made, []
        return made

    def scalar(self, start: int, end: int, value: str, style: str | None) -> None:
        """Add a scalar; ``style`` is its quote, ``|``, ``>`` or ``None``."""
        plain = (style is None, style is not None)
        first, self._last = self._mark(start), self._mark(end)
        self._made.append(ScalarEvent(None, None, plain, value, first, self._last, style=style))

    def begin(self, at: int, *, mapping: bool, bracket: bool) -> None:
        """Begin a mapping or a list, with a bracket or without."""
        event = MappingStartEvent if mapping else SequenceStartEvent
        self._last = self._mark(at)
        self._made.append(event(None, None, True, self._last, self._last, flow_style=bracket))

    def end(self, *, mapping: bool) -> None:
        """End a mapping or a list, where the last value in it did."""
        event = MappingEndEvent if mapping else SequenceEndEvent
        self._made.append(event(self._last, self._last))

    def _mark(self, index: int) -> StreamMark:
        line = bisect_right(self._starts, index) - 1
        return StreamMark("", index, line, index - self._starts[line])
