"""A member of a consumer group on Kafka."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import structlog

from monitor.errors import MonitorError, StreamUnavailable
from monitor.stream import kafka_client as kafka
from monitor.stream.base import Record
from monitor.stream.kafka_access import KafkaAccess

SLICE = 1.0
"""How long one call of kafka-python may wait. It never joins a group when called with 0."""
PATIENCE = 5.0
"""How long ``poll`` waits for an answer or a place in the group before it says that there is none."""
STUCK_SECONDS = 60.0
"""A member that has had no assignment for so long starts afresh; seen after a restart of the broker."""


class KafkaMember:
    """Implements ``stream.base.Consumer``. Belongs to one thread; only ``close`` may come from another."""

    def __init__(
        self, access: KafkaAccess, group: str, stream: str, left: Callable[["KafkaMember"], object]
    ) -> None:
        self._access = access
        self._group = group
        self._stream = stream
        self._topic = access.topic(stream)
        self._left = left
        self._lock = threading.Lock()
        self._closed = False
        self._log = structlog.get_logger("stream").bind(group=group, stream=self._topic)
        self._client: kafka.Client = None
        self._share = kafka.Share()
        self._alone_since = 0.0
        self._start()

    def poll(self, limit: int, timeout: float) -> list[Record]:
        """Return up to ``limit`` new records, waiting up to ``timeout`` seconds for the first.

        Waits for longer where the group has not settled who reads what, or where something is on its way.
        """
        begun = time.monotonic()
        with self._translated("cannot be read"):
            while True:
                left = begun + timeout - time.monotonic()
                with self._using() as client:
                    wait = min(SLICE, max(left, 0.0)) if self._share.settled else SLICE
                    kafka.unpark(client)
                    batches = client.poll(timeout_ms=int(wait * 1000), max_records=limit)
                    if batches:
                        return self._handed_out(batches)
                    if left <= wait and self._nothing_more(client):
                        return []
                    self._give_up_in_time(begun + max(timeout, PATIENCE))

    def commit(self, records: Sequence[Record]) -> None:
        """Mark these records, and all before them in their partitions, as handled."""
        ends: dict[kafka.Place, int] = {}
        for record in records:
            place = kafka.TopicPartition(self._topic, record.partition)
            ends[place] = max(ends.get(place, 0), record.offset + 1)
        with self._translated("takes no commit"), self._using() as client:
            mine = {place: end for place, end in ends.items() if self._share.may_commit(place, end)}
            try:
                if mine:
                    offsets = {place: kafka.offset(end) for place, end in mine.items()}
                    client.commit(offsets, timeout_ms=self._access.request_timeout_ms)
            except kafka.MOVED as error:
                self._log.warning("commit.dropped", reason=str(error), records=len(records))
            else:
                self._share.committed |= mine

    def keep_alive(self) -> None:
        """Stay in the group although the records at hand take long. Takes up to ``SLICE``; never fails."""
        with suppress(MonitorError), self._translated("is not kept alive"), self._using() as client:
            held = client.assignment()
            client.pause(*held)
            try:
                for place, batch in client.poll(timeout_ms=int(SLICE * 1000)).items():
                    client.seek(place, batch[0].offset)  # of a partition that has just become ours
            finally:
                client.resume(*(held & client.assignment()))

    def close(self) -> None:
        """Leave the group. Uncommitted records go to the other members."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._stop()
        self._left(self)

    def _translated(self, trouble: str) -> AbstractContextManager[None]:
        return kafka.translated(f"{self._topic} {trouble}", self._access.servers)

    @contextmanager
    def _using(self) -> Iterator[kafka.Client]:
        with self._lock:
            if self._closed:
                raise StreamUnavailable(f"this consumer of {self._topic} is closed")
            if self._client is None:
                self._start()
            yield self._client

    def _start(self) -> None:
        self._share = kafka.Share()
        self._alone_since = time.monotonic()
        self._client = kafka.consumer(self._access.consuming(self._group))
        self._client.subscribe([self._topic], listener=self._share)

    def _stop(self) -> None:
        client, self._client = self._client, None
        with suppress(kafka.KafkaError):
            if client:
                client.close(autocommit=False, timeout_ms=int(SLICE * 1000))

    def _handed_out(self, batches: Mapping[kafka.Place, Sequence[Any]]) -> list[Record]:
        for place, batch in batches.items():
            self._share.handed_out[place] = batch[-1].offset + 1
        return [kafka.record(self._stream, one) for batch in batches.values() for one in batch]

    def _nothing_more(self, client: kafka.Client) -> bool:
        """Ask the broker; so an empty poll also says that it is there."""
        if not self._share.settled:
            return False
        self._alone_since = time.monotonic()
        mine = client.assignment()
        timeout = int(PATIENCE * 1000)
        ends = client.end_offsets(mine, timeout_ms=timeout) if mine else {}
        return all((client.position(place, timeout_ms=timeout) or 0) >= end for place, end in ends.items())

    def _give_up_in_time(self, deadline: float) -> None:
        now = time.monotonic()
        if now < deadline:
            return
        if not self._share.settled and now > self._alone_since + STUCK_SECONDS:
            self._log.warning("member.starts_afresh", reason="it was given no partitions")
            self._stop()
        raise StreamUnavailable(
            f"{self._topic}: the brokers at {', '.join(self._access.servers)} have not answered yet, or the "
            f"group {self._access.group_id(self._group)} is sharing out its partitions"
        )
