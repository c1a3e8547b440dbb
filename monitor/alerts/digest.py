"""When a receiver's digest is due. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hourly:
    """At every full hour."""

    def next(self, now: datetime) -> datetime:
        """Return the first full hour after ``now`` (aware; the result is in UTC)."""
        return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day at a time of a time zone's wall clock."""

    at: time
    zone: ZoneInfo

    def next(self, now: datetime) -> datetime:
        """Return the first such moment after ``now`` (aware; the result is in UTC).

        A time that the change to summer time skips comes an hour later on that day.
        """
        day = now.astimezone(self.zone).date()
        while True:
            moment = datetime.combine(day, self.at, self.zone).astimezone(UTC)
            if moment > now:
                return moment
            day += timedelta(days=1)


Rhythm = Hourly | Daily
