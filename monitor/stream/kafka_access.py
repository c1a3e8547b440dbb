"""What is known of a Kafka cluster before it is asked: how to reach it, what is called what, what fits.

Pure, so that settings can be checked where kafka-python is not installed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from monitor.stream.base import Message
from monitor.stream.codec import ALERTS, ARTICLES, DEAD_LETTERS, FEEDS, MATCHES

OURS = "monitor"
"""The first part of the names of streams; ``KafkaAccess.prefix`` stands in its place."""
LARGEST = 10 << 20
"""The largest message. An article with every field at its limit is smaller."""
LETTER_ROOM = 64 << 10
"""How much larger a dead letter may be than the message in it."""
A_WEEK = timedelta(days=7)
KEPT: Mapping[str, timedelta | None] = {
    ARTICLES: A_WEEK,
    MATCHES: A_WEEK,
    ALERTS: A_WEEK,
    FEEDS: None,
    DEAD_LETTERS: None,
}
Cleanup = Literal["delete", "compact"]
CLEANUP: Mapping[str, Cleanup] = {FEEDS: "compact"}
SLOWEST_RECONNECT_MS = 5000
"""With the default of 30 s, messages would wait that long after the broker has come back."""


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """How to reach a cluster, and how the topics that are made there look. All times are seconds."""

    servers: tuple[str, ...]
    """``host:port`` of some of the brokers; the others are learned from them."""
    security: Literal["plain", "tls", "sasl", "sasl-plaintext"] = "plain"
    """``sasl`` is a name and a password over TLS, ``sasl-plaintext`` without it."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    ca_file: str | None = None
    """Who vouches for the brokers; the system's certificates if unset."""
    client_id: str = "monitor"
    prefix: str = OURS
    """Keeps installations on one cluster apart: streams, and groups too, are named after it."""
    partitions: int = 4
    parts: int = 32
    """Partitions of the stream by which pollers share out the feeds."""
    replication: int = -1
    """Copies of each message; -1 is the broker's default."""
    retention: Mapping[str, timedelta | None] = field(default_factory=lambda: KEPT)
    """How long a stream's messages are kept, handled or not; ``None`` is for ever, unnamed is a week."""
    cleanup: Mapping[str, Cleanup] = field(default_factory=lambda: CLEANUP)
    """What becomes of a stream's old messages: of a compacted one, the last message of each key is kept
    for ever; unnamed is ``delete``, after the retention."""
    session_timeout: float = 45
    """After how long a member that died is missed."""
    handling_timeout: float = 300
    """How long a member may neither poll nor keep alive before the others take its partitions."""
    request_timeout: float = 9
    """For one request. ``publish`` gives up after twice that, in time for a process that is told to stop."""

    def topic(self, stream: str) -> str:
        """Return the topic's name in Kafka."""
        return f"{self.prefix}{stream.removeprefix(OURS)}"

    def stream(self, topic: str) -> str | None:
        """Return the stream's name; ``None`` if the topic is not ours."""
        rest = topic.removeprefix(self.prefix)
        return f"{OURS}{rest}" if topic.startswith(self.prefix) and rest.startswith(".") else None

    def partitions_of(self, stream: str) -> int:
        """Return how many partitions the stream's topic has at least."""
        return self.parts if stream == FEEDS else self.partitions

    def group_id(self, group: str) -> str:
        """Return the group's name in Kafka."""
        return f"{self.prefix}-{group}"

    def group(self, group_id: str) -> str | None:
        """Return our name of the group; ``None`` if it is not ours."""
        start = f"{self.prefix}-"
        return group_id.removeprefix(start) if group_id.startswith(start) else None

    def new_topic(self, stream: str) -> dict[str, Any]:
        """Return how the stream's topic is made."""
        cleanup = self.cleanup.get(stream, "delete")
        kept = self.retention.get(stream, A_WEEK) if cleanup == "delete" else None
        configs = {
            "cleanup.policy": cleanup,
            "retention.ms": "-1" if kept is None else str(int(kept.total_seconds() * 1000)),
            "max.message.bytes": str(LARGEST + 2 * LETTER_ROOM),
        }
        if self.replication >= 3:
            configs["min.insync.replicas"] = "2"  # or acks=all would be content with one copy
        return {
            "num_partitions": self.partitions_of(stream),
            "replication_factor": self.replication,
            "configs": configs,
        }

    def connection(self) -> dict[str, Any]:
        """Return the options that producers, consumers and the admin client share."""
        protocols = {
            "plain": "PLAINTEXT", "tls": "SSL", "sasl": "SASL_SSL", "sasl-plaintext": "SASL_PLAINTEXT",
        }  # fmt: skip
        options: dict[str, Any] = {
            "bootstrap_servers": list(self.servers),
            "client_id": self.client_id,
            "security_protocol": protocols[self.security],
            "ssl_cafile": self.ca_file,
            "request_timeout_ms": self.request_timeout_ms,
            "bootstrap_timeout_ms": self.request_timeout_ms,
            "reconnect_backoff_max_ms": SLOWEST_RECONNECT_MS,
        }
        if self.security.startswith("sasl"):
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return options

    def producing(self) -> dict[str, Any]:
        """Return the options of the producer. ``publish`` waits, so there is nothing to linger for."""
        return self.connection() | {
            "enable_idempotence": True,
            "acks": "all",
            "linger_ms": 2,
            "batch_size": 256 << 10,
            "max_request_size": LARGEST + 2 * LETTER_ROOM,
            "max_block_ms": self.request_timeout_ms,
            "delivery_timeout_ms": 2 * self.request_timeout_ms,
            "allow_auto_create_topics": False,
        }

    def consuming(self, group: str) -> dict[str, Any]:
        """Return the options of a member of ``group``."""
        session = int(self.session_timeout * 1000)
        return self.connection() | {
            "group_id": self.group_id(group),
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "session_timeout_ms": session,
            "heartbeat_interval_ms": min(3000, session // 3),
            "max_poll_interval_ms": int(self.handling_timeout * 1000),
            "allow_auto_create_topics": False,
        }

    @property
    def request_timeout_ms(self) -> int:
        """``request_timeout`` as kafka-python wants it."""
        return int(self.request_timeout * 1000)


def oversize(stream: str, message: Message) -> int | None:
    """Return the message's size if it is too large for the stream, else ``None``."""
    headers = sum(len(name.encode()) + len(value.encode()) for name, value in message.headers.items())
    size = len(message.key.encode()) + len(message.value) + headers
    return size if size > LARGEST + (LETTER_ROOM if stream == DEAD_LETTERS else 0) else None
