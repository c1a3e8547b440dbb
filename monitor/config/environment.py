"""Settings from the environment: ``MONITOR_POLL__TIMEOUT=10s`` goes over ``timeout`` under ``poll``.

A variable that is set but empty counts as not set. Lists are written with commas.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import get_origin

from pydantic import BaseModel, SecretStr

from monitor.config.composer import scalar
from monitor.config.document import Keys
from monitor.config.kinds import bare, is_model
from monitor.config.nearest import did_you_mean
from monitor.config.problems import ENVIRONMENT
from monitor.config.settings import Settings
from monitor.config.words import shown
from monitor.errors import Problem

PREFIX = "MONITOR_"
NOT_SETTINGS = frozenset({"MONITOR_CONFIG"})
"""Variables that the command line reads."""


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable for a setting."""

    path: Keys
    kind: object
    """The type of the setting."""


def variables() -> dict[str, Variable]:
    """Return every variable that sets something, by its name."""
    return {
        PREFIX + "__".join(str(key) for key in path).upper(): Variable(path, kind)
        for path, kind in _settings((), Settings)
        if path != ("version",)
    }


def overlay(value: object, env: Mapping[str, str]) -> tuple[object, dict[Keys, str]]:
    """Return the value of ``monitor.yaml`` with the environment over it; and what each variable set."""
    if not isinstance(value, dict):
        return value, {}
    merged = dict(value)
    names: dict[Keys, str] = {}
    for name, variable in variables().items():
        text = env.get(name)
        if text and _set(merged, variable.path, _read(text, variable.kind)):
            names[variable.path] = name
    return merged, names


def unknown(env: Mapping[str, str], referenced: Collection[str]) -> Iterator[Problem]:
    """Yield a warning for each variable that looks like ours but sets nothing, nor is ``referenced``."""
    known = variables()
    for name in sorted(env):
        if (
            name.startswith(PREFIX)
            and name not in known
            and name not in NOT_SETTINGS
            and name not in referenced
        ):
            hint = did_you_mean(name, known.keys() | NOT_SETTINGS) or "remove it"
            yield Problem(ENVIRONMENT, 1, 1, f"{shown(name)} sets nothing", hint, warning=True)


def _settings(path: Keys, model: type[BaseModel]) -> Iterator[tuple[Keys, object]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if is_model(kind):
            yield from _settings((*path, name), kind)
        else:
            yield (*path, name), kind


def _set(root: dict[str, object], path: Keys, value: object) -> bool:
    """Set a value, copying the section it is in; return whether the file's shape allows it."""
    *sections, name = (str(key) for key in path)
    target = root
    for section in sections:
        inner = target.get(section)
        if inner is not None and not isinstance(inner, dict):
            return False
        target[section] = target = dict(inner or {})
    # A secret has two settings: the one from the environment goes before the other one in the file.
    target.pop(name.removesuffix("_file") if name.endswith("_file") else f"{name}_file", None)
    target[name] = value
    return True


def _read(text: str, kind: object) -> object:
    kind = bare(kind)
    if kind in (int, bool):
        return scalar(text.strip())
    if kind is SecretStr:
        return SecretStr(text)
    if get_origin(kind) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text
