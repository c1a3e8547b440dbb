"""JSON Feed 1.0 and 1.1 -> entries, tolerant of what publishers get wrong. Pure."""

import json
import re
from typing import Any

from monitor.articles.markup import is_element
from monitor.errors import NotAFeed
from monitor.feeds.document.entries import date_of
from monitor.feeds.websub.offer import HubOffer, offer_of
from monitor.model import Entry
from monitor.plural import number

VERSION = "https://jsonfeed.org/version/"
_ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_MOST_DIGITS = 4_000
_OPENING = re.compile(r"<(?=/?(?P<name>[A-Za-z][\w-]*)|[/!?])")
_HTML = re.compile(r"</[A-Za-z][\w-]*\s*>|<br\s*/?>|<img\s[^<>]*>", re.IGNORECASE)
"""What tells that a text is HTML though it ought to be plain: one that speaks of tags mostly ends none."""
_VERSION = re.compile(r"(?:https?://(?:www\.)?jsonfeed\.org/version/)?1(?:\.\d)?/?", re.IGNORECASE)


def json_entries(text: str, most: int) -> tuple[str, str | None, HubOffer, list[Entry], list[str]]:
    """Return (title, language, hub, entries, problems); raise ``NotAFeed`` if it is no JSON Feed."""
    try:
        feed = json.loads(text, strict=False, parse_constant=lambda _: None, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("it begins like JSON, but cannot be read as such") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeed("JSON, but not a JSON Feed: it has no list of items")
    version = feed.get("version")
    if not isinstance(version, str) or not _VERSION.fullmatch(version.strip()):
        raise NotAFeed("JSON, but not a JSON Feed: its version is missing")
    items, authors = feed["items"], _authors(feed)
    entries = [_entry(item, authors) for item in items[:most] if isinstance(item, dict)]
    problems = []
    if strange := sum(not isinstance(item, dict) for item in items[:most]):
        problems.append(f"{number(strange, 'item')} left out: not an object")
    if len(items) > most:
        problems.append(f"{number(len(items) - most, 'entry')} beyond the first {most} not taken")
    return _text(feed.get("title")), _text(feed.get("language")) or None, _offer(feed), entries, problems


def _offer(feed: dict[str, Any]) -> HubOffer:
    listed = feed.get("hubs")
    hubs = [hub for hub in listed if isinstance(hub, dict)] if isinstance(listed, list) else []
    links = [("hub", hub.get("url")) for hub in hubs if _text(hub.get("type")).lower() == "websub"]
    return offer_of([*links, ("self", feed.get("feed_url"))])


def _entry(item: dict[str, Any], authors: tuple[str, ...]) -> Entry:
    """Return the item as an entry; ``authors`` are the feed's, of those that name none."""
    body = _text(item.get("content_html")) or _plain(item.get("content_text"))
    summary = _plain(item.get("summary"))
    dates = [_text(item.get(name)) for name in ("date_published", "date_modified")]
    guid = _text(item.get("id"))
    return Entry(
        guid=guid or None,
        link=_text(item.get("url")) or _text(item.get("external_url")) or _address(guid),
        title=_plain(item.get("title")),
        summary=summary or body,
        body=body if summary else "",
        published=next(filter(None, map(date_of, dates)), None),
        published_raw=next(filter(None, dates), None),
        language=_text(item.get("language")) or None,
        authors=_authors(item) or authors,
    )


def _integer(digits: str) -> int | str:
    """Return an integer; one of thousands of digits, which Python reads as none, as text."""
    return int(digits) if len(digits) < _MOST_DIGITS else digits


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _plain(value: object) -> str:
    """Return a plain text as markup: in ``a<b and b>c``, no tag begins; nor in ``List<String>``."""

    def apart(found: re.Match[str]) -> str:
        return "<" if found["name"] and not is_element(found["name"]) else "< "

    text = _text(value)
    return text if _HTML.search(text) else _OPENING.sub(apart, text)


def _address(guid: str) -> str | None:
    """Return a guid that is an address: the standard has ids be that of the entry's page."""
    return guid if _ADDRESS.match(guid) else None


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    """Return who wrote an item or a feed, or the one whom version 1.0 knows; version 1.1 may list none."""
    listed = item.get("authors")
    return _names(listed if isinstance(listed, list) else []) or _names([item.get("author")])


def _names(people: list[Any]) -> tuple[str, ...]:
    names = (_text(person.get("name")) for person in people if isinstance(person, dict))
    return tuple(name for name in names if name)
