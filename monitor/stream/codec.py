"""Values to messages and back. A message says which schema its value has.

The schema's name is ``<value>.v<n>``; within a version fields are only ever added, with defaults. Who reads
ignores fields it does not know. ``monitor/schemas`` has the schemas as files.

Beside ``schema`` stand the headers of CloudEvents in Kafka's binary mode. Like the rest of a message they
depend on the value alone: a message that is published twice is twice the same.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from monitor.errors import PoisonError
from monitor.model import Alert, Article, FeedHealth, Match
from monitor.stream.base import Message, Record

ARTICLES = "monitor.articles"
MATCHES = "monitor.matches"
ALERTS = "monitor.alerts"
FEEDS = "monitor.feeds"
DEAD_LETTERS = "monitor.dead-letters"
REPLAY_GROUP = "deadletters-replay"
"""The group whose offsets tell which dead letters were replayed or dropped; the others are kept."""
SOURCE = "/monitor"
"""Where events come from; ``/monitor/<instance>`` if it is known which."""
CONTENT_TYPE = "application/json"

T = TypeVar("T")


def event_type(schema: str) -> str:
    """Return the CloudEvents type of the values of a schema."""
    return f"io.monitor.{schema}"


class Codec(Generic[T]):
    """Turns values of one type into message bodies (UTF-8 JSON) and back.

    ``event`` says what the event of a value is known by, for one source, and when it was.
    """

    def __init__(self, schema: str, type_: type[T], event: Callable[[T], tuple[str, datetime]]) -> None:
        self.schema = schema
        self.type = type_
        self._event = event
        self._adapter = TypeAdapter(type_)
        self._headers = {
            "schema": schema,
            "content-type": CONTENT_TYPE,
            "ce_specversion": "1.0",
            "ce_type": event_type(schema),
        }

    def encode(self, key: str, value: T, source: str = SOURCE) -> Message:
        """Return the message that carries ``value`` under ``key``."""
        id_, time = self._event(value)
        headers = {**self._headers, "ce_source": source, "ce_id": id_, "ce_time": time.isoformat()}
        return Message(key, self._adapter.dump_json(value), headers)

    def size(self, value: T) -> int:
        """Return the number of bytes of the message's body."""
        return len(self._adapter.dump_json(value))

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


# Several feeds may show one article; each showing is an event.
article_codec = Codec("article.v1", Article, lambda a: (f"{a.id}.{a.revision}.{a.feed.id}", a.first_seen))
match_codec = Codec("match.v1", Match, lambda m: (f"{m.id}.{m.revision}", m.matched))
alert_codec = Codec("alert.v1", Alert, lambda a: (a.id, a.decided))
feed_codec = Codec("feed.v1", FeedHealth, lambda f: (f"{f.id}.{f.at.isoformat()}", f.at))
