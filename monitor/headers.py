"""What the headers of HTTP answers mean. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 86_400.0
"""Seconds: nobody may ask us to wait for more than a day."""
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that ``Retry-After`` asks to wait from ``now`` (aware); ``None`` if unreadable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value.lstrip("0")[:12] or 0), LONGEST)
    try:
        seconds = (moment(value) - now).total_seconds() if value else None
    except (TypeError, ValueError, OverflowError):
        return None
    return None if seconds is None else min(max(0.0, seconds), LONGEST)


def fresh_for(headers: Mapping[str, str], now: datetime) -> float:
    """Return the seconds from ``now`` (aware) for which an answer is fresh; 0 if it does not say so legibly.

    ``headers``, of which ``Cache-Control`` goes before ``Expires``, are found whatever their case.
    """
    control = headers.get("Cache-Control", "")
    if "no-cache" in control.lower() or "no-store" in control.lower():
        return 0.0
    if found := _MAX_AGE.search(control):
        age = headers.get("Age", "").strip()
        spent = float(age[:12]) if age.isascii() and age.isdigit() else 0.0
        return min(max(0.0, float(found[1]) - spent), LONGEST)
    try:
        ends = moment(headers.get("Expires", ""))
        sent = moment(headers["Date"]) if "Date" in headers else now
        return min(max(0.0, (ends - sent).total_seconds()), LONGEST)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def moment(date: str) -> datetime:
    """Return when a date of HTTP or mail is, an aware time: one that names no zone is in UTC.

    Raises ``TypeError``, ``ValueError`` or ``OverflowError`` if it is none.
    """
    found = parsedate_to_datetime(date)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
