"""The outside world of a journey: a site whose feed changes, a webhook receiver, and a monitor process."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from monitor.clock import SystemClock
from tests.serving import serving

SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
PATIENCE = 240.0
"""Seconds until a condition that should come true counts as failed: other tests run beside this."""


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition; fail if it does not come true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE:g} s: {what}"
        time.sleep(0.02)


@dataclass
class World:
    """Feeds that show the newest entries; a hook at ``/hook`` that answers ``hook_status``.

    With one feed it is at ``/feed``. Of several, number ``n`` is at ``/feed/n``; each shows its share.
    """

    window: int = 500
    feeds: int = 1
    hook_status: int = 204
    feed_status: int = 200
    head: str = ""
    """What the feeds say of themselves, after their title."""
    titles: list[str] = field(default_factory=list)
    hooks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    polls: int = 0
    asked: list[tuple[float, str]] = field(default_factory=list)
    """When which path was asked for."""
    url: str = ""
    urls: tuple[str, ...] = ()
    """One for each host; ``url`` is the first."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, title: str) -> None:
        with self.lock:
            self.titles.append(title)

    def feed(self, path: str = "/feed") -> bytes:
        number = path.removeprefix("/feed").lstrip("/")
        with self.lock:
            self.asked.append((time.monotonic(), path))
            shown = list(enumerate(self.titles))[int(number or 0) :: self.feeds][-self.window :]
        now = format_datetime(SystemClock().now())
        items = "".join(
            f"<item><title>{title}</title><link>https://news.example/{n}</link><guid>g{n}</guid>"
            f"<pubDate>{now}</pubDate></item>"
            for n, title in reversed(shown)
        )
        return f"<rss version='2.0'><channel><title>t</title>{self.head}{items}</channel></rss>".encode()

    def alerted(self) -> Counter[str]:
        """How often each article was alerted, by title."""
        with self.lock:
            return Counter(event["data"]["article"]["title"] for _, event in self.hooks)


@contextmanager
def world(feeds: int = 1, hosts: int = 1, port: int = 0) -> Iterator[World]:
    """Serve a world on free ports of this machine, one for each host, or on this ``port``."""
    here = World(feeds=feeds)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = here.feed(self.path)
            self._answer(here.feed_status, body)
            here.polls += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with here.lock:
                here.hooks.append((self.headers["webhook-id"], json.loads(body)))
            self._answer(here.hook_status, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ExitStack() as stack:
        here.urls = tuple(stack.enter_context(_served(Handler, port)) for _ in range(hosts))
        here.url = here.urls[0]
        yield here


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler], port: int) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a killed client is no news
    with serving(server) as there:
        yield f"http://127.0.0.1:{there}"


def configure(folder: Path, url: str, *, query: str = "troops", **poll: str) -> Path:
    """Write a configuration that polls ``url`` and alerts its hook; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rhythm = {"interval": "1s", "jitter": "0s", "max_backoff": "2s"} | poll
    settings = {
        "version": 1,
        "data": "data",
        "poll": rhythm | {"allow_hosts": ["127.0.0.1"]},
        "delivery": {"allow_hosts": ["127.0.0.1"]},
        "log": {"format": "json"},
    }
    feeds = {"version": 1, "feeds": [{"id": "one", "outlet": "One", "url": f"{url}/feed"}]}
    hook = {"name": "hook", "webhook": {"url": f"{url}/hook", "secret": "${HOOK_SECRET}"}}
    topic = {"id": "troops", "query": query, "alert": ["hook"]}
    watchlist = {"version": 1, "topics": [topic], "receivers": [hook]}
    for name, value in (("monitor", settings), ("feeds", feeds), ("watchlist", watchlist)):
        (folder / f"{name}.yaml").write_text(json.dumps(value, indent=1))
    return folder


def environment() -> dict[str, str]:
    """Return the environment of a monitor process."""
    return {**os.environ, "HOOK_SECRET": SECRET, "PYTHONPATH": str(Path(__file__).parents[2])}


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start ``monitor run``; its log goes to ``folder/log``."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "monitor", "run", "--config", str(folder), *arguments],
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=log,
        )


def monitor(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        env=environment(),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def exported(folder: Path, what: str) -> list[dict[str, Any]]:
    """Return what ``monitor export`` writes."""
    done = monitor("export", "--config", str(folder), "--what", what)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def status(folder: Path) -> dict[str, Any]:
    """Return what ``monitor status`` says."""
    done = monitor("status", "--config", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said
