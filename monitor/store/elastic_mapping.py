"""The names, templates and fields of the documents in Elasticsearch. Pure.

::

    monitor-articles (alias)  ->  monitor-articles-2026.10  monitor-articles-2026.11  ...  by ``filed``
    monitor-deliveries        ->  monitor-deliveries-all                                  the small kinds
    monitor-pruned            ->  monitor-pruned-all                                      ids to be remembered

A month is chosen by ``filed``, which never moves: an ``_id`` is unique within one index only. The fields are
named as in the Elastic Common Schema where it has a name; the others are in ``news`` and ``monitor``. Unknown
fields are kept and not indexed. ``monitor.body`` is the document itself, as JSON.

``monitor.tokens`` has our own tokens (``topics.text``), cut at spaces only: a search finds the same here, on
a cluster with all plug-ins, and in SQLite. ``monitor.tokens_version`` says by which rules they were made. The
readable text beside it is for people with Kibana.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.store import records

VERSION = 6
"""Of all that is below. It rises with every change of the templates; a newer one is never replaced."""
ECS = "9.1.0"
MONTHLY = frozenset({records.ARTICLES, records.MATCHES, records.ALERTS, records.LAG})
PRUNED = "pruned"
KINDS = (*records.KINDS, PRUNED)
FIRST_YEAR = 2020
"""What is filed before is in one index, lest a feed with dates of forty years makes 480."""
OLDER, ALL = "older", "all"
SOON: Mapping[str, Any] = {"refresh_interval": "1s"}
"""When searches see what was written, for deliveries: those who send look for them all the time."""
WHEN_ASKED: Mapping[str, Any] = {"search": {"idle": {"after": "5s"}}}
"""For the others: each second while somebody searches; else the next search has it made ready first."""

FACETS = {
    "id": "monitor.id",
    "topic": "rule.id",
    "article": "news.id",
    "language": "news.language",
    "outlet": "news.feed_title",
    "feed": "monitor.feed.id",
}
"""Where a facet is kept; the others are ``monitor.<name>``."""

_KEYWORD = {"type": "keyword", "ignore_above": 8191}
"""The longest that Lucene takes is 32766 bytes; what is longer is kept, but not chosen or counted by."""
_KEPT = {"type": "keyword", "index": False, "doc_values": False}
_DATE = {"type": "date"}
_WHOLE = {"type": "long"}
_READABLE = {"type": "text", "analyzer": "standard"}
_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "@timestamp": _DATE,
    "ecs.version": _KEYWORD,
    "event.created": _DATE,
    "event.dataset": _KEYWORD,
    "event.end": _DATE,
    "event.id": _KEYWORD,
    "event.kind": _KEYWORD,
    "event.reason": _KEYWORD,
    "event.severity": _WHOLE,
    "labels": {"type": "flattened"},
    "message": _READABLE,
    "news.authors": _KEYWORD,
    "news.body": _READABLE,
    "news.feed_title": _KEYWORD,
    "news.guid": _KEYWORD,
    "news.id": _KEYWORD,
    "news.language": _KEYWORD,
    "news.summary": _READABLE,
    "news.title": _KEYWORD,
    "rule.id": _KEYWORD,
    "rule.name": _KEYWORD,
    "rule.version": _KEYWORD,
    "tags": _KEYWORD,
    "url.domain": _KEYWORD,
    "url.full": _KEYWORD,
    "user.name": _KEYWORD,
    "monitor.attempts": _WHOLE,
    "monitor.body": _KEPT,
    "monitor.due": _DATE,
    "monitor.feed.articles": _WHOLE,
    "monitor.feed.backlog": _WHOLE,
    "monitor.feed.country": _KEYWORD,
    "monitor.feed.failures": _WHOLE,
    "monitor.feed.family": _KEYWORD,
    "monitor.feed.id": _KEYWORD,
    "monitor.feed.kind": _KEYWORD,
    "monitor.feed.last_change": _DATE,
    "monitor.feed.last_success": _DATE,
    "monitor.feed.next_poll": _DATE,
    "monitor.feed.polls": _WHOLE,
    "monitor.feed.revisions": _WHOLE,
    "monitor.feed.since": _DATE,
    "monitor.filed": _DATE,
    "monitor.id": _KEYWORD,
    "monitor.kind": _KEYWORD,
    "monitor.lag.behind": _WHOLE,
    "monitor.lag.group": _KEYWORD,
    "monitor.lag.partition": _WHOLE,
    "monitor.lag.stream": _KEYWORD,
    "monitor.lag.total": _WHOLE,
    "monitor.revision": _WHOLE,
    "monitor.score": {"type": "float"},
    "monitor.terms": _KEYWORD,
    "monitor.tokens": {"type": "text", "analyzer": "whitespace", "norms": False},
    "monitor.tokens_version": _WHOLE,
}


def facet_field(name: str) -> str:
    """Return the field that keeps a facet."""
    return FACETS.get(name, f"monitor.{name}")


def alias_of(prefix: str, kind: str) -> str:
    """Return the name under which all documents of a kind are read."""
    return f"{prefix}-{kind}"


def index_of(prefix: str, kind: str, filed: datetime) -> str:
    """Return the index that a document is kept in."""
    return f"{alias_of(prefix, kind)}-{_part(kind, filed.astimezone(UTC))}"


def _part(kind: str, filed: datetime) -> str:
    if kind not in MONTHLY:
        return ALL
    return OLDER if filed.year < FIRST_YEAR else f"{filed.year}.{filed.month:02}"


def ends(index: str) -> datetime | None:
    """Return when the month of an index ends: all in it is filed before. ``None`` if it has no end."""
    part = index.rpartition("-")[2]
    if part == OLDER:
        return datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    year, _, month = part.partition(".")
    if not (year.isdigit() and month.isdigit()):
        return None
    return datetime(int(year) + int(month) // 12, int(month) % 12 + 1, 1, tzinfo=UTC)


def meta(replicas: int | None) -> dict[str, Any]:
    """Return what is noted in each template: those that are equal need no writing."""
    return {"version": VERSION, "replicas": "auto" if replicas is None else replicas, "owner": "monitor"}


def refresh_of(kind: str) -> Mapping[str, Any]:
    """Return how soon searches see what was written: each time costs what a hundred writes do."""
    return SOON if kind == records.DELIVERIES else WHEN_ASKED


def settings(replicas: int | None) -> dict[str, Any]:
    """Return the settings of an index; without a number there is one replica where there is a second node."""
    copies = {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}
    return {"index": {"number_of_shards": 1, "codec": "best_compression", **copies}}


def fields() -> dict[str, Mapping[str, Any]]:
    """Return the fields by their dotted names."""
    facets = {facet_field(name): _KEYWORD for kind in records.KINDS.values() for name in kind.facets}
    return facets | dict(_FIELDS)


def mappings() -> dict[str, Any]:
    """Return the fields, in the form the server wants."""
    properties: dict[str, Any] = {}
    for path, field in fields().items():
        *parents, name = path.split(".")
        place = properties
        for parent in parents:
            place = place.setdefault(parent, {"properties": {}})["properties"]
        place[name] = field
    return {"dynamic": False, "properties": properties}


def components(prefix: str) -> tuple[str, str]:
    """Return the names of the two component templates: settings, mappings."""
    return f"{prefix}-settings", f"{prefix}-mappings"


def index_template(prefix: str, kind: str) -> dict[str, Any]:
    """Return the template of a kind's indices: it makes them appear behind the alias."""
    alias = alias_of(prefix, kind)
    return {
        "index_patterns": [f"{alias}-*"],
        "priority": 500,  # the server's own have up to 200
        "composed_of": list(components(prefix)),
        "template": {"aliases": {alias: {}}, "settings": {"index": refresh_of(kind)}},
    }
