"""A log that refuses what is larger than its streams may take, as a Kafka topic made by others does."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor.clock import Clock
from monitor.errors import PoisonError
from monitor.stream.base import Message, Record
from monitor.stream.sqlite import SqliteStream


class NarrowStream(SqliteStream):
    """``limits`` are bytes of a message's value, by stream; other streams take anything."""

    def __init__(self, path: Path, clock: Clock, limits: Mapping[str, int]) -> None:
        super().__init__(path, clock)
        self._limits = limits
        self.asked = 0
        """How often something was to be published."""

    def publish(self, stream: str, messages: Sequence[Message]) -> None:
        self.asked += 1
        for message in messages:
            if len(message.value) > self._limits.get(stream, len(message.value)):
                raise PoisonError(f"{message.key}: too large for {stream}: {len(message.value)} bytes")
        super().publish(stream, messages)

    def all_of(self, stream: str) -> list[Record]:
        """Return all that is in a stream."""
        consumer = self.consumer("reader-of-all", stream)
        found = consumer.poll(10_000, 0)
        consumer.close()
        return found
