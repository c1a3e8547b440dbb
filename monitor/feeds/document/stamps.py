"""Dates that a server puts on every entry at each fetch: they tell when the document was made. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

FEW = 3
"""Entries; so many are not of one moment by chance."""
MADE_WITHIN = timedelta(seconds=2)
"""What a server takes to make a document."""
MADE_AGO = timedelta(minutes=15)
"""How old a document may be that a cache shows; clocks differ as well."""


def are_stamped(dates: Sequence[datetime | None], now: datetime) -> bool:
    """Return whether the dates of all entries are that of their document, which was fetched ``now``."""
    there = [date for date in dates if date]
    if len(there) < max(FEW, len(dates)) or max(there) - min(there) > MADE_WITHIN:
        return False
    return abs(now - there[0]) <= MADE_AGO
