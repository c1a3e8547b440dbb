"""A query made ready to be asked of many texts: a tree of clauses, each with the node it stands for.

``evaluate`` returns the evidence, or None where the clause does not hold. Evidence may be empty: NOT and
``lang:`` hold without a word to show for it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from monitor.topics.nodes import Node
from monitor.topics.vocabulary import Found

_PHRASE_IS_RARER = 0.2
_PREFIX_IS_COMMONER = 3.0


class Evidence(NamedTuple):
    """Token positions ``start`` to ``end`` (both included) matched the clause of this text."""

    start: int
    end: int
    clause: str


class Clause(Protocol):
    """One part of a query."""

    @property
    def node(self) -> Node:
        """The part as it was written."""

    @property
    def children(self) -> Sequence["Clause"]:
        """The parts of the part."""

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return the evidence, or None if the clause does not hold."""

    def possible(self, found: Found) -> bool:
        """Return whether the clause may hold, judged by the terms alone: quick, and never wrong with a no."""

    def required(self) -> Mapping[int, float] | None:
        """Return terms of which a text needs at least one, with a guess how common each is; None: no such."""


@dataclass(frozen=True, slots=True)
class Words:
    """A term, or the terms of an entity. ``terms``: term id -> text of the clause for the evidence."""

    node: Node
    terms: Mapping[int, str]
    weights: Mapping[int, float]
    title_only: bool
    children: tuple[Clause, ...] = ()

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return all places of all its terms."""
        before = found.starts[1] if self.title_only else float("inf")
        evidence = [
            Evidence(start, end, self.terms[term])
            for term in found.terms.keys() & self.terms.keys()
            for start, end in found.terms[term]
            if start < before
        ]
        return evidence or None

    def possible(self, found: Found) -> bool:
        """Look for any of its terms."""
        return not found.terms.keys().isdisjoint(self.terms.keys())

    def required(self) -> Mapping[int, float]:
        """Return its terms."""
        return self.weights


@dataclass(frozen=True, slots=True)
class Language:
    """``lang:`` holds for a language."""

    node: Node
    code: str
    children: tuple[Clause, ...] = ()

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Hold if the text is in the language."""
        return [] if found.language == self.code else None

    def possible(self, found: Found) -> bool:
        """Look at the language."""
        return found.language == self.code

    def required(self) -> None:
        """Return nothing: any word will do."""


@dataclass(frozen=True, slots=True)
class Inside:
    """``title:``; the words inside know already where they may stand."""

    node: Node
    child: Clause

    @property
    def children(self) -> tuple[Clause, ...]:
        """The one inside."""
        return (self.child,)

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return what the child returns."""
        return self.child.evaluate(found)

    def possible(self, found: Found) -> bool:
        """Ask the child."""
        return self.child.possible(found)

    def required(self) -> Mapping[int, float] | None:
        """Return what the child requires."""
        return self.child.required()


@dataclass(frozen=True, slots=True)
class Without:
    """NOT holds if its child does not."""

    node: Node
    child: Clause

    @property
    def children(self) -> tuple[Clause, ...]:
        """The one that must not hold."""
        return (self.child,)

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Hold if the child does not."""
        return [] if self.child.evaluate(found) is None else None

    def possible(self, found: Found) -> bool:  # noqa: ARG002 (the child may be possible and not hold)
        """Return yes."""
        return True

    def required(self) -> None:
        """Return nothing: a word that must be absent is no help."""


@dataclass(frozen=True, slots=True)
class All:
    """AND holds if all children do."""

    node: Node
    children: tuple[Clause, ...]

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return the evidence of all children, if all hold."""
        if not self.possible(found):
            return None
        evidence: list[Evidence] = []
        for child in self.children:
            part = child.evaluate(found)
            if part is None:
                return None
            evidence += part
        return evidence

    def possible(self, found: Found) -> bool:
        """Ask all children."""
        return all(child.possible(found) for child in self.children)

    def required(self) -> Mapping[int, float] | None:
        """Return what the child with the rarest words requires."""
        return _rarest(child.required() for child in self.children)


@dataclass(frozen=True, slots=True)
class Any:
    """OR holds if any child does."""

    node: Node
    children: tuple[Clause, ...]
    weights: Mapping[int, float] | None
    """The words of all children; None if one child needs none: then neither does this."""

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return the evidence of all children that hold, if any does."""
        if not self.possible(found):
            return None
        parts = [part for child in self.children if (part := child.evaluate(found)) is not None]
        return [evidence for part in parts for evidence in part] if parts else None

    def possible(self, found: Found) -> bool:
        """Look for any word of any child."""
        return self.weights is None or not found.terms.keys().isdisjoint(self.weights.keys())

    def required(self) -> Mapping[int, float] | None:
        """Return the words of all children."""
        return self.weights


def any_of(node: Node, children: tuple[Clause, ...]) -> Any:
    """Return the clause of an OR."""
    parts = [child.required() for child in children]
    known = [part for part in parts if part is not None]
    weights = {term: weight for part in known for term, weight in part.items()}
    return Any(node, children, weights if len(known) == len(parts) else None)


@dataclass(frozen=True, slots=True)
class Close:
    """NEAR holds if the sides come close."""

    node: Node
    left: Clause
    right: Clause
    distance: int

    @property
    def children(self) -> tuple[Clause, ...]:
        """Both sides."""
        return (self.left, self.right)

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return the places of each side that have one of the other near."""
        if not self.possible(found):
            return None
        left, right = self.left.evaluate(found), self.right.evaluate(found)
        if not left or not right:
            return None
        near = partnered(left, right, self.distance)
        return near + partnered(right, left, self.distance) if near else None

    def possible(self, found: Found) -> bool:
        """Ask both sides."""
        return self.left.possible(found) and self.right.possible(found)

    def required(self) -> Mapping[int, float] | None:
        """Return what the rarer side requires."""
        return _rarest((self.left.required(), self.right.required()))


def partnered(these: list[Evidence], others: list[Evidence], distance: int) -> list[Evidence]:
    """Return those of ``these`` that have one of ``others`` at most ``distance`` words away.

    Of the others that start early enough the one that reaches furthest decides, so the time is n log n
    even for a text that repeats one word a hundred thousand times.
    """
    ordered = sorted(others)
    starts = [other.start for other in ordered]
    reach: list[int] = []
    for other in ordered:
        reach.append(max(other.end, reach[-1]) if reach else other.end)
    near = []
    for one in these:
        count = bisect_right(starts, one.end + distance)
        if count and reach[count - 1] >= one.start - distance:
            near.append(one)
    return near


def weight(words: int, has_prefix: bool) -> float:
    """Return a guess how common a term is, where a plain word counts 1."""
    return (_PHRASE_IS_RARER if words > 1 else 1.0) * (_PREFIX_IS_COMMONER if has_prefix else 1.0)


def _rarest(parts: Iterable[Mapping[int, float] | None]) -> Mapping[int, float] | None:
    known = [part for part in parts if part is not None]
    return min(known, key=lambda part: sum(part.values()), default=None)
