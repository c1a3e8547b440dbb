"""Where the entries of a document begin and end, and whether its own end is there. Pure."""

import re
from collections import deque

from monitor.feeds.document.asides import ASIDE

_CLOSING = re.compile(r"</\s*(?:[\w.-]+:)?(rss|feed|rdf|channel|cdf)\s*>", re.IGNORECASE)
_RDF = re.compile(r"<\s*(?:[\w.-]+:)?rdf[\s>]", re.IGNORECASE)
_ENTRY = re.compile(r"<\s*(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_END = re.compile(r"</\s*(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_PLAIN_END = re.compile("</(?:item|entry)>")
"""What counting is quick for."""
_ASIDES = re.compile(ASIDE)
_TAIL = 100
"""Characters in which the end of a document mostly stands."""
_HEAD = 10_000
"""Characters in which the first element stands."""


def first_entries(text: str, most: int) -> tuple[str, int]:
    """Return XML without its entries beyond the first ones, and how many they are: reading takes its time."""
    if text.count("</item>") + text.count("</entry>") <= most:
        return text, 0
    ends = [found.end() for found in _PLAIN_END.finditer(text)]
    return text[: ends[most - 1]] + text[ends[-1] :], len(ends) - most


def is_complete(text: str) -> bool:
    """Return whether the end of a feed that is not well-formed is there, after its entries, in no comment."""
    closing = _last(_CLOSING, text, max(0, len(text) - _TAIL)) or _last(_CLOSING, text)
    aside = _last(_ASIDES, text)
    if closing is None or (aside and aside[0].startswith("<!--") and not aside[0].endswith("-->")):
        return False
    if closing[1].lower() == "channel" and _RDF.search(text, 0, _HEAD):
        return False  # there it ends before the entries
    return not _ENTRY.search(text, closing.end())


def is_unfinished(text: str, found: int) -> bool:
    """Return whether the last of the entries ``found`` begins, but does not end."""
    bare = _ASIDES.sub("", text)
    begins = list(_ENTRY.finditer(bare))
    return len(begins) == found and not _END.search(bare, begins[-1].end())


def _last(pattern: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
    found = deque(pattern.finditer(text, start), maxlen=1)
    return found[0] if found else None
