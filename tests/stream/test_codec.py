"""Messages: what they say of themselves, and what a reader makes of those of other versions."""

import dataclasses
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat

from monitor.errors import PoisonError
from monitor.model import FeedHealth
from monitor.stream.base import Message, Record
from monitor.stream.codec import Codec, alert_codec, article_codec, feed_codec, match_codec
from monitor.stream.contract import CONTRACTS
from tests.samples import NOW, alert, article, match

EXAMPLES = Path(__file__).parent / "examples"
HEALTH = FeedHealth("wire", "https://wire.example/feed", "The Wire", "failing", NOW, "HTTP 503", NOW)
VALUES = {"article.v1": article(), "match.v1": match(), "alert.v1": alert(), "feed.v1": HEALTH}
CODECS: dict[str, Codec[Any]] = {one.codec.schema: one.codec for one in CONTRACTS}
SCHEMAS = sorted(CODECS)


def example(schema: str, which: str) -> dict[str, Any]:
    """Return a message that was frozen with its schema. Never change one; a new version gets new ones."""
    body: dict[str, Any] = json.loads((EXAMPLES / f"{schema}.json").read_text("utf-8"))[which]
    return body


def record(schema: str, body: object) -> Record:
    value = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Record("s", 0, 0, "k", value, {"schema": schema}, NOW)


def encoded(codec: Codec[Any], value: object) -> Any:
    return json.loads(codec.encode("k", value).value)


def extended(type_: type, **fields: Any) -> type:
    """Return a dataclass with more fields: what a later version of the model might be."""
    return dataclasses.make_dataclass(
        type_.__name__,
        [(name, str, dataclasses.field(**more)) for name, more in fields.items()],
        bases=(type_,),
        frozen=True,
        kw_only=True,
    )


@pytest.mark.parametrize("which", ["full", "smallest"])
@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_message_of_a_version_is_read_for_ever_and_nothing_of_it_is_lost(
    schema: str, which: str
) -> None:
    body, codec = example(schema, which), CODECS[schema]
    again = encoded(codec, codec.decode(record(schema, body)))
    assert kept(body, again) == body


def kept(old: Any, new: Any) -> Any:
    """Return ``new`` without the fields that ``old`` has not: those were added since."""
    if isinstance(old, dict):
        return {name: kept(value, new[name]) for name, value in old.items() if name in new}
    if isinstance(old, list):
        return [kept(*pair) for pair in zip(old, new, strict=True)]
    return new


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_field_that_is_added_needs_a_default(schema: str) -> None:
    type_, event = CODECS[schema].type, lambda one: (one.id, NOW)
    body = record(schema, example(schema, "full"))
    later = Codec(schema, extended(type_, mood={"default": "calm"}), event)
    assert later.decode(body).mood == "calm"
    with pytest.raises(PoisonError, match="mood"):
        Codec(schema, extended(type_, mood={}), event).decode(body)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_fields_of_a_newer_writer_are_ignored(schema: str) -> None:
    body, codec = example(schema, "full"), CODECS[schema]

    def newer(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: newer(one) for name, one in value.items()} | {"mood": {"x": 1}}
        return [newer(one) for one in value] if isinstance(value, list) else value

    assert codec.decode(record(schema, newer(body))) == codec.decode(record(schema, body))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_value_comes_back_from_its_message(schema: str) -> None:
    message = CODECS[schema].encode("k", VALUES[schema])
    back = Record("s", 0, 0, message.key, message.value, message.headers, NOW)
    assert CODECS[schema].decode(back) == VALUES[schema]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_size_is_that_of_the_message(schema: str) -> None:
    assert CODECS[schema].size(VALUES[schema]) == len(CODECS[schema].encode("k", VALUES[schema]).value)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_reader_of_cloudevents_understands_a_message(schema: str) -> None:
    message = CODECS[schema].encode("k", VALUES[schema], "/monitor/desk")
    event = from_binary_event(packed(message), JSONFormat())
    assert event.get_specversion() == "1.0"
    assert (event.get_type(), event.get_source()) == (f"io.monitor.{schema}", "/monitor/desk")
    assert event.get_datacontenttype() == "application/json"
    assert event.get_time() == NOW
    assert event.get_data() == json.loads(message.value)


def packed(message: Message) -> KafkaMessage:
    headers = {name: value.encode() for name, value in message.headers.items()}
    return KafkaMessage(headers=headers, key=message.key.encode(), value=message.value)


def test_a_repeated_event_has_its_id_again_and_another_event_another() -> None:
    def id_(codec: Codec[Any], value: object) -> str:
        return codec.encode("k", value).headers["ce_id"]

    one, found, decided = article(), match(), alert()
    later = NOW + timedelta(hours=1)
    assert id_(article_codec, one) == id_(article_codec, replace(one, body="", cut=("body",)))
    assert id_(match_codec, found) == id_(match_codec, replace(found, matched=later))
    assert id_(alert_codec, decided) == id_(alert_codec, replace(decided, decided=later))
    others = [
        *(id_(article_codec, other) for other in (one, replace(one, revision=2), article("a2"))),
        id_(article_codec, replace(one, feed=replace(one.feed, id="copycat"))),
        *(id_(match_codec, other) for other in (found, replace(found, revision=2))),
        *(id_(feed_codec, other) for other in (HEALTH, replace(HEALTH, at=later))),
    ]
    assert len(set(others)) == len(others)
