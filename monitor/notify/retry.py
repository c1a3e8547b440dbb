"""When a delivery is tried again. Pure: chance is handed in.

The waits are those that Standard Webhooks recommends; a mail server gets the same.
"""

from datetime import datetime, timedelta

WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds after the first, second, ... failed try; the last one repeats."""
LONGEST_RETRY_AFTER = 86_400.0


def next_try(
    tries: int,
    created: datetime,
    now: datetime,
    give_up_after: timedelta,
    *,
    retry_after: float | None = None,
    chance: float = 0.5,
) -> datetime | None:
    """Return when to try again after ``tries`` failed tries, or ``None`` to give up.

    ``retry_after`` is in seconds. ``chance`` (0 to 1) adds up to a tenth, so that tries spread out.
    """
    if now - created >= give_up_after:
        return None
    wait = WAITS[min(tries, len(WAITS)) - 1] * (1 + 0.1 * chance)
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_RETRY_AFTER))
    return now + timedelta(seconds=wait)
