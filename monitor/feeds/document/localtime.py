"""Dates that name no zone are by the clock of the place where the outlet sits, if it has one clock. Pure.

Many sites, most in Korea among them, write the time that their readers see on the wall.
"""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.model import Entry, Feed

_PLACES = {
    "BY": "Europe/Minsk",
    "JP": "Asia/Tokyo",
    "KP": "Asia/Pyongyang",
    "KR": "Asia/Seoul",
    "RU": "Europe/Moscow",  # nearly all that is read abroad is written there
    "UA": "Europe/Kyiv",
}
_NAMES_ZONE = re.compile(
    r"[가-힣]"  # which are read as Korean time already
    r"|^\s*\d{10}(?:\d{3})?(?:\.\d+)?\s*$"  # since 1970
    r"|\d\s*Z\s*$"
    r"|(?::\d\d|T\d{4}(?:\d\d)?)(?:[.,]\d+)?\s*(?:[ap]\.?m\.?)?\s*\(?(?:[+-]\d|"
    r"(?!(?:[ap]m|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat|o)\b)"
    r"[a-z]{1,5}\b|мск)"
    r"|\d{4}\s+\(?(?:[a-z]{1,5}|мск)\)?\s*$",
    re.IGNORECASE,
)


def in_local_time(entry: Entry, feed: Feed) -> Entry:
    """Return the entry with its date as its feed means it: by country, or by a language of one clock."""
    zone = _zone(feed)
    if zone is None or entry.published is None or _NAMES_ZONE.search(entry.published_raw or "0Z"):
        return entry
    with suppress(OverflowError):  # the year 1 is none anyway
        return replace(entry, published=entry.published.replace(tzinfo=zone).astimezone(UTC))
    return entry


def _zone(feed: Feed) -> ZoneInfo | None:
    speaks_korean = (feed.language or "").lower().partition("-")[0] == "ko"
    place = _PLACES.get(feed.country or ("KR" if speaks_korean else ""))
    return _known(place) if place else None


@cache
def _known(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:  # a machine without a database of zones
        return None
