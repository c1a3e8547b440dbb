"""The shipped saved objects, read as Kibana reads them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

FOLDER = Path(__file__).parents[2] / "deploy" / "kibana"
Json: TypeAlias = dict[str, Any]


def parsed(text: str) -> list[Json]:
    """Read a file: an object a line."""
    return [json.loads(line) for line in text.split("\n") if line]


def shipped() -> list[Json]:
    """Return all objects of all files."""
    return [one for file in sorted(FOLDER.glob("*.ndjson")) for one in parsed(file.read_text("utf-8"))]


def of_type(objects: list[Json], type_: str) -> list[Json]:
    return [one for one in objects if one["type"] == type_]


def panels(dashboard: Json) -> list[Json]:
    """Return the panels of a dashboard."""
    found: list[Json] = json.loads(dashboard["attributes"]["panelsJSON"])
    return found


def lens(objects: list[Json]) -> Iterator[tuple[str, Json]]:
    """Yield what Lens keeps of each panel, by the panel's id."""
    for dashboard in of_type(objects, "dashboard"):
        for panel in panels(dashboard):
            if panel["type"] == "lens":
                yield panel["panelIndex"], panel["embeddableConfig"]["attributes"]


def layers(attributes: Json) -> dict[str, Json]:
    """Return the layers of a panel, by id."""
    found: dict[str, Json] = attributes["state"]["datasourceStates"]["formBased"]["layers"]
    return found


def all_columns(objects: list[Json]) -> Iterator[tuple[str, Json]]:
    """Yield each column of each panel, by the panel's id."""
    for name, attributes in lens(objects):
        for layer in layers(attributes).values():
            for column in layer["columns"].values():
                yield name, column
