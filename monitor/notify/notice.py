"""What a delivery says of feeds to operators: a mail's texts, a webhook's data. Pure.

Reasons may quote servers. They are one line of plain characters each, and the templates escape them.
"""

from typing import Any

from monitor.model import Delivery, FeedHealth, FeedNotice
from monitor.notify.message import MessageText, filled, header_text, moment_text, safe_link

LISTED = 300
"""Feeds that a mail lists at most; it says how many there are more."""
REASON = 500
"""Characters of a reason at most."""
TITLE, ADDRESS = 300, 1000
"""Characters of them at most; a longer address is left out."""
REMEDIES = {
    "gone": "Write its new address in feeds.yaml, or take it out; `monitor feeds retry ID` asks it again.",
    "failing": "It is asked less and less often until it answers; `monitor feeds fetch URL` tries it now.",
    "quiet": "It answers, but has had nothing new for far longer than is usual for it.",
}
"""What to do, or what it means, by health."""
_HEADINGS = {"gone": "Gone", "failing": "Failing", "quiet": "Silent", "healthy": "Well again"}


def render_notice(delivery: Delivery, instance: str) -> MessageText:
    """Return the mail of a delivery that has a notice."""
    notice = _notice(delivery)
    facts = {
        "instance": instance,
        "title": notice.title,
        "groups": _groups(notice.feeds[:LISTED]),
        "more": max(0, len(notice.feeds) - LISTED),
        "at": moment_text(notice.at),
        "reference": delivery.id,
    }
    return filled("notice", f"[{instance}] {notice.title}", facts)


def notice_data(delivery: Delivery) -> dict[str, Any]:
    """Return the data of the event of a delivery that has a notice."""
    notice = _notice(delivery)
    feeds = [
        {
            "id": feed.id,
            "outlet": header_text(feed.outlet, 100),
            "url": feed.url if len(feed.url) <= ADDRESS else None,
            "health": feed.health,
            "since": feed.since.isoformat(),
            "reason": header_text(feed.reason, REASON),
        }
        for feed in notice.feeds
    ]
    title = header_text(notice.title, TITLE)
    return {"notice": notice.id, "title": title, "count": len(feeds), "feeds": feeds, "left_out": 0}


def _groups(feeds: tuple[FeedHealth, ...]) -> list[tuple[str, str, list[dict[str, str | None]]]]:
    """Return the feeds by how they fare: heading, what it means, each feed's lines."""
    groups: dict[str, list[dict[str, str | None]]] = {}
    for feed in feeds:
        health = "healthy" if feed.health == "empty" else feed.health
        line = {
            "name": f"{header_text(feed.outlet, 100)} ({feed.id})",
            "link": safe_link(feed.url),
            "since": moment_text(feed.since),
            "reason": header_text(feed.reason, REASON),
        }
        groups.setdefault(health, []).append(line)
    return [(_HEADINGS[health], REMEDIES.get(health, ""), lines) for health, lines in groups.items()]


def _notice(delivery: Delivery) -> FeedNotice:
    assert delivery.notice
    return delivery.notice
