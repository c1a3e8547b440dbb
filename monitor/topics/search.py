"""Words that a person searches for, each in any of its forms. Pure."""

from monitor.errors import UsageError
from monitor.topics.candidates import Wanted
from monitor.topics.text import indexed, search_tokens


def searched(words: str) -> Wanted:
    """Return what a text must have that has all these words, for an index to choose by.

    Raises UsageError if there is no word among them.
    """
    tokens = tuple(map(tuple, search_tokens(words)))
    if not tokens:
        raise UsageError(f"there is no word to search for in {words!r}")
    return (tokens,)


def has(text: str, wanted: Wanted) -> bool:
    """Return whether a text has what ``searched`` returned: an index under older rules cannot tell."""
    tokens = set(indexed(text).split())
    return any(not any(tokens.isdisjoint(word) for word in term) for term in wanted)
