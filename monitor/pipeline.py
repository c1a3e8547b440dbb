"""The stages between the streams, top to bottom. They know ports only.

    monitor.articles -> Matching -> store articles, matches -> monitor.matches
    monitor.matches  -> Alerting -> store alerts, deliveries -> monitor.alerts

Each is a handler of batches that may be called again with what it has seen before: ids are
deterministic and the store keeps each once, so a repeat changes nothing. Results are durable before the
handler returns, and so before the batch is committed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from monitor.alerts.edits import edited
from monitor.alerts.policy import decide, is_older
from monitor.alerts.route import Route, deliveries_of
from monitor.articles.cut import shortened, within
from monitor.articles.identity import match_id
from monitor.clock import Clock
from monitor.model import Alert, AlertState, Article, Hit, Match, Topic
from monitor.store import records
from monitor.store.base import Added, Store
from monitor.store.topics import since_known
from monitor.stream import contract
from monitor.stream.base import Stream
from monitor.stream.codec import SOURCE
from monitor.stream.sending import Sender
from monitor.topics.found import Text
from monitor.topics.matcher import CompiledWatchlist

EXCERPT = 20_000
"""Characters of the body that travel with a match; the archive keeps the whole."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The watchlist in force: compiled, and since when each topic is watched."""

    compiled: CompiledWatchlist
    topics: Mapping[str, Topic]
    since: Mapping[str, datetime]
    routes: Mapping[str, Route]


class Matching:
    """Archives articles and finds the topics that were looking for them."""

    def __init__(
        self,
        store: Store,
        stream: Stream,
        watch: Callable[[], Watch],
        clock: Clock,
        source: str = SOURCE,
    ) -> None:
        self._store = store
        self._matches = Sender(contract.MATCH, stream, "matcher", source)
        self._watch = watch
        self._clock = clock
        self._log = structlog.get_logger("matching")

    def __call__(self, articles: Sequence[Article]) -> None:
        """Handle a batch of articles."""
        kept = self._archive(articles)
        watch = self._watch()
        now = self._clock.now()
        by_id: dict[str, Match] = {}
        for article in (*kept.values(), *copies(articles, kept)):
            for match in matches_of(article, watch, now):
                by_id.setdefault(match.id, match)
        found = list(by_id.values())
        self._store.add(records.MATCHES, [records.matches.document(match) for match in found])
        self._matches.send(found)
        self._log.info("articles.matched", articles=len(articles), archived=len(kept), matches=len(found))

    def _archive(self, articles: Sequence[Article]) -> dict[str, Article]:
        """Store what is new of them; return all as they are stored, by id, without those that were pruned."""
        known = self._store.get(records.ARTICLES, {article.id for article in articles})
        current = {id_: records.articles.value(stored) for id_, stored in known.items()}
        for article in articles:
            current[article.id] = succession(current.get(article.id), article)
        changed = [
            one for id_, one in current.items() if id_ not in known or one.revision > known[id_].revision
        ]
        became = self._store.add(records.ARTICLES, [records.articles.document(one) for one in changed])
        pruned = {one.id for one, fate in zip(changed, became, strict=True) if fate is Added.PRUNED}
        return {id_: one for id_, one in current.items() if id_ not in pruned}


class Alerting:
    """Decides whether a match is worth an alert, and fills the outbox."""

    def __init__(
        self,
        store: Store,
        stream: Stream,
        watch: Callable[[], Watch],
        clock: Clock,
        source: str = SOURCE,
        *,
        again_on_edit: bool = False,
    ) -> None:
        self._again_on_edit = again_on_edit
        self._store = store
        self._alerts = Sender(contract.ALERT, stream, "alerter", source)
        self._watch = watch
        self._clock = clock
        self._log = structlog.get_logger("alerting")

    def __call__(self, matches: Sequence[Match]) -> None:
        """Handle a batch of matches."""
        now = self._clock.now()
        alerts = self._undecided(self._by_any_clock(matches), now)
        routes = self._watch().routes
        outbox = [d for alert in alerts for d in deliveries_of(alert, routes, now)]
        sent = [alert for alert in alerts if alert.state is AlertState.SENT]
        self._store.add(records.DELIVERIES, [records.deliveries.document(delivery) for delivery in outbox])
        self._alerts.send(sent)
        # Last, for it says that the rest is done: a known decision needs nothing more, ever.
        self._store.add(records.ALERTS, [records.alerts.document(alert) for alert in alerts])
        self._log.info("matches.decided", matches=len(matches), sent=len(sent), deliveries=len(outbox))

    def _by_any_clock(self, matches: Sequence[Match]) -> list[Match]:
        """Return the matches, older ones with the earliest start that is noted of their topics.

        The clock may have been set back since who matched them read that, or only the clock of who polled.
        """
        noted = since_known(self._store, {match.topic_id for match in matches if is_older(match)})
        return [
            replace(match, topic_since=min(match.topic_since, noted[match.topic_id]))
            if match.topic_id in noted
            else match
            for match in matches
        ]

    def _undecided(self, matches: Sequence[Match], now: datetime) -> list[Alert]:
        """Return the decisions that had not been made before, each once; a first decision stands."""
        decided = [decide(match, now) for match in matches]
        known = self._store.get(records.ALERTS, {alert.id for alert in decided})
        fresh: dict[str, Alert] = {}
        for alert in decided:
            if alert.id not in known:
                fresh.setdefault(alert.id, alert)
        if not self._again_on_edit:
            return list(fresh.values())
        first = fresh | {id_: records.alerts.value(stored) for id_, stored in known.items()}
        edits = {edit.id: edit for alert in decided if (edit := edited(first[alert.id], alert.match, now))}
        told = self._store.get(records.ALERTS, set(edits))
        return [*fresh.values(), *(edit for id_, edit in edits.items() if id_ not in told)]


def succession(stored: Article | None, article: Article) -> Article:
    """Return the article as it is to be kept, given how it is stored.

    The first feed that shows an address owns the article: only its edits are revisions, and no edit moves
    the first dates, so that what is old does not turn new. Others' copies change nothing of it (``copies``).
    A whole text that was had once stays if the page could not be had again.
    """
    if stored is None:
        return article
    if article.feed.id != stored.feed.id or article.revision <= stored.revision:
        return stored
    kept = replace(article, first_seen=stored.first_seen, filed=stored.filed, backlog=stored.backlog)
    if not article.text_note or stored.text_from != "page":
        return kept
    cuts = tuple(name for name in article.cut if name != "body") + (("body",) if "body" in stored.cut else ())
    return replace(kept, body=stored.body, text_from=stored.text_from, cut=cuts)


def copies(articles: Iterable[Article], kept: Mapping[str, Article]) -> Iterator[Article]:
    """Yield what other feeds show of articles that are kept: it may say what their own feeds left out.

    A copy stands under revision and dates of what is kept, so what it matches is neither new nor an edit.
    """
    for article in articles:
        own = kept.get(article.id)
        if own and own.feed.id != article.feed.id and text_of(own) != text_of(article):
            yield replace(
                article,
                revision=own.revision,
                first_seen=own.first_seen,
                filed=own.filed,
                backlog=own.backlog,
            )


def matches_of(article: Article, watch: Watch, now: datetime) -> list[Match]:
    """Return the article's matches under the watchlist in force."""
    return [_match(article, hit, watch, now) for hit in watch.compiled.match(text_of(article))]


def text_of(article: Article) -> Text:
    """Return what is matched of an article."""
    return Text(article.title, article.summary, article.body, article.language)


def _match(article: Article, hit: Hit, watch: Watch, now: datetime) -> Match:
    topic = watch.topics[hit.topic_id]
    short = excerpt(article)
    return Match(
        id=match_id(article.id, topic.id),
        revision=article.revision,
        article=short,
        topic_id=topic.id,
        topic_name=topic.name or topic.id,
        severity=topic.severity,
        receivers=topic.alert,
        watchlist_version=watch.compiled.version,
        score=hit.score,
        spans=within(hit.spans, short),
        filed=article.filed,
        matched=now,
        topic_since=watch.since[topic.id],
    )


def excerpt(article: Article) -> Article:
    """Return the article as it travels with a match: a very long body is cut, and says so."""
    if len(article.body) <= EXCERPT:
        return article
    return shortened(article, "body", EXCERPT)
