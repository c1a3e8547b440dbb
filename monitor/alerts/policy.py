"""Whether a match becomes an alert, and why or why not. Pure."""

from datetime import datetime

from monitor.articles.identity import alert_id
from monitor.model import Alert, AlertState, Match

NEW_MATCH = "new match"
"""The one occasion for an alert so far: a topic's first match of an article."""


def decide(match: Match, now: datetime) -> Alert:
    """Return the decision on a match, with its reason.

    The id depends on topic and article only, so that an edit, a copy or a repeat never alerts again.
    """
    why_not = objection(match)
    return Alert(
        id=alert_id(match.topic_id, match.article.id, NEW_MATCH),
        topic_id=match.topic_id,
        subject=match.article.id,
        state=AlertState.WITHHELD if why_not else AlertState.SENT,
        reason=why_not or NEW_MATCH,
        match=match,
        decided=now,
        filed=match.filed,
    )


def objection(match: Match) -> str | None:
    """Return why nobody is to be told of this match, or ``None``."""
    if match.article.backlog:
        return "already old when its feed was polled for the first time"
    if match.article.first_seen < match.topic_since:
        return "seen before the topic was watched"
    if not match.receivers:
        return "the topic names no receiver"
    return None
