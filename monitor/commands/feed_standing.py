"""How a feed stands, in a word, for ``feeds list`` and its table."""

from collections.abc import Mapping
from typing import Any

OFF = "off"
"""How a feed stands that is not polled, whatever it was before."""


def standing(row: Mapping[str, Any]) -> str:
    """Return how a feed stands, for people: its health, or that it rests."""
    return str(row["health"]) if row["enabled"] else OFF
