"""The contract of the streams as it is shipped: JSON Schemas and the AsyncAPI document."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor.stream import codec
from monitor.stream.base import Message, Record
from monitor.stream.kafka_access import KafkaAccess
from monitor.stream.letters import LEFT_OUT, dead_letter, unsent
from monitor.stream.schema import FOLDER, files, write
from tests.samples import NOW
from tests.stream.test_codec import CODECS, SCHEMAS, VALUES, example

STREAMS = {codec.ARTICLES, codec.MATCHES, codec.ALERTS, codec.FEEDS, codec.DEAD_LETTERS}


def shipped(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def validator(name: str) -> Draft202012Validator:
    """Return the validator of a committed schema."""
    schema = shipped(name)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("file", sorted(files()))
def test_the_committed_file_is_what_the_models_say(file: str) -> None:
    """If not: ``python -m monitor.stream.schema``."""
    assert (FOLDER / file).read_text("utf-8") == files()[file]


def test_write_writes_all_files(tmp_path: Path) -> None:
    write(tmp_path / "schemas")
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "schemas").iterdir()} == files()


@pytest.mark.parametrize("schema", SCHEMAS)
def test_what_is_published_fits_its_schema(schema: str) -> None:
    body = json.loads(CODECS[schema].encode("k", VALUES[schema]).value)
    assert list(validator(schema).iter_errors(body)) == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_messages_of_the_first_day_and_of_newer_writers_fit_the_schema(schema: str) -> None:
    for which in ("full", "smallest"):
        assert list(validator(schema).iter_errors(example(schema, which) | {"mood": "calm"})) == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_schema_asks_for_no_field_that_the_first_messages_might_lack(schema: str) -> None:
    smallest, check = example(schema, "smallest"), validator(schema)
    for name in smallest:
        assert not check.is_valid({key: value for key, value in smallest.items() if key != name}), name


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [("article.v1", {"revision": "2"}), ("match.v1", {"article": {}}), ("alert.v1", {"state": "lost"})],
)
def test_the_schema_refuses_what_is_wrong(schema: str, wrong: dict[str, Any]) -> None:
    assert not validator(schema).is_valid(example(schema, "full") | wrong)


def test_a_dead_letters_headers_fit_their_schema() -> None:
    record = Record(codec.ARTICLES, 1, 2, "k", b"\xff", {"schema": "x", "ce_id": "1"}, NOW)
    read = dead_letter(record, "matcher", "bad").headers
    refused = unsent(Message("k", b"", {"schema": "x"}), codec.ARTICLES, "poller", "too large").headers
    check = validator("dead-letter.v1")
    assert [list(check.iter_errors(headers)) for headers in (read, refused)] == [[], []]
    told = shipped("dead-letter.v1")["properties"].keys()
    assert {name for name in read if not name.startswith("original-")} | {LEFT_OUT} == told
    assert not check.is_valid({"reason": "bad"})


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Return every object in a JSON value."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(one)


def target(document: Any, reference: str) -> Any:
    """Return what a reference points at; raise ``KeyError`` or ``OSError`` if there is nothing."""
    file, _, pointer = reference.partition("#")
    found = json.loads((FOLDER / file).read_text("utf-8")) if file else document
    for part in pointer.split("/")[1:]:
        found = found[part]
    return found


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = shipped("asyncapi")
    references = [node["$ref"] for node in nodes(document) if "$ref" in node]
    assert {"./article.v1.json", "./dead-letter.v1.json", "#/channels/articles"} <= set(references)
    assert all(target(document, reference) for reference in references)


def test_the_document_has_every_stream_with_its_message() -> None:
    document = shipped("asyncapi")
    assert {channel["address"] for channel in document["channels"].values()} == STREAMS
    for channel in document["channels"].values():
        ((name, reference),) = channel["messages"].items()
        message = target(document, reference["$ref"])
        assert message["name"] == name
        (binding,) = message["bindings"].values()
        assert binding["key"]["description"]


def test_every_operation_uses_the_message_of_its_channel() -> None:
    document = shipped("asyncapi")
    for operation in document["operations"].values():
        assert operation["action"] in {"send", "receive"}
        channel = operation["channel"]["$ref"]
        names = target(document, channel)["messages"]
        assert [one["$ref"] for one in operation["messages"]] == [
            f"{channel}/messages/{name}" for name in names
        ]


def test_the_document_tells_topics_as_they_are_made() -> None:
    access = KafkaAccess(servers=())
    for channel in shipped("asyncapi")["channels"].values():
        told, made = channel["bindings"]["kafka"], access.new_topic(channel["address"])
        assert told["topic"] == channel["address"]
        assert told["partitions"] == made["num_partitions"]
        configs = told["topicConfiguration"]
        assert {name: text(value) for name, value in configs.items()} == {
            name: made["configs"][name] for name in configs
        }
    assert shipped("asyncapi")["channels"]["feeds"]["bindings"]["kafka"]["topicConfiguration"][
        "cleanup.policy"
    ] == ["compact"]


def text(value: object) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_headers_that_are_told_are_those_that_are_sent(schema: str) -> None:
    told = shipped("asyncapi")["components"]["messages"][schema]["headers"]
    headers = dict(CODECS[schema].encode("k", VALUES[schema]).headers)
    assert list(Draft202012Validator(told).iter_errors(headers)) == []
    assert told["properties"].keys() == headers.keys() == set(told["required"])
