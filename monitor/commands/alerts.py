"""``monitor alerts test``: a test message by the same code as real ones."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from monitor import app
from monitor.alerts.policy import NEW_MATCH
from monitor.articles.identity import delivery_id
from monitor.clock import SystemClock
from monitor.commands.door import opened
from monitor.config.load import Configuration
from monitor.errors import UsageError
from monitor.model import Alert, AlertState, Article, Delivery, DeliveryState, Feed, Match, Span
from monitor.notify.base import Outcome, Sent
from monitor.notify.receivers import ReceiverStates

SAID = {
    Outcome.DELIVERED: "delivered",
    Outcome.RETRY: "not delivered; an alert would be tried again",
    Outcome.PERMANENT: "not delivered; an alert would be given up",
    Outcome.DISABLE: "not delivered; the receiver says that it is gone",
}


def test(folder: Path, receiver: str) -> int:
    """Send a test message to ``receiver``; exit 1 if it does not arrive."""
    with opened(folder, secrets=True) as (configuration, backend):
        names = [one.name for one in configuration.receivers]
        if receiver not in names:
            raise UsageError(
                f"there is no receiver {receiver!r}; the watchlist has: {', '.join(names) or 'none'}"
            )
        sent = asyncio.run(_send(configuration, receiver))
        if sent.outcome is Outcome.DELIVERED:
            ReceiverStates(backend.store).switch_on(receiver, SystemClock().now())
    said = "delivered, but not to everybody" if sent.partly else SAID[sent.outcome]
    print(f"{receiver}: {said}" + (f" ({sent.reason})" if sent.reason else ""))
    return 0 if sent.outcome is Outcome.DELIVERED and not sent.partly else 1


async def _send(configuration: Configuration, receiver: str) -> Sent:
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        session = await app.open_webhook_session(stack, configuration.settings)
        notifier = app.notifiers_of(configuration, session, clock)[receiver]
        return await notifier.send(test_delivery(receiver, clock.now()))


def test_delivery(receiver: str, now: datetime) -> Delivery:
    """Return a delivery that says it is a test."""
    title = "Test message: if you can read this, alerts reach you"
    feed = Feed("test", "https://example.org/feed", "monitor")
    calm = "Nothing has happened."
    article = Article(
        id="test", revision=1, feed=feed, title=title, summary=calm, body="", language="en",
        url=None, guid=None, published=now, first_seen=now, filed=now,
    )  # fmt: skip
    match = Match(
        id="test", revision=1, article=article, topic_id="test", topic_name="Test", severity="low",
        receivers=(receiver,), watchlist_version="-", score=0.0, spans=(Span("title", 0, 12, "test"),),
        filed=now, matched=now, topic_since=now,
    )  # fmt: skip
    alert = Alert("test", "test", "test", AlertState.SENT, NEW_MATCH, match, now, now)
    id_ = delivery_id(f"test {now.isoformat()}", receiver)
    return Delivery(id_, receiver, DeliveryState.WAITING, now, (alert,), now, now)
