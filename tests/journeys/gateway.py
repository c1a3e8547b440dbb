"""A gateway in front of a real server that can be slow, or turn requests away."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

FULL = b'{"error":{"type":"es_rejected_execution_exception","reason":"the queue is full"},"status":429}'


@dataclass
class Gateway:
    """``slow`` is how many seconds each answer takes more; ``full`` has writes turned away."""

    url: str = ""
    slow: float = 0.0
    full: bool = False
    turned_away: int = 0
    delayed: int = 0


@contextmanager
def gateway(target: str) -> Iterator[Gateway]:
    """Forward to ``target`` within the block."""
    here, there = Gateway(), urlsplit(target).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if here.slow:
                here.delayed += 1
                time.sleep(here.slow)
            if here.full and self.path.startswith("/_bulk"):
                here.turned_away += 1
                self._answer(
                    429, FULL, [("X-Elastic-Product", "Elasticsearch"), ("Content-Type", "application/json")]
                )
                return
            connection = http.client.HTTPConnection(there, timeout=60)
            try:
                connection.request(self.command, self.path, body, dict(self.headers.items()))
                answer = connection.getresponse()
                self._answer(answer.status, answer.read(), answer.getheaders())
            finally:
                connection.close()

        def _answer(self, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _forward  # noqa: N815 - the names it must have

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients that gave up are no news
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    here.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield here
    finally:
        with suppress(OSError):
            server.shutdown()
            server.server_close()
        thread.join()
