"""Real receivers on this machine: a mail server, and an endpoint that checks the webhooks' signatures."""

import email
import email.policy
import hmac
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.notify.signature import sign

HOST = "127.0.0.1"


@dataclass
class Inbox:
    """What came in."""

    mails: list[EmailMessage] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    event_ids: list[str] = field(default_factory=list)
    bad_signatures: int = 0


class _MailHandler:
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        self._inbox.mails.append(email.message_from_bytes(content, policy=email.policy.default))
        return "250 kept"


@dataclass(frozen=True)
class Receivers:
    """Where to send to."""

    inbox: Inbox
    smtp_port: int
    hook_url: str
    secret: str = field(repr=False)
    """What webhooks must be signed with."""


@asynccontextmanager
async def receivers(secret: str) -> AsyncIterator[Receivers]:
    """Run both receivers on free ports of 127.0.0.1."""
    inbox = Inbox()
    mail = Controller(_MailHandler(inbox), hostname=HOST, port=free_port())
    mail.start()
    try:
        runner = web.AppRunner(_hook(inbox, secret), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, 0).start()
            yield Receivers(inbox, mail.port, f"http://{HOST}:{runner.addresses[0][1]}/hook", secret)
        finally:
            await runner.cleanup()
    finally:
        mail.stop()


def _hook(inbox: Inbox, secret: str) -> web.Application:
    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        id_, stamp = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "0")
        expected = sign([secret], id_, int(stamp), body)
        if not hmac.compare_digest(expected, request.headers.get("webhook-signature", "")):
            inbox.bad_signatures += 1
            return web.Response(status=401)
        inbox.events.append(json.loads(body))
        inbox.event_ids.append(id_)
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", take)
    return app


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
