"""Documents that were indexed under older rules are indexed anew.

Only what nobody else has written meanwhile is written. What the server no longer takes stays as it is: a
candidate for everything.
"""

from collections.abc import Iterator

from monitor.store import elastic_query
from monitor.store.base import Document
from monitor.store.elastic_bulk import Became, Write
from monitor.store.elastic_client import Hit, Server
from monitor.store.elastic_document import WHOLE, source, stored
from monitor.store.records import KINDS, Kind

PORTION = 200


def reindex(server: Server, kind: str) -> Iterator[int]:
    """Write anew a portion at a time; yield how many were written."""
    spec = KINDS[kind]
    after: str | None = None
    while spec.text:
        request = elastic_query.outdated(spec, after, PORTION) | {"source_includes": WHOLE}
        hits = server.search(kind, request)["hits"]["hits"]
        if not hits:
            return
        answers = server.write([_write(spec, hit) for hit in hits])
        yield sum(answer.became is Became.WRITTEN for answer in answers)
        after = elastic_query.cursor(hits[-1])


def _write(kind: Kind, hit: Hit) -> Write:
    one = stored(kind.name, hit)
    document = Document(one.id, one.filed, one.body, one.revision)
    return Write(hit["_index"], one.id, source(kind, document, one.filed), one.version)
