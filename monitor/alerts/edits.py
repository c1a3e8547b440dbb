"""Whether an edit of an article is worth another alert, and in what words. Pure.

It is if the matched words changed, or a number in the headline or beside a matched word: "10,000 troops" that
become 12,000. All else, and a change that is taken back, alerts nobody.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.numbers import numbers
from monitor.articles.identity import alert_id
from monitor.model import Alert, AlertState, Article, Match

_FULL_STOP = (
    r"\.(?=\s(?!\s*[a-zа-яёіїєґ]))(?<!(?<!\d\s)\b[A-Za-zА-яЁёІіЇїЄєҐґ]\.)"
    r"(?<!\b(?:St|Mt|Ft|Mr|Ms|Dr|Lt|No|bn|им|ім|ул|ок)\.)"
    r"(?<!\b(?:Mrs|Gen|Col|Maj|Sgt|Adm|Sen|Rep|Gov|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\.)"
    r"(?<!\b(?:mln|тыс|тис|млн|ген|вул)\.)(?<!\b(?:Capt|Sept|млрд|полк)\.)"
)
"""One that ends a sentence: no small letter follows, and no abbreviation comes before, nor a single letter
unless that stands behind a number, as in «2025 г.».
"""
_SENTENCE_END = re.compile(rf"(?:[!?…。]|{_FULL_STOP})\s|\n")
_MOST_NAMED = 5
EDITED = "edited: "
"""How the reason begins."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an alert rests on: the matched words, and the numbers that stand with them."""

    words: frozenset[str]
    numbers: frozenset[str]

    @property
    def key(self) -> str:
        """Return what names it."""
        return f"{' '.join(sorted(self.words))} | {' '.join(sorted(self.numbers))}"


def evidence(match: Match) -> Evidence:
    """Return the evidence of a match: words in lower case, numbers by what they are worth."""
    words, beside = set[str](), {match.article.title}
    for field, text in _fields(match.article):
        spans = [span for span in match.spans if span.field == field]
        words |= {" ".join(text[span.start : span.end].casefold().split()) for span in spans}
        begins = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)] if spans else []
        for span in spans:
            first = max(0, bisect_right(begins, span.start) - 1)
            beside.add(text[begins[first] : begins[min(bisect_left(begins, span.end), len(begins) - 1)]])
    return Evidence(frozenset(words), frozenset(number for text in beside for number in numbers(text)))


def edited(first: Alert, match: Match, now: datetime) -> Alert | None:
    """Return the alert on an edit, given the first one on the article; ``None`` if it is not worth one.

    What another feed shows of the article is no edit of what the first one was about.
    """
    if first.state is not AlertState.SENT or match.revision <= first.match.revision:
        return None
    if match.article.feed.id != first.match.article.feed.id:
        return None
    before, after = evidence(first.match), evidence(match)
    if before == after:
        return None
    return Alert(
        id=alert_id(match.topic_id, match.article.id, f"edit {after.key}"),
        topic_id=match.topic_id,
        subject=match.article.id,
        state=AlertState.SENT,
        reason=EDITED + _difference(before, after),
        match=match,
        decided=now,
        filed=match.filed,
    )


def _difference(before: Evidence, after: Evidence) -> str:
    come = [*sorted(after.numbers - before.numbers), *sorted(after.words - before.words)]
    gone = [*sorted(before.numbers - after.numbers), *sorted(before.words - after.words)]
    told = [("now", come), ("no longer", gone)]
    return "; ".join(f"{what} {', '.join(names[:_MOST_NAMED])}" for what, names in told if names)


def _fields(article: Article) -> Iterator[tuple[str, str]]:
    yield from (("title", article.title), ("summary", article.summary), ("body", article.body))
