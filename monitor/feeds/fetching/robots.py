"""What a site's robots.txt allows us (RFC 9309): asked once a day for each of the sites in use.

Of a file only the rules that bind us are kept, and what these may cost is bound: an address is held against
all of them, on the event loop, and the rules of many sites are remembered.
"""

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
"""Sites whose rules are remembered; who was asked about longest ago is asked anew."""
LARGEST = 500 * 1024
"""Bytes of a robots.txt that count, as the standard says; what stands behind them does not."""
COSTLIEST = 128 * 1024
"""What the rules for us may cost (``cost_of``); a site with costlier ones is not asked for pages."""
REMEMBERED = 8 * COSTLIEST
"""What all rules that are remembered may cost."""
WILD = 8
"""How many times as much a character costs in a rule with a wildcard: it is looked for everywhere."""
LONGEST_ADDRESS = 2_000
"""Characters of an address that is held against rules."""
SLOWEST = 60.0
"""Seconds that a site may ask for between two pages; who asks for more has that."""
KEPT = 24 * 3600.0
UNKNOWN = 15 * 60.0
"""Seconds after which rules that could not be had are asked for again, or later if the site says so."""
TOO_MANY, UNAVAILABLE = 429, 503
"""What says that a site is to be left alone for a while."""
_AGENT = re.compile(r"user(?:-|\s+)?agent(?:\s*:|\s|$)\s*(.*)", re.IGNORECASE)
_RULE = re.compile(r"(?:allow|di(?:ss?a|as)ll?[ao]w|crawl(?:-|\s+)delay)(?:\s*:|\s|$)", re.IGNORECASE)
"""What Protego heeds, misspelt too."""
_OF_NO_GROUP = re.compile(r"(?:sitemaps?|site-map|host)(?:\s*:|\s|$)", re.IGNORECASE)
"""What holds for a whole site, wherever it stands."""
_VERSION = re.compile(rf"(?<=^{NAME})/\S*")
_OUR_NAMES = frozenset(["*", *(NAME[:end] for end in range(1, len(NAME) + 1))])
"""Groups for the beginning of a name are for all who have it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site allows us."""

    parser: "Protego | None"
    """``None``: the site's rules cannot be had, so nothing is allowed."""
    until: float
    why: str = ""
    """Why they cannot be had."""
    pause: float = 0.0
    """Seconds between two pages (``Crawl-delay``)."""
    cost: int = 0
    """What it takes to remember them, and to hold an address against them (``cost_of``)."""


class Robots:
    """The rules of sites. Belongs to one event loop."""

    def __init__(self, fetcher: Fetcher, clock: Clock) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._sites: OrderedDict[str, Rules] = OrderedDict()

    async def objection(self, url: str) -> str | None:
        """Return why we may not fetch a page. A site without rules allows everything (RFC 9309, 2.3.1).

        Raises ``FetchRefused`` for a site that monitor does not connect to.
        """
        if len(url) > LONGEST_ADDRESS:
            return f"its address has more than {LONGEST_ADDRESS:,} characters"
        site = _site(url)
        rules = self._sites.get(site)
        if rules is None or rules.until < self._clock.monotonic():
            rules = await self._asked(site)
        self._remember(site, rules)
        if rules.parser is None:
            return f"the site's robots.txt cannot be read: {rules.why}"
        return None if rules.parser.can_fetch(url, NAME) else "the site's robots.txt does not allow it"

    def pause(self, url: str) -> float:
        """Return for how many seconds a site wants to be left alone after a page, as far as that is known."""
        rules = self._sites.get(_site(url))
        return rules.pause if rules else 0.0

    def _remember(self, site: str, rules: Rules) -> None:
        self._sites[site] = rules
        self._sites.move_to_end(site)
        while len(self._sites) > SITES or sum(one.cost for one in self._sites.values()) > REMEMBERED:
            self._sites.popitem(last=False)

    async def _asked(self, site: str) -> Rules:
        now = self._clock.monotonic()
        try:
            body = (await self._fetcher.fetch(f"{site}/robots.txt")).body
        except FetchRefused:
            raise
        except FetchError as error:
            if not _has_no_rules(error.status):
                return Rules(None, now + max(UNKNOWN, asked_pause(error)), str(error))
            body = b""
        # Beside the loop: a hostile file takes a while.
        return await asyncio.to_thread(rules_in, body, now + KEPT)


def _has_no_rules(status: int | None) -> bool:
    """Return whether a site has answered that there are no rules, be it by an answer without content."""
    return status is not None and (200 <= status < 300 or (400 <= status < 500 and status != TOO_MANY))


def asked_pause(error: FetchError) -> float:
    """Return for how many seconds a server asks to be left alone."""
    return (error.retry_after or 0.0) if error.status in (TOO_MANY, UNAVAILABLE) else 0.0


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def rules_in(body: bytes, until: float) -> Rules:
    """Return the rules that a robots.txt has for us."""
    from protego import Protego

    rules = rules_for_us(_text(body))
    cost = sum(map(cost_of, rules))
    if cost > COSTLIEST:
        return Rules(None, until, "it has too many rules")
    parser = Protego.parse("\n".join(["User-agent: *", *rules]))
    return Rules(parser, until, pause=min(parser.crawl_delay(NAME) or 0.0, SLOWEST), cost=cost)


def _text(body: bytes) -> str:
    whole_lines = body[:LARGEST].rpartition(b"\n")[0] if len(body) > LARGEST else body
    return whole_lines.decode("utf-8-sig", "replace")


def rules_for_us(text: str) -> list[str]:
    """Return the rules of the groups that bind us, each once: those for our name, or else for all robots."""
    groups: dict[str, dict[str, None]] = {}
    names: set[str] = set()
    begins = True
    for line in text.splitlines():
        rule = line.partition("#")[0].strip()
        if not rule or _OF_NO_GROUP.match(rule):
            continue
        if agent := _AGENT.match(rule):
            names = (set() if begins else names) | _ours(agent[1])
            groups |= {name: {} for name in names if name not in groups}
        elif _RULE.match(rule):
            for name in names:
                groups[name].pop(rule, None)  # of two pauses the last one counts
                groups[name][rule] = None
        elif ":" not in rule:
            continue
        begins = agent is None
    return list(groups[max(groups, key=len)]) if groups else []


def _ours(name: str) -> set[str]:
    """Return by what names a group calls us; some add a version or an asterisk."""
    name = _VERSION.sub("", name.lower())
    return {name, name.replace("*", "")} & _OUR_NAMES


def cost_of(rule: str) -> int:
    """Return what a rule takes of time and room, roughly: its length, or more of it."""
    return len(rule) * (WILD if "*" in rule else 1)
