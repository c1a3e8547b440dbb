"""A small real hub on this machine: it verifies, signs and distributes over HTTP, as WebSub has it."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.serving import serving


@dataclass
class Hub:
    """What it was asked, what it has verified, and how it behaves."""

    url: str = ""
    status: int = 202
    """What it answers to requests."""
    redirect: str = ""
    """Where it sends them instead."""
    says: str = ""
    lease_seconds: int | None = 3600
    verifies: bool = True
    at_once: bool = False
    """Whether it verifies before it answers, as some do."""
    asked: list[dict[str, str]] = field(default_factory=list)
    subscribed: dict[str, dict[str, str]] = field(default_factory=dict)
    """The requests that were verified, by callback."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, form: dict[str, str]) -> None:
        with self.lock:
            self.asked.append(form)
        if self.status >= 300 or not self.verifies:
            return
        if self.at_once:
            self.verify(form)
        else:
            threading.Thread(target=self.verify, args=(form,), daemon=True).start()

    def verify(self, form: dict[str, str]) -> bool:
        """Ask a subscriber whether it wants what it was asked for, and note it if so."""
        challenge = secrets.token_hex(8)
        query = {"mode": form["hub.mode"], "topic": form["hub.topic"], "challenge": challenge}
        if self.lease_seconds is not None and form["hub.mode"] == "subscribe":
            query["lease_seconds"] = str(self.lease_seconds)
        if self.call(form["hub.callback"], **query) != (200, challenge):
            return False
        with self.lock:
            if form["hub.mode"] == "subscribe":
                self.subscribed[form["hub.callback"]] = form
            else:
                self.subscribed.pop(form["hub.callback"], None)
        return True

    def deny(self, callback: str, reason: str) -> tuple[int, str]:
        topic = self.subscribed.pop(callback)["hub.topic"]
        return self.call(callback, mode="denied", topic=topic, reason=reason)

    def call(self, callback: str, **query: str) -> tuple[int, str]:
        """Ask a question at a callback; return status and text."""
        return request("GET", f"{callback}?{urlencode({f'hub.{k}': v for k, v in query.items()})}")

    def publish(
        self, topic: str, body: bytes, method: str = "sha256", secret: str | None = None
    ) -> list[int]:
        """Distribute a document to all that want it; return what they answer."""
        answers = []
        for callback, form in list(self.subscribed.items()):
            if form["hub.topic"] == topic:
                digest = hmac.new((secret or form["hub.secret"]).encode(), body, getattr(hashlib, method))
                headers = {
                    "X-Hub-Signature": f"{method}={digest.hexdigest()}",
                    "Link": f'<{self.url}>; rel="hub", <{topic}>; rel="self"',
                }
                answers.append(request("POST", callback, body, headers)[0])
        return answers


def request(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """Make an HTTP request; return status and text."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@contextmanager
def hub() -> Iterator[Hub]:
    """Serve a hub within the block."""
    here = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            here.take(dict(parse_qsl(body)))
            self.send_response(307 if here.redirect else here.status)
            if here.redirect:
                self.send_header("Location", here.redirect)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(here.says)))
            self.end_headers()
            self.wfile.write(here.says.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with serving(server) as port:
        here.url = f"http://127.0.0.1:{port}/"
        yield here
