"""kafka-python's clients, ended properly, and its errors, made ours. Only ``kafka_net`` knows it as well."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar

from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka import OffsetAndMetadata as _Offset
from kafka import errors as kafka
from kafka.admin import ConfigResource, ConfigResourceType, OffsetSpec
from kafka.codec import has_zstd
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor

from monitor.errors import MonitorError, PoisonError, StreamRefused, StreamUnavailable, UsageError
from monitor.stream import kafka_net
from monitor.stream.base import Record

__all__ = ["OffsetSpec", "TopicPartition"]

# kafka-python is untyped; these names say what an Any is.
Client: TypeAlias = Any
Place: TypeAlias = Any
Offset: TypeAlias = Any
T = TypeVar("T")
KafkaError = kafka.KafkaError
AlreadyThere = kafka.TopicAlreadyExistsError
TOO_LARGE = (kafka.MessageSizeTooLargeError, kafka.RecordListTooLargeError, kafka.InvalidRecordError)
WRONG_USE = (kafka.KafkaConfigurationError, kafka.UnsupportedCodecError)
MOVED = (
    kafka.CommitFailedError,
    kafka.RebalanceInProgressError,
    kafka.IllegalGenerationError,
    kafka.UnknownMemberIdError,
    kafka.FencedInstanceIdError,
)
"""A commit came too late: the partitions are another member's."""
PASSING = (
    kafka.CoordinatorNotAvailableError,
    kafka.CoordinatorLoadInProgressError,
    kafka.NotCoordinatorError,
    kafka.NotControllerError,
    kafka.NodeNotReadyError,
    kafka.KafkaConnectionError,
)
"""What a broker answers while it starts, and at the first use of groups on a new cluster; and what a client
says that has lost it and waits before it connects again."""
RIGHTS = (
    "topics that begin with kafka.prefix: Describe, Create, Alter, Read, Write, DescribeConfigs, "
    "AlterConfigs; groups that begin with it: Describe, Read"
)
REMEDIES: Mapping[type[Exception], str] = {
    kafka.SaslAuthenticationFailedError: "check kafka.username, the password and kafka.mechanism",
    kafka.UnsupportedSaslMechanismError: "set kafka.mechanism to one that the brokers offer",
    kafka.IllegalSaslStateError: "no login is asked for there: check kafka.security and the port",
    kafka.AuthorizationError: f"check the rights of this user: {RIGHTS}",
    kafka_net.TlsRefused: "check kafka.ca_file, kafka.security and the host names in kafka.servers",
}
"""What to do about errors that do not pass by themselves."""


def producer(options: Mapping[str, Any]) -> Client:
    """Connect a producer."""
    return _connected(KafkaProducer, {**options, "compression_type": "zstd" if has_zstd() else "gzip"})


def end(producer: Client) -> None:
    """Close a producer within a second or so, whatever it still has at hand."""
    try:
        producer.close(timeout=1)
    except kafka.KafkaError:
        producer._sender.force_close()  # its own close gives up before it ends its thread


def consumer(options: Mapping[str, Any], *, moves_one_by_one: bool = False) -> Client:
    """Connect a consumer; where partitions move one by one, members keep what stays theirs."""
    more = {"partition_assignment_strategy": [CooperativeStickyAssignor()]} if moves_one_by_one else {}
    return _connected(KafkaConsumer, {**options, **more})


def admin(options: Mapping[str, Any]) -> Client:
    """Connect an admin client."""
    return _connected(KafkaAdminClient, options)


def topic_settings(topic: str, values: Mapping[str, str] | None = None) -> Client:
    """Name a topic's settings: all of them to be read, or the values that they get."""
    return ConfigResource(ConfigResourceType.TOPIC, topic, values)


def offset(number: int) -> Offset:
    """Return what a commit of ``number`` looks like."""
    return _Offset(number, "", -1)


def patiently(call: Callable[[], T], seconds: float) -> T:
    """Call, and call again while the answer is that of a cluster that is starting."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return call()
        except PASSING:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


class Share(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python is untyped
    """Which partitions are a member's, and how far it is in them since they are."""

    def __init__(self) -> None:
        self.settled = False
        self.handed_out: dict[Place, int] = {}
        self.committed: dict[Place, int] = {}

    def on_partitions_revoked(self, revoked: Collection[Place]) -> None:
        self.settled = False
        for place in revoked:
            self.handed_out.pop(place, None)
            self.committed.pop(place, None)

    def on_partitions_assigned(self, assigned: Collection[Place]) -> None:  # noqa: ARG002
        self.settled = True

    def may_commit(self, place: Place, end: int) -> bool:
        """Whether the records were handed out since the partition is ours, and this is a step forward."""
        return self.committed.get(place, -1) < end <= self.handed_out.get(place, -1)


class Held(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python is untyped
    """The partitions that a member holds where they move one by one; ``lost`` hears of those that go."""

    def __init__(self, lost: Callable[[Collection[Place]], None]) -> None:
        self.places: frozenset[Place] = frozenset()
        self.settled = False
        """Whether the group has said who holds what."""
        self._lost = lost

    def on_partitions_revoked(self, revoked: Collection[Place]) -> None:
        self.places -= frozenset(revoked)
        if revoked:
            self.settled = False
            self._lost(revoked)

    def on_partitions_assigned(self, assigned: Collection[Place]) -> None:
        self.places |= frozenset(assigned)
        self.settled = True

    def let_go(self) -> None:
        """Hold nothing any more."""
        self.on_partitions_revoked(self.places)
        self.settled = False


def _connected(build: Callable[..., Client], options: Mapping[str, Any]) -> Client:
    """Build a client. One that finds no broker would leave its thread and sockets behind; end them."""
    begun: list[Client] = []

    def client(**settings: object) -> Client:
        begun.append(kafka_net.client(**settings))
        return begun[-1]

    try:
        return build(**options, kafka_client=client)
    except BaseException as error:
        for one in begun:
            one.close()
        if isinstance(error, kafka.KafkaTimeoutError):
            raise _why_not(options) from error
        raise


def _why_not(options: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return why no broker lets us in, as far as that can be found out."""
    servers, protocol = options["bootstrap_servers"], options["security_protocol"]
    if "SSL" not in protocol and kafka_net.speaks_tls(servers):
        return kafka_net.TlsRefused("the brokers speak TLS, and we do not")
    places = ", ".join(servers)
    return kafka.KafkaTimeoutError(
        f"no broker answers at {places}, or none takes {protocol}: if they run, check kafka.security"
    )


@contextmanager
def translated(trouble: str) -> Iterator[None]:
    """Raise our errors for those of kafka-python."""
    try:
        yield
    except (kafka.KafkaError, OSError) as error:
        raise translation(error, trouble) from error


def translation(error: Exception, trouble: str) -> MonitorError:
    """Return our error for one of kafka-python's."""
    for kind, remedy in REMEDIES.items():
        if isinstance(error, kind):
            return StreamRefused(f"{trouble}: {_short(error)}; {remedy}")
    text = f"{trouble}: {error or type(error).__name__}"
    if isinstance(error, WRONG_USE):
        return UsageError(text)
    return PoisonError(text) if isinstance(error, TOO_LARGE) else StreamUnavailable(text)


def _short(error: Exception) -> str:
    """Return what the brokers say; of a request that they refused, not the whole request."""
    said = str(error.args[0]) if error.args and isinstance(error.args[0], str) else ""
    return type(error).__name__ if not said or said.startswith("Request '") else said.partition("\n")[0]


def packed(headers: Mapping[str, str]) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in headers.items()]


def owners(members: Collection[Mapping[str, Any]]) -> dict[int, str]:
    """Return who holds which partition, of a group's members as the brokers describe them."""
    return {
        number: f"{member['client_id']} at {member['client_host'].lstrip('/')}"
        for member in members
        for topic in (member["member_assignment"] or {}).get("assigned_partitions", ())
        for number in topic["partitions"]
    }


def record(stream: str, one: Any) -> Record:  # noqa: ANN401
    """Take a record as it is: what other programs wrote may lack a key, or have odd headers."""
    return Record(
        stream,
        one.partition,
        one.offset,
        (one.key or b"").decode(errors="replace"),
        one.value or b"",
        {name: (value or b"").decode(errors="replace") for name, value in one.headers},
        datetime.fromtimestamp(max(one.timestamp, 0) / 1000, UTC),
    )
