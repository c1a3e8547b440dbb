"""Finds the name that was meant. Pure."""

from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache

MAX_CANDIDATES = 300
"""Comparing with more takes too long for a hint; those of a similar length come first."""


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return ``did you mean `x`?`` for the known name nearest to ``name``, or nothing if none is near."""
    return _did_you_mean(name[:100], known if isinstance(known, frozenset) else frozenset(known))


@lru_cache(1000)
def _did_you_mean(name: str, known: frozenset[str]) -> str:
    alike = sorted(known, key=lambda other: (abs(len(other) - len(name)), other))
    found = get_close_matches(name, alike[:MAX_CANDIDATES], n=1)
    return f"did you mean `{found[0]}`?" if found else ""
