"""A page on the web -> the feeds that it offers. Pure, runs in the cage.

They stand in ``<link rel="alternate" type="application/rss+xml" href=...>``, as browsers look for them.
"""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from monitor.articles.normalize import one_line
from monitor.articles.urls import web_url

TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
    }
)
"""The last two say little, but sites give them to their feeds; what is none is found out when it is tried."""
LARGEST = 2_000_000
"""Characters of a page that are looked through."""
MOST = 50
"""Feeds of one page; some offer one for each tag."""
TITLE = 200
_LONGEST = 8_000


@dataclass(frozen=True, slots=True)
class Link:
    """A feed that a page offers: its address, whole, and what the page calls it."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """The feeds that a page offers, each once, in its order. ``problems`` says what was left out."""

    links: tuple[Link, ...]
    problems: tuple[str, ...] = ()


def feed_links(page: str, url: str) -> Links:
    """Return the feeds that the page at ``url`` offers; such as have no address for the web are left out."""
    reader = _Reader()
    reader.feed(page[:LARGEST])
    reader.close()
    base = _joined(url, reader.base) or url
    found: dict[str, Link] = {}
    for href, title in reader.links:
        if address := _joined(base, href):
            found.setdefault(address, Link(address, one_line(title, TITLE)[0]))
    problems = []
    if len(page) > LARGEST:
        problems.append(f"only the first {LARGEST:,} characters of the page were looked through")
    if len(found) > MOST:
        problems.append(f"{len(found) - MOST} feeds beyond the first {MOST} were left out")
    return Links(tuple(found.values())[:MOST], tuple(problems))


class _Reader(HTMLParser):
    """Takes note of links and of the base; it builds no tree, so depth costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one start tag."""
        if tag not in ("link", "base"):
            return
        given = {name: value or "" for name, value in reversed(attrs)}  # of two, the first one counts
        href = given.get("href", "").strip()
        if tag == "base":
            self.base = self.base or href
        elif href and "alternate" in given.get("rel", "").lower().split():
            kind = given.get("type", "").partition(";")[0].strip().lower()
            if kind in TYPES:
                self.links.append((href, given.get("title", "")))


def _joined(base: str, href: str) -> str | None:
    """Return an address made whole, if it is one for the web."""
    if len(href) > _LONGEST:
        return None
    try:
        whole = web_url(urljoin(base, href))
    except ValueError:
        return None
    return whole.partition("#")[0] if whole else None
