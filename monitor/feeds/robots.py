"""What a site's robots.txt allows us (RFC 9309): asked once a day for each site."""

from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from monitor.clock import Clock
from monitor.errors import FetchError
from monitor.feeds.fetch import Fetcher

NAME = "monitor"
"""What sites call us in their rules."""
SITES = 1_000
"""Sites whose rules are remembered."""
LARGEST = 500_000
"""Bytes of a robots.txt that count."""
KEPT = 24 * 3600.0
UNKNOWN = 15 * 60.0
"""Seconds after which rules that could not be had are asked for again."""


@dataclass(frozen=True, slots=True)
class _Rules:
    parser: RobotFileParser | None
    """``None``: the site does not answer, so nothing is allowed."""
    until: float


class Robots:
    """The rules of sites. Belongs to one event loop."""

    def __init__(self, fetcher: Fetcher, clock: Clock) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._sites: OrderedDict[str, _Rules] = OrderedDict()

    async def allows(self, url: str) -> bool:
        """Return whether we may fetch a page. A site without rules allows everything (RFC 9309, 2.3.1)."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        rules = self._sites.get(site)
        if rules is None or rules.until < self._clock.monotonic():
            rules = self._sites[site] = await self._asked(site)
            if len(self._sites) > SITES:
                self._sites.popitem(last=False)
        return rules.parser is not None and rules.parser.can_fetch(NAME, url)

    async def _asked(self, site: str) -> _Rules:
        now = self._clock.monotonic()
        parser = RobotFileParser()
        try:
            fetched = await self._fetcher.fetch(f"{site}/robots.txt")
        except FetchError as error:
            if error.status is None or not 400 <= error.status < 500:
                return _Rules(None, now + UNKNOWN)
            parser.parse([])
        else:
            parser.parse(fetched.body[:LARGEST].decode("utf-8", "replace").splitlines())
        return _Rules(parser, now + KEPT)
