"""What all settings share."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from monitor.config.faults import fault


class Frozen(BaseModel):
    """Settings that nobody changes, and that know all their keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Section(Frozen):
    """A part of a file that may be left empty: ``poll:`` with every line below it commented out."""

    @model_validator(mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        return {} if value is None else value


def nothing_is_empty(value: object) -> object:
    """Return an empty list for a key without a value."""
    return () if value is None else value


def nothing_is_no_keys(value: object) -> object:
    """Return an empty mapping for a key without a value."""
    return {} if value is None else value


def _version(value: object) -> object:
    """Check that a version is a number: for pydantic, ``true`` and ``1.0`` equal 1."""
    if type(value) is not int or value != 1:
        raise fault("must be 1", "write `version: 1`" + (", without quotes" if value == "1" else ""))
    return value


Version = Annotated[Literal[1], BeforeValidator(_version)]
"""The version of the format of a file."""
