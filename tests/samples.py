"""Values that tests need, made short."""

from datetime import UTC, datetime
from typing import Any

from monitor.alerts.policy import decide
from monitor.articles.identity import match_id
from monitor.model import Alert, Article, Feed, Match, Span
from monitor.store.base import Document

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("wire", "https://wire.example/feed", "The Wire", "en", "US", "wire", "Wire Group")


def topic(id_: str, **more: Any) -> Document:
    """Return what the store keeps of a topic."""
    return Document(id_, NOW, {"id": id_} | more)


def article(id_: str = "a1", title: str = "Troops in Kursk", **more: Any) -> Article:
    values: dict[str, Any] = {
        "id": id_,
        "revision": 1,
        "feed": FEED,
        "title": title,
        "summary": "They were seen.",
        "body": "",
        "language": "en",
        "url": f"https://wire.example/{id_}",
        "guid": id_,
        "published": NOW,
        "first_seen": NOW,
        "filed": NOW,
    }
    return Article(**values | more)


def match(of: Article | None = None, topic: str = "troops", **more: Any) -> Match:
    of = of or article()
    values: dict[str, Any] = {
        "id": match_id(of.id, topic),
        "revision": of.revision,
        "article": of,
        "topic_id": topic,
        "topic_name": topic.title(),
        "severity": "high",
        "receivers": ("desk",),
        "watchlist_version": "v1",
        "score": 0.5,
        "spans": (Span("title", 0, 6, "troops"),),
        "filed": of.filed,
        "matched": NOW,
        "topic_since": NOW,
    }
    return Match(**values | more)


def alert(of: Match | None = None, **more: Any) -> Alert:
    return decide(of or match(**more), NOW)
