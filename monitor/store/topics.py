"""Since when each topic is watched: a topic added later alerts on new articles only."""

from collections.abc import Sequence
from datetime import datetime

from monitor.model import Topic
from monitor.store import records
from monitor.store.base import Document, Query, Store, Stored


def since_of(store: Store, topics: Sequence[Topic], now: datetime) -> dict[str, datetime]:
    """Return the start of each topic's watch, noting ``now`` for those that are new or came back."""
    wanted = {topic.id for topic in topics}
    # What is wanted is read by id: a search may not have seen yet what another start has just written.
    found = {one.id: one for one in store.find(records.TOPICS, Query(limit=10_000)).documents}
    known = found | store.get(records.TOPICS, wanted)
    since = {id_: _since(one) for id_, one in known.items() if id_ in wanted and one.body["watched"]}
    fresh = sorted(wanted - known.keys())
    store.add(records.TOPICS, [_document(id_, now, watched=True) for id_ in fresh])
    for id_ in wanted & known.keys() - since.keys():
        store.update(records.TOPICS, _document(id_, now, watched=True), known[id_].version)
    for id_, one in known.items():
        if id_ not in wanted and one.body["watched"]:
            store.update(records.TOPICS, _document(id_, _since(one), watched=False), one.version)
    return since | dict.fromkeys(wanted - since.keys(), now)


def _since(stored: Stored) -> datetime:
    return datetime.fromisoformat(stored.body["since"])


def _document(id_: str, since: datetime, *, watched: bool) -> Document:
    return Document(id_, since, {"id": id_, "since": since.isoformat(), "watched": watched})
