"""The stream on one SQLite file.

The log, the groups and their offsets are in the file, so they outlive the process. Membership of a group
is kept in memory: one process at a time consumes a group, and its members are threads of it. Other
processes may publish; what they add is found within ``RECHECK`` seconds.
"""

import json
import sqlite3
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.clock import Clock
from monitor.closing import Closing
from monitor.database import Database, Schema
from monitor.errors import StreamUnavailable
from monitor.stream.base import Lag, Message, Record

SCHEMA = Schema("monitor.stream", 0x6D6F6E31, StreamUnavailable)
RECHECK = 0.5


@dataclass(frozen=True, slots=True)
class _Partition:
    id: int
    stream: str
    number: int


class SqliteStream(Closing):
    """A durable partitioned log in ``path``. Implements ``stream.base.Stream``."""

    def __init__(self, path: Path, clock: Clock, partitions: int = 4) -> None:
        self._database = Database(path, SCHEMA)
        self._clock = clock
        self._count = partitions
        self._known: dict[str, tuple[_Partition, ...]] = {}
        self._members: dict[tuple[str, str], list[SqliteConsumer]] = defaultdict(list)
        self.arrived = threading.Condition()

    def publish(self, stream: str, messages: Sequence[Message]) -> None:
        """Append the messages; they are durable when this returns."""
        if not messages:
            return
        partitions = self.partitions(stream)
        at = int(self._clock.now().timestamp() * 1000)
        with self._database.writing() as db:
            ends = {
                p.id: _end(db.execute("SELECT next FROM partitions WHERE id=?", (p.id,))) for p in partitions
            }
            rows = []
            for message in messages:
                partition = partitions[zlib.crc32(message.key.encode()) % len(partitions)].id
                headers = json.dumps(dict(message.headers), ensure_ascii=False)
                rows.append((partition, ends[partition], at, message.key, headers, message.value))
                ends[partition] += 1
            db.executemany(
                "INSERT INTO messages (partition, offset, at, key, headers, value) VALUES (?,?,?,?,?,?)", rows
            )
            db.executemany(
                "UPDATE partitions SET next=? WHERE id=?", [(end, id_) for id_, end in ends.items()]
            )
        with self.arrived:
            self.arrived.notify_all()

    def consumer(self, group: str, stream: str) -> "SqliteConsumer":
        """Join ``group``; a new group starts at the oldest message that is kept."""
        partitions = self.partitions(stream)
        if not self._has_group(group, partitions):
            self._found(group, partitions)
        consumer = SqliteConsumer(self, self._database, group, stream)
        with self.arrived:
            self._members[group, stream].append(consumer)
        return consumer

    def _has_group(self, group: str, partitions: Sequence[_Partition]) -> bool:
        with self._database.reading() as db:
            rows = db.execute("SELECT partition FROM groups WHERE name=?", (group,)).fetchall()
        return {partition.id for partition in partitions} <= {row[0] for row in rows}

    def _found(self, group: str, partitions: Sequence[_Partition]) -> None:
        """Begin the group at the oldest message that is kept."""
        with self._database.writing() as db:
            for partition in partitions:
                oldest = db.execute(
                    "SELECT coalesce(min(m.offset), p.next) FROM partitions p "
                    "LEFT JOIN messages m ON m.partition = p.id WHERE p.id=?",
                    (partition.id,),
                ).fetchone()[0]
                db.execute("INSERT OR IGNORE INTO groups VALUES (?,?,?)", (group, partition.id, oldest))

    def lag(self) -> list[Lag]:
        """Return how far every known group is behind, partition by partition."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT g.name, p.stream, p.number, g.committed, p.next FROM groups g "
                "JOIN partitions p ON p.id = g.partition ORDER BY 2, 1, 3"
            ).fetchall()
        return [Lag(*row) for row in rows]

    def prune(self, stream: str, before: datetime) -> int:
        """Forget messages older than ``before`` that every group has handled; return how many."""
        with self._database.writing() as db:
            return db.execute(
                "DELETE FROM messages WHERE at < ?1 "
                "AND partition IN (SELECT id FROM partitions WHERE stream=?2) "
                "AND offset < coalesce((SELECT min(committed) FROM groups g "
                "WHERE g.partition = messages.partition), offset + 1)",
                (int(before.timestamp() * 1000), stream),
            ).rowcount

    def check(self) -> None:
        """Raise ``Unavailable`` or ``Refused`` if the file cannot be read now."""
        with self._database.reading() as db:
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()

    def close(self) -> None:
        """Close the file. Closing twice is fine; use after closing raises ``StreamUnavailable``."""
        self._database.close()
        with self.arrived:
            self.arrived.notify_all()

    def partitions(self, stream: str) -> tuple[_Partition, ...]:
        """Return the stream's partitions, made at first use; there are never fewer than there were."""
        known = self._known.get(stream)
        if known is None:
            with self._database.writing() as db:
                for number in range(self._count):
                    db.execute(
                        "INSERT OR IGNORE INTO partitions (stream, number) VALUES (?,?)", (stream, number)
                    )
                rows = db.execute(
                    "SELECT id, stream, number FROM partitions WHERE stream=? ORDER BY number", (stream,)
                )
                known = tuple(_Partition(*row) for row in rows.fetchall())
            self._known[stream] = known
        return known

    def share(self, consumer: "SqliteConsumer") -> frozenset[int]:
        """Return the ids of the partitions that are this member's, as the group stands now."""
        with self.arrived:
            members = self._members[consumer.group, consumer.stream]
            place = members.index(consumer)
            return frozenset(
                p.id for p in self.partitions(consumer.stream) if p.number % len(members) == place
            )

    def leave(self, consumer: "SqliteConsumer") -> None:
        """Take a member out of its group."""
        with self.arrived:
            members = self._members[consumer.group, consumer.stream]
            if consumer in members:
                members.remove(consumer)


class SqliteConsumer:
    """A member of a group. Implements ``stream.base.Consumer``."""

    def __init__(self, stream: SqliteStream, database: Database, group: str, name: str) -> None:
        self.group = group
        self.stream = name
        self._log = stream
        self._database = database
        self._ids = {p.number: p.id for p in stream.partitions(name)}
        self._next: dict[int, int] = {}
        """partition id -> next offset to read, for the partitions that are ours"""
        self._closed = False

    def poll(self, limit: int, timeout: float) -> list[Record]:
        """Return up to ``limit`` new records, waiting up to ``timeout`` seconds for the first."""
        deadline = time.monotonic() + timeout
        while True:
            if self._closed:
                raise StreamUnavailable(f"this consumer of {self.stream} is closed")
            records = self._read(limit)
            left = deadline - time.monotonic()
            if records or left <= 0:
                return records
            with self._log.arrived:
                self._log.arrived.wait(min(left, RECHECK))

    def commit(self, records: Sequence[Record]) -> None:
        """Mark these records, and all before them in their partitions, as handled."""
        ends: dict[int, int] = {}
        for record in records:
            id_ = self._ids[record.partition]
            ends[id_] = max(ends.get(id_, 0), record.offset + 1)
        with self._database.writing() as db:
            db.executemany(
                "UPDATE groups SET committed=max(committed, ?) WHERE name=? AND partition=?",
                [(end, self.group, id_) for id_, end in ends.items()],
            )

    def keep_alive(self) -> None:
        """Do nothing: members are threads of this process."""

    def close(self) -> None:
        """Leave the group. Uncommitted records go to the other members."""
        self._closed = True
        self._log.leave(self)

    def _read(self, limit: int) -> list[Record]:
        share = self._log.share(self)
        upcoming = {id_: offset for id_, offset in self._next.items() if id_ in share}
        records: list[Record] = []
        with self._database.reading() as db:
            for id_ in share - upcoming.keys():
                row = db.execute(
                    "SELECT committed FROM groups WHERE name=? AND partition=?", (self.group, id_)
                )
                upcoming[id_] = _end(row)
            for id_ in sorted(share, key=upcoming.__getitem__):
                rows = db.execute(
                    "SELECT number, offset, key, value, headers, at FROM messages "
                    "JOIN partitions ON partitions.id = partition "
                    "WHERE partition=? AND offset>=? ORDER BY offset LIMIT ?",
                    (id_, upcoming[id_], limit - len(records)),
                ).fetchall()
                if rows:
                    upcoming[id_] = rows[-1][1] + 1
                    records.extend(_record(self.stream, row) for row in rows)
        self._next = upcoming  # only now: what an error above kept from the caller must be read again
        return records


def _end(rows: sqlite3.Cursor) -> int:
    row = rows.fetchone()
    return int(row[0]) if row else 0


def _record(stream: str, row: tuple[int, int, str, bytes, str, int]) -> Record:
    number, offset, key, value, headers, at = row
    return Record(
        stream, number, offset, key, value, json.loads(headers), datetime.fromtimestamp(at / 1000, UTC)
    )
