"""What the headers of HTTP answers mean. Pure."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from multidict import MultiMapping

LONGEST = 86_400.0
"""Seconds: nobody may ask us to wait for more than a day."""
LONGEST_CONTROL = 8_000
"""Characters of ``Cache-Control`` that are read."""
_DIRECTIVE = re.compile(r'([\w-]+)(?:\s*=\s*("[^"]*"|[^\s,;]*))?', re.ASCII)
_SECONDS = re.compile(r'"?([0-9]{1,12})')


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


def sent(headers: MultiMapping[str], now: datetime) -> datetime:
    """Return when an answer was sent by the server's own clock; ``now`` if it does not say so legibly."""
    try:
        return moment(headers.get("Date", ""))
    except (TypeError, ValueError, OverflowError):
        return now


def fresh_for(headers: MultiMapping[str], now: datetime) -> float:
    """Return the seconds from ``now`` (aware) for which an answer is fresh; 0 if it does not say so legibly.

    ``headers``, of which ``Cache-Control`` goes before ``Expires``, are found whatever their case.
    """
    control = _directives(headers)
    # What names single headers says nothing of the rest.
    if "no-store" in control or control.get("no-cache") == "":
        return 0.0
    if found := _SECONDS.match(control.get("max-age", "")):
        age = headers.get("Age", "").strip()
        spent = float(age[:12]) if age.isascii() and age.isdigit() else 0.0
        return min(max(0.0, float(found[1]) - spent), LONGEST)
    try:
        ends = moment(headers.get("Expires", ""))
        return min(max(0.0, (ends - sent(headers, now)).total_seconds()), LONGEST)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _directives(headers: MultiMapping[str]) -> dict[str, str]:
    """Return what ``Cache-Control`` says, on however many lines: of what is said twice, the first."""
    line = ",".join(headers.getall("Cache-Control", ()))[:LONGEST_CONTROL]
    said = [(name.lower(), value) for name, value in _DIRECTIVE.findall(line)]
    return dict(reversed(said))


def moment(date: str) -> datetime:
    """Return when a date of HTTP or mail is, an aware time: one that names no zone is in UTC.

    Raises ``TypeError``, ``ValueError`` or ``OverflowError`` if it is none.
    """
    found = parsedate_to_datetime(date)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
