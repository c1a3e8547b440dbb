"""A web server over TLS on this machine, which keeps connections open for further requests."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.secured.certificates import Certificates
from tests.serving import serving

GOOD = "<rss version='2.0'><channel><item><title>Troops</title></item></channel></rss>"


@dataclass
class Site:
    """What it answers, and what it was asked for over which connections."""

    port: int = 0
    target: str = ""
    """Where ``/moved`` redirects to."""
    body: str = GOOD
    asked: list[tuple[int, str]] = field(default_factory=list)
    """The client's port of each request, and its path."""

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        return f"https://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for _, path in self.asked]


@contextmanager
def tls_site(files: Certificates) -> Iterator[Site]:
    """Run a server that shows this certificate."""
    here = Site()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            here.asked.append((self.client_address[1], self.path))
            moved = self.path == "/moved"
            body = b"" if moved else here.body.encode()
            self.send_response_only(302 if moved else 200)
            if moved:
                self.send_header("Location", here.target)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False  # kept connections end with their clients

        def handle_error(self, *_: object) -> None:
            """Say nothing of clients that do not like the certificate."""

    server = Server(("127.0.0.1", 0), Handler)
    # Hands are shaken in the thread of each connection, lest one that fails holds up the others.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with serving(server) as here.port:
        yield here
