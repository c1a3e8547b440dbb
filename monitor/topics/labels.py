"""What a person says of a match: useful, or noise. Pure."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from monitor.model import Article, Match
from monitor.topics.text import LONGEST_WORD, tokenize

Verdict = Literal["useful", "noise", "withdrawn"]
"""``withdrawn``: it was one of the others, and was taken back."""
TITLE = 200
"""Characters kept of the title: enough to know the article by."""
WORDS = 400
"""Words kept of title and summary."""


@dataclass(frozen=True, slots=True)
class Label:
    """A person's word on a match, with all that a report needs when the match is gone."""

    id: str
    """The match's id: a match has one label."""
    verdict: Verdict
    by: str
    at: datetime
    """When it was said."""
    topic_id: str
    watchlist_version: str
    """Of the watchlist that found the match."""
    match_filed: datetime
    language: str
    outlet: str
    title: str
    clauses: tuple[str, ...]
    """The parts of the query that found something, each once."""
    matched: tuple[str, ...]
    """The words they found, each once."""
    words: tuple[str, ...]
    """The words of title and summary as they are compared, each once, in order."""
    cut: tuple[str, ...] = ()
    """Names of the fields above that were too long and were cut."""
    note: str = ""

    @property
    def filed(self) -> datetime:
        """Return under which date it is kept: retention counts from when it was first said."""
        return self.at


def label_of(match: Match, verdict: Verdict, by: str, at: datetime, note: str = "") -> Label:
    """Return the label of a match."""
    article = match.article
    words = dict.fromkeys(token.norm for text in (article.title, article.summary) for token in tokenize(text))
    short = [word for word in words if len(word) <= LONGEST_WORD]
    cuts = {"title": len(article.title) > TITLE, "words": len(short) < len(words) or len(short) > WORDS}
    return Label(
        id=match.id,
        verdict=verdict,
        by=by,
        at=at,
        topic_id=match.topic_id,
        watchlist_version=match.watchlist_version,
        match_filed=match.filed,
        language=article.language,
        outlet=article.feed.outlet,
        title=article.title[:TITLE],
        clauses=tuple(dict.fromkeys(span.clause for span in match.spans)),
        matched=_matched(match, article),
        words=tuple(islice(short, WORDS)),
        cut=tuple(name for name, was_cut in cuts.items() if was_cut),
        note=note,
    )


def _matched(match: Match, article: Article) -> tuple[str, ...]:
    fields = {"title": article.title, "summary": article.summary, "body": article.body}
    return tuple(
        dict.fromkeys(
            word for span in match.spans if (word := fields.get(span.field, "")[span.start : span.end])
        )
    )
