"""What setting up does to one thing on a server, or would do."""

from dataclasses import dataclass
from enum import StrEnum


class Became(StrEnum):
    """What becomes of a thing."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing by its name, what becomes of it, and what there is to say about that."""

    thing: str
    became: Became
    detail: str = ""
