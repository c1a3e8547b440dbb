"""Dates as feeds of our languages write them, of which feedparser makes nothing or something else. Pure.

::

    24.11.2026 12:16              24 ноября 2026 г. 12:16         Вт, 24 лис 2026 12:16 EET
    12:16, 24 ноября 2026         2026년 11월 24일 오후 3시 16분     2026-11-24(화) 12:16
    2026/11/24 12:16              2026-11-24 12:16:00 KST         화, 24 11월 2026 12:16 +0900
    Tue,24 Nov 2026 12:16 +0300   Nov 24, 2026 3:16 PM            2026-11-24T12:16:00,000+03
    20261124T121600Z              1795522560 (since 1970)       주체115(2026)년 11월 24일
    24-11-2026 12:16              24/11/2026 12:16 (if no month has that number)
    <time datetime="2026-11-24T12:16:00+03:00">Tue, 24/11/2026 - 12:16</time>

Without a zone they count as UTC, those with Korean words as Korean time (but see ``localtime``).
"""

import re
import time
from datetime import UTC, datetime, timedelta

from monitor.feeds.document.ordinary_dates import offset, ordinary

ZONES = {
    "cdt": -5, "cest": 2, "cet": 1, "cst": -6, "edt": -4, "eest": 3, "eet": 2, "est": -5, "gmt": 0, "hkt": 8,
    "irkt": 8, "jst": 9, "krat": 7, "kst": 9, "magt": 11, "mdt": -6, "msd": 4, "msk": 3, "mst": -7, "novt": 7,
    "omst": 6, "pdt": -7, "pett": 12, "pst": -8, "samt": 4, "sgt": 8, "ut": 0, "utc": 0, "vlat": 10,
    "west": 1, "wet": 0, "yakt": 9, "yekt": 5, "z": 0, "мск": 3,
}  # fmt: skip
"""Hours ahead of UTC."""
_MONTHS = (
    ("jan", "янв", "січ"), ("feb", "фев", "лют"), ("mar", "мар", "бер"), ("apr", "апр", "кві"),
    ("may", "мая", "май", "тра"), ("jun", "июн", "чер"), ("jul", "июл", "лип"), ("aug", "авг", "сер"),
    ("sep", "сен", "вер"), ("oct", "окт", "жов"), ("nov", "ноя", "лис"), ("dec", "дек", "гру"),
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NAME = rf"(?P<name>{'|'.join(_MONTH)})[^\W\d_]*\.?,?"
_WEEKDAY = r"(?:(?:[^\W\d_]|['’ʼ])+\.?,?\s*)?"
_NTH = r"(?P<day>\d\d?)(?:st|nd|rd|th)?"
_DAYS = (
    re.compile(
        rf"(?:주체\s?\d+\s?\()?{_YEAR}\)?\s*(?:[./]|년)\s*(?P<month>\d\d?)\s*(?:[./]|월)\s*(?P<day>\d\d?)(?!\d)\s*[일.]?"
    ),
    re.compile(rf"{_YEAR}-(?P<month>\d\d?)-(?P<day>\d\d?)(?!\d)"),
    re.compile(rf"(?P<day>\d\d?)\.(?P<month>\d\d?)\.{_YEAR}(?!\d)"),
    re.compile(rf"(?P<day>\d\d?)-(?P<month>\d\d?)-{_YEAR}(?!\d)"),
    re.compile(rf"(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d\d?)/{_YEAR}(?!\d)"),
    re.compile(rf"(?P<month>\d\d?)/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}(?!\d)"),
    re.compile(
        rf"{_WEEKDAY}{_NTH}[\s-]+{_NAME}[\s-]+{_YEAR}(?!\d)(?:\s*[гр]\.|\s+(?:года|року))?", re.IGNORECASE
    ),
    re.compile(rf"{_WEEKDAY}{_NAME}\s+{_NTH},?\s+{_YEAR}(?!\d)", re.IGNORECASE),
    re.compile(rf"(?:[월화수목금토일](?:요일)?,?\s+)?(?P<day>\d\d?)\s+(?P<month>\d\d?)월\s+{_YEAR}(?!\d)"),
    re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?=T?[0-2]\d[0-5]\d)"),
)
_NAMED = _DAYS[6:8]
_SINCE_1970 = re.compile(r"([1-9]\d{9})(?:\.\d+|\d{3})?")
_HALF = "오전|오후|am|pm|a\\.m\\.|p\\.m\\."
_LATE = ("오후", "p")
_SECOND = r"(?:\s*[:.]?\s*(?P<second>\d\d?)(?:[.,]\d+|\s*초)?)?(?!\d)"
_CLOCKS = (
    re.compile(r"T?(?P<half>)(?P<late>)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?!\d)"),
    re.compile(
        rf"(?:\s[-–—]\s|[^\d+-]){{0,12}}?(?P<half>{_HALF})?\s*(?P<hour>\d\d?)"
        rf"(?:[:.h](?P<minute>\d\d?)|\s*시(?:\s*(?P<after>\d\d?)\s*분?)?){_SECOND}(?:\s?(?P<late>{_HALF}))?",
        re.IGNORECASE,
    ),
)
_CLOCK_FIRST = re.compile(
    r"(?P<half>)(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?P<late>)\s*[,|/–—-]?\s+"
)
_OFFSET = re.compile(
    rf"\s*\(?(?:(?:utc|gmt)?\s*(?P<sign>[+-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?|(?P<named>{'|'.join(ZONES)})\b)",
    re.IGNORECASE,
)
_REST = re.compile(r"\s*(?:\(.*)?$")
_VAGUE = re.compile(
    r"\s*(?:\d{4}(?!\d|-?\d\d)|\d{9,}(?:\.\d*)?\s*$|\d\d?:\d\d|[+−–-]+\d|0{2,4}[./-]?00(?!:))"
    r"|.*\s(?:[−–-]0*\d|0000)\s+\d(?!\d{3}\s*$)"
    r"|\D+\d\d?\s+\d\d:\d\d:\d\d\s+(?:[A-Z]{1,5}\s+)?(?:[−–-]0*\d|0000)\s*$"
    r"|.*:\d\d(?:[.,]\d+)?\s*[+-](?:1[5-9]|[2-9]\d|14:?(?!00)\d\d|\d\d:?[6-9]\d)(?::?\d\d)?\s*(?:\(|$)"
)
"""What it makes up a date of: a year without a month, a number, a time without a day, a year below 1 (MySQL's
date for none, as PHP writes it), a zone that there is nowhere."""
_LOOSE_ZONE = re.compile(r"\b(?:UTC|GMT)\s*([+-])(\d\d?)(?::?(\d\d))?\b", re.IGNORECASE)
_ZONE_OF_HOURS = re.compile(r"(?<=:\d\d )([+-])(\d\d?)(?= \d{4}\s*$)")
"""As ``date`` writes zones without a name."""
_ELEMENT = re.compile(r"""<time\s(?:[^<>]*?\s)??datetime\s*=\s*["']([^"'<>]*)["']""", re.IGNORECASE)
"""HTML's own, which Drupal puts there: what it shows is for people."""
_LONGEST = 80


def written(value: str) -> time.struct_time | None:
    """Return the date in UTC, ``None`` if it is written in none of these ways; raises ``ValueError``."""
    value = value.strip()
    if usual := ordinary(value):
        return usual.utctimetuple()
    element = _ELEMENT.match(value)
    value = (element[1].strip() if element else value)[:_LONGEST]
    if since := _SINCE_1970.fullmatch(value):
        return time.gmtime(int(since[1]))
    first = _CLOCK_FIRST.match(value)
    found = next(filter(None, (day.match(value, first.end() if first else 0) for day in _DAYS)), None)
    if found is None:
        return None
    clock = first or next(filter(None, (clock.match(value, found.end()) for clock in _CLOCKS)), None)
    end = found.end() if first or clock is None else clock.end()
    zone = _OFFSET.match(value, end)
    is_named = found.re in _NAMED and value.isascii()
    if is_named and not _REST.match(value, zone.end() if zone else end):
        return None  # feedparser knows some more that are written in English
    is_korean = re.search("[가-힣]", value) is not None
    ahead = _ahead(zone) if zone else timedelta(hours=9 if is_korean else 0)
    return (_midnight(found) + _since_midnight(clock) - ahead).utctimetuple()


def _midnight(day: re.Match[str]) -> datetime:
    told = day.groupdict()
    month = _MONTH[told["name"].lower()] if told.get("name") else int(told["month"])
    return datetime(int(told["year"]), month, int(told["day"]), tzinfo=UTC)


def _since_midnight(clock: re.Match[str] | None) -> timedelta:
    if clock is None:
        return timedelta(0)
    told = clock.groupdict()
    hour, half = int(told["hour"]), (told["half"] or told["late"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith(_LATE) else 0)
    minute, second = int(told["minute"] or told.get("after") or 0), int(told["second"] or 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError("there is no such time of day")
    return timedelta(hours=hour, minutes=minute, seconds=second)


def is_vague(value: str) -> bool:
    """Return whether this is a year and no more of a date, a mere number, or in no zone of this world."""
    return _VAGUE.match(value) is not None


def with_plain_offset(value: str) -> str:
    """Return a date whose UTC+3, or +03 before the year, is written as +0300."""
    value = _LOOSE_ZONE.sub(lambda at: f"{at[1]}{at[2]:0>2}{at[3] or '00'}", value)
    return _ZONE_OF_HOURS.sub(lambda at: f"{at[1]}{at[2]:0>2}00", value)


def _ahead(zone: re.Match[str]) -> timedelta:
    """Return how far a zone is ahead of UTC."""
    if zone["named"]:
        return timedelta(hours=ZONES[zone["named"].lower()])
    return offset(zone["sign"], zone["hours"], zone["minutes"] or "0")
