"""The tree of a query. ``str(node)`` is text that parses to an equal tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

_PLAIN = re.compile(r"\w+(?:[-'’.]\w+)*")
_OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word as written. ``exact``: this form only; ``prefix``: any word that begins so.

    ``capital``: only where the text begins it with a capital letter.
    """

    text: str
    exact: bool = False
    prefix: bool = False
    capital: bool = False

    def __str__(self) -> str:
        return (
            f"{'^' if self.capital else ''}{'=' if self.exact else ''}{self.text}{'*' if self.prefix else ''}"
        )


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several in a row. ``offset``, its place in the query, does not count for equality."""

    words: tuple[Word, ...]
    offset: int = field(default=0, compare=False)

    @property
    def children(self) -> tuple["Node", ...]:
        """Nothing."""
        return ()

    def __str__(self) -> str:
        text = " ".join(str(word) for word in self.words)
        plain = len(self.words) == 1 and _PLAIN.fullmatch(self.words[0].text) and text not in _OPERATORS
        return text if plain else f'"{text}"'


@dataclass(frozen=True, slots=True)
class Entity:
    """Any term of a named set."""

    name: str
    offset: int = field(default=0, compare=False)

    @property
    def children(self) -> tuple["Node", ...]:
        """Nothing."""
        return ()

    def __str__(self) -> str:
        return f"@{self.name}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A named query, which is ``query`` as soon as it was put in (``named``)."""

    name: str
    offset: int = field(default=0, compare=False)
    query: "Node | None" = field(default=None, compare=False, repr=False)

    @property
    def children(self) -> tuple["Node", ...]:
        """The query, once it is there."""
        return () if self.query is None else (self.query,)

    def __str__(self) -> str:
        return f"query:{self.name}"


@dataclass(frozen=True, slots=True)
class Lang:
    """The text is in this language (ISO 639-1 or ``und``)."""

    code: str
    offset: int = field(default=0, compare=False)

    @property
    def children(self) -> tuple["Node", ...]:
        """Nothing."""
        return ()

    def __str__(self) -> str:
        return f"lang:{self.code}"


@dataclass(frozen=True, slots=True)
class Title:
    """Whatever is inside holds for the title alone."""

    child: "Node"

    @property
    def children(self) -> tuple["Node", ...]:
        """The one inside."""
        return (self.child,)

    def __str__(self) -> str:
        return f"title:{_wrapped(self.child, _NAMES)}"


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not hold."""

    child: "Node"

    @property
    def children(self) -> tuple["Node", ...]:
        """The one inside."""
        return (self.child,)

    def __str__(self) -> str:
        return f"NOT {_wrapped(self.child, Term | Entity | Reference | Lang | Title | Not | Near)}"


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides hold in one field, at most ``distance`` words apart, in either order."""

    left: "Node"
    right: "Node"
    distance: int

    @property
    def children(self) -> tuple["Node", ...]:
        """Both sides."""
        return (self.left, self.right)

    def __str__(self) -> str:
        left, right = _wrapped(self.left, _NAMES), _wrapped(self.right, _NAMES)
        return f"{left} NEAR/{self.distance} {right}"


@dataclass(frozen=True, slots=True)
class And:
    """All children hold."""

    children: tuple["Node", ...]

    def __str__(self) -> str:
        plain = Term | Entity | Reference | Lang | Title | Not | Near
        return " AND ".join(_wrapped(child, plain) for child in self.children)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child holds."""

    children: tuple["Node", ...]

    def __str__(self) -> str:
        plain = Term | Entity | Reference | Lang | Title | Not | Near | And
        return " OR ".join(_wrapped(child, plain) for child in self.children)


Node: TypeAlias = Term | Entity | Reference | Lang | Title | Not | Near | And | Or

_NAMES = Term | Entity | Reference


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and all below it, in the order of the text."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if children := one.children:
            waiting.extend(reversed(children))


def _wrapped(node: Node, plain: object) -> str:
    """Return the node's text, in parentheses unless it is of a kind that needs none here."""
    return str(node) if isinstance(node, plain) else f"({node})"  # type: ignore[arg-type]
