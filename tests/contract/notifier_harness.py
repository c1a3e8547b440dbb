"""What each notifier brings to its contract suite."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from enum import StrEnum

from monitor.clock import SystemClock
from monitor.model import Delivery
from monitor.notify.base import Notifier, Sent
from monitor.notify.email import EmailNotifier, SmtpAccess
from monitor.notify.webhook import Hook
from tests.notify.servers import (
    DROP,
    HANG,
    HOST,
    PASSWORD,
    SECRET,
    HookServer,
    MailServer,
    hook_notifier,
    hook_server,
    mail_server,
)


class Behaviour(StrEnum):
    """What a receiver may do."""

    WELL = "well"
    BUSY = "busy"
    REFUSES = "refuses"
    HANGS = "hangs"
    DROPS = "drops"


class NotifierHarness(ABC):
    """A notifier and its receiver."""

    secrets: tuple[str, ...]
    speaks_first: bool
    garbage: tuple[bytes, ...]
    endless: bytes
    """An answer that goes on like this for ever."""

    @abstractmethod
    def behave(self, how: Behaviour) -> None:
        """Set what the receiver does from now on."""

    @abstractmethod
    def ids(self) -> list[str]:
        """Return the ids of the messages that came in."""

    @abstractmethod
    def notifier(
        self, port: int | None = None, patience: float = 5.0
    ) -> AbstractAsyncContextManager[Notifier]:
        """Open a notifier for the receiver, or for whatever is at another port."""

    def send(self, one: Delivery, *, port: int | None = None, patience: float = 5.0) -> Sent:
        """Try once."""

        async def run() -> Sent:
            async with self.notifier(port, patience) as notifier:
                return await notifier.send(one)

        return asyncio.run(run())


class EmailHarness(NotifierHarness):
    """Email with a login."""

    secrets = (PASSWORD,)
    speaks_first = True
    garbage = (
        b"",
        b"\r\n\r\n",
        b"hello\r\n",
        b"\xff\xfe\x00\r\n",
        b"999 \x1b[31mred\r\n",
        b"220 fine\r\n\xd0\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"220 fine\r\n250 AUTH PLAIN\r\n",
        b"220 fine\r\n250-x\r\n250 AUTH CRAM-MD5\r\n334 *****\r\n",
        b"220 fine\r\n250-x\r\n250 AUTH LOGIN\r\n" + b"334 \xff\r\n" * 20,
        b"220 " + b"x" * 20_000 + b"\r\n",
    )
    endless = b"220-more\r\n" * 500

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def behave(self, how: Behaviour) -> None:
        answers = {"busy": "450 later", "refuses": f"550 no such user\x1b[31m {PASSWORD}"}
        instead = {"hangs": HANG, "drops": DROP}
        self._server.answers = {"RCPT": answers.get(how, "250 fine"), "DATA": instead.get(how, "250 fine")}

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self._server.parsed()]

    @asynccontextmanager
    async def notifier(self, port: int | None = None, patience: float = 5.0) -> AsyncIterator[Notifier]:
        access = SmtpAccess(
            HOST,
            port or self._server.port,
            "monitor@example.org",
            username="user",
            password=PASSWORD,
            timeout=patience,
        )
        yield EmailNotifier(["desk@example.org"], access, "here", SystemClock())


class WebhookHarness(NotifierHarness):
    """A webhook whose address has a token."""

    secrets = (SECRET, SECRET.removeprefix("whsec_"), "t0ken")
    speaks_first = False
    garbage = (
        b"",
        b"hello\r\n\r\n",
        b"\xff\xfe\x00\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\xd0\x00: \xff\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"220 mail.example ESMTP\r\n",
    )
    endless = b"HTTP/1.1 100 Continue\r\n\r\n"

    def __init__(self, server: HookServer) -> None:
        self._server = server

    def behave(self, how: Behaviour) -> None:
        statuses: dict[str, int | str] = {"busy": 503, "refuses": 400, "hangs": HANG, "drops": DROP}
        self._server.status = statuses.get(how, 204)

    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self._server.requests]

    @asynccontextmanager
    async def notifier(self, port: int | None = None, patience: float = 5.0) -> AsyncIterator[Notifier]:
        hook = Hook(f"http://{HOST}:{port or self._server.port}/hook/t0ken?key=t0ken", (SECRET,), patience)
        async with hook_notifier(hook) as notifier:
            yield notifier


@contextmanager
def email_harness() -> Iterator[NotifierHarness]:
    """Run a mail server."""
    with mail_server() as server:
        yield EmailHarness(server)


@contextmanager
def webhook_harness() -> Iterator[NotifierHarness]:
    """Run an endpoint."""
    with hook_server() as server:
        yield WebhookHarness(server)
