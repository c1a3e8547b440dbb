"""The composition root: the only file that picks implementations and turns settings into parts.

Everything below is handed what it needs; nothing below reads settings.
"""

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import aiohttp
from pydantic import SecretStr

from monitor import __version__
from monitor.alerts.digest import Daily, Hourly
from monitor.alerts.route import Route
from monitor.clock import Clock
from monitor.config.load import Configuration, feed_of
from monitor.config.settings import FeedSettings, ReceiverSettings, Settings
from monitor.errors import DataFolderError, MonitorError, StoreUnavailable
from monitor.feeds.cage import Cage
from monitor.feeds.discovery import Discoverer
from monitor.feeds.fetch import Fetcher, Limits
from monitor.feeds.pages import PageLimits, Pages
from monitor.feeds.parse import ParseLimits
from monitor.feeds.poller import Poller, Web
from monitor.feeds.polls import PollLimits, Subscription
from monitor.feeds.schedule import Bounds, Rhythm
from monitor.feeds.state import FeedStates
from monitor.feeds.trial import Trial
from monitor.feeds.websub.hub import HubClient
from monitor.feeds.websub.hubs import Hubs, Terms
from monitor.feeds.websub.states import LeaseStates
from monitor.guard import guarded_session
from monitor.limits import fitted, has_room_for_idle
from monitor.lock import ServiceLock
from monitor.notify.base import Notifier
from monitor.notify.dispatch import Dispatcher, DispatchLimits
from monitor.notify.email import EmailNotifier, SmtpAccess
from monitor.notify.outbox import Outbox
from monitor.notify.receivers import ReceiverStates
from monitor.notify.webhook import Hook, WebhookNotifier
from monitor.pipeline import Watch
from monitor.store import records
from monitor.store.base import Query, Size, Store
from monitor.store.sqlite import SqliteStore
from monitor.store.topics import note, since_of
from monitor.stream.base import Stream
from monitor.stream.codec import FEEDS
from monitor.stream.shares import Lost, Member, Shares, Sole
from monitor.stream.sqlite import SqliteStream
from monitor.topics.matcher import compile_watchlist

if TYPE_CHECKING:
    from monitor.kibana.client import KibanaAccess
    from monitor.store.elastic import ElasticAccess, ElasticStore
    from monitor.stream.kafka import KafkaStream
    from monitor.stream.kafka_access import KafkaAccess

PAGE = 3_000_000
"""The largest article page, unpacked, in bytes."""
WEBHOOK_CONNECTIONS = 50
HUB_CONNECTIONS = 50


@dataclass(frozen=True, slots=True)
class Backend:
    """The stream and the store of the chosen mode."""

    stream: Stream
    store: Store
    members: Callable[[], Sequence[Member]] = tuple
    """Says which processes are in the groups now, and what each holds."""
    sizes: Callable[[], Mapping[str, Size]] = dict
    """Says what each kind of documents takes on the servers."""
    shares: Callable[[str, Lost], Shares] = lambda *_: Sole()
    """Joins a group of processes that share out its work."""
    names: tuple[str, str] = ("stream", "store")
    """What the two are called by those who run them."""
    topic: Callable[[str], str] = str
    """What a stream is called where people may look for it."""
    is_ours: bool = True
    """Whether this process alone works with them: then what is left half done is nobody else's."""
    settle: Callable[[], None] = lambda: None
    """Lets ``find`` and ``count`` see all that was written, at once."""


@contextmanager
def open_backend(settings: Settings, clock: Clock) -> Iterator[Backend]:
    """Open stream and store: files in the data folder, which is made if need be, or the cluster's servers."""
    with _cluster(settings) if settings.mode == "cluster" else _embedded(settings, clock) as backend:
        yield backend


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Own the data folder within the block; in a cluster nobody does.

    Raises ``DataFolderError`` naming the owner if there is one.
    """
    if settings.mode == "cluster":
        yield
    else:
        with ServiceLock(data_folder(settings)):
            yield


@contextmanager
def _embedded(settings: Settings, clock: Clock) -> Iterator[Backend]:
    folder = data_folder(settings)
    _refuse_half(folder, clock)
    with (
        SqliteStream(folder / "stream.db", clock, settings.stream.partitions) as stream,
        SqliteStore(folder / "store.db") as store,
    ):
        yield Backend(stream, store)


@contextmanager
def _cluster(settings: Settings) -> Iterator[Backend]:
    with open_servers(settings) as (stream, store):
        with suppress(StoreUnavailable):  # it will be tried again at the first write
            store.setup()
        yield Backend(
            stream,
            store,
            shares=lambda group, lost: stream.shares(group, FEEDS, lost),
            members=stream.members,
            sizes=store.sizes,
            names=("kafka", "elasticsearch"),
            topic=stream.topic,
            is_ours=False,
            settle=store.refresh,
        )


@contextmanager
def open_servers(settings: Settings) -> Iterator[tuple["KafkaStream", "ElasticStore"]]:
    """Open stream and store of a cluster; nothing is asked of the servers before the first use."""
    try:
        from monitor.store.elastic import ElasticStore
        from monitor.stream.kafka import KafkaStream
    except ImportError as error:
        raise MonitorError(
            f"mode: cluster needs packages that are not there ({error.name}): pip install 'monitor[cluster]'"
        ) from error
    with KafkaStream(_kafka(settings)) as stream, ElasticStore(_elastic(settings)) as store:
        yield stream, store


def _kafka(settings: Settings) -> "KafkaAccess":
    from monitor.stream.kafka_access import KEPT, KafkaAccess

    kafka, log = settings.kafka, settings.retention.log
    return KafkaAccess(
        servers=kafka.servers,
        security=kafka.security,
        username=kafka.username,
        password=_clear(kafka.password),
        mechanism=kafka.mechanism,
        ca_file=str(kafka.ca_file) if kafka.ca_file else None,
        client_id=f"{settings.instance}-{socket.gethostname()}-{os.getpid()}",
        prefix=kafka.prefix,
        partitions=settings.stream.partitions,
        parts=kafka.parts,
        replication=kafka.replication,
        retention={stream: kept and log for stream, kept in KEPT.items()},
        session_timeout=kafka.session_timeout.total_seconds(),
    )


def _elastic(settings: Settings) -> "ElasticAccess":
    from monitor.store.elastic import ElasticAccess

    elastic = settings.elasticsearch
    return ElasticAccess(
        urls=elastic.urls,
        username=elastic.username,
        password=_clear(elastic.password),
        api_key=_clear(elastic.api_key),
        ca_file=str(elastic.ca_file) if elastic.ca_file else None,
        prefix=elastic.prefix,
        timeout=elastic.timeout.total_seconds(),
    )


def kibana_of(settings: Settings, url: str | None = None) -> "KibanaAccess | None":
    """Return how to reach Kibana, at ``url`` rather than at that of the settings; ``None`` without either."""
    from monitor.kibana.client import KibanaAccess

    kibana = settings.kibana
    if not (address := url or kibana.url):
        return None
    return KibanaAccess(
        url=address,
        space=kibana.space,
        username=kibana.username,
        password=_clear(kibana.password),
        api_key=_clear(kibana.api_key),
        ca_file=str(kibana.ca_file) if kibana.ca_file else None,
        timeout=kibana.timeout.total_seconds(),
    )


def _clear(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _refuse_half(folder: Path, clock: Clock) -> None:
    """Raise ``DataFolderError`` if one of the two files is gone and the other shows that it was there."""
    stream, store = folder / "stream.db", folder / "store.db"
    lost, left = (stream, store) if store.exists() else (store, stream)
    if (lost.exists() and lost.stat().st_size) or not left.exists() or not left.stat().st_size:
        return
    # A start that was cut short leaves one file without content: that is no loss.
    with SqliteStream(left, clock) if left == stream else SqliteStore(left) as opened:
        in_use = opened.lag() if isinstance(opened, SqliteStream) else opened.count(records.FEEDS, Query())
    if in_use:
        raise DataFolderError(
            f"{lost} is missing beside {left.name}: put it back from a backup, or move {left.name} away as "
            "well to start afresh, without the past"
        )


def data_folder(settings: Settings) -> Path:
    """Return the data folder, made if need be; raise ``DataFolderError`` if that cannot be."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"the data folder {settings.data} cannot be made ({error.strerror}): make it for this user, "
            "or set another one (data: in monitor.yaml)"
        ) from error
    return settings.data


def watch_of(configuration: Configuration, store: Store, now: datetime, *, matches: bool = True) -> Watch:
    """Compile the watchlist, and note since when each of its topics is watched.

    Only those who match note that a topic is gone or came back: others may have been given fewer topics.
    """
    compiled = compile_watchlist(configuration.watchlist)
    routes = routes_of(configuration)
    topics = {topic.id: topic for topic in configuration.watchlist.topics}
    if matches:
        return Watch(compiled, topics, since_of(store, configuration.watchlist.topics, now), routes)
    note(store, configuration.watchlist.topics, now)
    return Watch(compiled, topics, {}, routes)


def routes_of(configuration: Configuration) -> dict[str, Route]:
    """Return by name how each receiver is alerted."""
    return {receiver.name: _route(receiver) for receiver in configuration.receivers}


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
    limits = replace(limits_of(settings), allowed_by="websub.allow_hosts")
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
    fetcher = await open_fetcher(stack, settings, (*settings.poll.allow_hosts, *allow_hosts))
    cage = await stack.enter_async_context(open_cage(settings))
    return Discoverer(fetcher, cage, _trial(settings, fetcher, cage, clock))


def _trial(settings: Settings, fetcher: Fetcher, cage: Cage, clock: Clock) -> Trial:
    poll = settings.poll
    return Trial(fetcher, cage, clock, concurrency=poll.concurrency, per_host=poll.per_host)


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
    bounds = replace(limits_of(settings), max_body=PAGE, allowed_by="poll.page_allow_hosts", unverified_by="")
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


def outbox_of(settings: Settings, backend: Backend) -> Outbox:
    """Build the outbox. A lease outlasts a try by far, or a slow try would be made twice."""
    return Outbox(
        backend.store, settings.delivery.timeout * 3 + timedelta(seconds=30), settings.delivery.give_up_after
    )


def dispatcher_of(
    settings: Settings, backend: Backend, outbox: Outbox, clock: Clock, on_tried: Callable[[str, str], object]
) -> Dispatcher:
    """Build the dispatcher of the outbox."""
    timeout = settings.delivery.timeout  # all the steps of a mail take twice that
    limits = DispatchLimits(per_receiver=settings.delivery.per_receiver, longest_try=timeout * 2)
    return Dispatcher(outbox, ReceiverStates(backend.store), clock, limits, on_tried)


async def open_webhook_session(stack: AsyncExitStack, settings: Settings) -> aiohttp.ClientSession:
    """Build the guarded HTTP client for webhooks; ``stack`` closes it."""
    session = guarded_session(settings.delivery.allow_hosts, limit=WEBHOOK_CONNECTIONS)
    return await stack.enter_async_context(session)


def notifiers_of(
    configuration: Configuration, session: aiohttp.ClientSession, clock: Clock
) -> Mapping[str, Notifier]:
    """Build a notifier for each receiver, by name."""
    return {
        receiver.name: _notifier(receiver, configuration.settings, session, clock)
        for receiver in configuration.receivers
    }


def source_of(settings: Settings) -> str:
    """Return who we are in the messages of the streams."""
    return f"/monitor/{settings.instance}"


def user_agent(contact: str | None) -> str:
    """Return the name under which monitor asks for feeds."""
    return f"monitor/{__version__}" + (f" (+{contact})" if contact else "")


def _route(receiver: ReceiverSettings) -> Route:
    digest = receiver.channel.digest
    if digest is None:
        return Route(receiver.name)
    if digest == "hourly":
        return Route(receiver.name, Hourly())
    return Route(receiver.name, Daily(digest, ZoneInfo(receiver.channel.timezone)))


def _notifier(
    receiver: ReceiverSettings, settings: Settings, session: aiohttp.ClientSession, clock: Clock
) -> Notifier:
    timeout = settings.delivery.timeout.total_seconds()
    if receiver.email:
        return EmailNotifier(receiver.email.to, _smtp(settings, timeout), settings.instance, clock)
    assert receiver.webhook
    hook = Hook(receiver.webhook.url, receiver.webhook.secrets, timeout)
    return WebhookNotifier(hook, session, settings.instance, clock)


def _smtp(settings: Settings, timeout: float) -> SmtpAccess:
    email = settings.email
    return SmtpAccess(
        email.host,
        email.port,
        email.sender,
        email.security,
        email.username,
        email.password.get_secret_value() if email.password else None,
        timeout,
        str(email.ca_file) if email.ca_file else None,
    )
