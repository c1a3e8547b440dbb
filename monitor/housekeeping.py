"""Retention: what is old goes, but nothing that a feed still shows can come back as new."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import DeliveryState
from monitor.store import records
from monitor.store.base import Query, Store
from monitor.store.paging import every
from monitor.stream import codec
from monitor.stream.base import Stream

WAITING = (DeliveryState.WAITING, DeliveryState.COLLECTING)
STREAMS = (codec.ARTICLES, codec.MATCHES, codec.ALERTS, codec.FEEDS, codec.DEAD_LETTERS)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept."""

    archive: timedelta
    """Articles, matches and alerts, counted from their filing date; labels, from when first given."""
    log: timedelta
    """Messages that every group has handled; dead letters stay until they are replayed or dropped."""
    outbox: timedelta
    """Deliveries that are done. While one waits, none that is newer goes: what waits is never dropped."""


def prune(store: Store, stream: Stream, retention: Retention, now: datetime) -> dict[str, int]:
    """Forget what has outlived its retention; return how many of each kind."""
    archive, outbox = now - retention.archive, now - retention.outbox
    gone = {
        # First, for what still comes in of a pruned article must find its alert, or it would alert again.
        records.ARTICLES: store.prune(records.ARTICLES, archive, remember=_shown(store)),
        records.MATCHES: store.prune(records.MATCHES, archive),
        records.ALERTS: store.prune(records.ALERTS, archive),
        records.LABELS: store.prune(records.LABELS, archive),
        records.DELIVERIES: store.prune(records.DELIVERIES, min(outbox, _oldest_waiting(store) or outbox)),
    }
    gone[records.LAG] = store.prune(records.LAG, now - retention.log)
    for name in STREAMS:
        gone[name] = stream.prune(name, now - retention.log)
    return {name: count for name, count in gone.items() if count}


def _oldest_waiting(store: Store) -> datetime | None:
    query = Query({"state": [state.value for state in WAITING]}, order="oldest", limit=1)
    return next((stored.filed for stored in store.find(records.DELIVERIES, query).documents), None)


def _shown(store: Store) -> set[str]:
    """Return the ids of all articles that some feed shows, or showed lately, also those of earlier days."""
    ids: set[str] = set()
    for stored in every(store, records.SEEN, Query(limit=200)):
        ids.update(stored.body["entries"])
        ids.update(entry["article"] for entry in stored.body["entries"].values() if entry.get("article"))
    return ids
