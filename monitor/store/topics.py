"""Since when each topic is watched: a topic added later alerts on new articles only.

That is noted once, by the clock as it is set then. If the clock is set back behind it, it is noted anew, and
stays so when the clock is put right: what was polled meanwhile came after it by any setting of the clock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.clock import CLOCKS_DIFFER, is_to_come
from monitor.model import Topic
from monitor.store import records
from monitor.store.base import Document, Query, Store, Stored


def note(store: Store, topics: Sequence[Topic], now: datetime) -> None:
    """Note that topics are watched since ``now`` if they never were before, or by the clock as it is now.

    For those who do not match: what pollers find is no older than the watch, though the matchers begin later.
    """
    wanted = {topic.id for topic in topics}
    known = store.get(records.TOPICS, wanted)
    _begin(store, [topic for topic in topics if topic.id not in known], now)
    _change(store, [one for one in known.values() if one.body["watched"]], wanted, now)


def since_of(store: Store, topics: Sequence[Topic], now: datetime) -> dict[str, datetime]:
    """Return the start of each topic's watch, noting ``now`` for those that are new or came back.

    Where another process notes one at the same time, what is stored counts.
    """
    wanted = {topic.id for topic in topics}
    known = {one.id: one for one in store.find(records.TOPICS, Query(limit=100_000)).documents}
    known |= store.get(records.TOPICS, wanted | known.keys())  # what was found may have changed since
    _begin(store, [topic for topic in topics if topic.id not in known], now)
    _change(store, known.values(), wanted, now)
    return since_known(store, wanted)


def since_known(store: Store, ids: Iterable[str]) -> dict[str, datetime]:
    """Return the start of the watch of those topics that were ever watched; nothing is noted."""
    return {id_: _since(one) for id_, one in store.get(records.TOPICS, ids).items()}


def _begin(store: Store, topics: Sequence[Topic], now: datetime) -> None:
    store.add(records.TOPICS, [_document(topic.id, now, watched=True) for topic in topics])


def _change(store: Store, known: Iterable[Stored], wanted: set[str], now: datetime) -> None:
    """Note of topics that are known what has changed: which are watched, and by which clock."""
    changes = [
        (document, one.version) for one in known if (document := _changed(one, now, watched=one.id in wanted))
    ]
    store.update_all(records.TOPICS, changes)


def _changed(stored: Stored, now: datetime, *, watched: bool) -> Document | None:
    """Return what is to be noted of a topic; ``None`` if that is noted already."""
    since, was_watched = _since(stored), stored.body["watched"]
    if watched and not was_watched:
        return _document(stored.id, now, watched=True)
    if watched and is_to_come(since, now):
        # A little earlier, for other clocks, and for what was polled since this one was set.
        return _document(stored.id, now - CLOCKS_DIFFER, watched=True)
    return _document(stored.id, since, watched=False) if was_watched and not watched else None


def _since(stored: Stored) -> datetime:
    return datetime.fromisoformat(stored.body["since"])


def _document(id_: str, since: datetime, *, watched: bool) -> Document:
    return Document(id_, since, {"id": id_, "since": since.isoformat(), "watched": watched})
