"""A query made ready to be asked of many texts: a tree of clauses.

``evaluate`` returns the evidence, or None where the clause does not hold. Evidence may be empty: NOT and
``lang:`` hold without a word to show for it.

``needs`` are what every text must have for the clause to hold: at least one term of each. They are quick to
ask and never wrong with a no. The rarest is also what a topic is indexed under.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from monitor.topics.found import Found

_PHRASE_IS_RARER = 0.2
_PREFIX_IS_COMMONER = 3.0


class Evidence(NamedTuple):
    """Token positions ``start`` to ``end`` (both included) matched the clause of this text."""

    start: int
    end: int
    clause: str


class Need(NamedTuple):
    """Terms of which a text must have one, and a guess how common they are."""

    terms: frozenset[int]
    weight: float


class Clause(Protocol):
    """One part of a query."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """What a text must have; empty if any text may do."""

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return the evidence, or None if the clause does not hold."""


@dataclass(frozen=True, slots=True)
class Words:
    """One term or several, of which any will do."""

    terms: Mapping[int, tuple[str, ...]]
    """The number of a term -> how it is written, for the evidence; DPRK and D.P.R.K. are one term."""
    weight: float
    title_only: bool = False

    @property
    def needs(self) -> tuple[Need, ...]:
        """One: the terms."""
        return (Need(frozenset(self.terms), self.weight),)

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return all places of all its terms."""
        evidence = [
            Evidence(start, end, clause)
            for term in self.terms.keys() & found.terms
            for start, end in found.places(term)
            for clause in self.terms[term]
        ]
        if self.title_only:
            evidence = [one for one in evidence if one.start < found.starts[1]]
        return evidence or None


@dataclass(frozen=True, slots=True)
class Outside:
    """Words that count unless they are part of a phrase in which they mean something else."""

    words: Words
    phrases: Words

    @property
    def needs(self) -> tuple[Need, ...]:
        """Those of the words."""
        return self.words.needs

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return the places of the words that lie within none of the phrases."""
        evidence = self.words.evaluate(found)
        others = self.phrases.evaluate(found) if evidence else None
        if not evidence or not others:
            return evidence
        inside = {place for other in others for place in range(other.start, other.end + 1)}
        return [one for one in evidence if not inside.issuperset(range(one.start, one.end + 1))] or None


@dataclass(frozen=True, slots=True)
class Language:
    """``lang:`` holds for a language."""

    code: str
    needs: tuple[Need, ...] = ()

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Hold if the text is in the language."""
        return [] if found.language == self.code else None


@dataclass(frozen=True, slots=True)
class Without:
    """NOT holds if its child does not."""

    child: Clause
    needs: tuple[Need, ...] = ()

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Hold if the child does not."""
        return [] if self.child.evaluate(found) is None else None


@dataclass(frozen=True, slots=True)
class All:
    """AND holds if all children do."""

    children: tuple[Clause, ...]

    @property
    def needs(self) -> tuple[Need, ...]:
        """Those of all children."""
        return tuple(need for child in self.children for need in child.needs)

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return the evidence of all children, if all hold."""
        evidence: list[Evidence] = []
        for child in self.children:
            part = child.evaluate(found)
            if part is None:
                return None
            evidence += part
        return evidence


@dataclass(frozen=True, slots=True)
class Any:
    """OR holds if any child does."""

    children: tuple[Clause, ...]

    @property
    def needs(self) -> tuple[Need, ...]:
        """One: the rarest of each child put together; none if one child needs none."""
        rarest = [rarest_of(child.needs) for child in self.children]
        known = [need for need in rarest if need is not None]
        if len(known) < len(rarest):
            return ()
        terms: frozenset[int] = frozenset().union(*(need.terms for need in known))
        return (Need(terms, sum(need.weight for need in known)),)

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return the evidence of all children that hold, if any does."""
        parts = [part for child in self.children if (part := child.evaluate(found)) is not None]
        return [evidence for part in parts for evidence in part] if parts else None


@dataclass(frozen=True, slots=True)
class Close:
    """NEAR holds if the sides come close."""

    left: Clause
    right: Clause
    distance: int

    @property
    def needs(self) -> tuple[Need, ...]:
        """Those of both sides."""
        return self.left.needs + self.right.needs

    def evaluate(self, found: Found) -> list[Evidence] | None:
        """Return the places of each side that have one of the other near."""
        left = self.left.evaluate(found)
        right = self.right.evaluate(found) if left else None
        if not left or not right:
            return None
        near = partnered(left, right, self.distance)
        return near + partnered(right, left, self.distance) if near else None


def rarest_of(needs: tuple[Need, ...]) -> Need | None:
    """Return the need that the fewest texts have, or None if there is none."""
    return min(needs, key=lambda need: need.weight, default=None)


def weight(words: int, has_prefix: bool) -> float:
    """Return a guess how common a term is, where a plain word counts 1."""
    return (_PHRASE_IS_RARER if words > 1 else 1.0) * (_PREFIX_IS_COMMONER if has_prefix else 1.0)


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
