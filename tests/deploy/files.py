"""The files of deploy/ as the tests read them."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose" / "compose.yaml"
DOCKERFILE = DEPLOY / "Dockerfile"
KUBERNETES = DEPLOY / "kubernetes"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
EMBEDDED, CLUSTER = UNITS
INSTANCES = [(EMBEDDED, ""), (CLUSTER, "poll:8781"), (CLUSTER, "match:8782"), (CLUSTER, "alert:8784")]
PROGRAM = "/opt/monitor/bin/monitor"
DRAIN = 20
"""Seconds in which monitor promises to end."""


def texts() -> dict[Path, str]:
    """Return everything in deploy/ that people and machines read, but what is for this machine alone.

    There servers are at work meanwhile, and their files come and go.
    """
    rooms = [room for room in DEPLOY.iterdir() if room.name != "local"]
    return {
        path: path.read_text("utf-8")
        for path in sorted(path for room in rooms for path in (room, *room.rglob("*")))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".lock"
    }


def documents(path: Path) -> list[Any]:
    """Return the documents of a YAML file."""
    return list(YAML(typ="safe", pure=True).load_all(path.read_text("utf-8")))


def compose() -> dict[str, Any]:
    """Return compose.yaml as it is written, without its variables filled in."""
    (document,) = documents(COMPOSE)
    assert isinstance(document, dict)
    return document


def ours() -> dict[str, Any]:
    """Return the services of compose.yaml that are monitor."""
    return {name: one for name, one in compose()["services"].items() if "build" in one}


def pairs(path: Path) -> dict[str, str]:
    """Return what an env file sets."""
    lines = (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def unit(path: Path) -> dict[str, list[str]]:
    """Return the values of each key of a unit file, over all sections."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line and line[0] not in "#[":
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


def unit_environment(path: Path, specifiers: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that a unit sets, with its specifiers filled in."""
    found = {}
    for line in unit(path).get("Environment", []):
        for pair in line.split():
            name, value = pair.split("=", 1)
            found[name] = re.sub("%.", lambda match: specifiers[match[0]], value)
    return found


def command_of(path: Path, instance: str, folder: Path) -> list[str]:
    """Run the command of a unit as systemd would, with a program that tells its arguments for monitor."""
    echo = folder / "monitor"
    echo.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    echo.chmod(0o755)
    (line,) = unit(path)["ExecStart"]
    specifiers = {"%%": "%", "%i": instance}
    line = re.sub("%.", lambda found: specifiers[found[0]], line.replace(PROGRAM, str(echo)))
    arguments = [one.replace("$$", "$") for one in shlex.split(line)]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.splitlines()


def manifests() -> dict[Path, list[dict[str, Any]]]:
    """Return the manifests that kustomization.yaml names, by file."""
    (kustomization,) = documents(KUBERNETES / "kustomization.yaml")
    return {KUBERNETES / name: documents(KUBERNETES / name) for name in kustomization["resources"]}


def workloads() -> dict[str, dict[str, Any]]:
    """Return the manifests that start pods, by name."""
    return {
        one["metadata"]["name"]: one
        for several in manifests().values()
        for one in several
        if one["kind"] in ("Deployment", "Job")
    }


def instructions() -> Iterator[tuple[str, str]]:
    """Yield the instructions of the Dockerfile, each with its lines joined."""
    lines = [line for line in DOCKERFILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line:
            name, _, rest = line.partition(" ")
            yield name, rest


def ran(*command: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever that is."""
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True)


def tool(name: str, package: str) -> str:
    """Return the path of a program; without it skip with the reason, but fail in CI."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name) or missing(name, package)


def missing(name: str, package: str) -> NoReturn:
    """Say that a check needs something that is not there."""
    reason = f"{name} is not here: install {package}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
