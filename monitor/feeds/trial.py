"""Polls a feed once to see how it fares; nothing is remembered of it, and nothing goes further.

The limits are those of the poller: so many feeds at once, and so many of one host, a little apart.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from monitor.clock import Clock
from monitor.errors import MonitorError, NotAFeed
from monitor.feeds.cage import Cage
from monitor.feeds.document.reading import Document, ReadFeed
from monitor.feeds.fetching.fetch import Fetched, Fetcher
from monitor.feeds.fetching.refusals import without_login
from monitor.feeds.polls import host_of
from monitor.feeds.timing.turns import Turns
from monitor.model import Feed

PAUSE = 0.1
"""Seconds between the beginnings of two polls of one host: somebody waits for them."""
State = Literal["ok", "moved", "empty", "not a feed", "failing"]


@dataclass(frozen=True, slots=True)
class Tried:
    """How a feed fared. ``reason`` is why it failed, or what is wrong with it all the same."""

    feed: Feed
    state: State
    reason: str = ""
    seconds: float = 0.0
    """For fetching and reading it."""
    url: str = ""
    """Where it was in the end."""
    moved_to: str | None = None
    """Where the server says that it has moved for good."""
    entries: int = 0
    newest: datetime | None = None
    format: str = ""
    title: str = ""
    language: str | None = None
    """What most of its entries are in."""
    verify_tls: bool = True
    """Whether its server needed a valid certificate."""

    @property
    def failed(self) -> bool:
        """Return whether nothing can be had from it."""
        return self.state in ("failing", "not a feed")


class Trial:
    """Tries feeds. Belongs to one event loop."""

    def __init__(
        self, fetcher: Fetcher, cage: Cage, clock: Clock, *, concurrency: int, per_host: int
    ) -> None:
        self._fetcher = fetcher
        self._cage = cage
        self._clock = clock
        self._turns = Turns(clock, concurrency=concurrency, per_host=per_host, pause=PAUSE)

    async def run(
        self,
        feed: Feed,
        headers: Mapping[str, str] | None = None,
        login: tuple[str, str] | None = None,
        *,
        verify_tls: bool = True,
    ) -> Tried:
        """Poll once and return how that went; whatever a feed does, this raises nothing.

        ``headers`` and ``login`` are secrets; they and ``verify_tls`` are as ``Fetcher.fetch`` takes them.
        """
        host = host_of(feed.url)
        async with self._turns.turn(host, host):
            tried = await self._run(feed, headers, login, verify_tls=verify_tls)
        return replace(tried, verify_tls=verify_tls)

    async def _run(
        self,
        feed: Feed,
        headers: Mapping[str, str] | None,
        login: tuple[str, str] | None,
        *,
        verify_tls: bool,
    ) -> Tried:
        begun = self._clock.monotonic()
        try:
            fetched = await self._fetcher.fetch(feed.url, headers=headers, login=login, verify_tls=verify_tls)
            tried = await self.read(fetched, feed)
        except NotAFeed as error:
            tried = Tried(feed, "not a feed", error.found)
        except MonitorError as error:
            tried = Tried(feed, "failing", str(error))
        except Exception as error:  # the other feeds go on
            tried = Tried(feed, "failing", f"monitor failed to read it: {type(error).__name__}")
        return replace(tried, seconds=self._clock.monotonic() - begun)

    async def read(self, fetched: Fetched, feed: Feed) -> Tried:
        """Return how a feed fares that is fetched already; raise ``ParseError`` if it cannot be read."""
        now = self._clock.now()
        document = Document(fetched.body, fetched.content_type, fetched.url, feed, now)
        return judged(feed, fetched, await self._cage.read(document))


def judged(feed: Feed, fetched: Fetched, read: ReadFeed) -> Tried:
    """Return how a feed fares whose document could be read. Pure."""
    state: State = "moved" if fetched.permanent_url else "ok" if read.shown else "empty"
    dates = [one.published for one in read.entries if one.published]
    languages = Counter(one.language for one in read.entries).most_common(1)
    return Tried(
        feed,
        state,
        "; ".join(read.problems),
        url=fetched.url,
        moved_to=without_login(fetched.permanent_url) if fetched.permanent_url else None,
        entries=read.shown,
        newest=max(dates, default=None),
        format=read.format,
        title=read.title,
        language=languages[0][0] if languages else None,
    )
