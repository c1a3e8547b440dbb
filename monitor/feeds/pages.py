"""The articles' pages: where a feed shows only a summary, the whole text is fetched from the address.

    article -> may we? -> fetch -> main text, in the cage -> article with the page's text
                 |           |         +-- shorter than what the feed shows, or nothing
                 +-----------+-- no: the article as the feed shows it, with a note why

Pages are fetched gently: within a site's rules, also after redirects, one at a time a site, with a pause
between (the longer one if the site asks for one, in robots.txt or by ``Retry-After``), and few at once. An
article never waits for its page beyond ``PageLimits.budget``: then it goes as it is, and one bad page is
nothing to the others.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from monitor.articles.build import BODY
from monitor.articles.fulltext import is_available
from monitor.clock import Clock
from monitor.errors import FetchError, MonitorError
from monitor.feeds.cage import Cage
from monitor.feeds.fetching.fetch import Fetched, Fetcher
from monitor.feeds.fetching.robots import Robots, asked_pause
from monitor.feeds.polls import host_in
from monitor.model import Article

SITES = 1_000
CAUSES = 5
"""That are told of one poll."""
_HTML = ("text/html", "application/xhtml+xml", "text/plain")
_HEADERS = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}


@dataclass(frozen=True, slots=True)
class PageLimits:
    """How gently, and for how long; in seconds."""

    pause: float = 1.0
    """Between two pages of one site."""
    budget: float = 60.0
    """For all pages of one poll."""
    at_once: int = 4
    """Pages that are fetched or read at the same time, whoever asks."""


@dataclass(slots=True)
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free: float = 0.0
    """When it may be asked again (the clock's ``monotonic``)."""


class _NoPage(Exception):
    """Why there is no better text than the feed's, in plain words."""


class Pages:
    """Fetches pages. Belongs to one event loop."""

    def __init__(self, fetcher: Fetcher, cage: Cage, clock: Clock, limits: PageLimits) -> None:
        self._fetcher = fetcher
        self._cage = cage
        self._clock = clock
        self._robots = Robots(fetcher, clock)
        self._limits = limits
        self._some = asyncio.Semaphore(limits.at_once)
        self._sites: OrderedDict[str, _Site] = OrderedDict()
        self._log = structlog.get_logger("pages")

    async def filled(self, articles: Sequence[Article]) -> tuple[Article, ...]:
        """Return the articles in their order, with the text of their pages where that can be had.

        Where it cannot, ``text_note`` says why.
        """
        if not articles:
            return ()
        until = self._clock.monotonic() + self._limits.budget
        tasks = [asyncio.create_task(self._filled(article, until)) for article in articles]
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

    async def _filled(self, article: Article, until: float) -> Article:
        try:
            text, cut = await self._text(article, until)
        except (_NoPage, MonitorError) as error:
            return self._without(article, str(error))
        except Exception as error:  # whatever one page does to us, the article goes on
            self._log.error("page.broken", article=article.id, error=type(error).__name__)
            return self._without(article, f"monitor failed to read it: {type(error).__name__}")
        cuts = tuple(name for name in article.cut if name != "body") + (("body",) if cut else ())
        return replace(article, body=text, text_from="page", cut=cuts)

    def _without(self, article: Article, why: str) -> Article:
        self._log.info("page.unread", article=article.id, url=article.url, reason=why)
        return replace(article, text_note=why)

    async def _text(self, article: Article, until: float) -> tuple[str, bool]:
        if article.url is None:
            raise _NoPage("the article has no address")
        if not is_available():
            raise _NoPage("reading pages needs trafilatura: pip install 'monitor[full-text]'")
        site = self._site(article.url)
        async with site.lock:
            async with self._some:
                await self._ask(article.url, until)  # no pause for what is not asked for
            await asyncio.sleep(site.free - self._clock.monotonic())  # other sites need not wait for that
            async with self._some:
                fetched = await self._fetched(article.url, site, until)
                text, cut = await self._cage.main_text(fetched.body, fetched.content_type, fetched.url, BODY)
        if len(text) <= max(len(article.summary), len(article.body)):
            raise _NoPage("the page has no more text than the feed" if text else "the page has no article")
        return text, cut

    async def _fetched(self, url: str, site: _Site, until: float) -> Fetched:
        try:
            fetched = await self._fetcher.fetch(
                url, headers=_HEADERS, on_redirect=lambda to: self._ask(to, until)
            )
        except FetchError as error:
            self._leave_alone(self._site(error.url or url), asked_pause(error))
            raise
        finally:
            self._leave_alone(site, max(self._limits.pause, self._robots.pause(url)))
        kind = fetched.content_type.partition(";")[0].strip().lower()
        if kind and kind not in _HTML:
            raise _NoPage(f"it is no page but {kind}")
        return fetched

    def _leave_alone(self, site: _Site, seconds: float) -> None:
        site.free = max(site.free, self._clock.monotonic() + seconds)

    async def _ask(self, url: str, until: float) -> None:
        """Raise ``_NoPage`` for a page that may not be fetched, or not by then."""
        if why := await self._robots.objection(url):
            raise _NoPage(why)
        if self._site(url).free > until:
            raise _NoPage("its site wants to be left alone for longer than this poll takes")

    def _site(self, url: str) -> _Site:
        name = host_in(url)
        site = self._sites.setdefault(name, _Site())
        self._sites.move_to_end(name)
        if len(self._sites) > SITES:
            for old in [known for known, one in self._sites.items() if not one.lock.locked()][: SITES // 2]:
                if old != name:
                    del self._sites[old]
        return site


def causes(notes: Iterable[str]) -> str:
    """Return why pages were not read: each cause with its count, the commonest first; of many the first."""
    counts = Counter(notes).most_common()
    others = sum(count for _, count in counts[CAUSES:])
    told = [f"{count:,} because {cause}" for cause, count in counts[:CAUSES]]
    return ", ".join([*told, *([f"{others:,} for other reasons"] if others else [])])
