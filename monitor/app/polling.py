"""What feeds, their hubs and the pages of articles are asked with."""

from contextlib import AsyncExitStack
from dataclasses import replace

from monitor import __version__
from monitor.app.backend import Backend, source_of
from monitor.clock import Clock
from monitor.config.load import Configuration, feed_of
from monitor.config.settings import FeedSettings, Settings
from monitor.feeds.cage import Cage
from monitor.feeds.discovery import Discoverer
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.fetching.fetch import FEEDS, PAGES, Fetcher, Limits
from monitor.feeds.pages import PageLimits, Pages
from monitor.feeds.poller import Poller, Web
from monitor.feeds.polls import PollLimits, Subscription
from monitor.feeds.state import FeedStates
from monitor.feeds.timing.schedule import Bounds, Rhythm
from monitor.feeds.trial import Trial
from monitor.feeds.websub.hub import HubClient
from monitor.feeds.websub.hubs import Hubs, Terms
from monitor.feeds.websub.states import LeaseStates
from monitor.guard import guarded_session
from monitor.limits import fitted, has_room_for_idle

PAGE = 3_000_000
"""The largest article page, unpacked, in bytes."""
HUB_CONNECTIONS = 50


def subscriptions_of(configuration: Configuration) -> dict[str, Subscription]:
    """Return the enabled feeds by id."""
    return {
        feed.id: subscription_of(feed, configuration.settings) for feed in configuration.feeds if feed.enabled
    }


def subscription_of(feed: FeedSettings, settings: Settings) -> Subscription:
    """Return how one feed is polled."""
    return Subscription(
        feed_of(feed),
        rhythm_of(feed, settings),
        feed.full_text,
        tuple((name, value.get_secret_value()) for name, value in feed.headers.items()),
        (feed.login.username, feed.login.password.get_secret_value()) if feed.login else None,
        verify_tls=feed.verify_tls,
    )


def rhythm_of(feed: FeedSettings, settings: Settings) -> Rhythm:
    """Return how often one feed is polled: an interval of its own is what it says, and does not adapt."""
    poll = settings.poll
    if feed.interval:
        return Rhythm(feed.interval, poll.jitter, poll.max_backoff)
    bounds = Bounds(poll.adapt.shortest, poll.adapt.longest) if poll.adapt.enabled else None
    return Rhythm(poll.interval, poll.jitter, poll.max_backoff, bounds)


async def open_poller(stack: AsyncExitStack, settings: Settings, backend: Backend, clock: Clock) -> Poller:
    """Build the poller with its HTTP session and its cage; ``stack`` closes them."""
    poll = settings.poll
    fetcher = await open_fetcher(stack, settings, poll.allow_hosts)
    cage = await stack.enter_async_context(open_cage(settings))
    concurrency = fitted(poll.concurrency)
    limits = PollLimits(
        concurrency, poll.per_host, settings.alerts.first_poll_max_age, poll.recheck, poll.host_pause
    )
    states, source = FeedStates(backend.store), source_of(settings)
    web = Web(fetcher, cage, await open_pages(stack, settings, clock))
    poller = Poller(web, states, backend.stream, clock, limits, source)
    stack.callback(poller.close)
    return poller


def hubs_of(settings: Settings, backend: Backend, clock: Clock) -> Hubs | None:
    """Return what hubs are asked for; nothing without a public address that they could call."""
    websub = settings.websub
    if websub.callback is None:
        return None
    terms = Terms(websub.callback, websub.lease, websub.interval)
    return Hubs(LeaseStates(backend.store), clock, terms)


async def open_hub_client(stack: AsyncExitStack, settings: Settings) -> HubClient:
    """Build what asks hubs; ``stack`` closes it. Hosts allowed for feeds are not allowed for hubs."""
    session = guarded_session(settings.websub.allow_hosts, limit=fitted(HUB_CONNECTIONS))
    limits = replace(limits_of(settings), allowed_by="websub.allow_hosts", unverified_by="")
    return HubClient(await stack.enter_async_context(session), limits)


async def open_trial(stack: AsyncExitStack, settings: Settings, clock: Clock) -> Trial:
    """Build what polls feeds without remembering anything, within the limits of the poller."""
    fetcher = await open_fetcher(stack, settings, settings.poll.allow_hosts)
    cage = await stack.enter_async_context(open_cage(settings))
    return _trial(settings, fetcher, cage, clock)


async def open_discoverer(
    stack: AsyncExitStack, settings: Settings, clock: Clock, allow_hosts: tuple[str, ...]
) -> Discoverer:
    """Build what looks for feeds on a site; ``allow_hosts`` may be private beside those of the settings."""
    hosts = (*settings.poll.allow_hosts, *allow_hosts)
    fetcher = await open_fetcher(
        stack, settings, hosts, replace(limits_of(settings), accept=f"text/html, {FEEDS}")
    )
    cage = await stack.enter_async_context(open_cage(settings))
    return Discoverer(fetcher, cage, _trial(settings, fetcher, cage, clock))


def _trial(settings: Settings, fetcher: Fetcher, cage: Cage, clock: Clock) -> Trial:
    poll = settings.poll
    return Trial(fetcher, cage, clock, concurrency=fitted(poll.concurrency), per_host=poll.per_host)


async def open_pages(stack: AsyncExitStack, settings: Settings, clock: Clock) -> Pages:
    """Build what reads articles' pages: with connections and a process of its own, lest feeds wait for it."""
    poll = settings.poll
    limits = PageLimits(poll.page_pause.total_seconds(), poll.page_budget.total_seconds())
    fetcher = await open_page_fetcher(stack, settings)
    cage = await stack.enter_async_context(open_cage(settings, workers=1))
    return Pages(fetcher, cage, clock, limits)


async def open_page_fetcher(
    stack: AsyncExitStack, settings: Settings, allow_hosts: tuple[str, ...] = ()
) -> Fetcher:
    """Build a guarded HTTP client with the limits for pages; ``stack`` closes it.

    Feeds say where articles are, so hosts that are allowed for feeds are not allowed for pages. Those in
    ``allow_hosts`` may be private beside those of the settings.
    """
    bounds = replace(
        limits_of(settings),
        max_body=PAGE,
        accept=PAGES,
        allowed_by="poll.page_allow_hosts",
        unverified_by="",
    )
    return await open_fetcher(stack, settings, (*settings.poll.page_allow_hosts, *allow_hosts), bounds)


async def open_fetcher(
    stack: AsyncExitStack, settings: Settings, allow_hosts: tuple[str, ...], limits: Limits | None = None
) -> Fetcher:
    """Build a guarded HTTP client, with the limits for feeds if no others are given; ``stack`` closes it."""
    most = settings.poll.concurrency
    session = guarded_session(allow_hosts, limit=fitted(most), keep=has_room_for_idle(most))
    await stack.enter_async_context(session)
    return Fetcher(session, limits or limits_of(settings))


def limits_of(settings: Settings) -> Limits:
    """Return the limits for fetching feeds."""
    poll = settings.poll
    return Limits(
        timeout=poll.timeout.total_seconds(),
        connect_timeout=poll.connect_timeout.total_seconds(),
        max_body=poll.max_body,
        max_redirects=poll.max_redirects,
        user_agent=user_agent(poll.contact),
        unverified_by="verify_tls: false",
    )


def open_cage(settings: Settings, workers: int | None = None) -> Cage:
    """Build the cage in which feeds are parsed; it is an async context manager."""
    poll = settings.poll
    return Cage(
        workers=workers or poll.parse_workers,
        timeout=poll.parse_timeout.total_seconds(),
        memory=poll.parse_memory,
        limits=ParseLimits(max_entries=poll.max_entries, max_field=poll.max_field),
    )


def user_agent(contact: str | None) -> str:
    """Return the name under which monitor asks for feeds."""
    return f"monitor/{__version__}" + (f" (+{contact})" if contact else "")
