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
from monitor.stream.shares import Member

__all__ = ["OffsetSpec", "TopicPartition"]

# kafka-python is untyped; these names say what an Any is.
Client: TypeAlias = Any
Place: TypeAlias = Any
Offset: TypeAlias = Any
T = TypeVar("T")
KafkaError = kafka.KafkaError


class Unreached(kafka.KafkaError):  # type: ignore[misc]  # kafka-python is untyped
    """No broker lets us in; says where, why, and what to check."""


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
LATE = (kafka.KafkaTimeoutError, kafka.RequestTimedOutError, TimeoutError)
"""No answer in time; what else kafka-python says of it are its own affairs."""
AWAY = (
    kafka.KafkaConnectionError,
    kafka.NodeNotReadyError,
    kafka.NetworkExceptionError,
    kafka.BrokerNotAvailableError,
    ConnectionError,
)
"""No connection, likewise."""
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


def unpark(consumer: Client) -> None:
    """Have what was set aside of a paused partition read on.

    kafka-python 3.0 does so only if it has no other partition in hand, and one that it has read up stays in
    its hand: the first would never be read again.
    """
    fetcher = consumer._fetcher
    if not fetcher._next_partition_records:
        fetcher._next_partition_records = None


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
    answer, reason = kafka_net.who_answers(servers)
    if answer is kafka_net.Answer.TLS and "SSL" not in protocol:
        return kafka_net.TlsRefused("the brokers speak TLS, and we do not")
    if answer is kafka_net.Answer.NOBODY:
        return Unreached(no_answer(servers, reason))
    return Unreached(
        f"no broker answers at {', '.join(servers)}, though something is there: check kafka.servers, then "
        "kafka.security"
    )


def no_answer(servers: Collection[str], reason: str = "") -> str:
    """Return the words for brokers that are away: where, why, and what to check."""
    why = f" ({reason})" if reason else ""
    return (
        f"no broker answers at {', '.join(servers)}{why}: check kafka.servers, and whether Kafka runs there"
    )


@contextmanager
def translated(trouble: str, servers: Collection[str] = ()) -> Iterator[None]:
    """Raise our errors for those of kafka-python, which come from the brokers at ``servers``."""
    try:
        yield
    except (kafka.KafkaError, OSError) as error:
        raise translation(error, trouble, servers) from error


def translation(error: Exception, trouble: str, servers: Collection[str] = ()) -> MonitorError:
    """Return our error for one of kafka-python's."""
    if isinstance(error, Unreached):
        return StreamUnavailable(f"Kafka cannot be reached: {error.args[0]}")
    for kind, remedy in REMEDIES.items():
        if isinstance(error, kind):
            return StreamRefused(f"{trouble}: {_short(error)}; {remedy}")
    text = f"{trouble}: {_plain(error, servers)}"
    if isinstance(error, WRONG_USE):
        return UsageError(text)
    return PoisonError(text) if isinstance(error, TOO_LARGE) else StreamUnavailable(text)


def _plain(error: Exception, servers: Collection[str]) -> str:
    """Return what happened in words for people; the name of what is rare stays, to be searched for."""
    if isinstance(error, LATE):
        return (
            f"no answer in time from the brokers at {', '.join(servers)}: check whether Kafka is well there, "
            "and kafka.servers"
        )
    if isinstance(error, AWAY):
        return no_answer(servers)
    if isinstance(error, MOVED):
        return "the group is sharing out its partitions anew"
    if isinstance(error, PASSING):
        return "the brokers are starting, or settling who does what; this passes"
    said = _said(error) or getattr(error, "description", "")
    return f"{said} ({type(error).__name__})" if said else type(error).__name__


def _short(error: Exception) -> str:
    """Return what the brokers say; of a request that they refused, not the whole request."""
    said = _said(error)
    return type(error).__name__ if not said or said.startswith("Request '") else said


def _said(error: Exception) -> str:
    """Return the first line of what an error was given to say."""
    return error.args[0].partition("\n")[0] if error.args and isinstance(error.args[0], str) else ""


def packed(headers: Mapping[str, str]) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in headers.items()]


def members(group: str, described: Collection[Mapping[str, Any]]) -> list[Member]:
    """Return the members of a group as the brokers describe them."""
    return [
        Member(
            group,
            one["client_id"],
            one["client_host"].lstrip("/"),
            tuple(
                sorted(
                    number
                    for topic in (one["member_assignment"] or {}).get("assigned_partitions", ())
                    for number in topic["partitions"]
                )
            ),
        )
        for one in described
    ]


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
