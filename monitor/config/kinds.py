"""Walks the types of models. Pure."""

from types import UnionType
from typing import Annotated, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel

from monitor.config.document import Keys


def is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    """Return whether a type is a model."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def model_at(model: type[BaseModel], path: Keys) -> type[BaseModel] | None:
    """Return the model of the value at a path."""
    kind: object = model
    for key in path:
        kind = _inside(bare(kind), key)
    found = bare(kind)
    return found if is_model(found) else None


def item_at(model: type[BaseModel], path: Keys) -> type[BaseModel] | None:
    """Return the model of the entries of the list at a path."""
    return model_at(model, (*path, 0))


def _inside(kind: object, key: str | int) -> object:
    if is_model(kind):
        field = kind.model_fields.get(str(key))
        return field.annotation if field else None
    arguments = get_args(kind)
    return arguments[0 if isinstance(key, int) else -1] if arguments else None


def bare(kind: object) -> object:
    """Return a type without what is annotated to it, and without ``None``."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, UnionType):
            kind = next(part for part in get_args(kind) if part is not type(None))
        else:
            return kind
