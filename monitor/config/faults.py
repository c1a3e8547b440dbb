"""What validators raise and are handed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import PydanticCustomError

FAULT = "fault"
"""The type of our own errors among those of pydantic."""


@dataclass(frozen=True, slots=True)
class Context:
    """What validation needs from outside. Without one, nothing is resolved."""

    folder: Path
    """The folder of the configuration, absolute: relative paths begin there."""
    env: Mapping[str, str]
    secrets: bool = True
    """Whether ``${NAME}`` and secret files are resolved; if not, they stay as they are written."""


def fault(message: str, hint: str = "", at: tuple[str, ...] = ()) -> PydanticCustomError:
    """Return an error that a validator raises; the message goes on after the name of the field.

    ``at`` leads from the value that is validated to the one below it that is to blame.
    """
    return PydanticCustomError("fault", "{message}", {"message": message, "hint": hint, "at": at})
