"""What a YAML file says, with the place of every key and value."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from monitor.errors import Problem

Keys = tuple[str | int, ...]
"""The way from the root of a document to a value, as ``("topics", 0, "query")``."""

UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not allow in a file, and monitor not in an escape either: control characters, surrogates."""


class Place(NamedTuple):
    """Line and column, counted from 1."""

    line: int
    column: int


START = Place(1, 1)


@dataclass(frozen=True, slots=True)
class Document:
    """One file as plain dict, list, str, int, float, bool and None; keys of mappings are always text."""

    file: str
    """The name for people, as ``config/feeds.yaml``."""
    value: object
    values: Mapping[Keys, Place]
    keys: Mapping[Keys, Place]
    problems: tuple[Problem, ...] = ()
    """Mistakes that did not keep the rest from being read."""

    def place(self, path: Keys) -> Place:
        """Return where a value stands; where it is missing, where it would belong."""
        for length in range(len(path), -1, -1):
            if found := self.values.get(path[:length]):
                return found
        return START

    def problem(self, path: Keys, message: str, hint: str = "", excerpt: str = "") -> Problem:
        """Return a problem at the value of a path."""
        return Problem(self.file, *self.place(path), message, hint, excerpt)

    def key_problem(self, path: Keys, message: str, hint: str = "") -> Problem:
        """Return a problem at the key of a path."""
        return Problem(self.file, *(self.keys.get(path) or self.place(path)), message, hint)

    def items(self, name: str) -> list[tuple[int, dict[str, object]]]:
        """Return the mappings of a list at the top level with their numbers; other shapes are left out."""
        listed = self.value.get(name) if isinstance(self.value, dict) else None
        pairs: Iterable[tuple[int, object]] = enumerate(listed) if isinstance(listed, list) else ()
        return [(number, item) for number, item in pairs if isinstance(item, dict)]

    def section(self, name: str) -> dict[str, object]:
        """Return the mapping at the top level that has this name, or an empty one."""
        found = self.value.get(name) if isinstance(self.value, dict) else None
        return found if isinstance(found, dict) else {}
