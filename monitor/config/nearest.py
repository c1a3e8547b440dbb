"""Finds the name that was meant. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches

MAX_CANDIDATES = 1000
"""Looking through more takes too long for a hint."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean `x`?`` for the known name nearest to ``name``, or nothing if none is near."""
    candidates = [other for other in known if abs(len(other) - len(name)) <= 6][:MAX_CANDIDATES]
    found = get_close_matches(name[:100], candidates, n=1)
    return f"did you mean `{found[0]}`?" if found else ""
