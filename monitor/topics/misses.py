"""What came nearest where a query does not match. Pure.

A way to match is a choice among alternatives; its parts are there or missing. The nearest way is the one of
which the largest share is there, then the one that misses least, then the first in the query. Parts of OR
that are plain terms are one part together, or each of their words would be a way of its own.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from monitor.topics.steps import Miss, Step

KEPT = 20
"""Ways that are followed further from each part; of more the nearest."""


def nearest(root: Step) -> tuple[Miss, ...]:
    """Return the ways in which a query that does not match would, the nearest first; none if it matches.

    No way needs all that another needs, and more.
    """
    return () if root.matched else tuple(_ways(root, wanted=True))


def is_as_near(one: Miss, other: Miss) -> bool:
    """Return whether only the order in the query sets two ways apart."""
    return _distance(one) == _distance(other)


def _ways(step: Step, *, wanted: bool) -> list[Miss]:
    """Return how the part could turn out as ``wanted``, the nearest first."""
    if step.matched == wanted:
        return [Miss((), _there(step) if wanted else ())]
    if step.operator in {"NOT", "title:"}:  # title: passes the wish on, NOT turns it round
        (child,) = step.children
        return _ways(child, wanted=not child.matched)
    if step.operator not in {"AND", "OR"}:
        return [Miss((step,), tuple(side for side in step.children if side.matched) if wanted else ())]
    if (step.operator == "AND") == wanted:
        each = [_ways(child, wanted=wanted) for child in step.children]
        return reduce(lambda ways, more: _best(_joined(a, b) for a in ways for b in more), each)
    return _best(way for child in _alternatives(step) for way in _ways(child, wanted=wanted))


def _alternatives(step: Step) -> Iterable[Step]:
    """Return the children, the plain terms among those of an OR as one."""
    terms = [child for child in step.children if not child.children]
    if step.operator != "OR" or len(terms) < 2:
        return step.children
    together = replace(step, query=" OR ".join(term.query for term in terms), children=(), operator="")
    return (together, *(child for child in step.children if child.children))


def _there(step: Step) -> tuple[Step, ...]:
    """Return the parts that make a part match; what NOT keeps out is no part that is there."""
    match step.operator:
        case "AND":
            return tuple(part for child in step.children for part in _there(child))
        case "OR":
            return max((_there(child) for child in step.children if child.matched), key=len)
        case "NOT":
            return ()
    return (step,)


def _joined(one: Miss, other: Miss) -> Miss:
    return Miss(_once(one.missing + other.missing), _once(one.there + other.there))


def _once(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple({step.query: step for step in steps}.values())


def _best(ways: Iterable[Miss]) -> list[Miss]:
    """Return the nearest ways, but none that needs all that another needs."""
    found: list[tuple[frozenset[str], Miss]] = []
    for way in sorted(ways, key=lambda way: (len(way.missing), _distance(way))):
        needs = frozenset(step.query for step in way.missing)
        if not any(less <= needs for less, _ in found):
            found.append((needs, way))
    return sorted((way for _, way in found), key=_distance)[:KEPT]


def _distance(way: Miss) -> tuple[float, int]:
    share = len(way.there) / way.parts if way.parts else 1.0
    return -share, len(way.missing)
