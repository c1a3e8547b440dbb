"""The address of a page or a feed -> the feeds to be had there, each tried.

    fetch -> a feed itself
       +---> a page that offers feeds  -> try each
       +---> a page that offers none and sends its readers on  -> the same with that one, once
       +---> a page that offers none, or none that works
                -> try what it has links to and looks like a feed
                -> else try the addresses that most programs give their feeds: below the page, then the root
       +---> HTTP 403 or the like: pages may be for people only, feeds are not  -> try those addresses

Everything is fetched within the limits of feeds, and read in the cage.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urljoin, urlsplit

from monitor.errors import FetchError, ParseError
from monitor.feeds.cage import Cage
from monitor.feeds.document.links import Link, header_links
from monitor.feeds.fetching.fetch import Fetched, Fetcher
from monitor.feeds.fetching.refusals import without_login
from monitor.feeds.trial import Trial, Tried
from monitor.model import Feed

USUAL = ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml")
"""Where sites have feeds that their pages do not tell of."""
BUSY = {429, 503}
"""Of a site that says so, nothing more is asked."""
Origin = Literal["itself", "page", "link", "guess"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed: what it is called where it is offered, and how it fared if it was tried."""

    link: Link
    tried: Tried | None = None

    @property
    def usable(self) -> bool:
        """Return whether it may be listed: whether it works, as far as is known."""
        return self.tried is None or not self.tried.failed


@dataclass(frozen=True, slots=True)
class Discovery:
    """What there is, and how it was found; ``problems`` says what was left out."""

    origin: Origin
    offers: tuple[Offer, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Page:
    """A page: what it offers, and what else may be a feed."""

    offered: tuple[Link, ...]
    likely: tuple[Link, ...]
    tops: tuple[str, ...]
    """Below what the usual addresses are."""
    leads_to: str | None
    problems: tuple[str, ...]


class Discoverer:
    """Looks for feeds. Belongs to one event loop."""

    def __init__(self, fetcher: Fetcher, cage: Cage, trial: Trial) -> None:
        self._fetcher = fetcher
        self._cage = cage
        self._trial = trial

    async def discover(self, url: str, *, try_them: bool = True) -> Discovery:
        """Return the feeds at ``url``. Unless ``try_them``, only that page is fetched, and nothing guessed.

        Raises ``FetchError`` if it cannot be fetched, ``ParseError`` if looking through it takes too much.
        """
        try:
            found = await self._at(url)
        except FetchError as error:
            if not try_them or error.status in {None, *BUSY}:
                raise
            why = f"the page cannot be had: {error}"
            guessed = await self._guessed(_Page((), (), _tops(url), None, (why,)))
            if guessed is None:
                raise
            return guessed
        if isinstance(found, _Page) and found.leads_to and not found.offered:
            found = await self._led_on(found, found.leads_to)
        if isinstance(found, Discovery):
            return found
        if not try_them:
            return Discovery("page", tuple(map(Offer, found.offered)), found.problems)
        offers = await self._offers(found.offered)
        if any(offer.usable for offer in offers):
            return Discovery("page", tuple(offers), found.problems)
        guessed = await self._guessed(found)
        if guessed is None:
            return Discovery("page", tuple(offers), found.problems)
        return replace(guessed, problems=(*guessed.problems, *map(_broken, offers)))

    async def _guessed(self, page: _Page) -> Discovery | None:
        """Return the first feeds that work of those that a page does not offer."""
        guesses: list[tuple[Origin, Iterable[Link]]] = [("link", page.likely)]
        guesses += [("guess", [Link(urljoin(top, path)) for path in USUAL]) for top in page.tops]
        for origin, links in guesses:
            if usable := [offer for offer in await self._offers(links) if offer.usable]:
                return Discovery(origin, tuple(usable), page.problems)
        return None

    async def _at(self, url: str) -> "Discovery | _Page":
        """Return what is at an address: a feed, or a page."""
        fetched = await self._fetcher.fetch(url)
        return await self._itself(url, fetched) or await self._page(fetched)

    async def _itself(self, url: str, fetched: Fetched) -> Discovery | None:
        try:
            tried = await self._trial.read(fetched, _feed(url))
        except ParseError:
            return None
        if tried.format == "unknown":  # a page may have elements that only look like a feed's
            return None
        return Discovery("itself", (Offer(Link(url, tried.title), tried),))

    async def _page(self, fetched: Fetched) -> _Page:
        found = await self._cage.feed_links(fetched.body, fetched.content_type, fetched.url)
        offered = (*header_links(fetched.links, fetched.url), *found.links)
        return _Page(offered, found.likely, _tops(fetched.url), found.leads_to, found.problems)

    async def _led_on(self, page: _Page, url: str) -> "Discovery | _Page":
        """Return what is where a page sends its readers, and what this one has if that one has nothing."""
        try:
            found = await self._at(url)
        except (FetchError, ParseError) as error:
            why = f"the page leads on to {without_login(url)}, which cannot be looked through: {error}"
            return replace(page, problems=(*page.problems, why))
        if isinstance(found, Discovery):
            return found
        tops = tuple(dict.fromkeys((*found.tops, *page.tops)))
        return replace(found, likely=(*found.likely, *page.likely), tops=tops)

    async def _offers(self, links: Iterable[Link]) -> list[Offer]:
        """Try feeds; of those that are the same one in the end, the first is kept."""
        listed = list(links)
        tried = await asyncio.gather(*(self._trial.run(_feed(one.url)) for one in listed))
        offers: dict[str, Offer] = {}
        for link, outcome in zip(listed, tried, strict=True):
            offers.setdefault(outcome.url or link.url, Offer(link, outcome))
        return list(offers.values())


def _broken(offer: Offer) -> str:
    reason = offer.tried.reason if offer.tried else ""
    return f"the page offers {without_login(offer.link.url)}, which does not work: {reason}"


def _tops(url: str) -> tuple[str, ...]:
    """Return below what a page's feed may be: the page, or its folder if it is a file, and its site."""
    name = urlsplit(url).path.rpartition("/")[2]
    below = "./" if not name or "." in name else f"./{name}/"
    return tuple(dict.fromkeys((urljoin(url, below), urljoin(url, "/"))))


def _feed(url: str) -> Feed:
    return Feed("discovered", url, url)
