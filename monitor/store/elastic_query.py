"""Queries in Elasticsearch's words. Pure.

Everything is a filter: nothing is ranked, the order is by date and id, and a cursor is the last one's date
and id. It is the same cursor as in SQLite.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.errors import UsageError
from monitor.store.base import Query
from monitor.store.elastic_document import iso
from monitor.store.elastic_mapping import facet_field
from monitor.store.records import Kind
from monitor.topics.text import TOKENS_VERSION

BUCKETS = 1000
"""How many groups are counted in one request; the rest is in the next."""
GROUP = "group"
TOKENS = "monitor.tokens"
RULES = "monitor.tokens_version"
LONGEST_TOKEN = 255


def condition(kind: Kind, query: Query) -> dict[str, Any]:
    """Return which documents ``query`` means."""
    parts: list[dict[str, Any]] = []
    for name, wanted in query.where.items():
        choices = [wanted] if isinstance(wanted, str) else list(wanted)
        parts.append({"terms": {_field(kind, name): choices}})
    filed = {"gte": query.since, "lt": query.until}
    if any(filed.values()):
        parts.append(_range("monitor.filed", filed))
    if query.due is not None:
        parts.append(_range("monitor.due", {"lte": query.due}))
    elif query.order == "due":
        parts.append({"exists": {"field": "monitor.due"}})
    if query.begins is not None:
        parts.append({"prefix": {facet_field("id"): query.begins}})
    if query.any_of is not None:
        parts.append(_any_of(kind, query.any_of))
    return {"bool": {"filter": parts}}


def search(kind: Kind, query: Query, after: str | None, size: int) -> dict[str, Any]:
    """Return the request for ``size`` documents behind the cursor ``after``."""
    direction = "desc" if query.order == "newest" else "asc"
    request: dict[str, Any] = {
        "query": condition(kind, query),
        "sort": [{_moment(query): direction}, {"monitor.id": direction}],
        "size": size,
        "track_total_hits": False,
        "seq_no_primary_term": True,
    }
    if after is not None:
        moment, id_ = after.split("|", 1)
        request["search_after"] = [int(moment), id_]
    return request


def outdated(kind: Kind, after: str | None, size: int) -> dict[str, Any]:
    """Return the request for documents that were indexed under older rules, oldest first."""
    older_rules = {"bool": {"must_not": {"range": {RULES: {"gte": TOKENS_VERSION}}}}}
    return search(kind, Query(order="oldest"), after, size) | {"query": older_rules}


def cursor(hit: Mapping[str, Any]) -> str:
    """Return the cursor that continues behind a document that was found."""
    moment, id_ = hit["sort"]
    return f"{moment}|{id_}"


def grouping(kind: Kind, by: str, after: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the request that counts by a facet or by ``day``, a part of the groups at a time."""
    value: dict[str, Any]
    if by == "day":
        value = {
            "date_histogram": {
                "field": "monitor.filed",
                "calendar_interval": "day",
                "format": "yyyy-MM-dd",
            }
        }
    else:
        value = {"terms": {"field": _field(kind, by), "missing_bucket": True}}
    composite: dict[str, Any] = {"size": BUCKETS, "sources": [{"value": value}]}
    if after is not None:
        composite["after"] = after
    return {GROUP: {"composite": composite}}


def older(before: datetime) -> dict[str, Any]:
    """Return the condition for what is filed before a date."""
    return _range("monitor.filed", {"lt": before})


def of_kind(kind: str) -> dict[str, Any]:
    """Return the condition for remembered ids of a kind."""
    return {"term": {"monitor.kind": kind}}


def ids_only(which: Mapping[str, Any], sort: tuple[str, ...], after: list[Any] | None) -> dict[str, Any]:
    """Return the request for ids alone, many at a time, behind the sort values ``after``."""
    request: dict[str, Any] = {
        "query": which,
        "sort": [{field: "asc"} for field in sort],
        "size": 5000,
        "source": False,
        "docvalue_fields": ["monitor.id"],
        "track_total_hits": False,
    }
    return request if after is None else request | {"search_after": after}


def _moment(query: Query) -> str:
    return "monitor.due" if query.order == "due" else "monitor.filed"


def _range(field: str, bounds: Mapping[str, datetime | None]) -> dict[str, Any]:
    """Return a condition on a date. Bounds count to the millisecond, as dates are kept."""
    return {"range": {field: {sign: iso(at) for sign, at in bounds.items() if at is not None}}}


def _field(kind: Kind, name: str) -> str:
    if name == "id" or name in kind.facets:
        return facet_field(name)
    raise UsageError(f"{kind.name} have no {name!r}; they have {', '.join(kind.facets)}")


def _any_of(kind: Kind, terms: Sequence[Sequence[Sequence[str]]]) -> dict[str, Any]:
    """Return the condition that one of the terms is there; single words are asked for together.

    What was indexed under other rules than ours may have other tokens for them, so it may always match.
    """
    _check_text(kind)
    single = list(dict.fromkeys(token for term in terms if len(term) == 1 for token in term[0]))
    several = [{"bool": {"filter": [_one_of(word) for word in term]}} for term in terms if len(term) > 1]
    conditions = [_one_of(single), *several] if single else several
    if not conditions:
        return {"match_none": {}}
    other_rules = {"bool": {"must_not": {"term": {RULES: TOKENS_VERSION}}}}
    return {"bool": {"should": [*conditions, other_rules], "minimum_should_match": 1}}


def _check_text(kind: Kind) -> None:
    if not kind.text:
        raise UsageError(f"{kind.name} have no text to search in")


def _one_of(tokens: Sequence[str]) -> dict[str, Any]:
    """Return the condition that one of the tokens is there; one that ends with ``*`` is a prefix.

    A long token is asked for as a phrase, for the server cuts what is longer than 255 characters.
    """
    whole = [token for token in tokens if not token.endswith("*") and len(token) <= LONGEST_TOKEN]
    conditions: list[dict[str, Any]] = [{"terms": {TOKENS: whole}}] if whole else []
    for token in tokens:
        if token.endswith("*"):
            # A prefix that is longer than what the server keeps of a token finds all that begins like it.
            conditions.append({"prefix": {TOKENS: token[:-1][:LONGEST_TOKEN]}})
        elif len(token) > LONGEST_TOKEN:
            conditions.append({"match_phrase": {TOKENS: token}})
    return {"bool": {"should": conditions, "minimum_should_match": 1}}
