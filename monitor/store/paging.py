"""Reading on where a page ends."""

from collections.abc import Iterator
from dataclasses import replace

from monitor.store.base import Query, Store, Stored


def every(store: Store, kind: str, query: Query) -> Iterator[Stored]:
    """Yield all documents that ``query`` means, ``query.limit`` at a time."""
    while True:
        page = store.find(kind, query)
        yield from page.documents
        if page.next is None:
            return
        query = replace(query, after=page.next)
