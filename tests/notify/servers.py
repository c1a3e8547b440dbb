"""Real receivers on this machine whose behaviour can be set."""

import asyncio
import contextlib
import email
import email.policy
import itertools
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor.clock import Clock, SystemClock
from monitor.guard import guarded_session
from monitor.model import Alert, Delivery, DeliveryState
from monitor.notify.webhook import Hook, WebhookNotifier
from tests.samples import NOW, alert
from tests.serving import serving

HOST = "127.0.0.1"
HANG, DROP = "hang", "drop"
"""Instead of an answer: none ever, or the end of the connection."""
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PASSWORD = "correct-horse-battery"


def delivery(*alerts: Alert, id_: str = "d1", receiver: str = "desk", digest: bool = False) -> Delivery:
    """Return a delivery that waits to be sent."""
    return Delivery(
        id_, receiver, DeliveryState.WAITING, NOW, alerts or (alert(),), NOW, NOW, is_digest=digest
    )


@dataclass(frozen=True)
class Certificate:
    """What a server shows, and the file that makes a client trust it."""

    context: ssl.SSLContext
    ca_file: str


@dataclass
class MailServer:
    """Keeps what it is sent; ``answers`` tells what to say at MAIL, DATA or QUIT, or to a recipient."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    release: Callable[[], object] = lambda: None
    """Give the answers that ``HANG`` holds back."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def parsed(self) -> list[EmailMessage]:
        return [email.message_from_bytes(mail, policy=email.policy.default) for mail in self.mails]

    def login(self, _server: SMTP, _session: Session, _envelope: Envelope, how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(how)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._answer(server, "MAIL")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await self._answer(server, address if address in self.answers else "RCPT")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(envelope.original_content or b"")
        self.recipients.append(list(envelope.rcpt_tos))
        return await self._answer(server, "DATA")

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return await self._answer(server, "QUIT", "221 bye")

    async def _answer(self, server: SMTP, stage: str, default: str = "250 fine") -> str:
        answer = self.answers.get(stage, default)
        if answer == HANG:
            await self.released.wait()
            answer = default
        if answer == DROP:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer


class _OnFreePort(Controller):
    """A controller that opens its port itself, so that nobody can be faster."""

    def __init__(self, handler: MailServer, **more: Any) -> None:
        # Told to be TCP, so that asyncio sends each line at once.
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind((HOST, 0))
        super().__init__(handler, hostname=HOST, port=self._listener.getsockname()[1], **more)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._listener, ssl=self.ssl_context)


@contextmanager
def mail_server(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[MailServer]:
    """Run a mail server that knows one password."""
    server = MailServer()
    controller = _OnFreePort(
        server,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=server.login,
        auth_require_tls=starttls is not None,
    )
    controller.start()
    server.port = controller.port
    server.release = lambda: controller.loop.call_soon_threadsafe(server.released.set)
    try:
        yield server
    finally:
        controller.stop()


@dataclass(frozen=True)
class Request:
    """What an endpoint was sent; header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HookServer:
    """An endpoint that gives every POST the same answer; ``status`` may be ``HANG`` or ``DROP``."""

    port: int = 0
    status: int | str = 204
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def url(self, path: str = "/hook", host: str = HOST) -> str:
        return f"http://{host}:{self.port}{path}"


@contextmanager
def hook_server() -> Iterator[HookServer]:
    """Run an endpoint."""
    here = HookServer()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            here.requests.append(Request(self.path, headers, body))
            if here.status == HANG:
                closing.wait()
            if isinstance(here.status, str):
                return
            self.send_response_only(here.status)  # it has no clock of its own
            for name, value in here.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    with serving(server) as here.port:
        try:
            yield here
        finally:
            closing.set()


@contextmanager
def raw_server(answer: Iterable[bytes], *, speaks_first: bool) -> Iterator[int]:
    """Answer one connection with these bytes, at a pace that never rests for long; yield the port.

    What the client says meanwhile is read until it hangs up: closing upon unread words resets the connection,
    and the client may then never see the answer.
    """
    closing = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError), listener.accept()[0] as client:
            if not speaks_first:
                client.recv(65_536)
            for part in answer:
                client.sendall(part)
                if closing.wait(0.001):
                    return
            client.shutdown(socket.SHUT_WR)
            client.settimeout(10)
            while client.recv(65_536):
                pass

    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            closing.set()
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def closed_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def forever(part: bytes) -> Iterable[bytes]:
    """Return an answer without end."""
    return itertools.repeat(part)


@asynccontextmanager
async def hook_notifier(
    hook: Hook, *, allow: tuple[str, ...] = (HOST,), clock: Clock | None = None
) -> AsyncIterator[WebhookNotifier]:
    """Open a webhook's notifier with a guarded session of its own."""
    async with guarded_session(allow, limit=10) as session:
        yield WebhookNotifier(hook, session, "here", clock or SystemClock())
