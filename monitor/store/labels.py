"""Labels of matches: one a match, the last one counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.errors import StoreUnavailable
from monitor.store import records
from monitor.store.base import Added, Query, Store
from monitor.store.paging import every
from monitor.topics.labels import Label

ROUNDS = 10
"""How often labels are written anew that others are writing at the same time."""
PAGE = 500
STANDING = ("useful", "noise")
"""Verdicts of labels that were not taken back."""


def put(store: Store, labels: Iterable[Label]) -> None:
    """Write labels in place of those that the matches had.

    Raises ``StoreUnavailable`` if others write labels of the same matches all the time.
    """
    pending = {label.id: label for label in labels}
    for _ in range(ROUNDS):
        held = store.get(records.LABELS, pending)
        documents = [
            replace(records.labels.document(label), revision=held[id_].revision + 1 if id_ in held else 1)
            for id_, label in pending.items()
        ]
        added = store.add(records.LABELS, documents)
        # Known: somebody else has written this revision meanwhile.
        late = [one.id for one, became in zip(documents, added, strict=True) if became is Added.KNOWN]
        pending = {id_: pending[id_] for id_ in late}
        if not pending:
            return
    raise StoreUnavailable(f"{len(pending)} labels are being written by others all the time")


def read(store: Store, topic: str | None = None) -> Iterator[Label]:
    """Yield the labels, of one topic or of all; not those that were taken back."""
    where: dict[str, str | Sequence[str]] = {"verdict": STANDING}
    query = Query(where | ({"topic": topic} if topic else {}), order="oldest", limit=PAGE)
    yield from map(records.labels.value, every(store, records.LABELS, query))


def of_matches(store: Store, ids: Iterable[str]) -> dict[str, Label]:
    """Return the labels of these matches by their ids; not those that were taken back."""
    found = map(records.labels.value, store.get(records.LABELS, ids).values())
    return {label.id: label for label in found if label.verdict in STANDING}
