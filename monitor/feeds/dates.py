"""Dates as feeds of our languages write them, of which feedparser makes nothing or something else. Pure.

::

    24.11.2026 12:16              24 ноября 2026 г. 12:16       Вт, 24 лис 2026 12:16 EET
    2026/11/24 12:16              2026년 11월 24일 오후 3시 16분     2026-11-24 12:16:00 KST
    20261124T121600Z              화, 24 11월 2026 12:16 +0900     1795522560 (since 1970)

Without a zone they count as UTC, those in Korean words as Korean time.
"""

import re
import time
from datetime import UTC, datetime, timedelta, timezone

ZONES = {
    "cest": 2, "cet": 1, "eest": 3, "eet": 2, "hkt": 8, "irkt": 8, "jst": 9, "krat": 7, "kst": 9, "magt": 11,
    "msd": 4, "msk": 3, "novt": 7, "omst": 6, "pett": 12, "samt": 4, "sgt": 8, "utc": 0, "vlat": 10,
    "west": 1, "wet": 0, "yakt": 9, "yekt": 5, "мск": 3,
}  # fmt: skip
"""Hours ahead of UTC, beside those that feedparser knows; what has several meanings is not among them."""
KOREA = timezone(timedelta(hours=9))
_MONTHS = (
    ("янв", "січ"), ("фев", "лют"), ("мар", "бер"), ("апр", "кві"), ("мая", "май", "тра"), ("июн", "чер"),
    ("июл", "лип"), ("авг", "сер"), ("сен", "вер"), ("окт", "жов"), ("ноя", "лис"), ("дек", "гру"),
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NAMED_ZONE = "|".join(ZONES)
_CLOCK = r"\d{1,2}(?::|\s*시)"
_DAYS = (
    re.compile(rf"{_YEAR}\s*(?:[./]|년)\s*(?P<month>\d\d?)\s*(?:[./]|월)\s*(?P<day>\d\d?)(?!\d)\s*[일.]?"),
    # As feedparser reads it, but for what it overlooks behind it.
    re.compile(
        rf"{_YEAR}-(?P<month>\d\d?)-(?P<day>\d\d?)(?!\d)"
        rf"(?=\s*(?:오전|오후)|[T\s]\s*{_CLOCK}[\d:.]*\s*(?:{_NAMED_ZONE})\s*$)",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<day>\d\d?)\.(?P<month>\d\d?)\.{_YEAR}(?!\d)"),
    re.compile(
        rf"(?:[а-яіїєґ']+\.?,?\s+)?(?P<day>\d\d?)\s+(?P<name>[а-яіїєґ]{{3}})[а-яіїєґ]*\.?,?\s+{_YEAR}(?!\d)"
        r"(?:\s*[гр]\.|\s+(?:года|року))?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:[월화수목금토일](?:요일)?,?\s+)?(?P<day>\d\d?)\s+(?P<month>\d\d?)월\s+{_YEAR}(?!\d)"),
    re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?=T?[0-2]\d[0-5]\d)"),
)
_SINCE_1970 = re.compile(r"([1-9]\d{9})(?:\.\d+|\d{3})?")
_COMPACT_TIME = re.compile(r"T?(?P<half>)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?!\d)")
_TIME = re.compile(
    r"[^\d+-]{0,12}?(?P<half>오전|오후|am|pm)?\s*(?P<hour>\d\d?)(?::|\s*시\s*)(?P<minute>\d\d?)"
    r"(?:\s*분)?(?:\s*:?\s*(?P<second>\d\d?)(?:[.,]\d+|\s*초)?)?(?!\d)",
    re.IGNORECASE,
)
_OFFSET = re.compile(
    rf"\s*(?:(?:utc|gmt)?\s*(?P<sign>[+-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?|(?P<named>{_NAMED_ZONE})\b)",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\s*(?:\d{4}(?!\d|-?\d\d)|\d{9,}(?:\.\d*)?\s*$)")
"""A year without a month behind it, which feedparser would take from today, or a number that is no date."""
_LOOSE_ZONE = re.compile(r"\b(?:UTC|GMT)\s*([+-])(\d\d?)(?::?(\d\d))?\b", re.IGNORECASE)
_LONGEST = 80


def written(value: str) -> time.struct_time | None:
    """Return the date in UTC, ``None`` if it is written in none of these ways; raises ``ValueError``."""
    value = value.strip()[:_LONGEST]
    if since := _SINCE_1970.fullmatch(value):
        return time.gmtime(int(since[1]))
    found = next(filter(None, (day.match(value) for day in _DAYS)), None)
    if found is None:
        return None
    named = found.groupdict()
    month = _MONTH[named["name"].lower()] if named.get("name") else int(named["month"])
    moment = datetime(int(named["year"]), month, int(named["day"]), tzinfo=UTC)
    clock = _COMPACT_TIME.match(value, found.end()) or _TIME.match(value, found.end())
    zone = _zone(value, clock.end()) if clock else None
    if clock:
        hour = int(clock["hour"])
        if clock["half"] and hour <= 12:
            hour = hour % 12 + (12 if clock["half"].lower() in {"오후", "pm"} else 0)
        moment = moment.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0))
    is_korean = re.search("[년월오]", value) is not None
    return moment.replace(tzinfo=zone or (KOREA if is_korean else UTC)).utctimetuple()


def is_vague(value: str) -> bool:
    """Return whether this is a year and no more of a date, or a mere number."""
    return _VAGUE.match(value) is not None


def with_plain_offset(value: str) -> str:
    """Return a date whose UTC+3 is written as +0300."""
    return _LOOSE_ZONE.sub(lambda at: f"{at[1]}{at[2]:0>2}{at[3] or '00'}", value)


def _zone(value: str, start: int) -> timezone | None:
    found = _OFFSET.match(value, start)
    if found is None:
        return None
    if found["named"]:
        return timezone(timedelta(hours=ZONES[found["named"].lower()]))
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(-ahead if found["sign"] == "-" else ahead)
