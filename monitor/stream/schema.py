"""The contract of the streams as files: JSON Schema 2020-12 of each message, and an AsyncAPI document.

``python -m monitor.stream.schema`` writes them into ``monitor/schemas``.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from monitor.stream import asyncapi
from monitor.stream.contract import CONTRACTS
from monitor.stream.kafka_access import KafkaAccess
from monitor.stream.letters import HEADERS, ORIGINAL

FOLDER = Path(__file__).parent.parent / "schemas"
ALWAYS_IN_A_LETTER = ("reason", "group", "stream")


class _Untitled(GenerateJsonSchema):
    """Leaves out titles of fields: they only say the name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002
        return False


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    schemas = {one.codec.schema: message_schema(one.codec.schema, one.codec.type) for one in CONTRACTS}
    schemas[asyncapi.DEAD_LETTER] = letter_schema()
    contents = {f"{name}.json": schema for name, schema in schemas.items()}
    contents["asyncapi.json"] = asyncapi.document(KafkaAccess(servers=()))
    return {name: json.dumps(value, indent=2, ensure_ascii=False) + "\n" for name, value in contents.items()}


def write(folder: Path = FOLDER) -> None:
    """Write the files."""
    folder.mkdir(exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, "utf-8")


def message_schema(name: str, type_: type) -> dict[str, Any]:
    """Return the JSON Schema of the values of a dataclass, each field with what its docstring says."""
    # A dataclass takes no configuration from here, but a list of it hands it down.
    adapter = TypeAdapter(list[type_], config=ConfigDict(use_attribute_docstrings=True))  # type: ignore[valid-type]
    listed = adapter.json_schema(mode="serialization", schema_generator=_Untitled)
    kinds = listed["$defs"]
    body = kinds.pop(type_.__name__) | {"title": name}
    return _headed(body | ({"$defs": kinds} if kinds else {}))


def letter_schema() -> dict[str, Any]:
    """Return the JSON Schema of a dead letter's headers; its value is whatever the message's was."""
    text = {"type": "string"}
    return _headed(
        {
            "title": asyncapi.DEAD_LETTER,
            "description": "The headers of a dead letter.",
            "type": "object",
            "properties": {name: text | {"description": what} for name, what in HEADERS.items()},
            "patternProperties": {f"^{ORIGINAL}": text | {"description": "A header that the message had."}},
            "required": list(ALWAYS_IN_A_LETTER),
        }
    )


def _headed(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"$schema": GenerateJsonSchema.schema_dialect, **body}


if __name__ == "__main__":
    write()
