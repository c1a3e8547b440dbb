"""Turns what pydantic found into plain problems with their places. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.config.document import Document, Keys
from monitor.config.faults import FAULT
from monitor.config.kinds import model_at
from monitor.config.nearest import MAX_HINTS, Hints, nearest
from monitor.config.sayings import SAYINGS, Said, Setting
from monitor.config.words import key_shown
from monitor.errors import Problem

ENVIRONMENT = "environment"
"""What problems call the environment in the place of a file."""

_KEY = "[key]"


def problems_of(
    error: ValidationError, document: Document, model: type[BaseModel], variables: Mapping[Keys, str]
) -> Iterator[Problem]:
    """Yield a plain problem for each error; ``variables`` names what came from the environment."""
    details = error.errors(include_url=False)
    meant = _meant(details, model)
    hints = Hints()
    for detail in details:
        if not _follows(detail, document, meant):
            yield _problem(detail, document, model, variables, hints)


def _meant(details: Sequence[ErrorDetails], model: type[BaseModel]) -> set[Keys]:
    """Return the settings that unknown keys probably stand for."""
    if not any(detail["type"] == "missing" for detail in details):
        return set()
    unknown: list[Keys] = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    owned = ((path, model_at(model, path[:-1])) for path in unknown[:MAX_HINTS])
    return {(*path[:-1], nearest(str(path[-1]), owner.model_fields.keys())) for path, owner in owned if owner}


def _follows(detail: ErrorDetails, document: Document, meant: set[Keys]) -> bool:
    """Return whether an error only says that there is another one."""
    path: Keys = detail["loc"]
    if detail["type"] == "missing":
        return path in meant or path[:-1] in document.open
    if detail["type"] == "too_short" and detail["input"]:
        return True  # counts only the good entries of a list
    return detail["type"] == "default_factory_not_called" or path in document.open


def _problem(
    detail: ErrorDetails,
    document: Document,
    model: type[BaseModel],
    variables: Mapping[Keys, str],
    hints: Hints,
) -> Problem:
    path: Keys = (*detail["loc"], *detail.get("ctx", {}).get("at", ()))
    if is_key := path[-1:] == (_KEY,):
        path = path[:-1]
    if detail["type"] == "extra_forbidden":
        return document.key_problem(path, *_unknown_key(path, model, hints))
    message, hint = _say(detail, path, model)
    if end := next((end for end in range(len(path), 0, -1) if path[:end] in variables), 0):
        entry = "".join(f" (entry {key + 1})" for key in path[end:] if isinstance(key, int))
        return Problem(ENVIRONMENT, 1, 1, f"{variables[path[:end]]}{entry} {message}", hint)
    text = f"{_label(path)} {message}"
    return document.key_problem(path, text, hint) if is_key else document.problem(path, text, hint)


def _label(path: Keys) -> str:
    """Return the name of a value for people."""
    if not path:
        return "the file"
    if isinstance(path[-1], str):
        return f"`{key_shown(path[-1])}`"
    inside = f" of `{key_shown(str(path[-2]))}`" if len(path) > 1 else ""
    return f"entry {path[-1] + 1}{inside}"


def _say(detail: ErrorDetails, path: Keys, model: type[BaseModel]) -> Said:
    context = detail.get("ctx", {})
    if detail["type"] == FAULT:
        return context["message"], context["hint"]
    setting = Setting(path, model)
    if detail["type"] == "missing":
        return "is missing", f"write for example {setting.example}"
    say = SAYINGS.get(detail["type"])
    if say is None:
        return "cannot be read", "compare it with the sample of `monitor init`"
    return say(detail["input"], context, setting)


def _unknown_key(path: Keys, model: type[BaseModel], hints: Hints) -> Said:
    key = str(path[-1])
    owner = model_at(model, path[:-1])
    allowed = list(owner.model_fields) if owner else []
    name, colon, _ = key.partition(":")
    if colon and name in allowed:
        return f"unknown key `{key_shown(key)}`", f"write `{name}: ` with a space after the colon"
    hint = hints.did_you_mean(name, allowed) or f"allowed here: {', '.join(allowed)}"
    return f"unknown key `{key_shown(key)}`", hint
