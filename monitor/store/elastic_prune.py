"""Retention: what is old goes, a whole month at a time where all of it is old.

The ids that are to be remembered are written down before anything is deleted, and those that are no more to
be remembered are dropped last: after a crash on the way the next prune finds the rest.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from monitor.store import elastic_mapping, elastic_query
from monitor.store.elastic_bulk import Became, Write
from monitor.store.elastic_client import Hit, Server
from monitor.store.elastic_document import remembered
from monitor.store.elastic_mapping import ALL, PRUNED, alias_of


def prune(server: Server, kind: str, before: datetime, kept: AbstractSet[str]) -> int:
    """Delete documents filed before ``before``; return how many."""
    server.refresh([kind, PRUNED])
    ended = [index for index in server.indices(kind) if _ended(index, before)]
    memory = memory_of(server.prefix)
    gone = 0
    for page in _pages(server, kind, elastic_query.older(before), ("monitor.filed", "monitor.id")):
        ids = [hit["_id"] for hit in page if hit["_id"] in kept]
        server.write([Write(memory, mark(kind, id_), remembered(kind, id_)) for id_ in ids])
        gone += sum(hit["_index"] in ended for hit in page)
        gone += _delete(server, [hit for hit in page if hit["_index"] not in ended])
    for index in ended:
        server.drop(index)
    for page in _pages(server, PRUNED, elastic_query.of_kind(kind), ("monitor.id",)):
        _delete(server, [hit for hit in page if hit["fields"]["monitor.id"][0] not in kept])
    return gone


def memory_of(prefix: str) -> str:
    """Return the index in which pruned ids are remembered. It appears with the first of them."""
    return f"{alias_of(prefix, PRUNED)}-{ALL}"


def mark(kind: str, id_: str) -> str:
    """Return the id under which a pruned id is remembered."""
    return f"{kind}:{id_}"


def _ended(index: str, before: datetime) -> bool:
    end = elastic_mapping.ends(index)
    return end is not None and end <= before


def _pages(server: Server, kind: str, which: dict[str, Any], sort: tuple[str, ...]) -> Iterator[list[Hit]]:
    after: list[Any] | None = None
    while True:
        page = server.search(kind, elastic_query.ids_only(which, sort, after))["hits"]["hits"]
        if not page:
            return
        yield page
        after = page[-1]["sort"]


def _delete(server: Server, hits: list[Hit]) -> int:
    answers = server.write([Write(hit["_index"], hit["_id"], None) for hit in hits])
    return sum(answer.became is Became.WRITTEN for answer in answers)
