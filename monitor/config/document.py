"""What a YAML file says, with the place of every key and value."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from monitor.config.place import START, Place
from monitor.config.source import Source, Span
from monitor.errors import Problem
from monitor.piecemeal import let_go

Keys = tuple[str | int, ...]
"""The way from the root of a document to a value, as ``("topics", 0, "query")``."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file as plain dict, list, str, int, float, bool and None; keys of mappings are always text."""

    file: str
    """The name for people, as ``config/feeds.yaml``."""
    value: object
    values: Mapping[Keys, Place]
    keys: Mapping[Keys, Place]
    source: Source
    spans: Mapping[Keys, Span]
    """Where each text among the values stands in the source."""
    problems: tuple[Problem, ...] = ()
    """Mistakes in the YAML itself."""
    open: frozenset[Keys] = frozenset()
    """Where reading had to stop: the mappings and lists of which the rest is not known."""
    until: Place | None = None
    """From here on nothing is certain, if reading had to stop."""

    def place(self, path: Keys) -> Place:
        """Return where a value stands; where it is missing, where it would belong."""
        for length in range(len(path), -1, -1):
            if found := self.values.get(path[:length]):
                return found
        return START

    def without_echoes(self, found: Iterable[Problem]) -> Iterator[Problem]:
        """Yield those problems of this file that do not come from a mistake in its YAML."""
        known = {(problem.line, problem.column) for problem in self.problems}
        for problem in found:
            place = Place(problem.line, problem.column)
            if problem.file != self.file or (place not in known and (not self.until or place < self.until)):
                yield problem

    def problem(self, path: Keys, message: str, hint: str = "", *, warning: bool = False) -> Problem:
        """Return a problem at the value of a path."""
        return Problem(self.file, *self.place(path), message, hint, warning=warning)

    def problem_in(
        self, path: Keys, offset: int, message: str, hint: str, *, warning: bool = False
    ) -> Problem:
        """Return a problem at a character of the text at a path, wherever that stands in the file."""
        span, text = self.spans.get(path), self.at(path)
        if span is None or not isinstance(text, str):
            return self.problem(path, message, hint, warning=warning)
        at = self.source.offset_in(span, text, min(offset, len(text)))
        place, shown = self.source.place(at), self.source.excerpt(span, at)
        return Problem(self.file, *place, message, hint, shown, warning)

    def at(self, path: Keys) -> object:
        """Return the value at a path that ``values`` has."""
        value = self.value
        for key in path:
            value = value[key]  # type: ignore[index]
        return value

    def texts(self) -> Iterator[str]:
        """Yield every text among the values."""
        left = [self.value]
        while left:
            value = left.pop()
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                left.extend(value.values() if isinstance(value, dict) else value)

    def let_go(self) -> None:
        """Free what is held for problems, and what was read; nothing may be asked of it any more."""
        parts = self.value.values() if isinstance(self.value, dict) else ()
        let_go(*(one for one in (*parts, self.values, self.keys, self.spans) if isinstance(one, dict | list)))

    def key_problem(self, path: Keys, message: str, hint: str = "", *, warning: bool = False) -> Problem:
        """Return a problem at the key of a path."""
        place = self.keys.get(path) or self.place(path)
        return Problem(self.file, *place, message, hint, warning=warning)

    def items(self, name: str) -> list[tuple[int, dict[str, object]]]:
        """Return the mappings of a list at the top level with their numbers; other shapes are left out."""
        listed = self.value.get(name) if isinstance(self.value, dict) else None
        pairs: Iterable[tuple[int, object]] = enumerate(listed) if isinstance(listed, list) else ()
        return [(number, item) for number, item in pairs if isinstance(item, dict)]

    def section(self, name: str) -> dict[str, object]:
        """Return the mapping at the top level that has this name, or an empty one."""
        found = self.value.get(name) if isinstance(self.value, dict) else None
        return found if isinstance(found, dict) else {}
