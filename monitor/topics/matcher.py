"""Text -> hits: which topics of a watchlist a text is about, and the words that say so.

::

    text -> terms found (vocabulary) -> candidates: topics that need a found term -> clauses -> spans, score

The score orders, it does not judge: half of it is where the evidence stands (title 1, summary 0.6, body 0.3;
the mean over the clauses, each at its best), a quarter how close two different clauses come (10 / (10 + words
between)), a quarter how many clauses there are (1 - 0.5 ^ clauses).
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from monitor.model import Hit, Span, Topic, Watchlist
from monitor.topics.clauses import Clause, Evidence
from monitor.topics.compiler import Compiler
from monitor.topics.query import parse
from monitor.topics.text import Token, tokenize
from monitor.topics.vocabulary import FIELDS, Found, Text, Vocabulary

__all__ = ["CompiledTopic", "CompiledWatchlist", "Marker", "Text", "compile_watchlist"]

SPANS_PER_CLAUSE = 10
"""In one field; the first ones. Spans are evidence, not a count."""
_FIELD_WEIGHTS = {"title": 1.0, "summary": 0.6, "body": 0.3}


@dataclass(frozen=True, slots=True)
class CompiledTopic:
    """A topic with its query ready to be asked."""

    topic: Topic
    root: Clause


class CompiledWatchlist:
    """All topics, indexed. Nothing in it changes any more, so threads may share it."""

    def __init__(self, version: str, topics: tuple[CompiledTopic, ...], vocabulary: Vocabulary) -> None:
        self.version = version
        self.topics = topics
        self._vocabulary = vocabulary
        self._by_term: dict[int, list[int]] = {}
        self._always: list[int] = []
        for number, topic in enumerate(topics):
            required = topic.root.required()
            if required is None:
                self._always.append(number)
            for term in required or ():
                self._by_term.setdefault(term, []).append(number)

    def match(self, text: Text) -> tuple[Hit, ...]:
        """Return a hit for each topic that the text is about, in the watchlist's order.

        Spans count code points of the fields as given; there are at most ``SPANS_PER_CLAUSE`` for a clause
        and field. A topic that holds without any word (``lang:ru``) shows the whole first field.
        """
        found = self._vocabulary.find(text)
        candidates = {number for term in found.terms for number in self._by_term.get(term, ())}
        candidates.update(self._always)
        hits = []
        marker = Marker(text, found)
        for number in sorted(candidates):
            evidence = self.topics[number].root.evaluate(found)
            if evidence is not None:
                hits.append(_hit(self.topics[number], evidence, marker, text))
        return tuple(hits)

    def find(self, text: Text) -> Found:
        """Return the terms that the text has, for an explanation."""
        return self._vocabulary.find(text)


def compile_watchlist(watchlist: Watchlist) -> CompiledWatchlist:
    """Return the watchlist ready to match. Raises QueryError for a bad query or term or an unknown entity."""
    compiler = Compiler(watchlist.entities)
    topics = tuple(CompiledTopic(topic, compiler.clause(parse(topic.query))) for topic in watchlist.topics)
    compiler.vocabulary.freeze()
    return CompiledWatchlist(watchlist.version, topics, compiler.vocabulary)


class Marker:
    """Turns token positions of one text into spans. A field is split into tokens once, when first needed."""

    def __init__(self, text: Text, found: Found) -> None:
        self._starts = found.starts
        self._fields = text.fields
        self._tokens: dict[int, list[Token]] = {}

    def spans(self, evidence: list[Evidence]) -> tuple[Span, ...]:
        """Return the evidence as spans: no two alike, in the order of the text, capped for each clause."""
        spans: list[Span] = []
        counts: dict[tuple[int, str], int] = {}
        for start, end, clause in sorted(set(evidence)):
            field = bisect_right(self._starts, start) - 1
            count = counts[field, clause] = counts.get((field, clause), 0) + 1
            if count <= SPANS_PER_CLAUSE:
                first, last = self._token(field, start), self._token(field, end)
                spans.append(Span(FIELDS[field], first.start, last.end, clause))
        return tuple(spans)

    def _token(self, field: int, position: int) -> Token:
        if field not in self._tokens:
            self._tokens[field] = tokenize(self._fields[field])
        return self._tokens[field][position - self._starts[field]]


def _hit(compiled: CompiledTopic, evidence: list[Evidence], marker: Marker, text: Text) -> Hit:
    spans = marker.spans(evidence) or _whole_text(compiled.topic, text)
    return Hit(compiled.topic.id, _score(spans, evidence), spans)


def _whole_text(topic: Topic, text: Text) -> tuple[Span, ...]:
    for name, field in zip(FIELDS, text.fields, strict=True):
        if field:
            return (Span(name, 0, len(field), topic.query),)
    return ()


def _score(spans: tuple[Span, ...], evidence: list[Evidence]) -> float:
    best: dict[str, float] = {}
    for span in spans:
        best[span.clause] = max(best.get(span.clause, 0.0), _FIELD_WEIGHTS[span.field])
    place = sum(best.values()) / len(best) if best else 0.0
    gaps = [
        max(0, right.start - left.end)
        for left, right in pairwise(sorted(evidence))
        if left.clause != right.clause
    ]
    closeness = 10 / (10 + min(gaps)) if gaps else 0.0
    return round(0.5 * place + 0.25 * closeness + 0.25 * (1 - 0.5 ** len(best)), 3)
