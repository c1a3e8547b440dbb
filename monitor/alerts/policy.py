"""Whether a match becomes an alert, and why or why not. Pure."""

from datetime import datetime

from monitor.articles.identity import alert_id
from monitor.clock import is_to_come
from monitor.model import Alert, AlertState, Match

NEW_MATCH = "new match"
"""The occasion for an alert: a topic's first match of an article. The other one is in ``alerts.edits``."""


def decide(match: Match, now: datetime) -> Alert:
    """Return the decision on a match, with its reason.

    The id depends on topic and article only, so that an edit, a copy or a repeat never alerts again.
    """
    why_not = objection(match, now)
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


def objection(match: Match, now: datetime) -> str | None:
    """Return why nobody is to be told of this match, or ``None``.

    A topic that is watched since a time still to come was watched before the clock was set back: what is
    polled now came after it, whatever the clock says.
    """
    if match.article.backlog:
        return "already old when its feed was polled for the first time"
    if is_older(match) and not is_to_come(match.topic_since, now):
        return "seen before the topic was watched"
    if not match.receivers:
        return "the topic names no receiver"
    return None


def is_older(match: Match) -> bool:
    """Return whether the article was seen before its topic was watched, as far as the match knows."""
    return match.article.first_seen < match.topic_since
