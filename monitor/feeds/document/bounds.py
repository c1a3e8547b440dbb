"""Entries within bounds: what is longer is broken or hostile, and cut with a mark. Pure."""

from dataclasses import replace
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

from monitor.feeds.document.values import is_whole
from monitor.model import Entry

_SHORT = 2_000
"""Characters kept of guid, link, date and language: longer ones are broken or hostile."""
LINK = 8_000
LANGUAGE = 20
AUTHOR = 300
AUTHORS = 50


def bounded(entry: Entry, url: str, most: int) -> Entry:
    """Return the entry with every field within its limit; what was cut is named."""
    link = _link(entry.link, url)
    if link == entry.link and _is_short(entry, most):
        return entry
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
        cut=_too_long(entry, link, most),
    )


def _too_long(entry: Entry, link: str | None, most: int) -> tuple[str, ...]:
    """Return the names of the fields that do not fit."""
    told = {
        "title": len(entry.title) > most,
        "summary": len(entry.summary) > most,
        "body": len(entry.body) > most,
        "guid": len(entry.guid or "") > _SHORT,
        "link": link is None and len(entry.link or "") > LINK,
        "authors": len(entry.authors) > AUTHORS or max(map(len, entry.authors), default=0) > AUTHOR,
    }
    return tuple(name for name, is_too_long in told.items() if is_too_long)


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
        usable = parts.scheme in {"http", "https"} and parts.hostname and len(whole) <= LINK
    except ValueError:
        return None
    return whole if usable else None
