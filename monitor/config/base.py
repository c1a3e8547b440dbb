"""What all settings share."""

from pydantic import BaseModel, ConfigDict, model_validator


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
