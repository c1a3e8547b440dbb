"""Turns what pydantic found into plain problems with their places. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.config.document import UNPRINTABLE, Document, Keys
from monitor.config.faults import FAULT
from monitor.config.kinds import model_at
from monitor.config.nearest import did_you_mean
from monitor.config.values import written_size
from monitor.errors import Problem

ENVIRONMENT = "environment"
"""What problems call the environment in the place of a file."""

Said = tuple[str, str]
"""What is wrong, going on after the name; and what to write."""

_KEY = "[key]"


def problems_of(
    error: ValidationError, document: Document, model: type[BaseModel], variables: Mapping[Keys, str]
) -> Iterator[Problem]:
    """Yield a plain problem for each error; ``variables`` names what came from the environment."""
    known = {(problem.line, problem.column) for problem in document.problems}
    for detail in error.errors(include_url=False):
        if detail["type"] == "default_factory_not_called" or (
            detail["type"] == "too_short" and detail["input"]
        ):
            continue  # only says that there are other errors: in other fields, in the entries of the list
        problem = _problem(detail, document, model, variables)
        if problem.file != document.file or (problem.line, problem.column) not in known:
            yield problem


def shown(text: str) -> str:
    """Return a text of the user in a form that fits an error message."""
    clean = UNPRINTABLE.sub("?", text.replace("\n", " "))
    return clean if len(clean) <= 60 else clean[:59] + "…"


def _problem(
    detail: ErrorDetails, document: Document, model: type[BaseModel], variables: Mapping[Keys, str]
) -> Problem:
    path: Keys = (*detail["loc"], *detail.get("ctx", {}).get("at", ()))
    if is_key := path[-1:] == (_KEY,):
        path = path[:-1]
    if detail["type"] == "extra_forbidden":
        return document.key_problem(path, *_unknown_key(path, model))
    message, hint = _say(detail, path, model)
    if variable := next(
        (variables[path[:end]] for end in range(len(path), 0, -1) if path[:end] in variables), None
    ):
        return Problem(ENVIRONMENT, 1, 1, f"{variable} {message}", hint)
    text = f"{_label(path)} {message}"
    return document.key_problem(path, text, hint) if is_key else document.problem(path, text, hint)


def _label(path: Keys) -> str:
    """Return the name of a value for people."""
    if not path:
        return "the file"
    if isinstance(path[-1], str):
        return f"`{shown(path[-1])}`"
    inside = f" of `{shown(str(path[-2]))}`" if len(path) > 1 else ""
    return f"entry {path[-1] + 1}{inside}"


def _say(detail: ErrorDetails, path: Keys, model: type[BaseModel]) -> Said:
    context = detail.get("ctx", {})
    if detail["type"] == FAULT:
        return context["message"], context["hint"]
    if detail["type"] == "missing":
        return "is missing", _example(path, model)
    say = _SAYINGS.get(detail["type"])
    return (
        say(detail["input"], context)
        if say
        else ("cannot be read", "compare it with the sample of `monitor init`")
    )


def _found(value: object) -> str:
    """Return what kind of thing was found, never the thing: it might be a secret in the wrong place."""
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        dict: "a mapping",
        list: "a list",
    }
    return "found nothing" if value is None else f"found {kinds.get(type(value), 'something else')}"


def _text(value: object, _: Mapping[str, Any]) -> Said:
    if isinstance(value, dict | list):
        return f"must be text, {_found(value)}", "write one text"
    return (
        f"must be text, {_found(value)}",
        "write it, or take the line out" if value is None else "write it in quotes",
    )


def _whole(value: object, _: Mapping[str, Any]) -> Said:
    return f"must be a whole number, {_found(value)}", "write it in digits, without quotes"


def _switch(value: object, _: Mapping[str, Any]) -> Said:
    return f"must be true or false, {_found(value)}", "write true or false, without quotes"


def _choice(value: object, context: Mapping[str, Any]) -> Said:
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
    found = f"not `{shown(value)}`" if isinstance(value, str) else _found(value)
    if isinstance(value, str) and value in expected:
        return f"must be {value}, found text", "write it without quotes"
    one_of = "must be " + ("one of " if len(expected) > 1 else "") + ", ".join(expected)
    hint = did_you_mean(value, expected) if isinstance(value, str) else ""
    return f"{one_of}, {found}", hint or f"write {expected[0]}"


def _mapping(value: object, _: Mapping[str, Any]) -> Said:
    return f"must be a mapping, {_found(value)}", "write lines of `key: value` below it"


def _list(value: object, _: Mapping[str, Any]) -> Said:
    return f"must be a list, {_found(value)}", "write [one, two], or a line `- one` for each"


def _least(value: object, context: Mapping[str, Any]) -> Said:
    return f"must be at least {_bound(context['ge'], value)}", "write a larger one"


def _most(value: object, context: Mapping[str, Any]) -> Said:
    return f"must be at most {_bound(context['le'], value)}", "write a smaller one"


def _bound(bound: object, value: object) -> str:
    """Return a bound as the user would write it: in units, if the value came with one."""
    return written_size(bound) if isinstance(bound, int) and isinstance(value, str) else str(bound)


def _empty(*_: object) -> Said:
    return "is empty", "write at least one, or take the line out"


def _long(_: object, context: Mapping[str, Any]) -> Said:
    return f"is longer than {context.get('max_length')} characters", "shorten it"


_SAYINGS: Mapping[str, Callable[[object, Mapping[str, Any]], Said]] = {
    "string_type": _text,
    "string_unicode": _text,
    "path_type": _text,
    "int_type": _whole,
    "bool_type": _switch,
    "literal_error": _choice,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "dict_type": _mapping,
    "mapping_type": _mapping,
    "tuple_type": _list,
    "greater_than_equal": _least,
    "less_than_equal": _most,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_too_long": _long,
}


def _unknown_key(path: Keys, model: type[BaseModel]) -> Said:
    key = str(path[-1])
    owner = model_at(model, path[:-1])
    allowed = list(owner.model_fields) if owner else []
    hint = did_you_mean(key, allowed) or f"allowed here: {', '.join(allowed)}"
    return f"unknown key `{shown(key)}`", hint


def _example(path: Keys, model: type[BaseModel]) -> str:
    owner, name = model_at(model, path[:-1]), str(path[-1])
    examples = (owner.model_fields[name].examples if owner and name in owner.model_fields else None) or [
        "..."
    ]
    return f"write for example `{name}: {examples[0]}`"
