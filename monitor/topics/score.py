"""How much a match tells, as a number that orders matches, and what it is made of. Pure.

The score is between 0 and 1; it orders, it does not judge:

    half       place: where the evidence stands (title 1, summary 0.6, body 0.3); the mean over the clauses,
               each at its best
    a quarter  closeness: how close two different clauses come, 10 / (10 + words between); 0 if there is one
    a quarter  rarity: how rare the rarest term is that was found

How rare a term is, is guessed from its form: l / (l + 6) for one of l letters, for in every language the
common words are the short ones. So a match has the same score wherever and whenever it is worked out, and
whatever other topics and articles there are. More evidence in the title never lowers it.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from unicodedata import east_asian_width, normalize

from monitor.model import Span
from monitor.topics.clauses import Evidence
from monitor.topics.nodes import Term

PLACE, CLOSENESS, RARITY = 0.5, 0.25, 0.25
"""What each part counts."""
_FIELD_WEIGHTS = {"title": 1.0, "summary": 0.6, "body": 0.3}
_CLOSE = 10
"""Words between two clauses that are half as good as none."""
_HALF_RARE = 6
"""Letters of a term that is neither rare nor common."""
_LETTER = re.compile(r"[^\W_]")
_WIDE = 3
"""Letters that a syllable or an idea in one sign is worth. Unicode calls such signs wide."""
_PER_WORD = 4
"""Letters that each further word of a phrase is worth, besides its own."""
_ONE_FORM, _ANY_END = 1, -2
"""Letters that ``=word`` and ``word*`` are worth."""


class Score(NamedTuple):
    """What a score is made of, each part between 0 and 1."""

    place: float
    closeness: float
    rarity: float

    @property
    def value(self) -> float:
        """The score, rounded to three places."""
        return round(PLACE * self.place + CLOSENESS * self.closeness + RARITY * self.rarity, 3)


def score(spans: Sequence[Span], evidence: Sequence[Evidence], rarities: Mapping[str, float]) -> Score:
    """Return the score of a match that is shown by ``spans``, which ``evidence`` became, in its order.

    ``rarities`` has the rarity of each clause that asks for words; others, such as ``lang:ru``, tell nothing.
    """
    best = {span.clause: _FIELD_WEIGHTS[span.field] for span in reversed(spans)}  # the first one counts
    place = sum(best.values()) / len(best) if best else 0.0
    pairs = pairwise(sorted(evidence))
    gaps = [right.start - left.end for left, right in pairs if left.clause != right.clause]
    closeness = _CLOSE / (_CLOSE + max(min(gaps), 0)) if gaps else 0.0
    return Score(place, closeness, max([rarities.get(clause, 0.0) for clause in best], default=0.0))


def rarity(term: Term) -> float:
    """Return a guess how rare a term is in texts, above 0 and below 1."""
    letters = _PER_WORD * (len(term.words) - 1)
    for word in term.words:
        text = word.text
        plain = text.isascii() and text.isalnum()
        letters += len(text) if plain else sum(map(_worth, _LETTER.findall(normalize("NFC", text))))
        letters += _ONE_FORM * word.exact + _ANY_END * word.prefix
    letters = max(letters, 1)
    return letters / (letters + _HALF_RARE)


@cache
def _worth(sign: str) -> int:
    return _WIDE if east_asian_width(sign) == "W" else 1
