"""What the headers of HTTP answers mean. Pure."""

from datetime import datetime
from email.utils import parsedate_to_datetime

LONGEST = 86_400.0
"""Seconds: nobody may ask us to wait for more than a day."""


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that ``Retry-After`` asks to wait from ``now`` (aware); ``None`` if unreadable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value.lstrip("0")[:12] or 0), LONGEST)
    try:
        seconds = (parsedate_to_datetime(value) - now).total_seconds() if value else None
    except (TypeError, ValueError, OverflowError):
        return None
    return None if seconds is None else min(max(0.0, seconds), LONGEST)
