"""A page on the web -> the feeds that it offers. Pure, runs in the cage.

They stand in ``<link rel="alternate" type="application/rss+xml" href=...>``, as browsers look for them, or in
a ``Link`` header that says the same. Pages that list the feeds of a site for people only link to them.
"""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from monitor.articles.normalize import one_line
from monitor.articles.urls import web_url
from monitor.feeds.websub.offer import named_links

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
SELDOM = frozenset({"application/json"})
"""What JSON Feed 1.0 told its feeds to say, and what most sites say of their programs' interfaces."""
LARGEST = 2_000_000
"""Characters of a page that are looked through."""
MOST = 50
"""Feeds of one page; some offer one for each tag."""
TITLE = 200
_LONGEST = 8_000
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed(?=://)", re.IGNORECASE)
_REFRESH = re.compile(r"\s*+[\d.]*+\s*+[;,]\s*+(?:url\s*+=\s*+)?(.*)", re.IGNORECASE | re.DOTALL)
"""Where ``<meta http-equiv="refresh">`` leads, perhaps in quotes."""
_LIKELY = re.compile(r"^feed:|(?:^|[/=.])(?:rss|atom|rdf|feed)2?(?![a-z])|\.xml(?:[?#]|$)", re.IGNORECASE)
"""Addresses that look like a feed's."""


@dataclass(frozen=True, slots=True)
class Link:
    """A feed that a page offers: its address, whole, and what the page calls it."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """The feeds that a page offers, each once, in its order. ``problems`` says what was left out.

    ``likely`` is what it only links to, and what looks like a feed by its address; and JSON that it offers,
    which seldom is one. ``leads_to`` is another page to which it sends its readers on, if it does.
    """

    links: tuple[Link, ...]
    problems: tuple[str, ...] = ()
    likely: tuple[Link, ...] = ()
    leads_to: str | None = None


def feed_links(page: str, url: str) -> Links:
    """Return the feeds that the page at ``url`` offers; such as have no address for the web are left out."""
    reader = _Reader()
    reader.feed(page[:LARGEST])
    reader.close()
    base = _joined(url, reader.base) or url
    found = _each_once(base, reader.links)
    likely = _each_once(base, list(dict.fromkeys(reader.likely))[:MOST])
    problems = []
    if len(page) > LARGEST:
        problems.append(f"only the first {LARGEST:,} characters of the page were looked through")
    if len(found) > MOST:
        problems.append(f"{len(found) - MOST} feeds beyond the first {MOST} were left out")
    onward = _joined(base, _refreshed(reader.refresh))
    leads_to = onward if onward != _joined(url, url) else None  # many pages only load themselves anew
    return Links(tuple(found[:MOST]), tuple(problems), tuple(likely), leads_to)


def header_links(headers: Iterable[str], url: str) -> list[Link]:
    """Return the feeds that ``Link`` headers of the answer from ``url`` offer."""
    offered = (
        (address, words.get("title", ""))
        for words, address in named_links(headers, url)
        if _is_offer(words) and address.isprintable()
    )
    return _each_once(url, offered)[:MOST]


def fetchable(url: str) -> str:
    """Return an address without ``feed:``, which only says what is to be found there."""
    found = _FEED_SCHEME.match(url)
    return url if found is None else ("" if found[0].endswith((":", "/")) else "http") + url[found.end() :]


def _each_once(base: str, hrefs: Iterable[tuple[str, str]]) -> list[Link]:
    found: dict[str, Link] = {}
    for href, title in hrefs:
        if address := _joined(base, href):
            found.setdefault(address, Link(address, one_line(title, TITLE)[0]))
    return list(found.values())


def _is_offer(words: Mapping[str, str], types: Container[str] = TYPES) -> bool:
    """Return whether the attributes of a link say that it offers a feed."""
    kind = words.get("type", "").partition(";")[0].strip().lower()
    return "alternate" in words.get("rel", "").lower().split() and kind in types


def _refreshed(content: str) -> str:
    """Return the address in the content of a refresh; nothing if it has none."""
    found = _REFRESH.match(content)
    address = found[1].strip() if found else ""
    return address[1:].partition(address[0])[0] if address.startswith(("'", '"')) else address


class _Reader(HTMLParser):
    """Takes note of links and of the base; it builds no tree, so depth costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.refresh = ""
        self.links: list[tuple[str, str]] = []
        self.likely: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one start tag."""
        if tag not in ("link", "base", "a", "meta"):
            return
        given = {name: value or "" for name, value in reversed(attrs)}  # of two, the first one counts
        href = given.get("href", "").strip()
        if tag == "base":
            self.base = self.base or href
        elif tag == "meta":
            if given.get("http-equiv", "").strip().lower() == "refresh":
                self.refresh = self.refresh or given.get("content", "")
        elif tag == "a":
            if _LIKELY.search(href):
                self.likely.append((href, given.get("title", "")))
        elif href and _is_offer(given):
            self.links.append((href, given.get("title", "")))
        elif href and _is_offer(given, SELDOM):
            self.likely.append((href, given.get("title", "")))


def _joined(base: str, href: str) -> str | None:
    """Return an address made whole, if it is one for the web."""
    if len(href) > _LONGEST:
        return None
    try:
        whole = web_url(urljoin(base, fetchable(href)))
    except ValueError:
        return None
    return whole.partition("#")[0] if whole else None
