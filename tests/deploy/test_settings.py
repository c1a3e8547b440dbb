"""What deploy/ says to monitor, monitor understands: settings, commands, configurations."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from monitor.cli import app
from monitor.config.environment import NOT_SETTINGS, variables
from monitor.config.load import Configuration, load
from tests.deploy.files import (
    DEPLOY,
    INSTANCES,
    KUBERNETES,
    ROOT,
    UNITS,
    command_of,
    compose,
    ours,
    pairs,
    texts,
    unit_environment,
    workloads,
)

SECRETS = "/run/secrets/monitor"
HOOK = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_every_variable_named_in_deploy_is_a_setting() -> None:
    named = {name for text in texts().values() for name in re.findall(r"\bMONITOR_[A-Z0-9_]+", text)}
    assert len(named) > 10
    assert named - variables().keys() - NOT_SETTINGS == set()


@pytest.mark.parametrize("name", ours())
def test_a_container_is_started_with_a_command_that_exists(name: str) -> None:
    arguments = ours()[name].get("command", ["run"])
    assert understood(arguments)


@pytest.mark.parametrize("name", workloads())
def test_a_pod_is_started_with_a_command_that_exists(name: str) -> None:
    (container,) = workloads()[name]["spec"]["template"]["spec"]["containers"]
    assert understood(container["args"])


@pytest.mark.parametrize(("unit", "instance"), INSTANCES)
def test_a_unit_is_started_with_a_command_that_exists(unit: Path, instance: str, tmp_path: Path) -> None:
    arguments = command_of(unit, instance, tmp_path)
    assert understood(arguments)


def test_the_commands_in_the_readme_exist() -> None:
    lines = re.findall(
        r"(?:/|^ +)monitor ((?:run|setup|check|init)\b[^\n#]*)", (DEPLOY / "README.md").read_text()
    )
    commands = [re.split(r"  |`", line)[0].split() for line in lines]
    assert len(commands) >= 2
    assert [one for one in commands if not understood(one)] == []


@pytest.mark.parametrize("name", ours())
def test_the_settings_of_a_container_load(name: str) -> None:
    environment = {
        key: re.sub(r"\$\{[A-Z_]+:\?[^}]*\}", "a-secret", str(value))
        for key, value in ours()[name]["environment"].items()
    }
    settings = loaded(ROOT / "config", environment).settings
    if "full" in ours()[name]["profiles"]:
        assert settings.mode == "cluster"
        assert all(server.split(":")[0] in compose()["services"] for server in settings.kafka.servers)
        assert settings.elasticsearch.urls == ("http://elasticsearch:9200",)
        assert settings.elasticsearch.password
    else:
        assert settings.mode == "embedded"


def test_the_settings_of_the_pods_load_with_the_configuration_beside_them(tmp_path: Path) -> None:
    for name in ("kafka-password", "elasticsearch-api-key", "smtp-password", "ops-hook-secret"):
        (tmp_path / name).write_text(HOOK)
    folder = tmp_path / "config"
    folder.mkdir()
    for path in (KUBERNETES / "config").iterdir():
        (folder / path.name).write_text(path.read_text("utf-8").replace(SECRETS, str(tmp_path)), "utf-8")
    environment = pairs(KUBERNETES / "settings.env")
    moved = {name: value.replace(SECRETS, str(tmp_path)) for name, value in environment.items()}
    configuration = loaded(folder, moved)
    assert configuration.settings.mode == "cluster"
    assert configuration.settings.kafka.password
    assert configuration.settings.elasticsearch.api_key
    assert [receiver.name for receiver in configuration.receivers] == ["ops-hook"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_the_settings_of_a_unit_load(path: Path, tmp_path: Path) -> None:
    (tmp_path / "monitor.elasticsearch-password").write_text("secret")
    environment = unit_environment(path, {"%S": "/var/lib", "%d": str(tmp_path)})
    settings = loaded(ROOT / "config", environment).settings
    if "@" in path.name:
        assert settings.mode == "cluster"
        assert settings.elasticsearch.password
    else:
        assert (settings.mode, settings.data) == ("embedded", Path("/var/lib/monitor"))


def loaded(folder: Path, environment: Mapping[str, str]) -> Configuration:
    """Load a configuration; every variable must set something."""
    configuration = load(folder, environment)
    assert [str(one) for one in configuration.warnings if "sets nothing" in str(one)] == []
    return configuration


def understood(arguments: list[str]) -> bool:
    """Return whether monitor's command line takes these arguments."""
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    context = typer.Context(group)
    try:
        name, command, rest = group.resolve_command(context, list(arguments))
        assert command
        command.make_context(name, rest, parent=context)
    except Exception as error:
        if "UsageError" not in [kind.__name__ for kind in type(error).__mro__]:  # the class is not public
            raise
        return False
    return True
