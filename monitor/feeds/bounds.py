"""Entries within bounds: what is longer is broken or hostile, and cut with a mark. Pure."""

from dataclasses import replace
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

from monitor.feeds.values import is_whole
from monitor.model import Entry

_SHORT = 2_000
"""Characters kept of guid, link, date and language: longer ones are broken or hostile."""
LANGUAGE = 20
AUTHOR = 300
AUTHORS = 50


def bounded(entry: Entry, url: str, most: int) -> Entry:
    """Return the entry with every field within its limit; what was cut is named."""
    link = _link(entry.link, url)
    if link == entry.link and _is_short(entry, most):
        return entry
    longest = {"title": entry.title, "summary": entry.summary, "body": entry.body}
    cut = tuple(name for name, value in longest.items() if len(value) > most)
    return replace(
        entry,
        guid=_short_guid(entry.guid),
        link=link,
        published_raw=_short(entry.published_raw),
        language=(entry.language or "")[:LANGUAGE] or None,
        authors=tuple(name[:AUTHOR] for name in entry.authors[:AUTHORS]),
        title=entry.title[:most],
        summary=entry.summary[:most],
        body=entry.body[:most],
        cut=cut,
    )


def _is_short(entry: Entry, most: int) -> bool:
    return (
        max(len(entry.title), len(entry.summary), len(entry.body)) <= most
        and len(entry.guid or "") <= _SHORT
        and len(entry.published_raw or "") <= _SHORT
        and len(entry.language or "") <= LANGUAGE
        and len(entry.authors) <= AUTHORS
        and sum(map(len, entry.authors)) <= AUTHOR
    )


def _short(value: str | None) -> str | None:
    return value[:_SHORT] if value else None


def _short_guid(value: str | None) -> str | None:
    """Return a guid that is still one of its own when it is cut."""
    if not value or len(value) <= _SHORT:
        return value or None
    return f"{value[:_SHORT]}…{sha256(value.encode('utf-8', 'replace')).hexdigest()}"


def _link(link: str | None, base: str) -> str | None:
    """Return the entry's address made absolute, if it is one that people may be sent to."""
    if not link or len(link) > 100_000:
        return None
    if len(link) <= _SHORT and is_whole(link):
        return link
    try:
        whole = urljoin(base, link.strip())
        parts = urlsplit(whole)
        usable = parts.scheme in {"http", "https"} and parts.hostname and len(whole) <= _SHORT * 4
    except ValueError:
        return None
    return whole if usable else None
