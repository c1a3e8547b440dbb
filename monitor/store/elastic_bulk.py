"""Many writes in one request: every answer is read, and only what was turned away for the moment goes again.

::

    lines -> chunks -> send -> an answer each -> WRITTEN  CONFLICT  ABSENT  REFUSED
               |         |              |
               |    413: halved    429, 503: once more, after a pause
               by number and bytes

It knows nothing of the client: ``send`` is handed in.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from monitor.errors import StoreRefused, StoreUnavailable
from monitor.store.elastic_document import condition_of, packed

CHUNK, CHUNK_BYTES = 500, 5 << 20
PAUSES = (0.1, 0.4, 1.5)
"""Seconds, about, before what was turned away goes again; after the last it is the caller who waits."""
BUSY = frozenset({429, 502, 503, 504})
BLOCKED = "cluster_block_exception"
NO_INDEX = "index_not_found_exception"


class TooLarge(Exception):
    """The server takes no request of this size, or one line of it is such that it refuses all."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write. ``source`` is ``None`` to delete; ``version`` is ``None`` to create what is not there."""

    index: str
    id: str
    source: Mapping[str, Any] | None
    version: int | None = None

    def line(self) -> bytes:
        """Return the write as the server reads it."""
        place = {"_index": self.index, "_id": self.id}
        if self.source is None:
            return packed({"delete": place})
        action = {"create": place} if self.version is None else {"index": place | condition_of(self.version)}
        return packed(action) + b"\n" + packed(self.source)


class Became(StrEnum):
    """What became of a write."""

    WRITTEN = "written"
    CONFLICT = "conflict"
    """It is there already, or somebody else has written it meanwhile."""
    ABSENT = "absent"
    """There was nothing to delete, or the index is gone."""
    REFUSED = "refused"
    """It will never be taken as it is: ``Answer.reason`` says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's word on one write."""

    became: Became
    reason: str = ""
    write: Mapping[str, Any] = field(default_factory=dict)
    """Of what was written: how the server counts this write."""


Send = Callable[[list[bytes]], Sequence[Mapping[str, Any]]]
"""Sends lines and returns the answers in their order; raises ``TooLarge``, ``StoreUnavailable``."""


def write(writes: Sequence[Write], send: Send, wait: Callable[[float], object]) -> list[Answer]:
    """Write all; return an answer each, in order.

    Raises ``StoreUnavailable`` if something cannot be written now. Then a part may be written, and nobody
    knows which: call again with all.
    """
    answers: dict[int, Answer] = {}
    lines = [one.line() for one in writes]
    places = list(range(len(lines)))
    for pause in (*PAUSES, None):
        busy = ""
        for chunk in chunks(places, lines):
            for place, item in zip(chunk, _sent([lines[place] for place in chunk], send), strict=True):
                answer = _read(item)
                if isinstance(answer, Answer):
                    answers[place] = answer
                else:
                    busy = answer
        places = [place for place in places if place not in answers]
        if not places:
            return [answers[place] for place in range(len(lines))]
        if pause is not None:
            wait(pause * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads load
    raise StoreUnavailable(f"Elasticsearch turns away {len(places)} of {len(lines)} writes: {busy}")


def chunks(places: Sequence[int], lines: Sequence[bytes]) -> Iterator[list[int]]:
    """Return the places in portions that a server takes; what is too long alone is a portion alone."""
    portion: list[int] = []
    size = 0
    for place in places:
        length = len(lines[place])
        if portion and (len(portion) >= CHUNK or size + length > CHUNK_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(place)
        size += length
    if portion:
        yield portion


def _sent(lines: list[bytes], send: Send) -> Sequence[Mapping[str, Any]]:
    """Send lines, halving them until the one that is refused stands alone."""
    try:
        return send(lines)
    except TooLarge as error:
        if len(lines) == 1:
            return [{"status": 413, "error": {"type": "refused", "reason": str(error)}}]
    middle = len(lines) // 2
    return [*_sent(lines[:middle], send), *_sent(lines[middle:], send)]


def _read(item: Mapping[str, Any]) -> Answer | str:
    """Return the answer to one write, or why it is to be sent once more."""
    status, error = int(item["status"]), item.get("error")
    if error is None:
        return Answer(Became.WRITTEN, write=item) if status < 300 else Answer(Became.ABSENT)
    kind, reason = str(error.get("type")), reason_of(error)
    if kind == BLOCKED:
        raise blocked(reason)
    if status in {401, 403}:  # the request was allowed, but not this write: no document is to blame
        raise StoreRefused(f"Elasticsearch forbids it ({status}): {reason}")
    if status == 409:
        return Answer(Became.CONFLICT)
    if kind == NO_INDEX:
        return Answer(Became.ABSENT)
    if status in BUSY or status >= 500:
        return reason
    return Answer(Became.REFUSED, reason)


def blocked(reason: str) -> StoreUnavailable:
    """Return the error for a full disk, or an index that somebody has made read-only: that takes longer."""
    said = reason.rstrip("; ")
    return StoreUnavailable(
        f"Elasticsearch does not write now: {said}. Take the block off, or make room if a disk is full"
    )


def reason_of(error: Mapping[str, Any] | str) -> str:
    """Return an error of the server in one line, with what lies at its bottom."""
    if isinstance(error, str):
        return error
    text = f"{error.get('type')}: {error.get('reason')}"
    cause = error.get("caused_by")
    return f"{text} ({reason_of(cause)})" if cause else text
