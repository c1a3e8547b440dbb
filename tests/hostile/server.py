"""A server on this machine that says what a test wants, byte for byte."""

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

HEAD = 1_000_000
"""Bytes of a request that are read at most."""


@dataclass
class Talk:
    """A connection whose request was read: ``head`` is its first line with the headers."""

    head: str
    _client: socket.socket

    def say(self, *parts: bytes) -> Self:
        """Send these bytes as they are."""
        for part in parts:
            self._client.sendall(part)
        return self

    def drip(self, part: bytes, every: float) -> None:
        """Send a part again and again, ``every`` so many seconds, until the client has gone."""
        while not self.is_over(every):
            self._client.sendall(part)

    def hold(self) -> None:
        """Say no more, until the client has gone."""
        while not self.is_over(1.0):
            pass

    def reset(self) -> None:
        """Break the connection off, rather than close it."""
        self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._client.close()

    def is_over(self, within: float) -> bool:
        """Return whether the client goes within so many seconds."""
        readable, _, _ = select.select([self._client], [], [], within)
        return bool(readable) and not self._client.recv(65_536)


Script = Callable[[Talk], object]


@dataclass
class Server:
    """Answers each path by its script, or with its bytes. ``asked`` has the heads of all requests."""

    url: str
    asked: list[str] = field(default_factory=list)
    scripts: dict[str, Script | bytes] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    """How often each path was asked for."""

    def put(self, answer: Script | bytes, path: str = "/feed") -> str:
        """Answer ``path`` with this from now on; return its whole address."""
        self.scripts[path] = answer
        return self.url_for(path)

    def url_for(self, path: str) -> str:
        """Return the whole address of ``path``."""
        return self.url + path

    def serve(self, client: socket.socket) -> None:
        """Answer one request and close, whatever becomes of the client."""
        with client, contextlib.suppress(OSError, ValueError):
            head = _head(client)
            path = head.split(" ", 2)[1] if head.count(" ") > 1 else ""
            self.asked.append(head)
            self.seen[path] = self.seen.get(path, 0) + 1
            answer = self.scripts.get(path.partition("?")[0], http(b"", "404 Not Found"))
            talk = Talk(head, client)
            talk.say(answer) if isinstance(answer, bytes) else answer(talk)
            client.shutdown(socket.SHUT_WR)
            talk.is_over(1.0)


@contextmanager
def server() -> Iterator[Server]:
    """Serve on a free port, a thread for each connection."""
    with socket.create_server(("127.0.0.1", 0), backlog=500) as listener:
        made = Server(f"http://127.0.0.1:{listener.getsockname()[1]}")
        threads: list[threading.Thread] = []

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client = listener.accept()[0]
                    if closing.is_set():
                        client.close()
                        return
                    thread = threading.Thread(target=made.serve, args=(client,), daemon=True)
                    thread.start()
                    threads.append(thread)

        closing = threading.Event()
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield made
        finally:
            closing.set()
            with contextlib.suppress(OSError), socket.create_connection(listener.getsockname()[:2]):
                pass
            accepting.join(10)
            for thread in threads:
                thread.join(10)


def http(body: bytes | str = b"", status: str = "200 OK", *headers: str, whole: bool = True) -> bytes:
    """Return an answer; its length is right if it is ``whole``, else none is told."""
    data = body.encode() if isinstance(body, str) else body
    told = [f"Content-Length: {len(data)}"] if whole else []
    lines = [f"HTTP/1.1 {status}", *headers, *told, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + data


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """Return a body in chunks."""
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def rss(*items: str, end: str = "</channel></rss>", prolog: str = "") -> str:
    """Return a feed with these items."""
    return f"{prolog}<rss version='2.0'><channel><title>Feed</title>{''.join(items)}{end}"


def item(title: str = "Good news", rest: str = "") -> str:
    """Return an item with this title, as it stands."""
    return f"<item><title>{title}</title>{rest}</item>"


GOOD = rss(item())


def _head(client: socket.socket) -> str:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < HEAD:
        got = client.recv(65_536)
        if not got:
            break
        head += got
    return head.decode("latin-1")
