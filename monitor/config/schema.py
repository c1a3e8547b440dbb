"""JSON Schemas (2020-12) of the three files, for editors. ``python -m monitor.config.schema`` writes them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from monitor.config.settings import FeedsFile, Settings, WatchlistFile

FOLDER = Path(__file__).parent.parent / "schemas"
MODELS: Mapping[str, type[BaseModel]] = {"monitor": Settings, "feeds": FeedsFile, "watchlist": WatchlistFile}


def schemas() -> dict[str, str]:
    """Return the text of each schema by the name of its file."""
    return {f"{name}.schema.json": _text(name, model) for name, model in MODELS.items()}


def write(folder: Path = FOLDER) -> None:
    """Write the schemas."""
    folder.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")


def _text(name: str, model: type[BaseModel]) -> str:
    # In this mode the defaults are written as in the files: 15m, not PT15M.
    body = model.model_json_schema(mode="serialization")
    head: dict[str, Any] = {"$schema": GenerateJsonSchema.schema_dialect}
    return json.dumps(head | body | {"title": f"{name}.yaml"}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write()
