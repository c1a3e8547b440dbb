"""The streams as an AsyncAPI 3.0 document: who sends and receives what, on topics made how. Pure."""

from collections.abc import Mapping
from typing import Any, Literal

from monitor.stream.codec import (
    ALERTS,
    ARTICLES,
    CONTENT_TYPE,
    DEAD_LETTERS,
    FEEDS,
    MATCHES,
    REPLAY_GROUP,
    event_type,
)
from monitor.stream.contract import CONTRACTS, Contract
from monitor.stream.kafka_access import OURS, KafkaAccess

DEAD_LETTER = "dead-letter.v1"
BINDINGS = "0.5.0"
Json = dict[str, Any]

ABOUT = """\
What monitor writes to Kafka, for other programs to read. The names of topics and groups begin with \
`monitor` unless the setting `kafka.prefix` says otherwise. Partitions, replicas and retention are settings \
too, told here as they are by default.

Within a version of a schema, fields are only ever added, and they have defaults: ignore fields you do not \
know. A message may come more than once; its `ce_source` and `ce_id` are then the same. A text that was too \
long is cut, and `cut` names its field; spans count code points in the field as it stands in the message."""

OPERATIONS: tuple[tuple[str, Literal["send", "receive"], str, str], ...] = (
    ("poller", "send", ARTICLES, "Publishes what feeds show."),
    ("poller", "send", FEEDS, "Tells when the health of a feed changes."),
    ("poller", "send", DEAD_LETTERS, "Sets aside what cannot be published."),
    ("matcher", "receive", ARTICLES, "Finds the topics that were looking for an article."),
    ("matcher", "send", MATCHES, "Publishes what it found."),
    ("matcher", "send", DEAD_LETTERS, "Sets aside what cannot be handled or published."),
    ("alerter", "receive", MATCHES, "Decides whether a match is worth an alert."),
    ("alerter", "send", ALERTS, "Publishes the alerts that go to receivers."),
    ("alerter", "send", DEAD_LETTERS, "Sets aside what cannot be handled or published."),
    ("operator", "receive", DEAD_LETTERS, "`monitor deadletters replay` hands messages in again."),
)
"""role, action, stream, what for"""
GROUPS: Mapping[str, str] = {"operator": REPLAY_GROUP}
"""The consumer groups of roles that do not bear the role's name."""


def document(access: KafkaAccess) -> Json:
    """Return the document for topics as ``access`` makes them."""
    streams = {one.stream: (one.says, one.codec.schema) for one in CONTRACTS}
    streams[DEAD_LETTERS] = ("Messages that could not be handled or published.", DEAD_LETTER)
    messages = {one.codec.schema: _message(one) for one in CONTRACTS} | {DEAD_LETTER: _dead_letter()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "monitor",
            "version": "1.0.0",
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {
            _name(stream): _channel(access, stream, says, schema)
            for stream, (says, schema) in streams.items()
        },
        "operations": {
            f"{role}-{action}s-{_name(stream)}": _operation(
                access, role, action, stream, why, streams[stream][1]
            )
            for role, action, stream, why in OPERATIONS
        },
        "components": {"messages": messages},
    }


def _name(stream: str) -> str:
    return stream.removeprefix(f"{OURS}.")


def _channel(access: KafkaAccess, stream: str, says: str, schema: str) -> Json:
    made = access.new_topic(stream)
    configs = made["configs"]
    kafka = {
        "topic": access.topic(stream),
        "partitions": made["num_partitions"],
        "topicConfiguration": {
            "cleanup.policy": configs["cleanup.policy"].split(","),
            "retention.ms": int(configs["retention.ms"]),
            "max.message.bytes": int(configs["max.message.bytes"]),
        },
        "bindingVersion": BINDINGS,
    }
    if made["replication_factor"] > 0:  # else it is the broker's default
        kafka["replicas"] = made["replication_factor"]
    return {
        "address": access.topic(stream),
        "description": says,
        "messages": {schema: {"$ref": f"#/components/messages/{schema}"}},
        "bindings": {"kafka": kafka},
    }


def _operation(access: KafkaAccess, role: str, action: str, stream: str, why: str, schema: str) -> Json:
    channel = f"#/channels/{_name(stream)}"
    operation: Json = {
        "action": action,
        "channel": {"$ref": channel},
        "summary": why,
        "messages": [{"$ref": f"{channel}/messages/{schema}"}],
    }
    if action == "receive":
        group = {"type": "string", "const": access.group_id(GROUPS.get(role, role))}
        operation["bindings"] = {"kafka": {"groupId": group, "bindingVersion": BINDINGS}}
    return operation


def _message(contract: Contract[Any]) -> Json:
    schema = contract.codec.schema
    return {
        "name": schema,
        "summary": contract.says,
        "contentType": CONTENT_TYPE,
        "headers": _headers(schema),
        "payload": {"$ref": f"./{schema}.json"},
        "bindings": _key(contract.keyed_by),
    }


def _dead_letter() -> Json:
    return {
        "name": DEAD_LETTER,
        "summary": "The bytes of a message as they were; its headers say why it is here.",
        "contentType": "application/octet-stream",
        "headers": {"$ref": f"./{DEAD_LETTER}.json"},
        "payload": {"description": "The value of the message, whatever it is."},
        "bindings": _key("the key that the message had"),
    }


def _key(what: str) -> Json:
    key = {"type": "string", "description": what}
    return {"kafka": {"key": key, "bindingVersion": BINDINGS}}


def _headers(schema: str) -> Json:
    """Return the schema of the headers: ours, and those of CloudEvents in Kafka's binary mode."""
    always = {
        "schema": schema,
        "content-type": CONTENT_TYPE,
        "ce_specversion": "1.0",
        "ce_type": event_type(schema),
    }
    told = {
        "ce_source": "`/monitor`, or `/monitor/<instance>`.",
        "ce_id": "What the event is known by among those of its source.",
        "ce_time": "When it was (RFC 3339).",
    }
    return {
        "type": "object",
        "properties": {
            **{name: {"type": "string", "const": value} for name, value in always.items()},
            **{name: {"type": "string", "description": what} for name, what in told.items()},
        },
        "required": [*always, *told],
    }
