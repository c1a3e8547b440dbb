"""The ids of articles, matches, alerts and deliveries: the same on every machine and at every try. Pure.

An id is 32 hexadecimal digits of SHA-256 over the parts, each with its length before it, so that no two
lists of parts look alike. The first part names the rule.
"""

from collections.abc import Iterable
from hashlib import sha256

from monitor.articles.urls import canonical_url

IDENTITY_VERSION = 5
"""Grows when one thing gets another id than before. It is no part of the ids, so that those stay which a new
rule is not about. ``feeds.novelty`` sees to it that nothing is news once more under a new id."""

ID_LENGTH = 32
SHORT_ID = 6
"""Characters of an id that people must write."""


def article_id(url: str | None, feed_id: str, guid: str | None, text: str) -> str:
    """Return an article's id: by its canonical URL; without one by feed and guid; else by feed and text."""
    canonical = canonical_url(url) if url else None
    if canonical:
        return _hash("article url", canonical)
    guid = guid.strip() if guid else ""
    return _hash("article guid", feed_id, guid) if guid else _hash("article text", feed_id, text)


def match_id(article_id: str, topic_id: str) -> str:
    """Return the id of a topic's match of an article."""
    return _hash("match", article_id, topic_id)


def alert_id(topic_id: str, subject: str, reason: str) -> str:
    """Return the id of an alert. ``subject`` is the article's id, ``reason`` the occasion."""
    return _hash("alert", topic_id, subject, reason)


def delivery_id(alert_id: str, receiver: str) -> str:
    """Return the id of an alert's delivery to a receiver (its name)."""
    return _hash("delivery", alert_id, receiver)


def digest_id(receiver: str, parts: Iterable[str]) -> str:
    """Return the id of a receiver's digest; the order of ``parts`` counts."""
    return _hash("digest", receiver, *parts)


def notice_id(parts: Iterable[str]) -> str:
    """Return the id of a notice about feeds: by what it tells, whose order counts."""
    return _hash("notice", *parts)


def text_hash(title: str, summary: str, body: str) -> str:
    """Return a hash of an article's clean text, to notice edits (16 digits)."""
    return _hash("text", title, summary, body)[:16]


def first_text_hash(title: str, summary: str, body: str) -> str:
    """Return the hash of a text as version 1 of the rules made it: what was seen then is known by it."""
    digest = sha256(b"v1")
    for part in ("text", title, summary, body):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


def _hash(*parts: str) -> str:
    digest = sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()[:ID_LENGTH]
