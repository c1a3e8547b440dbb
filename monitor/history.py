"""The past: topics tried on the articles that are stored, and matches that are made up for.

The store's index chooses the articles that may match (``topics.candidates``), the matcher of the running
service decides about them. Blocking, knows ports only.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice

from monitor.alerts.policy import objection
from monitor.model import Article, Match, Span, Watchlist
from monitor.pipeline import Watch, matches_of, text_of
from monitor.store import records
from monitor.store.base import Query, Store
from monitor.store.paging import every
from monitor.store.topics import since_known
from monitor.topics.candidates import Wanted
from monitor.topics.found import FIELDS
from monitor.topics.matcher import CompiledWatchlist, compile_watchlist, topic_named
from monitor.topics.passage import Passage, passage

PAGE = 500
SUMMARY = 600
"""Characters of a summary that a finding keeps; the archive has the whole."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An article that a topic matches, as far as it is shown; spans count in the article's own fields."""

    article_id: str
    filed: datetime
    title: str
    summary: str
    url: str | None
    outlet: str
    language: str
    score: float
    spans: tuple[Span, ...]
    passages: tuple[Passage, ...]
    """Where the words are in a long summary or body; in no field more than one."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a topic finds in the past, beside what is found otherwise. Lists are in order of date and id."""

    topic_id: str
    version: str
    """Of the watchlist that was tried."""
    since: datetime
    until: datetime
    articles: Mapping[date, int]
    """How many are stored of each day (UTC)."""
    read: int
    """Of them, those that the store's index could not rule out."""
    found: tuple[Finding, ...]
    against: str
    """What it is compared with."""
    new: tuple[Finding, ...]
    """Found, and not in what it is compared with."""
    lost: tuple[Finding, ...]
    """The reverse."""


def against_stored(
    store: Store, topic_id: str, tried: Watchlist, since: datetime, until: datetime
) -> Backtest:
    """Return what a topic finds, beside the matches that are stored. Raises UsageError: no such topic.

    Such a match may rest on the words of a copy (``pipeline.copies``), or of an article before an edit: the
    topic is tried on those as well.
    """
    one = _only(tried, topic_id)
    compiled = compile_watchlist(one)
    reading = _Reading(store, since, until, compiled.wanted())
    found = [finding for article in reading for finding in _found(article, compiled)]
    ids, known = {finding.article_id for finding in found}, dict[str, Finding]()
    for match in _stored(store, topic_id, since, until):
        known[match.article.id] = _finding(match.article, match.score, match.spans)
        if match.article.id not in ids:
            found += _found(match.article, compiled)
    return _result(reading, one, found, known, "the matches that are stored")


def against_running(
    store: Store, topic_id: str, tried: Watchlist, running: Watchlist, since: datetime, until: datetime
) -> Backtest:
    """Return what a topic finds, beside what it finds in the watchlist in force. Raises UsageError."""
    one = _only(tried, topic_id)
    other = replace(running, topics=tuple(topic for topic in running.topics if topic.id == topic_id))
    new, old = compile_watchlist(one), compile_watchlist(other)
    reading = _Reading(store, since, until, _either(new.wanted(), old.wanted()))
    found: list[Finding] = []
    known: dict[str, Finding] = {}
    for article in reading:
        found += _found(article, new)
        known |= {finding.article_id: finding for finding in _found(article, old)}
    version = f"the watchlist in force ({running.version})"
    against = version if other.topics else f"{version}, which has no such topic"
    return _result(reading, one, found, known, against)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a page of articles; counts are by topic, and of what is withheld by reason."""

    articles: int
    added: Mapping[str, int]
    handed_on: int = 0
    withheld: Mapping[str, int] = field(default_factory=dict)


def replayed(
    store: Store,
    watchlist: Watchlist,
    topic_ids: Sequence[str],
    since: datetime,
    now: datetime,
    publish: Callable[[Sequence[Match]], object] | None = None,
) -> Iterator[Replayed]:
    """Add the matches that are not stored yet, a page of articles at a time; tell of each page.

    What is stored stays as it is. ``publish`` is given what is to be alerted, as if its topic had been
    watched when its article was first seen; what nobody would be told of is not handed on, so that nothing is
    decided for good. Raises UsageError: no such topic.
    """
    named = [topic_named(watchlist.topics, id_) for id_ in dict.fromkeys(topic_ids)]
    only = replace(watchlist, topics=tuple(named))
    chosen = only if topic_ids else watchlist
    compiled = compile_watchlist(chosen)
    topics = {topic.id: topic for topic in chosen.topics}
    watch = Watch(compiled, topics, dict.fromkeys(topics, now) | since_known(store, topics), {})
    reading = iter(_Reading(store, since, now, compiled.wanted()))
    while articles := list(islice(reading, PAGE)):
        found = [match for article in articles for match in matches_of(article, watch, now)]
        known = store.get(records.MATCHES, [match.id for match in found])
        new = [match for match in found if match.id not in known]
        store.add(records.MATCHES, [records.matches.document(match) for match in new])
        told = Replayed(len(articles), Counter(match.topic_id for match in new))
        yield told if publish is None else _published(found, told, publish)


def _published(
    found: Sequence[Match], told: Replayed, publish: Callable[[Sequence[Match]], object]
) -> Replayed:
    """Hand on what is to be alerted: not only the new, for a replay that was broken off has stored some."""
    watched = [replace(match, topic_since=match.article.first_seen) for match in found]
    why_not = {match.id: objection(match, match.topic_since) for match in watched}
    handed_on = [match for match in watched if why_not[match.id] is None]
    if handed_on:
        publish(handed_on)
    withheld = Counter(reason for reason in why_not.values() if reason)
    return replace(told, handed_on=len(handed_on), withheld=withheld)


class _Reading:
    """Iterates over the articles of a time that may match, oldest first, and counts them."""

    def __init__(self, store: Store, since: datetime, until: datetime, wanted: Wanted | None) -> None:
        self.store = store
        self.since, self.until = since, until
        self.count = 0
        self._query = Query(any_of=wanted, since=since, until=until, order="oldest", limit=PAGE)

    def __iter__(self) -> Iterator[Article]:
        for stored in every(self.store, records.ARTICLES, self._query):
            self.count += 1
            yield records.articles.value(stored)


def _result(
    reading: _Reading,
    one: Watchlist,
    found: Sequence[Finding],
    known: Mapping[str, Finding],
    against: str,
) -> Backtest:
    in_time = Query(since=reading.since, until=reading.until)
    counted = reading.store.count(records.ARTICLES, in_time, by="day")
    ids = {finding.article_id for finding in found}
    return Backtest(
        topic_id=one.topics[0].id,
        version=one.version,
        since=reading.since,
        until=reading.until,
        articles={date.fromisoformat(day): counted[day] for day in sorted(counted)},
        read=reading.count,
        found=tuple(sorted(found, key=lambda finding: (finding.filed, finding.article_id))),
        against=against,
        new=tuple(finding for finding in found if finding.article_id not in known),
        lost=tuple(finding for id_, finding in known.items() if id_ not in ids),
    )


def _either(one: Wanted | None, other: Wanted | None) -> Wanted | None:
    return None if one is None or other is None else tuple(dict.fromkeys((*one, *other)))


def _found(article: Article, compiled: CompiledWatchlist) -> Iterator[Finding]:
    for hit in compiled.match(text_of(article)):
        yield _finding(article, hit.score, hit.spans)


def _stored(store: Store, topic_id: str, since: datetime, until: datetime) -> Iterator[Match]:
    query = Query({"topic": topic_id}, since=since, until=until, order="oldest", limit=PAGE)
    return map(records.matches.value, every(store, records.MATCHES, query))


def _finding(article: Article, score: float, spans: tuple[Span, ...]) -> Finding:
    passages = (passage(getattr(article, name), spans, name) for name in FIELDS if name != "title")
    return Finding(
        article.id, article.filed, article.title, article.summary[:SUMMARY], article.url,
        article.feed.outlet, article.language, score, spans, tuple(one for one in passages if one),
    )  # fmt: skip


def _only(watchlist: Watchlist, topic_id: str) -> Watchlist:
    return replace(watchlist, topics=(topic_named(watchlist.topics, topic_id),))
