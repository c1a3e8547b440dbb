"""The port of the durable log that carries messages between the stages.

A *stream* is a named log cut into partitions. Messages of one key share a partition and keep their order.
A *consumer group* is a name under which offsets are kept; the members of a group share the partitions.
An *offset* is a message's place in its partition; the committed offset is the next one to read.

What is promised:

- When ``publish`` returns, the messages survive kill -9 and, with the default settings, loss of power.
- What was read but not committed comes again; what was committed does not come again to that group.
- A message may come more than once. Handlers must not mind.

Errors: ``StreamUnavailable`` when the log cannot be reached or is closed (nothing is lost, try again);
``PoisonError`` from ``publish`` when a message is too large and always will be. What is too large is for the
implementation and its servers to say; ``stream.sending`` cuts it, so that nothing is tried for ever.

A known gap: Kafka forgets messages by its own clock, after the retention of the topic, handled or not.
There ``prune`` does nothing; the retention must be longer than any group may be behind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.closing import Closing


@dataclass(frozen=True, slots=True)
class Message:
    """What a producer hands in."""

    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A message with its place in the stream."""

    stream: str
    partition: int
    offset: int
    key: str
    value: bytes
    headers: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a group is behind in one partition: ``end - committed`` messages."""

    group: str
    stream: str
    partition: int
    committed: int
    end: int

    @property
    def behind(self) -> int:
        """Return the number of messages that the group has still to handle."""
        return max(0, self.end - self.committed)


class Consumer(Protocol):
    """A member of a group. Belongs to one thread."""

    def poll(self, limit: int, timeout: float) -> list[Record]:
        """Return up to ``limit`` new records, waiting up to ``timeout`` seconds for the first.

        Empty means that there is nothing more in this member's partitions. To know that may take longer.
        """

    def commit(self, records: Sequence[Record]) -> None:
        """Mark these records, and all before them in their partitions, as handled.

        Without effect for partitions that have become another member's: it reads those records again.
        """

    def keep_alive(self) -> None:
        """Tell the group that this member still works on what it was given. Never fails."""

    def close(self) -> None:
        """Leave the group. Uncommitted records go to the other members."""


class Stream(Closing, Protocol):
    """The log itself. Safe to share between threads."""

    def publish(self, stream: str, messages: Sequence[Message]) -> None:
        """Append the messages; they are durable when this returns.

        If it raises, any of them may have been appended: publish all of them again. Of ``PoisonError``,
        nothing is promised but that the message it names is not in the log, and that the same message alone
        raises it again: publish the others without it.
        """

    def consumer(self, group: str, stream: str) -> Consumer:
        """Join ``group`` for ``stream``; a new group starts at the oldest message that is kept."""

    def lag(self) -> list[Lag]:
        """Return how far every known group is behind, partition by partition."""

    def prune(self, stream: str, before: datetime) -> int:
        """Forget messages older than ``before`` that every group has handled; return how many.

        On Kafka always 0: see the known gap above.
        """

    def check(self) -> None:
        """Raise ``StreamUnavailable``, or ``Refused``, if the log cannot be used now."""

    def close(self) -> None:
        """Let go of everything. Closing twice is fine; use after closing is an error."""
