"""What a site's robots.txt allows us (RFC 9309): asked once a day for each site."""

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.clock import Clock
from monitor.errors import FetchError, FetchRefused
from monitor.feeds.fetching.fetch import Fetcher

if TYPE_CHECKING:
    from protego import Protego

NAME = "monitor"
"""What sites call us in their rules."""
SITES = 200
"""Sites whose rules are remembered."""
LARGEST = 500 * 1024
"""Bytes of a robots.txt that count, as the standard says; what stands behind them does not."""
SLOWEST = 60.0
"""Seconds that a site may ask for between two pages; who asks for more has that."""
KEPT = 24 * 3600.0
UNKNOWN = 15 * 60.0
"""Seconds after which rules that could not be had are asked for again, or later if the site says so."""
TOO_MANY, UNAVAILABLE = 429, 503
"""What says that a site is to be left alone for a while."""
_OUR_VERSION = re.compile(rf"(?im)^([ \t]*user-agent[ \t]*:[ \t]*{NAME})/[^\s#]*")


@dataclass(frozen=True, slots=True)
class _Rules:
    parser: "Protego | None"
    """``None``: the site's rules cannot be had, so nothing is allowed."""
    until: float
    why: str = ""
    """Why they cannot be had."""
    pause: float = 0.0
    """Seconds between two pages (``Crawl-delay``)."""


class Robots:
    """The rules of sites. Belongs to one event loop."""

    def __init__(self, fetcher: Fetcher, clock: Clock) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._sites: OrderedDict[str, _Rules] = OrderedDict()

    async def objection(self, url: str) -> str | None:
        """Return why we may not fetch a page. A site without rules allows everything (RFC 9309, 2.3.1).

        Raises ``FetchRefused`` for a site that monitor does not connect to.
        """
        site = _site(url)
        rules = self._sites.get(site)
        if rules is None or rules.until < self._clock.monotonic():
            rules = self._sites[site] = await self._asked(site)
            self._sites.move_to_end(site)
            if len(self._sites) > SITES:
                self._sites.popitem(last=False)
        if rules.parser is None:
            return f"the site's robots.txt cannot be read: {rules.why}"
        return None if rules.parser.can_fetch(url, NAME) else "the site's robots.txt does not allow it"

    def pause(self, url: str) -> float:
        """Return for how many seconds a site wants to be left alone after a page, as far as that is known."""
        rules = self._sites.get(_site(url))
        return rules.pause if rules else 0.0

    async def _asked(self, site: str) -> _Rules:
        now = self._clock.monotonic()
        try:
            body = (await self._fetcher.fetch(f"{site}/robots.txt")).body
        except FetchRefused:
            raise
        except FetchError as error:
            if not _has_no_rules(error.status):
                return _Rules(None, now + max(UNKNOWN, asked_pause(error)), str(error))
            body = b""
        # Beside the loop: a hostile file takes a while.
        parser = await asyncio.to_thread(_parsed, body)
        return _Rules(parser, now + KEPT, pause=min(parser.crawl_delay(NAME) or 0.0, SLOWEST))


def _has_no_rules(status: int | None) -> bool:
    """Return whether a site has answered that there are no rules, be it by an answer without content."""
    return status is not None and (200 <= status < 300 or (400 <= status < 500 and status != TOO_MANY))


def asked_pause(error: FetchError) -> float:
    """Return for how many seconds a server asks to be left alone."""
    return (error.retry_after or 0.0) if error.status in (TOO_MANY, UNAVAILABLE) else 0.0


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _parsed(body: bytes) -> "Protego":
    from protego import Protego

    whole_lines = body[:LARGEST].rpartition(b"\n")[0] if len(body) > LARGEST else body
    text = whole_lines.decode("utf-8-sig", "replace")
    return Protego.parse(_OUR_VERSION.sub(r"\1", text))  # some name a version, which the standard has not
