"""Takes feeds from elsewhere into a list: checked as its own are, each once, with ids. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from monitor.config.addresses import same_url
from monitor.config.faults import FAULT
from monitor.config.settings import FeedSettings

_ROOM = 96
"""Characters of an id before the number that tells it from another."""


class NotTaken(Exception):
    """Why a feed cannot join the list, in plain words."""


class IsThere(NotTaken):
    """The list has a feed with its address."""


class NewFeeds:
    """Takes feeds that a list has not, one by one; the same ones in the same order get the same ids."""

    def __init__(self, listed: Iterable[FeedSettings] = ()) -> None:
        self._ids: set[str] = set()
        self._numbers: defaultdict[str, int] = defaultdict(lambda: 1)
        """The last one given, lest thousands of one name are counted through for each."""
        self._urls: dict[str | None, str] = {}
        for feed in listed:
            self._note(feed)

    def take(self, values: Mapping[str, object]) -> FeedSettings:
        """Return the feed that the values describe, with an id of its own; raise ``NotTaken``."""
        try:
            feed = FeedSettings.model_validate(values)
        except ValidationError as error:
            raise NotTaken(_reason(error)) from error
        if same := self._urls.get(same_url(feed.url)):
            raise IsThere(f"its url is already that of `{same}`")
        feed = feed.model_copy(update={"id": self._free(feed.id)})
        self._note(feed)
        return feed

    def _note(self, feed: FeedSettings) -> None:
        self._ids.add(feed.id)
        self._urls[same_url(feed.url)] = feed.id

    def _free(self, wanted: str) -> str:
        id_, stem = wanted, wanted[:_ROOM].rstrip("-._")
        while id_ in self._ids:
            self._numbers[stem] += 1
            id_ = f"{stem}-{self._numbers[stem]}"
        return id_


def _reason(error: ValidationError) -> str:
    """Return the first mistake; none repeats a value, for an address may hold a password."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    said = first["msg"] if first["type"] == FAULT else f"cannot be used: {first['msg']}"
    return f"`{name}` {said}" if name else said
