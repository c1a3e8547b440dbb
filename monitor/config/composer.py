"""Builds the values of a YAML file, with their places, from what the parser reads."""

import re
from collections.abc import Iterable

from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from monitor.config.document import Document, Keys
from monitor.config.place import START, Place
from monitor.config.source import Source, Span
from monitor.config.syntax import odd_blank
from monitor.config.words import UNPRINTABLE, shown
from monitor.errors import Problem

MAX_DEPTH = 50

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,100}|[0-9]{1,100}(\.[0-9]{0,100})?)([eE][-+]?[0-9]{1,3})?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")


def scalar(text: str) -> object:
    """Return what an unquoted scalar is in YAML 1.2: None, a bool, an int, a float, or the text itself."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


class Stop(Exception):
    """There is no use in reading on."""


class Frame:
    """A mapping or list that is being filled."""

    __slots__ = ("bracket", "container", "key", "path", "repeats", "way")

    def __init__(
        self, container: dict[str, object] | list[object], path: Keys, bracket: Place | None
    ) -> None:
        self.container = container
        self.path = path
        self.bracket = bracket
        """Where it was opened, if by a bracket."""
        self.key: str | None = None
        self.way: Keys = ()
        """That to the value of the key."""
        self.repeats = False
        """Whether all its keys come again."""


class Composer:
    """Builds values and places from the events of the parser, with its own stack instead of recursion."""

    def __init__(self, name: str, source: Source) -> None:
        self.name = name
        self.source = source
        self.last = START
        self.read = False
        self.root: object = None
        self.stack: list[Frame] = []
        self.values: dict[Keys, Place] = {}
        self.keys: dict[Keys, Place] = {}
        self.spans: dict[Keys, Span] = {}
        self.problems: list[Problem] = []

    def document(self) -> Document:
        """Return what was read."""
        still_open = frozenset(frame.path for frame in self.stack)
        return Document(
            self.name, self.root, self.values, self.keys, self.source, self.spans,
            tuple(self.problems), still_open, self.until(),
        )  # fmt: skip

    def until(self) -> Place | None:
        """Return where the first open bracket or the last value stands, if reading had to stop."""
        if not self.stack:
            return None
        if bracket := next((frame.bracket for frame in self.stack if frame.bracket), None):
            return bracket
        path, container = self.stack[-1].path, self.stack[-1].container
        last = len(container) - 1 if isinstance(container, list) else next(reversed(container), "")
        return self.values.get((*path, last), self.last)

    def empty(self) -> bool:
        """Return whether there is nothing but comments and ``---``."""
        written = self.spans.get(())
        return not self.problems and self.root is None and (not written or written.start == written.end)

    def opened(self) -> Place | None:
        """Return where the innermost bracket that is still open stands."""
        return self.stack[-1].bracket if self.stack else None

    def compose(self, events: Iterable[Event]) -> None:
        """Read all events; raise Stop where what follows would mean nothing."""
        for event in events:
            self.last = Place(event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, NodeEvent):
                self._check(event)
                self._node(event)
            elif isinstance(event, CollectionEndEvent):
                self.stack.pop()
            elif isinstance(event, DocumentStartEvent) and self.read:
                self._problem("a second document begins here", "remove this `---`; a file is one document")
                raise Stop

    def _check(self, event: NodeEvent) -> None:
        if event.anchor is None and getattr(event, "tag", None) is None:
            return
        if isinstance(event, AliasEvent):
            sign, name = "*", "aliases"
        else:
            sign, name = ("!", "tags") if event.anchor is None else ("&", "anchors")
        hint = f"put a text that begins with `{sign}` in quotes"
        self._problem(f"{name} (`{sign}name`) are not allowed", hint)

    def _node(self, event: NodeEvent) -> None:
        self.read = True
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.container, dict) and top.key is None:
            self._start_pair(top, event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            if len(self.stack) >= MAX_DEPTH:
                self._problem(f"this is nested more than {MAX_DEPTH} levels deep", "nothing needs that")
                raise Stop
            container: dict[str, object] | list[object] = {} if isinstance(event, MappingStartEvent) else []
            bracket = self.last if event.flow_style else None
            self.stack.append(Frame(container, self._put(top, container), bracket))
        elif isinstance(event, ScalarEvent):
            path = self._put(top, self._scalar(event))
            self.spans[path] = Span(event.start_mark.index, event.end_mark.index, event.style)
        else:
            self._put(top, "")  # an alias

    def _start_pair(self, frame: Frame, event: NodeEvent) -> None:
        if not isinstance(event, ScalarEvent):
            self._problem("a key must be text", "put texts with brackets in quotes")
            raise Stop
        self._check_characters(event)
        key: str = event.value
        assert isinstance(frame.container, dict)
        if key == "<<" and event.style is None:
            self._problem("merge keys (`<<`) are not allowed", "write the keys out")
        if key in frame.container:
            self._twice(frame, key)
        frame.key, frame.way = key, (*frame.path, key)
        self.keys[frame.way] = self.last

    def _twice(self, frame: Frame, key: str) -> None:
        """Note a key that is there again; if all of a list entry are, it is one mistake: a missing dash."""
        if frame.repeats:
            return
        first, place = next(iter(frame.container)), self.keys[(*frame.path, key)]
        in_list = len(self.stack) > 1 and isinstance(self.stack[-2].container, list)
        frame.repeats = (
            in_list and key == first and frame.bracket is None and self.last.column == place.column
        )
        hint = "keep one of the two" + (", or write `- ` where a new entry begins" if frame.repeats else "")
        self._problem(f"the key `{shown(key)}` is already in line {place.line}", hint)

    def _put(self, frame: Frame | None, value: object) -> Keys:
        """Store a value where it belongs and return the way there."""
        path: Keys = ()
        if frame is None:
            self.root = value
        elif isinstance(frame.container, list):
            path = (*frame.path, len(frame.container))
            frame.container.append(value)
        else:
            assert frame.key is not None
            path = frame.way
            frame.container[frame.key] = value
            frame.key = None
        # A value that is not written at all is best shown at its key.
        self.values[path] = self.keys.get(path, self.last) if value is None else self.last
        return path

    def _scalar(self, event: ScalarEvent) -> object:
        text: str = event.value if self._check_characters(event) else ""
        if event.style is not None:
            return text
        if _LEADING_ZERO.fullmatch(text):
            problem = f"`{text[:40]}` begins with 0, which programs read in different ways"
            self._problem(problem, "write the number without it, or put it in quotes if it is text")
            return text
        return scalar(text)

    def _check_characters(self, event: ScalarEvent) -> bool:
        """Return whether a text has no characters that nobody means to write."""
        if event.style is None and (blank := odd_blank(event.value)):
            problem = f"this begins with the character U+{ord(blank):04X}, which only looks like a space"
            self._problem(problem, "write spaces")
            return False
        if event.style == '"' and (bad := UNPRINTABLE.search(event.value)):
            self._problem(f"the character U+{ord(bad[0]):04X} is not allowed", "remove its escape")
            return False
        return True

    def _problem(self, message: str, hint: str) -> None:
        self.problems.append(Problem(self.name, *self.last, message, hint))
