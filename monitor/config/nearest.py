"""Finds the name that was meant. Pure."""

from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache
from heapq import nsmallest

from monitor.config.codes import MEANT

CANDIDATES = 50
"""So many names are compared thoroughly: those with the most letters in common."""
MAX_HINTS = 200
_OTHER_WORDS = MEANT | {"ssl": "tls", "und": "any"}
"""What people write for ours, without being near to it."""


class Hints:
    """Looks up nearest names for one list of mistakes: the first ones, for a thousand have one cause."""

    def __init__(self) -> None:
        self._left = MAX_HINTS

    def did_you_mean(self, name: str, known: Collection[str]) -> str:
        """Return what the function of this name does, or nothing after many calls."""
        self._left -= 1
        return did_you_mean(name, known) if self._left >= 0 else ""


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return ``did you mean `x`?`` for the known name nearest to ``name``, or nothing if none is near."""
    found = nearest(name, known)
    return f"did you mean `{found}`?" if found else ""


def nearest(name: str, known: Collection[str]) -> str:
    """Return the known name nearest to ``name``, whatever the case of its letters, or nothing."""
    return _nearest(name[:100].lower(), known if isinstance(known, frozenset) else frozenset(known))


@lru_cache(1000)
def _nearest(name: str, known: frozenset[str]) -> str:
    folded = _folded(known)
    if (meant := _OTHER_WORDS.get(name)) in known:
        return meant or ""
    if name in folded:
        return folded[name][0]
    letters = frozenset(name)
    alike = nsmallest(CANDIDATES, folded, key=lambda other: (len(letters ^ folded[other][1]), other))
    found = get_close_matches(name, alike, n=1)
    return folded[found[0]][0] if found else ""


@lru_cache(16)
def _folded(known: frozenset[str]) -> dict[str, tuple[str, frozenset[str]]]:
    """Return each name in small letters, with itself and the letters in it."""
    return {name.lower(): (name, frozenset(name.lower())) for name in sorted(known)}
