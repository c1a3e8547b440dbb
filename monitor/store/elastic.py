"""The store on Elasticsearch 9.

::

    elastic_mapping    names, templates, fields        elastic_plan    what to write, given what is there
    elastic_document   document <-> fields             elastic_bulk    writes, and the answer to each
    elastic_query      queries                         elastic_prune   retention
    elastic_setup      what setting up changes        elastic_reindex  texts under older rules
    elastic_client     all that is asked of the server

Reading by id is real-time. Searching lags by the refresh of the indices, a second or so: what ``find``
returns may have been changed meanwhile, and ``update`` then says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.changes import Change
from monitor.closing import Closing
from monitor.errors import PoisonError, StoreUnavailable
from monitor.store import elastic_document, elastic_query, elastic_setup
from monitor.store.base import Added, Document, Page, Query, Size, Stored
from monitor.store.elastic_bulk import Answer, Became, Write
from monitor.store.elastic_client import ElasticAccess, Hit, Server
from monitor.store.elastic_document import HEAD, WHOLE, Held
from monitor.store.elastic_mapping import PRUNED, index_of
from monitor.store.elastic_plan import plan
from monitor.store.elastic_prune import mark, memory_of, prune
from monitor.store.elastic_reindex import reindex
from monitor.store.records import KINDS

__all__ = ["ElasticAccess", "ElasticStore"]

FIND_PAGE = 500
"""Documents in one answer of the server."""
ROUNDS = 10
"""How often documents are looked at anew that others are writing at the same time."""


class ElasticStore(Closing):
    """Documents in Elasticsearch. Implements ``store.base.Store``.

    Nothing is asked before the first use, so a service starts while its server is away. Call ``setup`` to be
    told at once.
    """

    def __init__(self, access: ElasticAccess) -> None:
        self._server = Server(access)

    def setup(self) -> None:
        """Bring the templates up to date. Safe to repeat, and from several processes at once.

        Raises ``StoreRefused`` if a newer monitor has been here, or the server does not let us.
        """
        self._server.setup()

    def changes(self, now: datetime) -> list[Change]:
        """Return what ``begin`` would do at ``now``, template by template and alias by alias."""
        return elastic_setup.changes(self._server.prefix, self._server.look(), now)

    def begin(self, now: datetime) -> list[Change]:
        """Bring the templates up to date, and make an index behind each alias that is not there yet.

        Returns what became of each. Raises as ``setup`` does.
        """
        changes = self.changes(now)
        self._server.setup()
        self._server.begin(elastic_setup.first_indices(self._server.prefix, changes, now))
        return changes

    def add(self, kind: str, documents: Sequence[Document]) -> list[Added]:
        """Write documents once each; return what became of each, in order.

        Raises ``PoisonError`` if the server will never take one of them; then all others are written.
        """
        result: dict[int, Added] = {}
        refused: dict[str, str] = {}
        pending = list(range(len(documents)))
        for number in range(ROUNDS):
            if not pending:
                break
            asked = [documents[place] for place in pending]
            there = self._there(kind, asked, everywhere=number > 0)
            planned = plan(self._server.prefix, kind, asked, *there)
            answers = self._server.write(planned.writes)
            refused |= _refused(planned.writes, answers)
            result |= dict(zip(pending, planned.fates, strict=True))
            again = _to_do_again(planned.writes, answers)
            pending = [place for place in pending if documents[place].id in again]
        if pending:
            raise StoreUnavailable(f"{len(pending)} {kind} are being written by others all the time")
        if refused:
            raise _poison(kind, refused)
        return [result[place] for place in range(len(documents))]

    def get(self, kind: str, ids: Iterable[str]) -> dict[str, Stored]:
        """Return those of the ids that are there."""
        found = self._server.read(kind, set(ids), WHOLE)
        return {id_: elastic_document.stored(kind, hit) for id_, hit in found.items()}

    def update(self, kind: str, document: Document, version: int) -> int | None:
        """Replace a document if its version is still ``version``; return the new one, or ``None``."""
        return self.update_all(kind, [(document, version)])[0]

    def update_all(self, kind: str, changes: Sequence[tuple[Document, int]]) -> list[int | None]:
        """Replace several documents, each if its version is still the one given."""
        filed = [elastic_document.filed_of(version) for _, version in changes]
        writes = [
            Write(
                index_of(self._server.prefix, kind, date),
                document.id,
                elastic_document.source(KINDS[kind], document, date),
                version,
            )
            for (document, version), date in zip(changes, filed, strict=True)
            if date is not None  # else the version is none of this store's
        ]
        answers = self._server.write(writes)
        if refused := _refused(writes, answers):
            raise _poison(kind, refused)
        given = iter(answers)
        return [None if date is None else _version(next(given), date) for date in filed]

    def find(self, kind: str, query: Query) -> Page:
        """Return the documents that ``query`` means."""
        hits: list[Hit] = []
        after = query.after
        while len(hits) <= query.limit:
            size = min(query.limit + 1 - len(hits), FIND_PAGE)
            request = elastic_query.search(KINDS[kind], query, after, size) | {"source_includes": WHOLE}
            found = self._server.search(kind, request)["hits"]["hits"]
            hits += found
            if len(found) < size:
                break
            after = elastic_query.cursor(found[-1])
        documents = tuple(elastic_document.stored(kind, hit) for hit in hits[: query.limit])
        more = len(hits) > query.limit
        return Page(documents, elastic_query.cursor(hits[query.limit - 1]) if more else None)

    def count(self, kind: str, query: Query, by: str | None = None) -> dict[str, int]:
        """Count documents by the facet ``by``, by ``day`` (of ``filed``), or all under ``""``."""
        request = {"query": elastic_query.condition(KINDS[kind], query), "size": 0}
        if by is None:
            answer = self._server.search(kind, request | {"track_total_hits": True})
            total = answer["hits"]["total"]["value"]
            return {"": total} if total else {}
        counts: dict[str, int] = {}
        after: Mapping[str, Any] | None = None
        while True:
            groups = elastic_query.grouping(KINDS[kind], by, after)
            answer = self._server.search(kind, request | {"aggs": groups, "track_total_hits": False})
            group = answer.get("aggregations", {}).get(elastic_query.GROUP, {})
            for bucket in group.get("buckets", ()):
                value = bucket["key"]["value"] or ""
                counts[value] = counts.get(value, 0) + bucket["doc_count"]
            after = group.get("after_key")
            if after is None:
                return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def prune(self, kind: str, before: datetime, remember: Iterable[str] = ()) -> int:
        """Delete documents filed before ``before`` and return how many; see ``store.base.Store``."""
        return prune(self._server, kind, before, set(remember))

    def reindex(self, kind: str) -> Iterator[int]:
        """Index anew what is under older rules, a portion at a time; see ``store.base.Store``."""
        return reindex(self._server, kind)

    def check(self) -> None:
        """Raise ``StoreUnavailable`` or ``StoreRefused`` if the server does not serve now."""
        self._server.check()

    def refresh(self) -> None:
        """Let ``find`` and ``count`` see all that was written, before the servers do so by themselves."""
        self._server.refresh(KINDS)

    def sizes(self) -> dict[str, Size]:
        """Return what each kind of documents takes on the server."""
        return self._server.sizes()

    def close(self) -> None:
        """Close the connections. Closing twice is fine; use after closing raises ``StoreUnavailable``."""
        self._server.close()

    def _there(
        self, kind: str, documents: Sequence[Document], *, everywhere: bool
    ) -> tuple[dict[str, Held], set[str]]:
        """Return what is there of the documents' ids, and which of them are remembered as pruned.

        Most documents are new. So at first they are not looked for where they would be created: there the
        server says by itself that an id is known, and then ``everywhere`` is looked.
        """
        prefix = self._server.prefix
        memory = memory_of(prefix)
        places = [
            (index, mark(kind, one.id) if index == memory else one.id)
            for index in self._server.indices(kind, PRUNED)
            for one in documents
            if everywhere or index != index_of(prefix, kind, one.filed)
        ]
        found = self._server.read_at(places, HEAD)
        held = {hit["_id"]: elastic_document.held(hit) for hit in found if hit["_index"] != memory}
        marks = {hit["_id"] for hit in found if hit["_index"] == memory}
        return held, {one.id for one in documents if mark(kind, one.id) in marks}


def _version(answer: Answer, filed: datetime) -> int | None:
    """Return the version after a write; ``None`` if it was not made."""
    return elastic_document.version_of(answer.write, filed) if answer.became is Became.WRITTEN else None


def _to_do_again(writes: Sequence[Write], answers: Sequence[Answer]) -> set[str]:
    """Return the ids that somebody else was writing, and those whose index went away."""
    lost = {Became.CONFLICT, Became.ABSENT}
    return {one.id for one, answer in zip(writes, answers, strict=True) if answer.became in lost}


def _refused(writes: Sequence[Write], answers: Sequence[Answer]) -> dict[str, str]:
    pairs = zip(writes, answers, strict=True)
    return {one.id: answer.reason for one, answer in pairs if answer.became is Became.REFUSED}


def _poison(kind: str, refused: Mapping[str, str]) -> PoisonError:
    id_, reason = next(iter(refused.items()))
    others = f", and {len(refused) - 1} others" if len(refused) > 1 else ""
    return PoisonError(f"Elasticsearch will not take {kind} {id_[:80]}{others}: {reason}")
