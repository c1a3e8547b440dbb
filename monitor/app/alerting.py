"""What is watched for, and who is told of it by which way."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp

from monitor.alerts.digest import Daily, Hourly
from monitor.alerts.route import Route
from monitor.app.backend import Backend
from monitor.clock import Clock
from monitor.config.load import Configuration
from monitor.config.settings import ReceiverSettings, Settings
from monitor.guard import guarded_session
from monitor.notify.base import Notifier
from monitor.notify.dispatch import Dispatcher, DispatchLimits
from monitor.notify.email import EmailNotifier, SmtpAccess
from monitor.notify.outbox import Outbox
from monitor.notify.receivers import ReceiverStates
from monitor.notify.webhook import Hook, WebhookNotifier
from monitor.pipeline import Watch
from monitor.store.base import Store
from monitor.store.topics import note, since_of
from monitor.topics.matcher import compile_watchlist

WEBHOOK_CONNECTIONS = 50


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
