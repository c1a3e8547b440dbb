"""The stream on Kafka.

What Kafka does otherwise than the SQLite log, behind the same promises:

- A member joins its group at its first ``poll``, and partitions move while members poll. ``poll`` therefore
  waits until it has joined, and returns empty only after the broker has said that there is nothing more.
- kafka-python hides an outage: it polls empty, and commits and bootstraps for ever. Here every wait has a
  deadline and ends in ``StreamUnavailable``; calling again is all there is to do, it reconnects by itself.
- A commit for partitions that have moved on is dropped: their new owner reads the records again.
"""

import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime

from monitor.changes import Change
from monitor.closing import Closing
from monitor.errors import PoisonError, StreamUnavailable
from monitor.stream import kafka_client as kafka
from monitor.stream import kafka_topics
from monitor.stream.base import Lag, Message
from monitor.stream.kafka_access import KafkaAccess, oversize
from monitor.stream.kafka_member import SLICE, KafkaMember
from monitor.stream.kafka_shares import KafkaShares
from monitor.stream.shares import Lost, Member

RESTS = 2.0
"""Seconds for which nobody tries to connect after nobody answered: those who waited are told the same."""


class KafkaStream(Closing):
    """The topics of one prefix on a cluster. Implements ``stream.base.Stream``.

    Nothing is asked of the cluster before it is needed, so a service can start while it is away.
    """

    def __init__(self, access: KafkaAccess) -> None:
        self._access = access
        self._lock = threading.Lock()
        self._connecting = threading.Lock()
        """One connects at a time, and the others wait for that; it can take long."""
        self._rests_until = 0.0
        self._asking = threading.RLock()
        """The admin client is lent to one caller at a time."""
        self._partitions: dict[str, int] = {}
        self._producer: kafka.Client = None
        self._admin: kafka.Client = None
        self._members: set[KafkaMember] = set()
        self._closed = False

    def setup(self, *, write: bool = True) -> list[Change]:
        """Make the topics that are not there, and give the others what the settings say, all of them.

        Partitions are added, never taken away. Returns what became of each topic; without ``write``, what
        would. Raises ``StreamUnavailable``.
        """
        self._refuse_closed()
        with self._translated("the topics cannot be set up"):
            return kafka.patiently(lambda: self._setup(write=write), self._access.request_timeout)

    def publish(self, stream: str, messages: Sequence[Message]) -> None:
        """Append the messages; the brokers have them on disk or in several copies when this returns."""
        self._refuse_closed()
        topic = self._access.topic(stream)
        for message in messages:
            if size := oversize(stream, message):
                raise PoisonError(f"{message.key}: too large for {topic}: {size} bytes")
        if not messages:
            return
        with self._translated(f"{topic} takes no messages"):
            self._made(stream)
            try:
                self._send(self._producing(), topic, messages)
            except kafka.TOO_LARGE:
                self._send_one_by_one(topic, messages)

    def consumer(self, group: str, stream: str) -> KafkaMember:
        """Join ``group``; a new group starts at the oldest message that is kept."""
        self._refuse_closed()
        topic = self._access.topic(stream)
        with self._translated(f"{topic} cannot be read"):
            places = [kafka.TopicPartition(topic, n) for n in range(self._made(stream))]
            group_id = self._access.group_id(group)
            kafka.patiently(lambda: self._found(group_id, places), self._access.request_timeout)
            member = KafkaMember(self._access, group, stream, self._members.discard)
        with self._lock:
            self._refuse_closed()
            self._members.add(member)
        return member

    def lag(self) -> list[Lag]:
        """Return how far every known group is behind, partition by partition."""
        self._refuse_closed()
        with self._translated("the groups cannot be asked"):
            behind = kafka.patiently(self._lag, self._access.request_timeout)
        return sorted(behind, key=lambda lag: (lag.stream, lag.group, lag.partition))

    def shares(self, group: str, stream: str, lost: Lost) -> KafkaShares:
        """Take part in sharing out the partitions of ``stream`` among the processes of ``group``."""
        self._refuse_closed()
        with self._translated(f"{self._access.topic(stream)} cannot be shared out"):
            return KafkaShares(self._access, group, stream, self._made(stream), lost)

    def members(self) -> list[Member]:
        """Return which processes are in our groups, and what each holds, as the brokers see it now."""
        self._refuse_closed()
        with self._translated("the groups cannot be asked"):
            return kafka.patiently(self._seen, self._access.request_timeout)

    def topic(self, stream: str) -> str:
        """Return what a stream is called in Kafka."""
        return self._access.topic(stream)

    def check(self) -> None:
        """Raise ``StreamUnavailable`` or ``StreamRefused`` if the brokers do not answer now."""
        self._refuse_closed()
        with self._translated("Kafka cannot be used"), self._administering() as admin:
            admin.list_topics()

    def prune(self, stream: str, before: datetime) -> int:  # noqa: ARG002
        """Return 0: Kafka forgets by itself, after the topic's ``retention.ms``, handled or not."""
        self._refuse_closed()
        return 0

    def close(self) -> None:
        """Leave every group and let go of the cluster. Closing twice is fine."""
        with self._lock:
            self._closed = True
            producer, self._producer = self._producer, None
            members = list(self._members)
        for member in members:
            member.close()
        if producer:
            kafka.end(producer)
        with self._asking, suppress(kafka.KafkaError):
            if self._admin:
                self._admin.close()

    def _translated(self, trouble: str) -> AbstractContextManager[None]:
        return kafka.translated(trouble, self._access.servers)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StreamUnavailable("this stream is closed")

    def _send(self, producer: kafka.Client, topic: str, messages: Sequence[Message]) -> None:
        """Send, and return when every record is acknowledged.

        A producer that failed is not used again: a batch that expired in an outage can leave its partition
        stuck for ever (kafka-python 3.0.12), and one that was refused makes it fail whatever comes next.
        """
        deadline = time.monotonic() + 2 * self._access.request_timeout + SLICE
        try:
            sent = [
                producer.send(topic, one.value, one.key.encode(), kafka.packed(one.headers))
                for one in messages
            ]
            for future in sent:
                future.get(timeout=max(0.0, deadline - time.monotonic()))
        except kafka.KafkaError:
            with self._lock:
                if self._producer is producer:
                    self._producer = None
            kafka.end(producer)
            raise

    def _send_one_by_one(self, topic: str, messages: Sequence[Message]) -> None:
        """Find which message is refused: a producer fails all that it has at hand, also other threads'."""
        producer = kafka.producer(self._access.producing())
        try:
            for message in messages:
                try:
                    self._send(producer, topic, [message])
                except kafka.TOO_LARGE as error:
                    raise PoisonError(f"{message.key}: the brokers refuse it: {error}") from error
        finally:
            kafka.end(producer)

    def _producing(self) -> kafka.Client:
        with self._connecting:
            self._refuse_closed()
            if (known := self._producer) is not None:
                return known
            if time.monotonic() < self._rests_until:  # somebody has just waited for it
                raise kafka.Unreached(kafka.no_answer(self._access.servers))
            try:
                made = kafka.producer(self._access.producing())
            except kafka.KafkaError:
                self._rests_until = time.monotonic() + RESTS
                raise
            with self._lock:
                self._producer = None if self._closed else made
            if self._closed:
                kafka.end(made)
            self._refuse_closed()
            return made

    @contextmanager
    def _administering(self) -> Iterator[kafka.Client]:
        with self._asking:
            self._refuse_closed()
            if self._admin is None:
                self._admin = kafka.admin(self._access.connection())
            try:
                yield self._admin
            except kafka.PASSING:
                admin, self._admin = self._admin, None  # a new one connects at once
                if admin:
                    admin.close()
                raise

    def _made(self, stream: str) -> int:
        """Return the number of partitions; the topic is made at first use, and never has fewer than asked."""
        if (known := self._partitions.get(stream)) is not None:
            return known
        topic = kafka_topics.topic_of(self._access, stream)
        with self._administering() as admin:
            found = kafka_topics.ensure(admin, topic, self._access.request_timeout_ms)
            self._partitions[stream] = found
            return found

    def _setup(self, *, write: bool) -> list[Change]:
        with self._administering() as admin:
            made = [kafka_topics.topic_of(self._access, stream) for stream in self._access.retention]
            there = kafka_topics.there(admin, [topic.name for topic in made])
            changes = [kafka_topics.change(topic, there.get(topic.name)) for topic in made]
            for topic, change in zip(made, changes, strict=True) if write else ():
                kafka_topics.apply(admin, topic, change, self._access.request_timeout_ms)
        return changes

    def _found(self, group_id: str, places: Collection[kafka.Place]) -> None:
        """Note where the group begins, so that it is known from now on. A group at work does that itself."""
        with self._administering() as admin:
            known = admin.list_group_offsets({group_id: list(places)})[group_id]
            unknown = {place for place in places if place not in known or known[place].offset < 0}
            if unknown:
                starts = self._offsets(unknown, kafka.OffsetSpec.EARLIEST)
                begin = {place: kafka.offset(offset) for place, offset in starts.items()}
                admin.alter_group_offsets(group_id, begin)

    def _lag(self) -> list[Lag]:
        with self._administering() as admin:
            groups, topics = self._groups(admin), set(admin.list_topics())
            known = admin.list_group_offsets(list(groups)) if groups else {}
            committed = {
                (groups[group_id], place): offset.offset
                for group_id, offsets in known.items()
                for place, offset in offsets.items()
                if offset.offset >= 0 and self._access.stream(place.topic) and place.topic in topics
            }
            ends = self._offsets({place for _, place in committed}, kafka.OffsetSpec.LATEST)
        return [
            Lag(group, str(self._access.stream(place.topic)), place.partition, offset, ends[place])
            for (group, place), offset in committed.items()
        ]

    def _seen(self) -> list[Member]:
        with self._administering() as admin:
            ours = self._groups(admin)
            described = admin.describe_groups(list(ours)) if ours else {}
        return [
            member
            for group_id, group in sorted(ours.items())
            for member in kafka.members(group, described[group_id]["members"])
        ]

    def _groups(self, admin: kafka.Client) -> dict[str, str]:
        """Return our names of the groups that are ours, by Kafka's."""
        named = {one["group_id"]: self._access.group(one["group_id"]) for one in admin.list_groups()}
        return {group_id: group for group_id, group in named.items() if group is not None}

    def _offsets(self, places: Collection[kafka.Place], which: object) -> dict[kafka.Place, int]:
        if not places:
            return {}
        with self._administering() as admin:
            found = admin.list_partition_offsets(dict.fromkeys(places, which))
        return {place: offset.offset for place, offset in found.items()}
