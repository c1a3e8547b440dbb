"""The values that pass between the stages, in the order of the flow.

    Feed -> Entry -> Article -> Match -> Alert -> Delivery
    and beside them: FeedHealth, FeedNotice, Topic, Watchlist

All are frozen. Times are aware and in UTC. Ids are lower-case hexadecimal hashes that come out the same
on every machine and at every try (see ``articles.identity``). ``revision`` counts from 1. ``filed`` is the
date under which a thing is kept; it is fixed once and no later edit moves it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

Severity = Literal["low", "normal", "high", "critical"]
Health = Literal["new", "healthy", "quiet", "empty", "failing", "gone"]
"""quiet: silent for far longer than is usual for it; empty: it answers, without entries; gone: HTTP 410."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Where entries come from, and who stands behind it."""

    id: str
    url: str
    outlet: str
    language: str | None = None
    """The language the feed says it is in (ISO 639-1): a hint, not a fact."""
    country: str | None = None
    kind: str | None = None
    """state, independent, wire, specialist, tabloid, ..."""
    family: str | None = None
    """The publisher behind the outlet: ten outlets of one family are one voice."""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed fares; told when that changes."""

    id: str
    """The feed's id."""
    url: str
    outlet: str
    health: Health
    since: datetime
    """When its health last changed."""
    reason: str
    """Why, in plain words; empty if there is nothing to say."""
    at: datetime
    """When this was told."""
    failures: int = 0
    """Polls in a row that failed."""
    answered: datetime | None = None
    """When it answered last."""


@dataclass(frozen=True, slots=True)
class FeedNotice:
    """What the operator is told of feeds: all that happened to them together."""

    id: str
    title: str
    feeds: tuple[FeedHealth, ...]
    """Those it is about, as they fare now."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the feed shows it: raw text, nothing trusted yet."""

    guid: str | None = None
    link: str | None = None
    title: str = ""
    summary: str = ""
    body: str = ""
    published: datetime | None = None
    published_raw: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    """Names of the fields that were too long and were cut."""


@dataclass(frozen=True, slots=True)
class Article:
    """An entry made clean and unique."""

    id: str
    revision: int
    feed: Feed
    title: str
    summary: str
    body: str
    language: str
    """ISO 639-1, or ``und`` where nothing can be said."""
    url: str | None
    guid: str | None
    published: datetime | None
    """As claimed by the feed, if sane."""
    first_seen: datetime
    filed: datetime
    authors: tuple[str, ...] = ()
    backlog: bool = False
    """Already old when its feed was polled for the first time: stored, never alerted."""
    cut: tuple[str, ...] = ()
    text_from: Literal["feed", "page"] = "feed"
    """Whether the body is what the feed shows, or the text of the article's page."""
    text_note: str = ""
    """Why the page's text could not be had, where the feed asks for it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What an analyst watches for."""

    id: str
    query: str
    name: str = ""
    severity: Severity = "normal"
    alert: tuple[str, ...] = ()
    """Names of the receivers."""
    owner: str | None = None
    """The file that defines it."""


OTHERWISE = "not"
"""Under which an entity has phrases in which its terms mean something else."""
Entities = Mapping[str, Mapping[str, tuple[str, ...]]]
"""entity name -> language (or ``any``, ``not``) -> terms"""


@dataclass(frozen=True, slots=True)
class Watchlist:
    """All topics with the named terms and queries that they use; ``version`` is a hash of the content."""

    version: str
    topics: tuple[Topic, ...]
    entities: Entities = field(default_factory=dict)
    queries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """Evidence: code points ``start:end`` of a field matched this clause of the query."""

    field: str
    """title, summary or body"""
    start: int
    end: int
    clause: str


@dataclass(frozen=True, slots=True)
class Hit:
    """What the matcher says of one topic and one text."""

    topic_id: str
    score: float
    """0 to 1, only good for ordering."""
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """An article that a topic was looking for, with the evidence and all that an alert needs."""

    id: str
    revision: int
    article: Article
    topic_id: str
    topic_name: str
    severity: Severity
    receivers: tuple[str, ...]
    watchlist_version: str
    score: float
    spans: tuple[Span, ...]
    filed: datetime
    matched: datetime
    topic_since: datetime
    """When this topic was first watched: older articles match, but do not alert."""


class AlertState(StrEnum):
    """What was decided about an alert."""

    SENT = "sent"
    """Handed to its receivers through the outbox."""
    WITHHELD = "withheld"
    """Kept for the record only; ``Alert.reason`` says why."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A decision about a match, with its reason. There is one for each topic and subject."""

    id: str
    topic_id: str
    subject: str
    """The article's id."""
    state: AlertState
    reason: str
    match: Match
    decided: datetime
    filed: datetime


class DeliveryState(StrEnum):
    """Where a delivery stands.

    waiting -> delivered | failed;  for a digest's parts: collecting -> digested
    """

    WAITING = "waiting"
    """Due at ``Delivery.due``, or later while a try holds the lease."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """Will not be tried again by itself."""
    COLLECTING = "collecting"
    """Waits to become part of a digest at ``Delivery.due``."""
    DIGESTED = "digested"
    """Became part of the digest ``Delivery.digest``."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one receiver. What it says is frozen before the first try."""

    id: str
    receiver: str
    state: DeliveryState
    due: datetime
    alerts: tuple[Alert, ...]
    created: datetime
    filed: datetime
    attempts: int = 0
    last_error: str | None = None
    finished: datetime | None = None
    digest: str | None = None
    is_digest: bool = False
    leased: bool = False
    """A try is under way, and ``due`` is when its lease ends."""
    notice: FeedNotice | None = None
    """What it says of feeds, in place of alerts."""
