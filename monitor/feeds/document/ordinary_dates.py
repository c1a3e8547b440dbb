"""Dates as most feeds write them, read in one look. Pure."""

import re
from datetime import UTC, datetime, timedelta

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = {name: number for number, name in enumerate(MONTHS, 1)}
_MAIL_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?P<day>\d\d?) (?P<month>[A-Z][a-z][a-z]) (?P<year>(?:19|20)\d\d) "
    r"(?P<time>\d\d:\d\d:\d\d) (?:GMT|(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d))",
    re.ASCII,
)
_ISO_DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)T(?P<time>\d\d:\d\d:\d\d)(?:\.\d{1,9})?"
    r"(?:Z|(?P<sign>[+-])(?P<hours>\d\d):(?P<minutes>\d\d))",
    re.ASCII,
)
FARTHEST = timedelta(hours=14)
"""What a zone may be off."""


def ordinary(value: str) -> datetime | None:
    """Return an aware date, ``None`` if it is written in another way."""
    found = _MAIL_DATE.fullmatch(value) or _ISO_DATE.fullmatch(value)
    if found is None:
        return None
    day, month, year, time, sign, hours, minutes = found.group(
        "day", "month", "year", "time", "sign", "hours", "minutes"
    )
    try:
        number = _MONTH.get(month) or int(month)
        moment = datetime(
            int(year), number, int(day), int(time[:2]), int(time[3:5]), int(time[6:]), tzinfo=UTC
        )
        return moment - offset(sign, hours, minutes) if sign else moment
    except ValueError:
        return None


def offset(sign: str, hours: str, minutes: str) -> timedelta:
    """Return how far ``+03:00``, taken apart, is ahead of UTC. Raises ``ValueError`` if that is no zone."""
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    if ahead > FARTHEST or int(minutes) > 59:
        raise ValueError("there is no such zone")
    return -ahead if sign == "-" else ahead
