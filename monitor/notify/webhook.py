"""Webhooks: a CloudEvents 1.0 body, signed by Standard Webhooks 1.0."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from monitor import __version__
from monitor.clock import Clock
from monitor.guard import refusal
from monitor.model import Alert, Delivery
from monitor.notify.base import Outcome, Sent
from monitor.notify.signature import sign

LONGEST_RETRY_AFTER = 86_400.0
ANSWER = 64 * 1024
"""Bytes of the receiver's answer that are read at most."""
LARGEST = 20_000
"""Bytes of a body: what Standard Webhooks recommends."""
SUMMARY = 500
RETRIED = {408, 425, 429}


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
            "webhook-signature": sign(self._hook.secrets, delivery.id, stamp, body),
        }
        timeout = aiohttp.ClientTimeout(total=self._hook.timeout)
        try:
            # A redirect is not followed: the new place has not proved that the messages are meant for it.
            async with self._session.post(
                self._hook.url, data=body, headers=headers, allow_redirects=False, timeout=timeout
            ) as response:
                answer = judge(response.status, response.headers.get("Retry-After", ""), self._clock.now())
                if answer.outcome is Outcome.DELIVERED:
                    await _read_some(response)
                return answer
        except TimeoutError:
            return Sent(Outcome.RETRY, f"no answer within {self._hook.timeout:g} s")
        except aiohttp.ClientError as error:
            refused = refusal(error)
            if refused:
                return Sent(
                    Outcome.PERMANENT, f"{refused}; allow its host in delivery.allow_hosts if you trust it"
                )
            return Sent(Outcome.RETRY, f"the connection failed: {type(error).__name__}")
        except ValueError:
            return Sent(Outcome.PERMANENT, "the webhook's url is not a usable address")


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
        return Sent(Outcome.RETRY, reason, _seconds(retry_after, now))
    return Sent(Outcome.PERMANENT, reason)


def event(delivery: Delivery, instance: str) -> bytes:
    """Return the delivery as a CloudEvents body (JSON, under ``LARGEST`` bytes; what is cut is marked)."""
    for most in (SUMMARY, 100, 0):
        body = json.dumps(
            _event(delivery, instance, most), ensure_ascii=False, separators=(",", ":")
        ).encode()
        if len(body) < LARGEST:
            return body
    fewer = _event(delivery, instance, 0)
    alerts: list[Any] = fewer["data"]["alerts"] if delivery.is_digest else []
    while alerts:
        alerts.pop()
        fewer["data"]["left_out"] = len(delivery.alerts) - len(alerts)
        body = json.dumps(fewer, ensure_ascii=False, separators=(",", ":")).encode()
        if len(body) < LARGEST:
            break
    return body


def _event(delivery: Delivery, instance: str, most: int) -> dict[str, Any]:
    stamp = delivery.created.astimezone(UTC).isoformat().replace("+00:00", "Z")
    alerts = [_alert(alert, most) for alert in delivery.alerts]
    kind = "digest" if delivery.is_digest else "match"
    data = {"count": len(alerts), "alerts": alerts} if delivery.is_digest else alerts[0]
    topics = dict.fromkeys(alert.topic_id for alert in delivery.alerts)
    return {
        "specversion": "1.0",
        "id": delivery.id,
        "source": f"/monitor/{instance}",
        "type": f"io.monitor.{kind}.created",
        "subject": ",".join(topics)[:1000],
        "time": stamp,
        "timestamp": stamp,
        "datacontenttype": "application/json",
        "data": data,
    }


def _alert(alert: Alert, most: int) -> dict[str, Any]:
    match, article = alert.match, alert.match.article
    return {
        "alert": alert.id,
        "reason": alert.reason,
        "topic": {"id": match.topic_id, "name": match.topic_name},
        "severity": match.severity,
        "score": match.score,
        "revision": match.revision,
        "watchlist_version": match.watchlist_version,
        "article": {
            "id": article.id,
            "title": _cut(article.title, 300),
            "url": article.url if article.url and len(article.url) <= 2000 else None,
            "summary": _cut(article.summary or article.body, most),
            "language": article.language,
            "published": article.published.isoformat() if article.published else None,
            "first_seen": article.first_seen.isoformat(),
            "outlet": _cut(article.feed.outlet, 100),
            "kind": article.feed.kind,
            "country": article.feed.country,
            "family": article.feed.family,
        },
        "spans": [
            {"field": s.field, "start": s.start, "end": s.end, "clause": _cut(s.clause, 100)}
            for s in match.spans[:20]
        ],
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rstrip() + "…"


def _seconds(retry_after: str, now: datetime) -> float | None:
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), LONGEST_RETRY_AFTER)
    try:
        seconds = (parsedate_to_datetime(value) - now).total_seconds() if value else None
    except (TypeError, ValueError, OverflowError):
        return None
    return None if seconds is None else min(max(0.0, seconds), LONGEST_RETRY_AFTER)


async def _read_some(response: aiohttp.ClientResponse) -> None:
    """Read the answer up to a bound, so that the connection can be used again; it is not looked at."""
    try:
        async with asyncio.timeout(2):
            await response.content.read(ANSWER)
    except (TimeoutError, aiohttp.ClientError):
        response.close()
