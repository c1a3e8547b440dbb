"""Whether a match becomes an alert, and why or why not. Pure."""

from datetime import datetime, timedelta

from monitor.articles.identity import alert_id
from monitor.model import Alert, AlertState, Match

NEW_MATCH = "new match"
"""The occasion for an alert: a topic's first match of an article. The other one is in ``alerts.edits``."""

CLOCKS_DIFFER = timedelta(minutes=1)
"""By so much at most, unless one was set."""


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
    is_set_back = match.topic_since > now + CLOCKS_DIFFER
    if match.article.backlog:
        return "already old when its feed was polled for the first time"
    if match.article.first_seen < match.topic_since and not is_set_back:
        return "seen before the topic was watched"
    if not match.receivers:
        return "the topic names no receiver"
    return None
