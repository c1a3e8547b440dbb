"""Documents as Elasticsearch keeps them, and back. Pure.

A stored document's version is made of what the server calls primary term and sequence number, and of the
date that it is filed under: so an update knows where the document is and keeps its date without reading it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from pydantic_core import PydanticSerializationError, to_json

from monitor.store import records
from monitor.store.base import Body, Document, Stored
from monitor.store.elastic_mapping import ECS, facet_field
from monitor.store.records import Kind, facet, searchable
from monitor.topics.text import TOKENS_VERSION, indexed

HEAD = ["monitor.filed", "monitor.revision"]
"""The fields that ``held`` needs."""
WHOLE = [*HEAD, "monitor.body"]
"""The fields that ``stored`` needs."""
SEVERITIES = {"low": 21, "normal": 47, "high": 73, "critical": 99}
"""As in Elastic's own detection rules."""
_SEQUENCE_BITS = 48
_LONG = 1 << 63
_TERM_BITS = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Held:
    """What the store has of an id, without the body."""

    index: str
    filed: datetime
    revision: int
    version: int


def ms(moment: datetime) -> int:
    """Return milliseconds since 1970, rounded down."""
    return (moment - _EPOCH) // _MS


def iso(moment: datetime) -> str:
    """Return a date as it is written: in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def version_of(hit: Mapping[str, Any], filed: datetime) -> int:
    """Return the version of a document that was read."""
    write = int(hit["_primary_term"]) << _SEQUENCE_BITS | int(hit["_seq_no"])
    return ms(filed) << (_TERM_BITS + _SEQUENCE_BITS) | write


def filed_of(version: int) -> datetime | None:
    """Return the date that a document of this version is filed under; ``None`` if it is none of ours."""
    if not condition_of(version)["if_primary_term"]:
        return None
    return _EPOCH + (version >> (_TERM_BITS + _SEQUENCE_BITS)) * _MS


def condition_of(version: int) -> dict[str, int]:
    """Return the condition that nobody has written since ``version`` was read."""
    return {
        "if_primary_term": version >> _SEQUENCE_BITS & ((1 << _TERM_BITS) - 1),
        "if_seq_no": version & ((1 << _SEQUENCE_BITS) - 1),
    }


def held(hit: Mapping[str, Any]) -> Held:
    """Return what is known of a document that was read."""
    own = hit["_source"]["monitor"]
    filed = datetime.fromisoformat(own["filed"])
    return Held(hit["_index"], filed, int(own["revision"]), version_of(hit, filed))


def stored(kind: str, hit: Mapping[str, Any]) -> Stored:
    """Return a document that was read."""
    head = held(hit)
    body = json.loads(hit["_source"]["monitor"]["body"])
    return Stored(kind, hit["_id"], head.filed, head.revision, head.version, body)


def source(kind: Kind, document: Document, filed: datetime) -> dict[str, Any]:
    """Return what is written of a document that is filed under ``filed``."""
    body = document.body
    own: dict[str, Any] = {
        "monitor.kind": kind.name,
        "monitor.id": document.id,
        "monitor.filed": iso(filed),
        "monitor.revision": document.revision,
        "monitor.body": packed(body).decode(),
    }
    own |= {facet_field(name): facet(body, path) for name, path in kind.facets.items()}
    due = facet(body, ("due",)) if kind.due else None
    if due:
        own["monitor.due"] = iso(datetime.fromisoformat(due))
    if kind.text:
        text = indexed(searchable(kind, body))
        own |= {"monitor.tokens": text, "monitor.tokens_version": TOKENS_VERSION}
    readable = _readable(kind.name, document, filed)
    fields = {name: value for name, value in readable.items() if value not in ("", [])} | own
    return _nested({name: value for name, value in fields.items() if value is not None})


def packed(value: object) -> bytes:
    """Return a value as JSON in UTF-8."""
    try:
        return to_json(value)
    except PydanticSerializationError:  # half a surrogate pair is no UTF-8: it must be escaped
        return json.dumps(value, separators=(",", ":")).encode()


def remembered(kind: str, id_: str) -> dict[str, Any]:
    """Return what is written of an id whose document was pruned."""
    return {"monitor": {"kind": kind, "id": id_}}


def _readable(kind: str, document: Document, filed: datetime) -> dict[str, Any]:
    """Return the fields for people: what all kinds have, and what this one has."""
    of_kind = _READABLE.get(kind)
    readable = {
        "ecs.version": ECS,
        "event.kind": _EVENT_KINDS.get(kind, "event"),
        "event.dataset": f"monitor.{kind}",
        "event.id": document.id,
        **(of_kind(document.body) if of_kind else {}),
    }
    return readable | {"@timestamp": readable.get("@timestamp") or iso(filed)}


def _readable_article(article: Body) -> dict[str, Any]:
    """Return an article: its time is when it was published."""
    seen = _date(article.get("first_seen"))
    return {
        "@timestamp": _date(article.get("published")) or seen,
        "event.created": seen,
        **_of_article(article),
    }


def _readable_match(match: Body) -> dict[str, Any]:
    """Return a match with its article, whose time it has."""
    article = _readable_article(_inner(match, "article"))
    created = _date(match.get("matched")) or article["event.created"]
    return {**article, "event.created": created, **_of_match(match)}


def _readable_alert(alert: Body) -> dict[str, Any]:
    """Return an alert with its match: its time is that of the decision."""
    match = _readable_match(_inner(alert, "match"))
    del match["news.body"]  # it is in the match; to index it again costs as much as all the rest
    decided = _date(alert.get("decided"))
    return {
        **match,
        "@timestamp": decided or match["@timestamp"],
        "event.created": decided or match["event.created"],
        "event.reason": _text(alert.get("reason")),
    }


def _readable_delivery(delivery: Body) -> dict[str, Any]:
    """Return a delivery: its time is when it was finished, and until then when it was created."""
    created, finished = _date(delivery.get("created")), _date(delivery.get("finished"))
    topics = [_text(_inner(alert).get("topic_id")) for alert in _list(delivery.get("alerts"))]
    return {
        "@timestamp": finished or created,
        "event.created": created,
        "event.end": finished,
        "event.reason": _text(delivery.get("last_error")),
        "message": _text(_inner(delivery, "notice").get("title")),
        "rule.id": list(dict.fromkeys(topic for topic in topics if topic)),
        "monitor.attempts": _whole(delivery.get("attempts")),
    }


def _readable_feed(state: Body) -> dict[str, Any]:
    """Return how a feed fares: its time is that of the last poll."""
    feed = _inner(state, "feed")
    dates = ("since", "last_success", "last_change", "next_poll")
    counts = ("articles", "backlog", "failures", "polls", "revisions")
    return {
        "@timestamp": _date(state.get("last_poll")),
        "event.reason": _text(state.get("reason")),
        "url.full": _text(feed.get("url")),
        "url.domain": _domain(_text(feed.get("url"))),
        "news.language": _text(feed.get("language")),
        **_of_feed(feed),
        **{f"monitor.feed.{name}": _date(state.get(name)) for name in dates},
        **{f"monitor.feed.{name}": _whole(state.get(name)) for name in counts},
    }


def _readable_lag(lag: Body) -> dict[str, Any]:
    """Return how far a group was behind: its time is that of the measurement."""
    return {
        "@timestamp": _date(lag.get("measured")),
        **{f"monitor.lag.{name}": _text(lag.get(name)) for name in ("group", "stream")},
        **{f"monitor.lag.{name}": _whole(lag.get(name)) for name in ("partition", "behind", "total")},
    }


def _readable_label(label: Body) -> dict[str, Any]:
    """Return a label with what is known of its match: its time is when it was given."""
    return {
        "@timestamp": _date(label.get("at")),
        "event.reason": _text(label.get("note")),
        "message": _text(label.get("title")),
        "news.title": _text(label.get("title")),
        "rule.version": _text(label.get("watchlist_version")),
        "user.name": _text(label.get("by")),
        "monitor.terms": [str(clause) for clause in _list(label.get("clauses"))],
    }


_READABLE: Mapping[str, Callable[[Body], dict[str, Any]]] = {
    records.ARTICLES: _readable_article,
    records.MATCHES: _readable_match,
    records.ALERTS: _readable_alert,
    records.DELIVERIES: _readable_delivery,
    records.FEEDS: _readable_feed,
    records.LAG: _readable_lag,
    records.LABELS: _readable_label,
}
_EVENT_KINDS = {records.ALERTS: "alert", records.FEEDS: "state", records.LAG: "metric"}
"""As the Elastic Common Schema has them; all others are an ``event``."""


def _of_match(match: Body) -> dict[str, Any]:
    clauses = [_text(_inner(span).get("clause")) for span in _list(match.get("spans"))]
    return {
        "event.severity": SEVERITIES.get(str(match.get("severity"))),
        "rule.id": _text(match.get("topic_id")),
        "rule.name": _text(match.get("topic_name") or match.get("topic_id")),
        "rule.version": _text(match.get("watchlist_version")),
        "monitor.score": match.get("score"),
        "monitor.terms": list(dict.fromkeys(clause for clause in clauses if clause)),
    }


def _of_article(article: Body) -> dict[str, Any]:
    url = _text(article.get("url"))
    return {
        "message": _text(article.get("title")),
        "url.full": url,
        "url.domain": _domain(url),
        "news.id": _text(article.get("id")),
        "news.title": _text(article.get("title")),
        "news.summary": _text(article.get("summary")),
        "news.body": _text(article.get("body")),
        "news.language": _text(article.get("language")),
        "news.guid": _text(article.get("guid")),
        "news.authors": [str(author) for author in _list(article.get("authors"))],
        **_of_feed(_inner(article, "feed")),
    }


def _of_feed(feed: Body) -> dict[str, Any]:
    names = ("id", "country", "kind", "family")
    return {
        "news.feed_title": _text(feed.get("outlet")),
        **{f"monitor.feed.{name}": _text(feed.get(name)) for name in names},
    }


def _inner(body: object, key: str | None = None) -> Body:
    """Return ``body``, or what it has under ``key``, if that is an object."""
    value = body.get(key) if key is not None and isinstance(body, Mapping) else body
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _whole(value: object) -> int | None:
    """Return a body's number, or nothing: numbers for people must not spoil a document."""
    return value if type(value) is int and abs(value) < _LONG else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _date(value: object) -> str | None:
    """Return a body's date as it is written, or nothing: dates for people must not spoil a document."""
    return _dated(value) if isinstance(value, str) else None


@lru_cache(maxsize=1_000)
def _dated(value: str) -> str | None:
    try:
        return iso(datetime.fromisoformat(value))
    except (ValueError, TypeError, OverflowError):
        return None


def _domain(url: str | None) -> str | None:
    try:
        return urlsplit(url).hostname if url else None
    except ValueError:
        return None


def _nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with an object for each dot in their names."""
    made: dict[str, Any] = {}
    for path, value in fields.items():
        parents, name = _steps(path)
        place = made
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = value
    return made


@cache
def _steps(path: str) -> tuple[tuple[str, ...], str]:
    """Return the objects around a field, and its own name."""
    *parents, name = path.split(".")
    return tuple(parents), name
