"""Made-up news in four languages, a hundred topics, and a site that serves feeds of it."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from monitor.config.samples import sample
from monitor.demo.receivers import free_port
from monitor.model import Entry

PLAIN = "the city council said on weather market festival museum погода рынок город музей 날씨 시장".split()
WORDS = sample("watchlist.yaml").replace(",", " ").replace("[", " ").replace("]", " ").split()

SERVER = """
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
ThreadingHTTPServer.request_queue_size = 512  # of the usual 5, fifty pollers at once find most taken
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), SimpleHTTPRequestHandler).serve_forever()
"""


def queries() -> list[str]:
    """Return a hundred queries, of which a few match now and then."""
    made = [f"({PLAIN[n % len(PLAIN)]} OR rare{n}) AND museum{n} NOT festival" for n in range(98)]
    return [*made, "museum AND troops", "KCNA OR Пхеньян OR 평양"]


def entry(number: int) -> Entry:
    """Return the entry of this number: 40 words, a few of them from the shipped watchlist."""
    words = [PLAIN[(number * 7 + n * 3) % len(PLAIN)] for n in range(40)]
    words[5:8] = [WORDS[(number * 13 + n) % len(WORDS)] for n in range(3)]
    return Entry(
        guid=str(number), link=f"https://news.example/{number}", title=" ".join(words[:9]),
        summary=f"<p>{' '.join(words)}</p>", published=datetime.now(UTC),
    )  # fmt: skip


def document(feed: int, entries: int, make: Callable[[int], Entry] = entry) -> str:
    """Return an RSS feed with ``entries`` entries that no other feed has."""
    items = (make(feed * entries + n) for n in range(entries))
    text = "".join(
        f"<item><title><![CDATA[{one.title}]]></title><description><![CDATA[{one.summary}]]></description>"
        f"{f'<content:encoded><![CDATA[{one.body}]]></content:encoded>' if one.body else ''}"
        f"<link>{one.link}</link><guid>{one.guid}</guid>"
        f"<pubDate>{format_datetime(one.published) if one.published else ''}</pubDate></item>"
        for one in items
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Feed {feed}</title>{text}</channel></rss>"
    )


@contextmanager
def site(folder: Path, feeds: int, entries: int, make: Callable[[int], Entry] = entry) -> Iterator[list[str]]:
    """Serve feeds from another process on this machine; give their addresses."""
    folder.mkdir(parents=True)
    for feed in range(feeds):
        (folder / f"{feed}.xml").write_text(document(feed, entries, make), "utf-8")
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)], cwd=folder, stderr=subprocess.DEVNULL
    )
    try:
        answers(f"http://127.0.0.1:{port}/0.xml")
        yield [f"http://127.0.0.1:{port}/{feed}.xml" for feed in range(feeds)]
    finally:
        server.terminate()
        server.wait()


def answers(url: str) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
