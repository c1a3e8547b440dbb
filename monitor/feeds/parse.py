"""A document -> the entries in it. Pure, runs in the cage, and is the only file that imports feedparser."""

import calendar
import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin, urlsplit

from monitor.errors import ParseError
from monitor.feeds.charset import decoded, without_declaration
from monitor.feeds.jsonfeed import json_entries
from monitor.model import Entry

_CLOSING = re.compile(r"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf|channel|cdf)\s*>", re.IGNORECASE)
_OPENING = re.compile(r"<\s*(?:[\w.-]+:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>\s*([^<]{0,200})", re.IGNORECASE)
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_NO_CHARACTER = re.compile(
    r"&#(?:0*(?:5529[6-9]|55[3-9]\d\d|5[67]\d{3})|[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2});"
)
"""Numbers of surrogates: feedparser would stumble over them."""
_SHORTEST_DATE = re.compile(r"^([A-Za-z]{3}),?\s*(\d{1,2})[\s-](\d{1,2})[\s-](\d{4})\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHORT = 2_000
"""Characters kept of guid, link, date and language: longer ones are broken or hostile."""
_AUTHOR = 300
_AUTHORS = 50


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """How much of a feed is taken; what is cut is said."""

    max_entries: int = 10_000
    max_field: int = 1_000_000
    """Characters of title, summary and body."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """The entries of a document, in its order. ``complete`` is whether its end was there."""

    entries: tuple[Entry, ...]
    format: str
    title: str = ""
    language: str | None = None
    complete: bool = True
    problems: tuple[str, ...] = ()


@cache
def feedparser() -> Any:  # noqa: ANN401 - it is untyped
    """Return the module. It is loaded when first needed: all but the caged processes do without it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it still names parts of the standard library that are to go
        import feedparser
    return feedparser


def parse(body: bytes, content_type: str, url: str, limits: ParseLimits) -> ParsedFeed:
    """Return what the feed ``body`` holds; raise ``ParseError`` if it is no feed.

    A bad entry is left out and counted in ``problems``; the others are kept.
    """
    text = _UNSAFE.sub(" ", _SURROGATES.sub("\ufffd", decoded(body, content_type))).lstrip("\ufeff \t\r\n")
    if not text:
        raise ParseError("not a feed (the document is empty)")
    if text[0] in "{[":
        title, language, entries, problems = json_entries(text, limits.max_entries)
        return _feed(entries, problems, limits, url, ParsedFeed((), "JSON Feed", title, language))
    return _parse_xml(text, url, limits)


def _parse_xml(text: str, url: str, limits: ParseLimits) -> ParsedFeed:
    if not _OPENING.search(text):
        raise ParseError(f"not a feed ({_what_else(text)})")
    result = _run_feedparser(text, url)
    if not result.get("version") and not result["entries"]:
        raise ParseError(f"not a feed ({_what_else(text)})")
    problems: list[str] = []
    entries: list[Entry] = []
    for raw in result["entries"][: limits.max_entries]:
        try:
            # A plain dict, for feedparser's own looks for substitutes of what is missing, and warns of it.
            entries.append(_entry(dict(raw)))
        except (ValueError, TypeError, AttributeError, OverflowError, KeyError) as error:
            problems.append(f"an entry could not be read: {type(error).__name__}")
    left = len(result["entries"]) - limits.max_entries
    if left > 0:
        problems.append(f"{left} entries beyond the first {limits.max_entries} were not taken")
    head = dict(result["feed"])
    about = ParsedFeed(
        (),
        str(result.get("version") or "unknown"),
        _text(head, "title"),
        _text(head, "language") or None,
        complete=bool(_CLOSING.search(text)),
    )
    return _feed(entries, problems, limits, url, about)


def _run_feedparser(text: str, url: str) -> dict[str, Any]:
    source = _NO_CHARACTER.sub("\ufffd", without_declaration(text)).encode("utf-8")
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # Bytes or text would be taken for a file's name or an address; a stream is only read.
        return dict(
            feedparser().parse(
                io.BytesIO(source), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
            )
        )
    except (RecursionError, MemoryError):
        raise
    except Exception as error:
        raise ParseError(f"the feed could not be read: {type(error).__name__}: {error}") from error


def _feed(
    entries: Iterable[Entry], problems: Iterable[str], limits: ParseLimits, url: str, about: ParsedFeed
) -> ParsedFeed:
    told = [*problems] if about.complete else [*problems, "its end is missing"]
    return replace(
        about,
        entries=tuple(_bounded(entry, url, limits.max_field) for entry in entries),
        title=about.title[:_AUTHOR],
        language=(about.language or "")[:20] or None,
        problems=tuple(dict.fromkeys(told)),
    )


def _bounded(entry: Entry, url: str, most: int) -> Entry:
    """Return the entry with every field within its limit; what was cut is named."""
    longest = {"title": entry.title, "summary": entry.summary, "body": entry.body}
    cut = tuple(name for name, value in longest.items() if len(value) > most)
    return replace(
        entry,
        guid=_short_guid(entry.guid),
        link=_link(entry.link, url),
        published_raw=_short(entry.published_raw),
        language=(entry.language or "")[:20] or None,
        authors=tuple(name[:_AUTHOR] for name in entry.authors[:_AUTHORS]),
        title=entry.title[:most],
        summary=entry.summary[:most],
        body=entry.body[:most],
        cut=cut,
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
    try:
        whole = urljoin(base, link.strip())
        parts = urlsplit(whole)
        usable = parts.scheme in {"http", "https"} and parts.hostname and len(whole) <= _SHORT * 4
    except ValueError:
        return None
    return whole if usable else None


def _entry(raw: dict[str, Any]) -> Entry:
    contents = [str(one.get("value") or "") for one in raw.get("content") or ()]
    return Entry(
        guid=_text(raw, "id") or None,
        link=_text(raw, "link") or None,
        title=_text(raw, "title"),
        summary=_text(raw, "summary"),
        body=max(contents, key=len, default=""),
        published=_date(raw),
        published_raw=_text(raw, "published") or _text(raw, "updated") or None,
        language=_language(raw),
        authors=_authors(raw),
    )


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    return _SURROGATES.sub("\ufffd", value) if isinstance(value, str) else ""


def _authors(raw: dict[str, Any]) -> tuple[str, ...]:
    listed = raw.get("authors") or ()
    names = [_text(one, "name") for one in listed if isinstance(one, dict)]
    return tuple(dict.fromkeys(name for name in [*names, _text(raw, "author")] if name))


def _language(raw: dict[str, Any]) -> str | None:
    detail = raw.get("title_detail") or {}
    return str(detail.get("language") or "") or None


def _date(raw: dict[str, Any]) -> datetime | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        parts = raw.get(key)
        if parts:
            try:
                return datetime.fromtimestamp(calendar.timegm(parts), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
    return _odd_date(_text(raw, "published") or _text(raw, "updated"))


def _odd_date(value: str) -> datetime | None:
    """Read what feedparser does not: a missing space after the weekday, a month as a number."""
    value = value.strip()[:80]
    numbered = _SHORTEST_DATE.match(value)
    if numbered and 1 <= int(numbered.group(3)) <= 12:
        day, month, year = numbered.group(2), _MONTHS[int(numbered.group(3)) - 1], numbered.group(4)
        value = f"{numbered.group(1)}, {day} {month} {year}{value[numbered.end() :]}"
    try:
        moment = parsedate_to_datetime(re.sub(r"^([A-Za-z]{3}),(?=\d)", r"\1, ", value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _what_else(text: str) -> str:
    head = text[:20_000]
    if _HTML.search(head):
        title = _TITLE.search(head)
        named = " ".join(title.group(1).split()) if title else ""
        return f'HTML page "{named}"' if named else "an HTML page"
    if text.startswith("<"):
        return "XML of another kind"
    return "plain text or binary data"
