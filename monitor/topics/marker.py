"""Token positions of one text -> spans, which count code points of its fields as given."""

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from monitor.model import Span
from monitor.topics.clauses import Evidence
from monitor.topics.found import FIELDS, Found, Text
from monitor.topics.text import LONGEST_WORD, Token, tokenize

SPANS_PER_CLAUSE = 10
"""In one field; the first ones. Spans are evidence, not a count."""
_CHUNK = re.compile(r"\S+")
"""The same chunks as ``str.split`` gives."""


class Marker:
    """Turns token positions of one text into spans. A field is split into chunks once, when first needed."""

    def __init__(self, text: Text, found: Found) -> None:
        self._text = text
        self._found = found
        self._chunks: dict[int, list[str]] = {}
        self._begins: dict[int, list[int]] = {}

    def spans(self, evidence: list[Evidence]) -> tuple[Span, ...]:
        """Return the evidence as spans: no two alike, in the order of the text, capped for each clause."""
        spans: list[Span] = []
        counts: dict[tuple[int, str], int] = {}
        for start, end, clause in sorted(set(evidence)):
            field = bisect_right(self._found.starts, start) - 1
            count = counts[field, clause] = counts.get((field, clause), 0) + 1
            if count <= SPANS_PER_CLAUSE:
                first = self._place(field, start)
                last = self._place(field, end) if end > start else first
                spans.append(Span(FIELDS[field], first[0], last[1], clause))
        return tuple(spans)

    def _place(self, field: int, position: int) -> tuple[int, int]:
        """Return where a token starts and ends."""
        if field not in self._chunks:
            text = self._text.fields[field]
            self._chunks[field] = text.split()
            self._begins[field] = _begins(text, self._chunks[field])
        firsts = self._found.firsts[field]
        number = bisect_right(firsts, position) - 1
        begin, chunk = self._begins[field][number], self._chunks[field][number]
        tokens = _tokens(chunk) if len(chunk) <= LONGEST_WORD else tokenize(chunk)
        token = tokens[position - firsts[number]]
        return begin + token.start, begin + token.end


def _begins(text: str, chunks: list[str]) -> list[int]:
    """Return where each chunk begins; quickly if there is one blank between any two, as mostly."""
    begins = list(accumulate([len(chunk) + 1 for chunk in chunks], initial=0))
    if begins.pop() == len(text) + 1:
        return begins
    return [chunk.start() for chunk in _CHUNK.finditer(text)]


@lru_cache(maxsize=1 << 14)
def _tokens(chunk: str) -> list[Token]:
    return tokenize(chunk)
