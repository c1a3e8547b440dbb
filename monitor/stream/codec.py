"""Values to messages and back. A message says which schema its value has.

The schema's name is ``<value>.v<n>``; within a version fields are only ever added, with defaults.
"""

from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from monitor.errors import PoisonError
from monitor.model import Alert, Article, Match
from monitor.stream.base import Message, Record

ARTICLES = "monitor.articles"
MATCHES = "monitor.matches"
ALERTS = "monitor.alerts"
FEEDS = "monitor.feeds"
DEAD_LETTERS = "monitor.dead-letters"
REPLAY_GROUP = "deadletters-replay"
"""The group whose offsets tell which dead letters were replayed or dropped; the others are kept."""

T = TypeVar("T")


class Codec(Generic[T]):
    """Turns values of one type into message bodies (UTF-8 JSON) and back."""

    def __init__(self, schema: str, type_: type[T]) -> None:
        self.schema = schema
        self._adapter = TypeAdapter(type_)

    def encode(self, key: str, value: T) -> Message:
        """Return the message that carries ``value`` under ``key``."""
        return Message(key, self._adapter.dump_json(value), {"schema": self.schema})

    def decode(self, record: Record) -> T:
        """Return the value; raise ``PoisonError`` where the record does not hold one."""
        schema = record.headers.get("schema")
        if schema != self.schema:
            raise PoisonError(f"its schema is {schema!r}, not {self.schema!r}")
        try:
            return self._adapter.validate_json(record.value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the whole"
            raise PoisonError(f"not a {self.schema}: {place}: {first['msg']}") from error


article_codec = Codec("article.v1", Article)
match_codec = Codec("match.v1", Match)
alert_codec = Codec("alert.v1", Alert)
