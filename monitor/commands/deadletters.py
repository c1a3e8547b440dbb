"""``monitor deadletters``: bad messages of the streams, and deliveries that were given up."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor import app
from monitor.commands.door import opened_data
from monitor.commands.lines import iso, print_json
from monitor.errors import PoisonError
from monitor.plural import number
from monitor.store import records
from monitor.store.base import Query, Store
from monitor.store.paging import every
from monitor.stream.base import Message, Record, Stream
from monitor.stream.codec import DEAD_LETTERS, REPLAY_GROUP
from monitor.stream.letters import LEFT_OUT, ORIGINAL
from monitor.stream.worker import REPLAYED

BATCH = 200


def listing(folder: Path, *, as_json: bool) -> int:
    """Print what could not be handled or delivered, with the reason."""
    with opened_data(folder) as (_, backend):
        rows = [*_letters(backend), *_failed(backend.store)]
    if as_json:
        for row in rows:
            print_json(row)
        return 0
    from monitor.commands.tables import ago, plain, show, table

    lines = [(ago(row["at"]), row["what"], plain(row["of"]), plain(row["reason"])) for row in rows]
    show(table("Dead letters", ("when", "what", "of", "reason"), lines) if rows else "There are none.")
    return 0


def replay(folder: Path) -> int:
    """Publish bad messages to their streams again, and make failed deliveries due again.

    Exit 1 if a letter cannot go back to where it belongs: it stays among the dead letters.
    """
    with opened_data(folder) as (settings, backend):
        letters, kept = _replay_letters(backend.stream)
        ids = [stored["id"] for stored in _failed(backend.store)]
        outbox = app.outbox_of(settings, backend)
        deliveries = outbox.replay(ids, datetime.now(UTC))
    print(f"{number(letters, 'message')} published again, {number(deliveries, 'delivery')} due again")
    for line in kept:
        print(f"monitor: dead letter {line}: kept", file=sys.stderr)
    return 1 if kept else 0


def drop(folder: Path) -> int:
    """Forget the bad messages there are now; failed deliveries go by their own retention."""
    done = 0
    with opened_data(folder) as (_, backend):
        consumer = backend.stream.consumer(REPLAY_GROUP, DEAD_LETTERS)
        try:
            while letters := consumer.poll(BATCH, 0):
                consumer.commit(letters)
                done += len(letters)
        finally:
            consumer.close()
        failed = sum(1 for _ in _failed(backend.store))
    print(f"{number(done, 'message')} dropped")
    if failed:
        stay = "stays" if failed == 1 else "stay"
        print(
            f"failed: {number(failed, 'delivery')} {stay} listed until the retention (retention.outbox) ends"
        )
    return 0


def _replay_letters(stream: Stream) -> tuple[int, list[str]]:
    """Publish the letters there are now; return how many, and which of them had to stay, with the reason.

    What fails again meanwhile comes back as a new letter, behind the end noted here: it waits for another
    replay, else a service that cannot handle it would keep this one going for ever.
    """
    consumer = stream.consumer(REPLAY_GROUP, DEAD_LETTERS)
    ends = {lag.partition: lag.end for lag in stream.lag() if lag.group == REPLAY_GROUP}
    done, kept = 0, list[str]()
    try:
        while polled := consumer.poll(BATCH, 0):
            letters = [letter for letter in polled if letter.offset < ends.get(letter.partition, 0)]
            for letter in letters:
                if why := _replayed(stream, letter):
                    stream.publish(DEAD_LETTERS, [Message(letter.key, letter.value, letter.headers)])
                    kept.append(f"{letter.partition}/{letter.offset} {why}")
                else:
                    done += 1
            consumer.commit(letters)
    finally:
        consumer.close()
    return done, kept


def _replayed(stream: Stream, letter: Record) -> str:
    """Publish the letter to where it belongs; return why not if that cannot be."""
    home = letter.headers.get("stream")
    if not home:
        return "does not say which stream it is from"
    if LEFT_OUT in letter.headers:
        return "has left out its bytes"
    try:
        stream.publish(home, [original(letter)])
    except PoisonError as error:
        return f"is still refused ({error})"
    return ""


def original(letter: Record) -> Message:
    """Return the message as it was before it was set aside."""
    headers = {
        name.removeprefix(ORIGINAL): value
        for name, value in letter.headers.items()
        if name.startswith(ORIGINAL)
    }
    return Message(letter.key, letter.value, headers | {REPLAYED: letter.at.isoformat()})


def _letters(backend: app.Backend) -> Iterator[dict[str, Any]]:
    # Nothing is committed: reading takes nothing away.
    consumer = backend.stream.consumer(REPLAY_GROUP, DEAD_LETTERS)
    try:
        while letters := consumer.poll(BATCH, 0):
            for letter in letters:
                stream = letter.headers.get("stream")
                place = [letter.headers.get(name, "?") for name in ("partition", "offset")]
                yield {
                    "at": iso(letter.at),
                    "what": "message",
                    "of": "/".join([backend.topic(stream) if stream else "?", *place]),
                    "reason": letter.headers.get("reason", "it does not say why it is here"),
                    "size": len(letter.value),
                }
    finally:
        consumer.close()


def _failed(store: Store) -> Iterator[dict[str, Any]]:
    query = Query({"state": "failed"}, order="oldest", limit=BATCH)
    for stored in every(store, records.DELIVERIES, query):
        body = stored.body  # as it stands: what cannot be read is here too
        yield {
            "at": str(body.get("finished") or body.get("created") or iso(stored.filed)),
            "what": "delivery",
            "of": f"{body.get('receiver')}, alerts: {len(body.get('alerts') or ())}",
            "reason": str(body.get("last_error") or ""),
            "id": stored.id,
        }
