"""The entries of a parsed document as values of ours. Pure."""

import calendar
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from monitor.feeds.document.dates import is_vague
from monitor.feeds.document.ordinary_dates import MONTHS
from monitor.feeds.document.own_fields import ITS_FEED, TEXT_OF_MEDIA
from monitor.feeds.document.values import date, is_whole
from monitor.headers import moment
from monitor.model import Entry

_SURROGATES = re.compile("[\ud800-\udfff]")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_SHORTEST_DATE = re.compile(r"^([A-Za-z]{3}),?\s*(\d{1,2})[\s-](\d{1,2})[\s-](\d{4})\b")


def entry_of(raw: dict[str, Any]) -> Entry:
    """Return what feedparser says of an entry as a value; dates may be aware datetimes already."""
    contents = [of_text(one, "value") for one in raw.get("content") or () if not _is_data(one)]
    entry = Entry(
        guid=of_text(raw, "id") or None,
        link=_address(raw),
        title=of_text(raw, "title"),
        summary=of_text(raw, "summary") or of_text(raw, TEXT_OF_MEDIA),
        body=max(contents, key=len, default=""),
        published=_date(raw),
        published_raw=of_text(raw, "published") or of_text(raw, "updated") or None,
        language=_language(raw),
        authors=_authors(raw),
    )
    return entry if _is_sound(entry) else _sound(entry)


def sound(value: str | None) -> str:
    """Return the text without surrogates, which could not be encoded."""
    return _SURROGATES.sub("\ufffd", value or "")


def of_text(raw: dict[str, Any], key: str) -> str:
    """Return the text under a key, empty if there is none."""
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _is_data(content: dict[str, Any]) -> bool:
    """Return whether a content is a picture, say: it is of no type of text, and as base64 as it came."""
    kind = of_text(content, "type") or "text/html"
    is_of_text = kind.startswith("text/") or kind.endswith(("xml", "html"))
    return not is_of_text and _BASE64.fullmatch(of_text(content, "value")) is not None


def _address(raw: dict[str, Any]) -> str | None:
    """Return the link; what has none gives way to another form of the article, then to a guid that is one.

    Its & may have become references, wherever it is from: feedparser knows that of texts of links alone.
    """
    guid = of_text(raw, "id").replace("&amp;", "&")
    others = (of_text(link, "href") for link in raw.get("links", ()) if link.get("rel") == "alternate")
    link = of_text(raw, "link") or next(filter(None, others), "")
    return link.replace("&amp;", "&") or (guid if is_whole(guid) else None)


def _is_sound(entry: Entry) -> bool:
    parts = (entry.title, entry.summary, entry.body, entry.guid or "", entry.link or "", *entry.authors)
    try:
        "".join((*parts, entry.published_raw or "", entry.language or "")).encode()
    except UnicodeEncodeError:  # this is far quicker than looking for surrogates
        return False
    return True


def _sound(entry: Entry) -> Entry:
    return replace(
        entry,
        guid=sound(entry.guid) or None,
        link=sound(entry.link) or None,
        title=sound(entry.title),
        summary=sound(entry.summary),
        body=sound(entry.body),
        published_raw=sound(entry.published_raw) or None,
        language=sound(entry.language) or None,
        authors=tuple(map(sound, entry.authors)),
    )


def _authors(raw: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the authors; without any, those of the feed it is taken from, or of its own."""
    tellers = (raw, raw.get("source"), raw.get(ITS_FEED))
    return next(filter(None, (_named_in(one) for one in tellers if isinstance(one, dict))), ())


def _named_in(raw: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the authors that an entry, or a feed, names itself."""
    listed = raw.get("authors")
    if not listed:
        author = of_text(raw, "author")
        return (author,) if author else ()
    names = [name for one in listed if isinstance(one, dict) and (name := of_text(one, "name"))]
    whole = of_text(raw, "author")  # with the address of a person who is listed, or one that nobody has
    is_listed = any(name in whole for name in names)
    return tuple(dict.fromkeys(names if is_listed or not whole else [*names, whole]))


def _language(raw: dict[str, Any]) -> str | None:
    detail = raw.get("title_detail")
    return str(detail.get("language") or "") or None if detail else None


def _date(raw: dict[str, Any]) -> datetime | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        if found := moment_of(raw.get(key)):
            return found
    return date_of(of_text(raw, "published") or of_text(raw, "updated"))


def date_of(value: str) -> datetime | None:
    """Return a date as feeds write it, ``None`` if it cannot be read."""
    value = value.strip()[:80]
    found = moment_of(date(value)) if value else None
    return found if found or is_vague(value) else _odd_date(value)


def _odd_date(value: str) -> datetime | None:
    """Read what nothing else does: a month as a number, or as mail programs take it."""
    numbered = _SHORTEST_DATE.match(value)
    if numbered and 1 <= int(numbered.group(3)) <= 12:
        day, month, year = numbered.group(2), MONTHS[int(numbered.group(3)) - 1], numbered.group(4)
        value = f"{numbered.group(1)}, {day} {month} {year}{value[numbered.end() :]}"
    try:
        return moment(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def moment_of(parts: Any) -> datetime | None:  # noqa: ANN401 - feedparser's tuples are untyped
    """Return what was read of a date, a tuple in UTC or an aware datetime already, as such a one."""
    if parts is None or isinstance(parts, datetime):
        return parts
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
