"""Shares of work, handed out by Kafka: a part is a partition, its owner a member of a consumer group.

Nothing is read; the partitions are paused. Parts move one by one (cooperative): when a member comes or goes
the others keep what stays theirs. kafka-python says nothing when its broker is away, so the group's
coordinator is asked now and then.
"""

import time
from collections.abc import Collection
from contextlib import suppress

import structlog

from monitor.errors import StreamUnavailable
from monitor.stream import kafka_client as kafka
from monitor.stream.kafka_access import KafkaAccess
from monitor.stream.kafka_member import STUCK_SECONDS
from monitor.stream.shares import Lost

HEARTBEAT_MS = 1000
"""Members learn of a change by their next heartbeat: with the usual 3 s, parts lack an owner for longer."""
METADATA_MS = 30_000
"""How long it takes until partitions that were added are known to all."""
LOOK = 0.25
ASKING = 3.0
"""Seconds, at most, that the coordinator has to answer."""


class KafkaShares:
    """A member of ``group`` on the partitions of ``stream``. Implements ``stream.shares.Shares``."""

    def __init__(self, access: KafkaAccess, group: str, stream: str, parts: int, lost: Lost) -> None:
        self.parts = parts
        self._access = access
        self._group = group
        self._topic = access.topic(stream)
        self._held = kafka.Held(lambda places: lost(_parts(places)))
        self._client: kafka.Client = None
        self._heard = self._settled = time.monotonic()
        self._asked = 0.0
        self._log = structlog.get_logger("shares").bind(group=group)

    def held(self, timeout: float) -> frozenset[int]:
        """Take part in the group for about ``timeout`` seconds; return the parts that are ours now."""
        begun = time.monotonic()
        try:
            with kafka.translated(
                f"the group {self._access.group_id(self._group)} cannot be joined", self._access.servers
            ):
                self._take_part(timeout)
        except StreamUnavailable as error:
            if time.monotonic() - self._heard > self._access.session_timeout:
                self._begin_anew(str(error))
            time.sleep(max(0.0, begun + timeout - time.monotonic()))
        return _parts(self._held.places)

    def close(self) -> None:
        """Leave the group: its other members take over at once."""
        client, self._client = self._client, None
        with suppress(kafka.KafkaError):
            if client:
                client.close(autocommit=False, timeout_ms=int(ASKING * 1000))

    def _take_part(self, timeout: float) -> None:
        if self._client is None:
            options = self._access.consuming(self._group) | {
                "auto_offset_reset": "latest",
                "heartbeat_interval_ms": HEARTBEAT_MS,
                "metadata_max_age_ms": METADATA_MS,
            }
            self._client = kafka.consumer(options, moves_one_by_one=True)
            self._client.subscribe([self._topic], listener=self._held)
        mine = self._client.assignment()
        # Partitions may have been added: each member must count as those do who hand them out.
        self.parts = len(self._client.partitions_for_topic(self._topic) or ()) or self.parts
        before, until = self._held.places, time.monotonic() + timeout
        while self._held.places == before and (left := until - time.monotonic()) > 0:
            self._client.pause(*mine)
            self._client.poll(timeout_ms=int(min(left, LOOK) * 1000), max_records=1)
        if mine and time.monotonic() - self._asked > self._access.session_timeout / 3:
            self._asked = time.monotonic()
            self._client.committed(next(iter(mine)), timeout_ms=int(ASKING * 1000))
            self._heard = time.monotonic()
        elif not mine and self._held.settled:
            self._heard = time.monotonic()
        if self._held.settled:
            self._settled = time.monotonic()
        elif time.monotonic() - self._settled > STUCK_SECONDS:
            self._begin_anew("the group does not say who holds what")

    def _begin_anew(self, reason: str) -> None:
        """Hold nothing: by now the others have taken it over, or will soon."""
        self._log.warning("shares.lost", reason=reason)
        self._held.let_go()
        self.close()
        self._heard = self._settled = time.monotonic()


def _parts(places: Collection[kafka.Place]) -> frozenset[int]:
    return frozenset(place.partition for place in places)
