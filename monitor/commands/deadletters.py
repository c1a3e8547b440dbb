"""``monitor deadletters``: bad messages of the streams, and deliveries that were given up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor import app
from monitor.commands.door import opened, print_json
from monitor.store import records
from monitor.store.base import Query, Store
from monitor.stream.base import Message, Record, Stream
from monitor.stream.codec import DEAD_LETTERS

REPLAYED = "deadletters-replay"
"""The consumer group whose offsets tell which dead letters were replayed."""
BATCH = 200


def listing(folder: Path, *, as_json: bool) -> int:
    """Print what could not be handled or delivered, with the reason."""
    with opened(folder) as (_, backend):
        rows = [*_letters(backend.stream), *_failed(backend.store)]
    if as_json:
        for row in rows:
            print_json(row)
        return 0
    from rich.text import Text

    from monitor.commands.tables import show, table

    lines = [(row["at"][:16], row["what"], Text(row["of"]), Text(row["reason"])) for row in rows]
    show(table("Dead letters", ("when", "what", "of", "reason"), lines) if rows else "There are none.")
    return 0


def replay(folder: Path) -> int:
    """Publish bad messages to their streams again, and make failed deliveries due again."""
    with opened(folder) as (configuration, backend):
        letters = _replay_letters(backend.stream)
        ids = [stored["id"] for stored in _failed(backend.store)]
        outbox = app.outbox_of(configuration.settings, backend)
        deliveries = outbox.replay(ids, datetime.now(UTC))
    print(f"{letters} messages published again, {deliveries} deliveries due again")
    return 0


def _replay_letters(stream: Stream) -> int:
    consumer = stream.consumer(REPLAYED, DEAD_LETTERS)
    done = 0
    try:
        while letters := consumer.poll(BATCH, 0):
            for letter in letters:
                stream.publish(letter.headers["stream"], [original(letter)])
            consumer.commit(letters)
            done += len(letters)
    finally:
        consumer.close()
    return done


def original(letter: Record) -> Message:
    """Return the message as it was before it was set aside."""
    prefix = "original-"
    headers = {
        name.removeprefix(prefix): value for name, value in letter.headers.items() if name.startswith(prefix)
    }
    return Message(letter.key, letter.value, headers)


def _letters(stream: Stream) -> Iterator[dict[str, Any]]:
    # Members of a group that never commits: reading leaves no trace but its name.
    consumer = stream.consumer(REPLAYED, DEAD_LETTERS)
    try:
        while letters := consumer.poll(BATCH, 0):
            for letter in letters:
                place = f"{letter.headers['stream']}/{letter.headers['partition']}/{letter.headers['offset']}"
                yield {
                    "at": letter.at.isoformat(),
                    "what": "message",
                    "of": place,
                    "reason": letter.headers["reason"],
                    "size": len(letter.value),
                }
    finally:
        consumer.close()


def _failed(store: Store) -> Iterator[dict[str, Any]]:
    query = Query({"state": "failed"}, order="oldest", limit=BATCH)
    while True:
        page = store.find(records.DELIVERIES, query)
        for stored in page.documents:
            delivery = records.deliveries.value(stored)
            yield {
                "at": (delivery.finished or delivery.created).isoformat(),
                "what": "delivery",
                "of": f"{delivery.receiver}, {len(delivery.alerts)} alert(s)",
                "reason": delivery.last_error or "",
                "id": delivery.id,
            }
        if page.next is None:
            return
        query = replace(query, after=page.next)
