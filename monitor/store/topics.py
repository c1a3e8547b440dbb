"""Since when each topic is watched: a topic added later alerts on new articles only."""

from collections.abc import Sequence
from datetime import datetime

from monitor.model import Topic
from monitor.store import records
from monitor.store.base import Document, Query, Store, Stored


def since_of(store: Store, topics: Sequence[Topic], now: datetime) -> dict[str, datetime]:
    """Return the start of each topic's watch, noting ``now`` for those that are new or came back."""
    known = {one.id: one for one in store.find(records.TOPICS, Query(limit=100_000)).documents}
    wanted = {topic.id for topic in topics}
    since = {id_: _since(one) for id_, one in known.items() if id_ in wanted and one.body["watched"]}
    for id_ in wanted - since.keys():
        _write(store, id_, known.get(id_), since=now, watched=True)
        since[id_] = now
    for id_, one in known.items():
        if id_ not in wanted and one.body["watched"]:
            _write(store, id_, one, since=_since(one), watched=False)
    return since


def _since(stored: Stored) -> datetime:
    return datetime.fromisoformat(stored.body["since"])


def _write(store: Store, id_: str, stored: Stored | None, *, since: datetime, watched: bool) -> None:
    document = Document(id_, since, {"id": id_, "since": since.isoformat(), "watched": watched})
    if stored is None:
        store.add(records.TOPICS, [document])
    else:
        store.update(records.TOPICS, document, stored.version)
