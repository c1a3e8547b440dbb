"""Since when each topic is watched: a topic added later alerts on new articles only."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.model import Topic
from monitor.store import records
from monitor.store.base import Document, Query, Store, Stored


def note(store: Store, topics: Sequence[Topic], now: datetime) -> None:
    """Note that topics are watched since ``now`` if they never were before.

    For those who do not match: what pollers find is no older than the watch, though the matchers begin later.
    """
    store.add(records.TOPICS, [_document(topic.id, now, watched=True) for topic in topics])


def since_of(store: Store, topics: Sequence[Topic], now: datetime) -> dict[str, datetime]:
    """Return the start of each topic's watch, noting ``now`` for those that are new or came back.

    Where another process notes one at the same time, what is stored counts.
    """
    wanted = {topic.id for topic in topics}
    known = {one.id: one for one in store.find(records.TOPICS, Query(limit=100_000)).documents}
    known |= store.get(records.TOPICS, wanted | known.keys())  # what was found may have changed since
    note(store, [topic for topic in topics if topic.id not in known], now)
    for id_, one in known.items():
        if id_ in wanted and not one.body["watched"]:
            store.update(records.TOPICS, _document(id_, now, watched=True), one.version)
        elif id_ not in wanted and one.body["watched"]:
            store.update(records.TOPICS, _document(id_, _since(one), watched=False), one.version)
    return since_known(store, wanted)


def since_known(store: Store, ids: Iterable[str]) -> dict[str, datetime]:
    """Return the start of the watch of those topics that were ever watched; nothing is noted."""
    return {id_: _since(one) for id_, one in store.get(records.TOPICS, ids).items()}


def _since(stored: Stored) -> datetime:
    return datetime.fromisoformat(stored.body["since"])


def _document(id_: str, since: datetime, *, watched: bool) -> Document:
    return Document(id_, since, {"id": id_, "since": since.isoformat(), "watched": watched})
