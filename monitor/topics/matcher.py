"""Text -> hits: which topics of a watchlist a text is about, and the words that say so.

::

    text -> terms found (vocabulary) -> candidates: topics whose needs are there -> clauses -> spans, score
"""

from collections.abc import Mapping, Sequence

from monitor.errors import UsageError
from monitor.model import Hit, Span, Topic, Watchlist
from monitor.piecemeal import let_go
from monitor.topics.candidates import Wanted, candidates
from monitor.topics.clauses import Clause, Evidence, rarest_of
from monitor.topics.compiler import Compiler
from monitor.topics.credits import without_credits
from monitor.topics.found import FIELDS, Found, Text
from monitor.topics.marker import Marker
from monitor.topics.query import forget_trees
from monitor.topics.score import Score, score
from monitor.topics.vocabulary import Vocabulary


class CompiledWatchlist:
    """All topics, indexed. Nothing in it changes any more, so threads may share it."""

    def __init__(
        self,
        watchlist: Watchlist,
        roots: list[Clause],
        vocabulary: Vocabulary,
        rarities: Mapping[str, float],
    ) -> None:
        self._roots = roots
        self._by_term: list[tuple[int, ...]] = [()] * len(vocabulary)
        self._other_needs: list[tuple[frozenset[int], ...]] = []
        self.version = watchlist.version
        self.topics = watchlist.topics
        self._vocabulary = vocabulary
        self._rarities = rarities
        self._always: list[int] = []
        for number, root in enumerate(roots):
            needs = root.needs
            rarest = rarest_of(needs)
            self._other_needs.append(tuple(need.terms for need in needs if need is not rarest))
            if rarest is None:
                self._always.append(number)
                continue
            for term in rarest.terms:
                self._by_term[term] += (number,)

    def __del__(self) -> None:
        # Whoever held it last would else free it in one go; see ``piecemeal``.
        let_go(self._roots, self._by_term, self._other_needs)

    def match(self, text: Text) -> tuple[Hit, ...]:
        """Return a hit for each topic that the text is about, in the watchlist's order.

        Spans count code points of the fields as given; there are at most ``SPANS_PER_CLAUSE`` for a clause
        and field. A topic that holds without any word (``lang:ru``) shows the whole first field.
        """
        text = without_credits(text)
        found = self._vocabulary.find(text)
        hits = []
        marker = Marker(text, found)
        for number in self._candidates(found):
            evidence = self._roots[number].evaluate(found)
            if evidence is not None:
                topic = self.topics[number]
                spans, scored = shown(topic, evidence, marker, text, self._rarities)
                hits.append(Hit(topic.id, scored.value, spans))
        return tuple(hits)

    def wanted(self) -> Wanted | None:
        """Return what every text has that a topic matches, for an index to choose by; ``None``: any may."""
        return candidates(self._roots, self._vocabulary)

    def _candidates(self, found: Found) -> list[int]:
        """Return the topics, in order, of which the text has every need."""
        likely = set(self._always).union(*map(self._by_term.__getitem__, found.terms))
        lacking = found.terms.isdisjoint
        return sorted(number for number in likely if not any(map(lacking, self._other_needs[number])))


def compile_watchlist(watchlist: Watchlist) -> CompiledWatchlist:
    """Return the watchlist ready to match. Raises QueryError for a bad query or term or an unknown name."""
    compiler = Compiler(watchlist.entities, watchlist.queries)
    roots = [compiler.clause(compiler.tree(topic.query)) for topic in watchlist.topics]
    forget_trees()
    compiler.vocabulary.freeze()
    return CompiledWatchlist(watchlist, roots, compiler.vocabulary, compiler.rarities)


def topic_named(topics: Sequence[Topic], topic_id: str) -> Topic:
    """Return the topic of this id; raise ``UsageError`` that names the others if there is none."""
    for topic in topics:
        if topic.id == topic_id:
            return topic
    known = ", ".join(topic.id for topic in topics)
    raise UsageError(f"there is no topic {topic_id}; the watchlist has: {known or 'none'}")


def shown(
    topic: Topic, evidence: list[Evidence], marker: Marker, text: Text, rarities: Mapping[str, float]
) -> tuple[tuple[Span, ...], Score]:
    """Return the spans that show why a topic matched, and the score of the match."""
    spans = marker.spans(evidence) or _whole_text(topic, text)
    return spans, score(spans, evidence, rarities)


def _whole_text(topic: Topic, text: Text) -> tuple[Span, ...]:
    for name, field in zip(FIELDS, text.fields, strict=True):
        if field:
            return (Span(name, 0, len(field), topic.query),)
    return ()
