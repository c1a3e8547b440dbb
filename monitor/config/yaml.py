"""Reads YAML strictly: every value with its place, and nothing that could surprise.

Refused with place and remedy: what is not UTF-8, control characters, tabs as indentation, what is not closed,
duplicate keys, numbers with leading zeros, anchors and aliases, tags, deep nesting, more than one document.

Aliases are refused altogether: entities are how a watchlist names a thing once, and without aliases
there is neither an alias bomb nor a value that contains itself.
Values are those of YAML 1.2: ``no`` and ``on`` are text, and so are ``12:30`` and dates.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
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

from monitor.config.document import START, UNPRINTABLE, Document, Keys, Place
from monitor.config.syntax import explain
from monitor.errors import ConfigError, Problem

MAX_BYTES = 10_000_000
"""About 50,000 topics."""
MAX_DEPTH = 50

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,100}|[0-9]{1,100}(\.[0-9]{0,100})?)([eE][-+]?[0-9]{1,3})?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")


def load(path: Path, name: str) -> Document:
    """Read a file; ``name`` is what problems call it.

    Raises ConfigError with the first thing that keeps the file from being read.
    """
    return parse(_decode(_read(path, name), name), name)


def parse(text: str, name: str) -> Document:
    """Read YAML from text; ``name`` is what problems call it.

    Raises ConfigError with the first thing that keeps the text from being read.
    """
    if bad := UNPRINTABLE.search(text):
        problem = f"the character U+{ord(bad[0]):04X} is not allowed in YAML"
        raise _refusal(name, _place_in(text, bad.start()), problem, "remove it")
    composer = _Composer(name)
    try:
        composer.compose(YAML(typ="safe", pure=True).parse(text))
    except YAMLError as error:
        raise ConfigError((explain(error, name, composer.last, composer.opened()),)) from None
    except (ValueError, OverflowError, LookupError, AttributeError, TypeError, AssertionError):
        # ruamel.yaml lets a few builtin errors escape, as for "\UFFFFFFFF".
        raise _refusal(
            name, composer.last, "this cannot be read as YAML", "check the lines from here on"
        ) from None
    if not composer.read:
        raise _refusal(name, START, "the file is empty", "`monitor init DIR` writes one to start from")
    return composer.document()


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


def _read(path: Path, name: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "not a regular file"
            raise _refusal(name, START, f"this is {kind}", f"put a YAML file named {path.name} in its place")
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refusal(
            name, START, "the file is missing", "`monitor init DIR` writes one to start from"
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refusal(name, START, f"the file cannot be read ({reason})", "check its permissions") from None
    if len(body) > MAX_BYTES:
        raise _refusal(name, START, f"the file is larger than {MAX_BYTES // 1_000_000} MB", "split it")
    return body


def _decode(body: bytes, name: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8", "replace")
        place = _place_in(before, len(before))
        raise _refusal(name, place, "the file is not UTF-8", "save it again as UTF-8") from None


def _place_in(text: str, offset: int) -> Place:
    """Return the place of an offset in the text."""
    return Place(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _refusal(name: str, place: Place, message: str, hint: str) -> ConfigError:
    return ConfigError((Problem(name, *place, message, hint),))


class _Frame:
    """A mapping or list that is being filled."""

    __slots__ = ("bracket", "container", "key", "path")

    def __init__(
        self, container: dict[str, object] | list[object], path: Keys, bracket: Place | None
    ) -> None:
        self.container = container
        self.path = path
        self.bracket = bracket
        """Where it was opened, if by a bracket."""
        self.key: str | None = None


class _Composer:
    """Builds values and places from the events of the parser, with its own stack instead of recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.last = START
        self.read = False
        self.root: object = None
        self.stack: list[_Frame] = []
        self.values: dict[Keys, Place] = {}
        self.keys: dict[Keys, Place] = {}
        self.problems: list[Problem] = []

    def document(self) -> Document:
        return Document(self.name, self.root, self.values, self.keys, tuple(self.problems))

    def opened(self) -> Place | None:
        """Return where the innermost bracket that is still open stands."""
        return self.stack[-1].bracket if self.stack else None

    def compose(self, events: Iterable[Event]) -> None:
        for event in events:
            self.last = Place(event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, NodeEvent):
                self._check(event)
                self._node(event)
            elif isinstance(event, CollectionEndEvent):
                self.stack.pop()
            elif isinstance(event, DocumentStartEvent) and self.read:
                raise self._refusal(
                    "a second document begins here", "remove this `---`; a file is one document"
                )

    def _check(self, event: NodeEvent) -> None:
        if isinstance(event, AliasEvent):
            raise self._refusal(
                "aliases (`*name`) are not allowed", "put a text that begins with `*` in quotes"
            )
        if event.anchor is not None:
            raise self._refusal(
                "anchors (`&name`) are not allowed", "put a text that begins with `&` in quotes"
            )
        if getattr(event, "tag", None) is not None:
            raise self._refusal("tags (`!name`) are not allowed", "put a text that begins with `!` in quotes")

    def _node(self, event: NodeEvent) -> None:
        self.read = True
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.container, dict) and top.key is None:
            self._start_pair(top, event)
        elif isinstance(event, ScalarEvent):
            self._put(top, self._scalar(event))
        else:
            assert isinstance(event, MappingStartEvent | SequenceStartEvent)
            if len(self.stack) >= MAX_DEPTH:
                raise self._refusal(f"this is nested more than {MAX_DEPTH} levels deep", "nothing needs that")
            container: dict[str, object] | list[object] = {} if isinstance(event, MappingStartEvent) else []
            bracket = self.last if event.flow_style else None
            self.stack.append(_Frame(container, self._put(top, container), bracket))

    def _start_pair(self, frame: _Frame, event: NodeEvent) -> None:
        if not isinstance(event, ScalarEvent):
            raise self._refusal("a key must be text", "put texts with brackets in quotes")
        self._check_characters(event)
        key: str = event.value
        assert isinstance(frame.container, dict)
        if key in frame.container:
            first = self.keys[(*frame.path, key)]
            problem = f"the key `{key[:80]}` is already in line {first.line}"
            self.problems.append(Problem(self.name, *self.last, problem, "keep one of the two"))
        self.keys[(*frame.path, key)] = self.last
        frame.key = key

    def _put(self, frame: _Frame | None, value: object) -> Keys:
        """Store a value where it belongs and return the way there."""
        path: Keys = ()
        if frame is None:
            self.root = value
        elif isinstance(frame.container, list):
            path = (*frame.path, len(frame.container))
            frame.container.append(value)
        else:
            assert frame.key is not None
            path = (*frame.path, frame.key)
            frame.container[frame.key] = value
            frame.key = None
        # A value that is not written at all is best shown at its key.
        self.values[path] = self.keys.get(path, self.last) if value is None else self.last
        return path

    def _scalar(self, event: ScalarEvent) -> object:
        self._check_characters(event)
        text: str = event.value
        if event.style is not None:
            return text
        if _LEADING_ZERO.fullmatch(text):
            problem = f"`{text[:40]}` begins with 0, which programs read in different ways"
            hint = "write the number without it, or put it in quotes if it is text"
            self.problems.append(Problem(self.name, *self.last, problem, hint))
            return text
        return scalar(text)

    def _check_characters(self, event: ScalarEvent) -> None:
        if event.style == '"' and (bad := UNPRINTABLE.search(event.value)):
            raise self._refusal(f"the character U+{ord(bad[0]):04X} is not allowed", "remove its escape")

    def _refusal(self, message: str, hint: str) -> ConfigError:
        return _refusal(self.name, self.last, message, hint)
