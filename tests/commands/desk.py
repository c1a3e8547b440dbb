"""A desk to give commands to: a configuration, news that went through the pipeline, and the command line."""

import asyncio
import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.text import Text
from typer.testing import CliRunner

from monitor import app
from monitor.articles.build import article, clean
from monitor.cli import app as command_line
from monitor.clock import SystemClock
from monitor.config.load import load
from monitor.demo.receivers import Receivers, receivers
from monitor.model import Entry, Feed
from monitor.pipeline import Alerting, Matching
from monitor.stream import codec
from monitor.stream.worker import Stage, Worker

SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
NOW = SystemClock().now()
FEED = Feed("wire", "https://wire.example/feed", "The Wire", "en", "US", "wire")
HOUR = timedelta(hours=1)
TITLES = {
    "en": "Troops arrive in Kursk",
    "ru": "В Курск прибыли с войсками",
    "uk": "Війська прибули на Курщину",
    "ko": "북한 병력이 쿠르스크에 도착",
}
FORMULA = "=1+1: the troops count"
WEATHER = "Rain & wind <b>tomorrow</b>"
OLD = "Troops of last month"


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def on_a_terminal(width: int, *arguments: str | Path) -> list[str]:
    """Run a command on a terminal so wide, in a process of its own; return the lines as they are seen."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", *map(str, arguments)],
        stdout=terminal,
        env=os.environ | {"TERM": "xterm", "COLUMNS": str(width)},
    )
    os.close(terminal)
    out = b""
    try:
        while piece := os.read(controller, 65536):
            out += piece
    except OSError:  # the other end is closed
        pass
    os.close(controller)
    assert process.wait(60) == 0
    return [Text.from_ansi(line).plain for line in out.decode().splitlines()]


def monitor(*arguments: str | Path, stdin: str | bytes = b"") -> Said:
    """Run a command in this process. What it raises past the command line is raised here."""
    done = CliRunner().invoke(command_line, [str(one) for one in arguments], input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, done.stdout, done.stderr)


def write(folder: Path, **files: object) -> Path:
    """Write values as files of a configuration; JSON is YAML too."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / f"{name}.yaml").write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
    return folder


def configure(
    folder: Path, *, feed: str = FEED.url, smtp_port: int = 9, hook: str = "http://127.0.0.1:9/hook"
) -> Path:
    """Write a whole configuration that sends nothing past this machine."""
    return write(
        folder,
        monitor={
            "version": 1,
            "data": "data",
            "poll": {"allow_hosts": ["127.0.0.1", "localhost"]},
            "delivery": {"allow_hosts": ["127.0.0.1", "localhost"]},
            "email": {"host": "127.0.0.1", "port": smtp_port},
        },
        feeds={
            "version": 1,
            "feeds": [
                {"id": "wire", "outlet": "The Wire", "url": feed},
                {"id": "rested", "outlet": "Rested", "url": f"{feed}/2", "enabled": False},
            ],
        },
        watchlist={
            "version": 1,
            "topics": [
                {"id": "troops", "query": "troops OR войска OR війська OR 병력", "alert": ["desk"]},
                {"id": "quiet", "query": "=nothing", "alert": ["hook"]},
            ],
            "receivers": [
                {"name": "desk", "email": {"to": ["desk@example.org"]}},
                {"name": "hook", "webhook": {"url": hook, "secret": "${HOOK_SECRET}"}},
            ],
        },
    )


def configured(folder: Path, **sections: Any) -> Path:
    """Change monitor.yaml of a configuration."""
    file = folder / "monitor.yaml"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | sections), "utf-8")
    return folder


def news() -> list[Entry]:
    """Return what the wire brings: four languages, the newest first, one entry of last month at the end."""
    titles = [*TITLES.values(), FORMULA, WEATHER, OLD]
    ages = [HOUR * number for number in range(len(titles) - 1)] + [timedelta(days=40)]
    return [
        Entry(link=f"https://wire.example/{n}?a=1&b=2", title=title, published=NOW - age)
        for n, (title, age) in enumerate(zip(titles, ages, strict=True))
    ]


@contextmanager
def backend_of(folder: Path) -> Iterator[app.Backend]:
    """Open the stream and the store of a configuration."""
    with app.open_backend(load(folder, os.environ).settings, SystemClock()) as backend:
        yield backend


def fill(folder: Path, entries: Sequence[Entry], *, watched: datetime = NOW - timedelta(days=99)) -> None:
    """Bring entries through the pipeline into the store and the outbox."""
    with backend_of(folder) as backend:
        found = [(entry, one) for entry in entries if (one := clean(entry, FEED, NOW))]
        articles = [
            article(one, FEED, first_seen=NOW, filed=entry.published or NOW, revision=1, backlog=False)
            for entry, one in found
        ]
        messages = [codec.article_codec.encode(one.id, one) for one in articles]
        backend.stream.publish(codec.ARTICLES, messages)
        app.watch_of(load(folder, os.environ), backend.store, watched)
        work(folder, backend)


def work(folder: Path, backend: app.Backend) -> None:
    """Match and alert what is in the streams, as the service does."""
    store, stream, clock = backend.store, backend.stream, SystemClock()
    watch = app.watch_of(load(folder, os.environ), store, NOW)
    matching = Matching(store, stream, lambda: watch, clock)
    alerting = Alerting(store, stream, lambda: watch, clock)
    stop = threading.Event()
    Worker(Stage("matcher", codec.ARTICLES, codec.article_codec, matching), stream, stop).drain()
    Worker(Stage("alerter", codec.MATCHES, codec.match_codec, alerting), stream, stop).drain()


@contextmanager
def open_receivers() -> Iterator[Receivers]:
    """Run the demo's mail server and webhook endpoint beside the command."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opened = receivers(SECRET)
    try:
        yield asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result(10)
        asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
