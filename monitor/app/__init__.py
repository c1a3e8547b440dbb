"""The composition root: the only place that picks implementations and turns settings into parts.

Everything below is handed what it needs; nothing below reads settings.
"""

from monitor.app.alerting import (
    dispatcher_of,
    notifiers_of,
    open_webhook_session,
    outbox_of,
    routes_of,
    watch_of,
)
from monitor.app.backend import Backend, alone, open_backend, source_of
from monitor.app.polling import (
    hubs_of,
    open_cage,
    open_discoverer,
    open_fetcher,
    open_hub_client,
    open_page_fetcher,
    open_poller,
    open_trial,
    subscription_of,
    subscriptions_of,
)
from monitor.app.servers import kibana_of, open_servers

__all__ = [
    "Backend",
    "alone",
    "dispatcher_of",
    "hubs_of",
    "kibana_of",
    "notifiers_of",
    "open_backend",
    "open_cage",
    "open_discoverer",
    "open_fetcher",
    "open_hub_client",
    "open_page_fetcher",
    "open_poller",
    "open_servers",
    "open_trial",
    "open_webhook_session",
    "outbox_of",
    "routes_of",
    "source_of",
    "subscription_of",
    "subscriptions_of",
    "watch_of",
]
