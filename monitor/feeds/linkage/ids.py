"""Ids for what is new in its place. Pure."""

from collections import Counter
from collections.abc import Collection

from monitor.articles.build import Clean
from monitor.articles.identity import article_id
from monitor.feeds.linkage.traits import traits_of
from monitor.feeds.state import Seen
from monitor.model import Feed

_WRITTEN_OUT = 64
"""Up to here entries of the same words are told apart by so many signs, from here on by their number."""


class Ids:
    """Gives ids to what is not remembered in its place; no two articles of a feed have the same."""

    def __init__(self, feed: Feed, seen: Seen, places: Collection[str]) -> None:
        self._feed = feed
        self._seen = seen
        self._places = places
        self._next = Counter[str]()
        """How many of the same words and place have an id."""
        self._taken = {*seen.entries, *(entry.article for entry in seen.entries.values())}

    def new(self, clean: Clean, was: str, *, shared: bool) -> str:
        """Return the id by the place if that is its own, else by a guid that no other has, else by the words.

        ``was`` is the id it had in another place: it may have its very first one again.
        """
        first = self._seen.entries[was].article if was else ""
        if not shared and (clean.id == first or clean.id not in self._taken):
            return self._take(clean.id)
        by_guid = article_id(None, self._feed.id, clean.guid, "") if traits_of(clean).guid else clean.id
        if by_guid not in self._taken and by_guid not in self._places:
            return self._take(by_guid)
        return self._take(self._by_words(f"{clean.id} {clean.text_hash}"))

    def _by_words(self, words: str) -> str:
        while True:
            number = self._next[words]
            self._next[words] += 1
            told = "+" * number if number < _WRITTEN_OUT else f" {number}"
            if (id_ := article_id(None, self._feed.id, None, words + told)) not in self._taken:
                return id_

    def _take(self, id_: str) -> str:
        self._taken.add(id_)
        return id_
