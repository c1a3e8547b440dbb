"""What is polled and how, and what comes of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from monitor.feeds.timing.schedule import Rhythm
from monitor.feeds.websub.offer import HubOffer
from monitor.model import Feed, Health

Outcome = Literal["changed", "unchanged", "not modified", "failed", "gone"]
"""gone: it was not asked, as it has said that it is gone."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed, how often it is polled, and what it is sent along: secrets for its own origin only."""

    feed: Feed
    rhythm: Rhythm
    full_text: bool = False
    """Whether the articles' pages are fetched, for more text than the feed shows."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    fresh: bool = False
    """Whether caches on the way are not to be believed: the feed's hub says that there is news."""
    verify_tls: bool = True
    """Whether the feed's server needs a valid certificate; others always do."""

    @property
    def request(self) -> object:
        """Return how its server is asked: if that is another way, it may answer otherwise."""
        return self.feed.url, self.headers, self.login, self.verify_tls

    @property
    def way(self) -> object:
        """Return all that decides when and how it is polled."""
        return self.request, self.rhythm, self.full_text


@dataclass(frozen=True, slots=True)
class PollLimits:
    """How many polls run at once, what counts as old at a first poll, when a whole feed is asked for."""

    concurrency: int
    per_host: int
    first_poll_max_age: timedelta
    recheck: timedelta = timedelta(days=1)
    """Between two polls without conditions (``feeds.trust``)."""
    host_pause: timedelta = timedelta(0)
    """Between the beginnings of two polls of one host (``feeds.timing.spacing``)."""


@dataclass(frozen=True, slots=True)
class Polled:
    """The outcome of a poll."""

    feed_id: str
    outcome: Outcome
    next_poll: datetime
    reason: str = ""
    entries: int = 0
    articles: int = 0
    new: int = 0
    """Of the articles, those that were not there before."""
    health: Health = "new"
    """How the feed fares now, if that could be written down."""
    reached: bool | None = None
    """Whether there was a server; ``None`` if none was asked, or it cannot be told."""
    offer: HubOffer | None = None
    """What the feed says of its hub, if all of it was read."""


def host_in(url: str) -> str:
    """Return what counts as one host: it is polled by one process at a time, and gently."""
    return urlsplit(url).netloc.lower()


@lru_cache(maxsize=20_000)
def host_of(url: str) -> str:
    """Return the host of a feed, for turns that ask again and again. Articles are too many: ``host_in``."""
    return host_in(url)
