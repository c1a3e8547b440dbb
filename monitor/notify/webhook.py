"""Webhooks: a CloudEvents 1.0 body, signed by Standard Webhooks 1.0."""

import asyncio
import json
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

from monitor import __version__
from monitor.clock import Clock
from monitor.guard import as_sent, refusal
from monitor.headers import retry_after as seconds
from monitor.headers import sent as sent_at
from monitor.model import Alert, Delivery
from monitor.notify.base import Outcome, Sent
from monitor.notify.notice import notice_data
from monitor.notify.signature import sign
from monitor.wire import Flooded

ANSWER = 64 * 1024
"""Bytes of the receiver's answer that are read at most."""
LARGEST = 20_000
"""Bytes of a body: what Standard Webhooks recommends."""
TITLE, NAME, ADDRESS, SUBJECT = 300, 100, 2000, 1000
"""Characters of them at most; a longer address is left out, as half of it leads nowhere."""
RETRIED = {408, 425, 429}
_FAILURES = (
    (aiohttp.ClientConnectorCertificateError, "the endpoint's certificate is not trusted"),
    (aiohttp.ClientSSLError, "no safe connection to the endpoint"),
    (aiohttp.ClientConnectorDNSError, "the endpoint's name is not found"),
    (aiohttp.ClientConnectorError, "nothing answers at the endpoint"),
    (aiohttp.ClientResponseError, "the answer is not HTTP"),
    (Flooded, "the answer has no end"),
    (aiohttp.ClientConnectionError, "the endpoint closed the connection"),
)
"""In plain words, the narrower kind first. The error's own text may hold the url, and with it a token."""
_NO_ADDRESS = Sent(Outcome.PERMANENT, "the webhook's url is not a usable address")


@dataclass(frozen=True, slots=True)
class Most:
    """How much of each alert is told."""

    summary: int
    """Characters."""
    spans: int


MOSTS = (Most(500, 20), Most(100, 20), Most(0, 20), Most(0, 0))
"""From generous to scant: the first one that fits is taken."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where to, and the secrets to sign with: the newest first while they rotate."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)
    timeout: float = 20.0


class WebhookNotifier:
    """Posts to one endpoint. ``session`` must be guarded. Implements ``notify.base.Notifier``."""

    def __init__(self, hook: Hook, session: aiohttp.ClientSession, instance: str, clock: Clock) -> None:
        self._hook = hook
        self._session = session
        self._instance = instance
        self._clock = clock

    async def send(self, delivery: Delivery) -> Sent:
        """Try once; see ``notify.base.Notifier``."""
        body = event(delivery, self._instance)
        stamp = int(self._clock.now().timestamp())
        headers = {
            "content-type": "application/cloudevents+json",
            "user-agent": f"monitor/{__version__}",
            "webhook-id": delivery.id,
            "webhook-timestamp": str(stamp),
        }
        if self._hook.secrets:
            headers["webhook-signature"] = sign(self._hook.secrets, delivery.id, stamp, body)
        timeout = aiohttp.ClientTimeout(total=self._hook.timeout)
        try:
            url = as_sent(self._hook.url)
        except ValueError:
            return _NO_ADDRESS
        try:
            # A redirect is not followed: the new place has not proved that the messages are meant for it.
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=timeout
            ) as response:
                begun = sent_at(response.headers, self._clock.now())
                answer = judge(response.status, response.headers.get("Retry-After", ""), begun)
                if answer.outcome is Outcome.DELIVERED:
                    await _read_some(response)
                return answer
        except TimeoutError:
            return Sent(Outcome.RETRY, f"no answer within {self._hook.timeout:g} s")
        except aiohttp.InvalidURL:
            return _NO_ADDRESS
        except (aiohttp.ClientError, OSError, ValueError) as error:
            refused = refusal(error)
            if refused:
                return Sent(
                    Outcome.PERMANENT, f"{refused}; allow its host in delivery.allow_hosts if you trust it"
                )
            why = next(
                (words for kind, words in _FAILURES if isinstance(error, kind)), "the connection failed"
            )
            return Sent(Outcome.RETRY, f"{why} ({type(error).__name__})")


def judge(status: int, retry_after: str, now: datetime) -> Sent:
    """Return what an HTTP status means for a delivery. Pure."""
    reason = f"HTTP {status}"
    if 200 <= status < 300:
        return Sent(Outcome.DELIVERED, reason)
    if status == 410:
        return Sent(Outcome.DISABLE, reason)
    if 300 <= status < 400:
        return Sent(
            Outcome.RETRY, f"{reason}: redirects are not followed; write the new address in the watchlist"
        )
    if status in RETRIED or status >= 500:
        return Sent(Outcome.RETRY, reason, seconds(retry_after, now))
    return Sent(Outcome.PERMANENT, reason)


def event(delivery: Delivery, instance: str) -> bytes:
    """Return the delivery as a CloudEvents body: JSON of less than ``LARGEST`` bytes.

    An alert names in ``cut`` what was shortened or left out of it; a digest counts under ``left_out`` the
    alerts that found no room, and a notice the feeds.
    """
    if delivery.notice:
        return _fitting(
            _enveloped(delivery, instance, "feeds.changed", "feeds", notice_data(delivery)), "feeds"
        )
    for most in MOSTS:
        body = _json(_event(delivery, instance, most))
        if len(body) < LARGEST:
            return body
    return _fitting(_event(delivery, instance, MOSTS[-1]), "alerts")


def _fitting(whole: dict[str, Any], items: str) -> bytes:
    """Return an event with as many of its ``items`` as find room."""
    if len(body := _json(whole)) < LARGEST:
        return body
    sizes = range(len(whole["data"][items]) + 1)
    fitting = bisect_left(sizes, LARGEST, key=lambda number: len(_json(_with(whole, items, number)))) - 1
    return _json(_with(whole, items, fitting))


def _with(whole: dict[str, Any], items: str, number: int) -> dict[str, Any]:
    """Return an event with only the first ``number`` of its items."""
    listed = whole["data"][items]
    data = whole["data"] | {items: listed[:number], "left_out": len(listed) - number}
    return whole | {"data": data}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _event(delivery: Delivery, instance: str, most: Most) -> dict[str, Any]:
    alerts = [_alert(alert, most) for alert in delivery.alerts]
    kind = "digest" if delivery.is_digest else "match"
    data = {"count": len(alerts), "alerts": alerts} if delivery.is_digest else alerts[0]
    topics = ",".join(dict.fromkeys(alert.topic_id for alert in delivery.alerts))
    subject = topics if len(topics) <= SUBJECT else topics[:SUBJECT] + "…"
    return _enveloped(delivery, instance, f"{kind}.created", subject, data)


def _enveloped(
    delivery: Delivery, instance: str, kind: str, subject: str, data: dict[str, Any]
) -> dict[str, Any]:
    stamp = delivery.created.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {
        "specversion": "1.0",
        "id": delivery.id,
        "source": f"/monitor/{instance}",
        "type": f"io.monitor.{kind}",
        "subject": subject,
        "time": stamp,
        "timestamp": stamp,
        "datacontenttype": "application/json",
        "data": data,
    }


def _alert(alert: Alert, most: Most) -> dict[str, Any]:
    match, article = alert.match, alert.match.article
    feed = article.feed
    cut: list[str] = []

    def short(name: str, text: str, most: int) -> str:
        if len(text) <= most:
            return text
        cut.append(name)
        return text[:most].rstrip() + "…"

    if article.url and len(article.url) > ADDRESS:
        cut.append("url")
    if len(match.spans) > most.spans:
        cut.append("spans")
    return {
        "alert": alert.id,
        "reason": alert.reason,
        "topic": {"id": match.topic_id, "name": short("topic", match.topic_name, NAME)},
        "severity": match.severity,
        "score": match.score,
        "revision": match.revision,
        "watchlist_version": match.watchlist_version,
        "article": {
            "id": article.id,
            "title": short("title", article.title, TITLE),
            "url": None if "url" in cut else article.url,
            "summary": short("summary", article.summary or article.body, most.summary),
            "language": article.language,
            "published": article.published.isoformat() if article.published else None,
            "first_seen": article.first_seen.isoformat(),
            "outlet": short("outlet", feed.outlet, NAME),
            "kind": short("kind", feed.kind, NAME) if feed.kind else feed.kind,
            "country": feed.country,
            "family": short("family", feed.family, NAME) if feed.family else feed.family,
        },
        "spans": [
            {"field": s.field, "start": s.start, "end": s.end, "clause": short("clause", s.clause, NAME)}
            for s in match.spans[: most.spans]
        ],
        "cut": sorted(set(cut)),
    }


async def _read_some(response: aiohttp.ClientResponse) -> None:
    """Read the answer up to a bound, so that the connection can be used again; it is not looked at."""
    try:
        async with asyncio.timeout(2):
            await response.content.read(ANSWER)
    except (TimeoutError, aiohttp.ClientError):
        response.close()
