"""What a document asks of those who poll it: how long to wait, and when not to come. Pure.

RSS has ``ttl``, ``skipHours`` and ``skipDays``, RSS 1.0 and many others the syndication module. They are read
from the document's text around its entries, for feedparser keeps only the last of several hours; so it is
the same whichever way the entries are read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

AROUND = 50_000
"""Characters before the first and after the last entry that are looked at."""
LONGEST = 365 * 86_400

_ENTRY = re.compile(r"<(?:[\w.-]{1,50}:)?(?:item|entry)\b", re.IGNORECASE)
_ENTRY_ENDS = re.compile(r"</(?:[\w.-]{1,50}:)?(?:item|entry)\b", re.IGNORECASE)
_VALUE = r"\s{{0,50}}>\s{{0,50}}(?:<!\[CDATA\[\s{{0,50}})?({})\s{{0,50}}(?:\]\]>\s{{0,50}})?</"
_TTL = re.compile("<ttl" + _VALUE.format(r"\d{1,9}"), re.IGNORECASE)
_PERIOD = re.compile(r"<[\w.-]{1,50}:updatePeriod" + _VALUE.format("[A-Za-z]{1,20}"), re.IGNORECASE)
_FREQUENCY = re.compile(r"<[\w.-]{1,50}:updateFrequency" + _VALUE.format(r"\d{1,9}"), re.IGNORECASE)
_HOURS = re.compile(r"<skipHours\b", re.IGNORECASE)
_DAYS = re.compile(r"<skipDays\b", re.IGNORECASE)
_LISTED = 5_000
"""Characters of a list of hours or days that are looked at."""
_HOUR = re.compile("<hour" + _VALUE.format(r"\d{1,2}"), re.IGNORECASE)
_DAY = re.compile("<day" + _VALUE.format("[A-Za-z]{1,20}"), re.IGNORECASE)
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {
    "hourly": 3600,
    "daily": 86_400,
    "weekly": 7 * 86_400,
    "monthly": 30 * 86_400,
    "yearly": LONGEST,
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a feed asks for."""

    pause: int = 0
    """Seconds between two polls."""
    hours: tuple[int, ...] = ()
    """Of the day in UTC, 0 to 23, in which nothing is to be fetched."""
    days: tuple[int, ...] = ()
    """Of the week in UTC, 0 is Monday."""


NO_WISHES = Wishes()


def wishes_of(text: str) -> Wishes:
    """Return what the document ``text`` asks for; what cannot be understood is passed over."""
    around = _around_entries(text)
    pause = max(_seconds_to_live(around), _update_period(around))
    return Wishes(min(pause, LONGEST), _hours(around), _days(around))


def beyond(due: datetime, wishes: Wishes, latest: datetime) -> datetime:
    """Return the first moment from ``due`` on that is in no unwanted hour or day, ``latest`` at the most."""
    due = due.astimezone(UTC)
    while due < latest and (due.hour in wishes.hours or due.weekday() in wishes.days):
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(due, latest)


def _around_entries(text: str) -> str:
    """Return what is no entry's: articles may well write of such elements."""
    first = _ENTRY.search(text)
    if first is None:
        return text[: 2 * AROUND]
    *_, after = _ENTRY_ENDS.split("</item" + text[-AROUND:])
    return text[: min(first.start(), AROUND)] + "\n" + after


def _seconds_to_live(text: str) -> int:
    found = _TTL.search(text)
    return int(found[1]) * 60 if found else 0


def _update_period(text: str) -> int:
    period, frequency = _PERIOD.search(text), _FREQUENCY.search(text)
    if period is None:
        return 0
    times = int(frequency[1]) if frequency else 1
    return _PERIODS.get(period[1].lower(), 0) // max(1, times)


def _hours(text: str) -> tuple[int, ...]:
    """Return the hours; some count them from 1 to 24."""
    found = {int(hour) % 24 for hour in _inner(text, _HOURS, _HOUR) if int(hour) <= 24}
    return tuple(sorted(found)) if len(found) < 24 else ()


def _days(text: str) -> tuple[int, ...]:
    found = {_WEEK.index(day.lower()) for day in _inner(text, _DAYS, _DAY) if day.lower() in _WEEK}
    return tuple(sorted(found)) if len(found) < 7 else ()


def _inner(text: str, begins: re.Pattern[str], inner: re.Pattern[str]) -> Iterator[str]:
    """Yield what stands in the first list of hours or days."""
    if found := begins.search(text):
        listed = text[found.end() : found.end() + _LISTED]
        for one in inner.finditer(re.split("</skip", listed, maxsplit=1, flags=re.IGNORECASE)[0]):
            yield one[1]
