"""What a hub that asks whether we want what it was asked for is told. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.articles.normalize import one_line
from monitor.feeds.websub.lease import Lease, Leases, confirmed, denied

LONGEST_CHALLENGE = 2_000
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a plain text, and what was learned: ``leases`` if they have changed."""

    status: int
    text: str = ""
    leases: Leases | None = None


NOT_OURS = Answer(404, "this was not asked for")


def answer(
    leases: Leases | None,
    token: str,
    query: Mapping[str, str],
    *,
    asked_for: timedelta,
    now: datetime,
    chance: float,
) -> Answer:
    """Return what to say to a hub's question. ``asked_for`` is the lease that hubs are asked for."""
    lease = leases.by_token(token) if leases else None
    if leases is None or lease is None or query.get("hub.topic") != lease.topic:
        return NOT_OURS
    challenge = query.get("hub.challenge", "")
    match query.get("hub.mode"):
        case "denied":
            reason, _ = one_line(query.get("hub.reason", ""), LONGEST_REASON)
            return Answer(200, "", leases.changed(token, lambda one: denied(one, reason, now)))
        case "subscribe" if _is_wanted(lease) and 0 < len(challenge) <= LONGEST_CHALLENGE:
            seconds = _seconds(query.get("hub.lease_seconds", ""), asked_for)
            return Answer(
                200, challenge, leases.changed(token, lambda one: confirmed(one, seconds, now, chance))
            )
        case "unsubscribe" if lease.state == "ending" and 0 < len(challenge) <= LONGEST_CHALLENGE:
            return Answer(200, challenge, leases.changed(token, lambda _: None))
    return NOT_OURS


def _is_wanted(lease: Lease) -> bool:
    """Return whether a lease was asked for, or is kept: a hub may ask again at any time."""
    return lease.state in {"active", "silent"} or (lease.state == "asked" and lease.tries > 0)


def _seconds(given: str, asked_for: timedelta) -> float:
    """Return how long the hub will tell of news; what was asked for if it does not say so readably."""
    if given.isascii() and given.isdigit() and int(given[:12]) > 0:
        return float(given[:12])
    return asked_for.total_seconds()
