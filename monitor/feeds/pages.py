"""The articles' pages: where a feed shows only a summary, the whole text is fetched from the address.

    article -> may we? -> fetch -> main text, in the cage -> article with the page's text
                 |           |         +-- shorter than what the feed shows, or nothing
                 +-----------+-- no: the article as the feed shows it, with a note why

Pages are fetched gently: within a site's rules, one at a time a site, with a pause between. An article never
waits for its page beyond ``PageLimits.budget``: then it goes as it is.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import structlog

from monitor.articles.build import BODY
from monitor.clock import Clock
from monitor.errors import FetchError, ParseError
from monitor.feeds.cage import Cage
from monitor.feeds.fetch import Fetcher
from monitor.feeds.robots import Robots
from monitor.model import Article

SITES = 1_000
_HTML = ("text/html", "application/xhtml+xml", "text/plain")
_HEADERS = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}


@dataclass(frozen=True, slots=True)
class PageLimits:
    """How gently, and for how long; in seconds."""

    pause: float = 1.0
    """Between two pages of one site."""
    budget: float = 60.0
    """For all pages of one poll."""


class _NoPage(Exception):
    """Why there is no better text than the feed's, in plain words."""


class Pages:
    """Fetches pages. Belongs to one event loop."""

    def __init__(self, fetcher: Fetcher, cage: Cage, clock: Clock, limits: PageLimits) -> None:
        self._fetcher = fetcher
        self._cage = cage
        self._robots = Robots(fetcher, clock)
        self._limits = limits
        self._sites: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._log = structlog.get_logger("pages")

    async def filled(self, articles: Sequence[Article]) -> tuple[Article, ...]:
        """Return the articles in their order, with the text of their pages where that can be had.

        Where it cannot, ``text_note`` says why. Raises ``Unavailable`` only if no process to read pages can
        be started.
        """
        tasks = [asyncio.create_task(self._filled(article)) for article in articles]
        try:
            await asyncio.wait(tasks, timeout=self._limits.budget)
            late = "there was no time left for it in this poll"
            return tuple(
                task.result() if task.done() else self._without(article, late)
                for task, article in zip(tasks, articles, strict=True)
            )
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _filled(self, article: Article) -> Article:
        try:
            text, cut = await self._text(article)
        except (_NoPage, FetchError, ParseError) as error:
            return self._without(article, str(error))
        cuts = tuple(name for name in article.cut if name != "body") + (("body",) if cut else ())
        return replace(article, body=text, text_from="page", cut=cuts)

    def _without(self, article: Article, why: str) -> Article:
        self._log.info("page.unread", article=article.id, url=article.url, reason=why)
        return replace(article, text_note=why)

    async def _text(self, article: Article) -> tuple[str, bool]:
        if article.url is None:
            raise _NoPage("the article has no address")
        async with self._site(article.url):
            if not await self._robots.allows(article.url):
                raise _NoPage("the site's robots.txt does not allow it")
            fetched = await self._fetcher.fetch(article.url, headers=_HEADERS)
            await asyncio.sleep(self._limits.pause)
        kind = fetched.content_type.partition(";")[0].strip().lower()
        if kind and kind not in _HTML:
            raise _NoPage(f"it is no page but {kind}")
        text, cut = await self._cage.main_text(fetched.body, fetched.content_type, fetched.url, BODY)
        if len(text) <= max(len(article.summary), len(article.body)):
            raise _NoPage("the page has no more text than the feed" if text else "the page has no article")
        return text, cut

    def _site(self, url: str) -> asyncio.Lock:
        site = urlsplit(url).netloc.lower()
        lock = self._sites.setdefault(site, asyncio.Lock())
        self._sites.move_to_end(site)
        if len(self._sites) > SITES:
            self._sites.popitem(last=False)
        return lock
