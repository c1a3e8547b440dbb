"""What a site's robots.txt allows us (RFC 9309): asked once a day for each site."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.clock import Clock
from monitor.errors import FetchError, FetchRefused
from monitor.feeds.fetch import Fetcher

if TYPE_CHECKING:
    from protego import Protego

NAME = "monitor"
"""What sites call us in their rules."""
SITES = 200
"""Sites whose rules are remembered."""
LARGEST = 100_000
"""Bytes of a robots.txt that count; what stands behind them does not."""
KEPT = 24 * 3600.0
UNKNOWN = 15 * 60.0
"""Seconds after which rules that could not be had are asked for again."""


@dataclass(frozen=True, slots=True)
class _Rules:
    parser: "Protego | None"
    """``None``: the site's rules cannot be had, so nothing is allowed."""
    until: float
    why: str = ""
    """Why they cannot be had."""


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
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        rules = self._sites.get(site)
        if rules is None or rules.until < self._clock.monotonic():
            rules = self._sites[site] = await self._asked(site)
            if len(self._sites) > SITES:
                self._sites.popitem(last=False)
        if rules.parser is None:
            return f"the site's robots.txt cannot be read: {rules.why}"
        return None if rules.parser.can_fetch(url, NAME) else "the site's robots.txt does not allow it"

    async def _asked(self, site: str) -> _Rules:
        now = self._clock.monotonic()
        try:
            body = (await self._fetcher.fetch(f"{site}/robots.txt")).body
        except FetchRefused:
            raise
        except FetchError as error:
            if error.status is None or not 400 <= error.status < 500:
                return _Rules(None, now + UNKNOWN, str(error))
            body = b""
        # Beside the loop: a hostile file takes a while.
        return _Rules(await asyncio.to_thread(_parsed, body), now + KEPT)


def _parsed(body: bytes) -> "Protego":
    from protego import Protego

    whole_lines = body[:LARGEST].rpartition(b"\n")[0] if len(body) > LARGEST else body
    return Protego.parse(whole_lines.decode("utf-8-sig", "replace"))
