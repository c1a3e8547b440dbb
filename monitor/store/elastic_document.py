"""Documents as Elasticsearch keeps them, and back. Pure.

A stored document's version is made of what the server calls primary term and sequence number, and of the
date that it is filed under: so an update knows where the document is and keeps its date without reading it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic_core import PydanticSerializationError, to_json

from monitor.store import records
from monitor.store.base import Body, Document, Stored
from monitor.store.elastic_mapping import ECS, facet_field
from monitor.store.records import Kind, facet
from monitor.topics.text import index_tokens

HEAD = ["monitor.filed", "monitor.revision"]
"""The fields that ``held`` needs."""
WHOLE = [*HEAD, "monitor.body"]
"""The fields that ``stored`` needs."""
SEVERITIES = {"low": 21, "normal": 47, "high": 73, "critical": 99}
"""As in Elastic's own detection rules."""
_SEQUENCE_BITS = 48
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
    exact = _EPOCH + ms(moment) * _MS
    return exact.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
        text = "\n".join(str(body.get(name) or "") for name in kind.text)
        own["monitor.tokens"] = " ".join(index_tokens(text, str(body.get("language") or "und")))
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
    """Return the fields for people: an article's, and those of the match and the alert around it."""
    body = document.body
    match = _inner(body, "match") if kind == records.ALERTS else body if kind == records.MATCHES else {}
    article = body if kind == records.ARTICLES else _inner(match, "article")
    created = body.get("decided") or match.get("matched") or article.get("first_seen")
    return {
        "@timestamp": _date(article.get("published") or article.get("first_seen")) or iso(filed),
        "ecs.version": ECS,
        "event.kind": "alert" if kind == records.ALERTS else "event",
        "event.dataset": f"monitor.{kind}",
        "event.id": document.id,
        "event.created": _date(created),
        "event.reason": _text(body.get("reason")),
        **_of_match(match),
        **_of_article(article),
    }


def _of_match(match: Body) -> dict[str, Any]:
    spans = match.get("spans")
    clauses = [_text(_inner(span).get("clause")) for span in spans] if isinstance(spans, Sequence) else []
    return {
        "event.severity": SEVERITIES.get(str(match.get("severity"))),
        "rule.id": _text(match.get("topic_id")),
        "rule.name": _text(match.get("topic_name")),
        "rule.version": _text(match.get("watchlist_version")),
        "monitor.score": match.get("score"),
        "monitor.terms": list(dict.fromkeys(clause for clause in clauses if clause)),
    }


def _of_article(article: Body) -> dict[str, Any]:
    feed = _inner(article, "feed")
    url = _text(article.get("url"))
    authors = article.get("authors")
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
        "news.authors": [str(author) for author in authors] if isinstance(authors, Sequence) else [],
        "news.feed_title": _text(feed.get("outlet")),
        "monitor.feed.id": _text(feed.get("id")),
    }


def _inner(body: object, key: str | None = None) -> Body:
    """Return ``body``, or what it has under ``key``, if that is an object."""
    value = body.get(key) if key is not None and isinstance(body, Mapping) else body
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _date(value: object) -> str | None:
    """Return a body's date as it is written, or nothing: dates for people must not spoil a document."""
    try:
        return iso(datetime.fromisoformat(str(value)))
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
        *parents, name = path.split(".")
        place = made
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = value
    return made
