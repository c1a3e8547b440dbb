"""Why a topic matches a text, or which parts of its query come nearest and fail. Pure data, no rendering."""

from dataclasses import dataclass, replace

from monitor.model import Watchlist
from monitor.plural import number
from monitor.topics.clauses import Clause, Close, Evidence
from monitor.topics.compiler import Compiler
from monitor.topics.credits import without_credits
from monitor.topics.found import Found, Text
from monitor.topics.marker import Marker
from monitor.topics.matcher import shown, topic_named
from monitor.topics.misses import nearest
from monitor.topics.nodes import And, Near, Node, Not, Or, Reference, Title
from monitor.topics.score import Score
from monitor.topics.steps import Miss, Step


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole query, and the parts to blame if it does not match."""

    topic_id: str
    matched: bool
    root: Step
    missing: tuple[Step, ...]
    """What the nearest miss lacks: had these turned out the other way, the topic would match."""
    misses: tuple[Miss, ...]
    """The ways in which it would match, the nearest first; like ``missing`` empty if it does."""
    score: float | None
    """Of the match, as it is stored; ``None`` if there is none."""
    parts: Score | None
    """What the score is made of."""


def explain(watchlist: Watchlist, topic_id: str, text: Text) -> Explanation:
    """Return how the topic's query fares on the text. Raises UsageError for an unknown topic."""
    topic = topic_named(watchlist.topics, topic_id)
    compiler = Compiler(watchlist.entities, watchlist.queries)
    root = _part(compiler.tree(topic.query), compiler)
    compiler.vocabulary.freeze()
    text = without_credits(text)
    found = compiler.vocabulary.find(text)
    marker = Marker(text, found)
    step = _step(root, found, marker)
    misses = nearest(step)
    missing = misses[0].missing if misses else ()
    evidence = root.clause.evaluate(found)
    score = None if evidence is None else shown(topic, evidence, marker, text, compiler.rarities)[1]
    return Explanation(topic_id, step.matched, step, missing, misses, score and score.value, score)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a query with a clause of its own: the matcher asks for several parts at once."""

    node: Node
    clause: Clause
    children: tuple["_Part", ...]
    name: str = ""
    """How it is named, if it is a named query."""


def _part(node: Node, compiler: Compiler, title_only: bool = False) -> _Part:
    if isinstance(node, Reference) and node.query:
        return replace(_part(node.query, compiler, title_only), name=str(node))
    inside = title_only or isinstance(node, Title)
    children = tuple(_part(child, compiler, inside) for child in node.children)
    return _Part(node, compiler.clause(node, title_only), children)


def _step(part: _Part, found: Found, marker: Marker) -> Step:
    evidence = part.clause.evaluate(found)
    children = tuple(_step(child, found, marker) for child in part.children)
    note = _distance(part.clause, found) if isinstance(part.clause, Close) and evidence is None else ""
    spans = marker.spans(evidence or [])
    return Step(str(part.node), evidence is not None, spans, children, _operator(part.node), note, part.name)


def _operator(node: Node) -> str:
    match node:
        case And():
            return "AND"
        case Or():
            return "OR"
        case Not():
            return "NOT"
        case Near(_, _, distance):
            return f"NEAR/{distance}"
        case Title():
            return "title:"
    return ""


def _distance(near: Close, found: Found) -> str:
    """Say how near both sides come, if both are there at all."""
    left, right = near.left.evaluate(found), near.right.evaluate(found)
    if not left or not right:
        return ""
    gaps = [
        gap
        for start in found.starts
        if (gap := _least(_within(left, start, found), _within(right, start, found)))
    ]
    if not gaps:
        return "both sides are there, but not in one field"
    least = min(gaps)
    return f"both sides are there, {number(least, 'word')} apart at the nearest: NEAR/{least} would do"


def _within(evidence: list[Evidence], first: int, found: Found) -> list[Evidence]:
    limit = next((start for start in found.starts if start > first), None)
    return [one for one in evidence if first <= one.start and (limit is None or one.start < limit)]


def _least(these: list[Evidence], others: list[Evidence]) -> int | None:
    """Return the smallest distance in words. In order of place, the nearest pair stands side by side."""
    marked = sorted([(one.start, one.end, 0) for one in these] + [(one.start, one.end, 1) for one in others])
    last_end: dict[int, int] = {}
    least: int | None = None
    for start, end, side in marked:
        other = last_end.get(1 - side)
        if other is not None:
            gap = max(0, start - other)
            least = gap if least is None else min(least, gap)
        last_end[side] = max(end, last_end.get(side, end))
    return least
