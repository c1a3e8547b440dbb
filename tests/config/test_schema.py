"""The JSON Schemas that are shipped for editors."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from monitor.config.schema import FOLDER, schemas, write

SHIPPED = Path(__file__).parents[2] / "config"
NAMES = ("monitor", "feeds", "watchlist")


def validator(name: str) -> Draft202012Validator:
    """Return the validator of a committed schema."""
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_schema_is_that_of_the_models(name: str) -> None:
    """If not: ``python -m monitor.config.schema``."""
    file = f"{name}.schema.json"
    assert (FOLDER / file).read_text("utf-8") == schemas()[file]


def test_write_writes_all_schemas(tmp_path: Path) -> None:
    write(tmp_path / "schemas")
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "schemas").iterdir()} == schemas()


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_file_fits_its_schema_and_names_it(name: str) -> None:
    text = (SHIPPED / f"{name}.yaml").read_text("utf-8")
    first = text.partition("\n")[0]
    assert first == f"# yaml-language-server: $schema=../monitor/schemas/{name}.schema.json"
    assert list(validator(name).iter_errors(YAML(typ="safe", pure=True).load(text))) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("monitor", {"version": 1, "pol": {}}),
        ("monitor", {"version": 1, "poll": {"timeout": 30}}),
        ("feeds", {"version": 1, "feeds": [{"outlet": "A"}]}),
        ("watchlist", {"version": 1, "receivers": [{"name": "a"}]}),
    ],
)
def test_the_schema_refuses_what_monitor_refuses(name: str, value: object) -> None:
    assert not validator(name).is_valid(value)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_described(name: str) -> None:
    schema = json.loads(schemas()[f"{name}.schema.json"])
    for model in (schema, *schema["$defs"].values()):
        assert [
            key for key, told in model["properties"].items() if not {"description", "$ref"} & told.keys()
        ] == []
