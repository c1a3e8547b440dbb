"""What a process counts of its own work, in Prometheus's format. The only file that imports its client."""

from collections import Counter as Counts
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder

from monitor import __version__
from monitor.model import Health
from monitor.stream.base import Lag

SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
"""The bounds by which durations are counted."""


class Metrics:
    """The counters of one process: those of what its role does. Safe to use from any thread."""

    def __init__(self, instance: str, role: str) -> None:
        self._registry = registry = CollectorRegistry()

        def told_by(*roles: str) -> CollectorRegistry | None:
            return registry if role in {"all", *roles} else None

        polling, working, alerting = told_by("poll"), told_by("match", "alert"), told_by("alert")
        ProcessCollector(registry=registry)
        info = Gauge("monitor_info", "What runs here.", ("version", "instance", "role"), registry=registry)
        info.labels(__version__, instance, role).set(1)
        self._polls = Counter("monitor_feed_polls", "Polls, by outcome.", ("outcome",), registry=polling)
        self._poll_seconds = Histogram(
            "monitor_feed_poll_seconds", "From a poll's turn to its end.", buckets=SECONDS, registry=polling
        )
        self._entries = Counter(
            "monitor_entries", "Entries shown by feeds that had changed.", registry=polling
        )
        self._articles = Counter("monitor_articles", "New and changed articles published.", registry=polling)
        self._feeds = Gauge("monitor_feeds", "Feeds that this process polls.", registry=polling)
        self._health = Gauge(
            "monitor_feed_health", "Feeds that this process polls, by how they fare.", ("health",),
            registry=polling,
        )  # fmt: skip
        self._pushes = Counter(
            "monitor_pushes",
            "Deliveries of hubs: received, ignored (not signed rightly), or for unknown addresses.",
            ("result",),
            registry=polling,
        )
        self._messages = Counter(
            "monitor_messages", "Messages, by what became of them.", ("stage", "result"), registry=working
        )
        self._batch_seconds = Histogram(
            "monitor_batch_seconds", "For one batch.", ("stage",), buckets=SECONDS, registry=working
        )
        self._tries = Counter(
            "monitor_delivery_tries", "Tries of deliveries.", ("receiver", "state"), registry=alerting
        )
        self._lag = Gauge(
            "monitor_lag",
            "Messages still to be handled; told by the process that keeps house.",
            ("group", "stream", "partition"),
            registry=alerting,
        )
        self._ready = Gauge(
            "monitor_ready", "Whether a dependency could be used when last asked.", ("dependency",),
            registry=registry,
        )  # fmt: skip

    def polled(self, outcome: str, entries: int, articles: int, seconds: float) -> None:
        """Count a poll."""
        self._polls.labels(outcome).inc()
        self._poll_seconds.observe(seconds)
        self._entries.inc(entries)
        self._articles.inc(articles)

    def owns(self, feeds: int) -> None:
        """Say how many feeds this process polls."""
        self._feeds.set(feeds)

    def pushed(self, result: str) -> None:
        """Count a delivery of a hub."""
        self._pushes.labels(result).inc()

    def fare(self, healths: Iterable[Health]) -> None:
        """Say how the feeds fare that this process polls."""
        counts = Counts(healths)
        for health in get_args(Health):
            self._health.labels(health).set(counts[health])

    def became(self, before: Health, after: Health) -> None:
        """Say that one of them fares otherwise."""
        self._health.labels(before).dec()
        self._health.labels(after).inc()

    def handled(self, stage: str, good: int, bad: int, seconds: float) -> None:
        """Count a batch."""
        self._messages.labels(stage, "handled").inc(good)
        self._messages.labels(stage, "bad").inc(bad)
        self._batch_seconds.labels(stage).observe(seconds)

    def tried(self, receiver: str, state: str) -> None:
        """Count a try of a delivery; ``state`` is how it stands after it."""
        self._tries.labels(receiver, state).inc()

    def lags(self, lags: Sequence[Lag]) -> None:
        """Say how far groups are behind; none of them is known any more if this is empty."""
        self._lag.clear()
        for lag in lags:
            self._lag.labels(lag.group, lag.stream, lag.partition).set(lag.behind)

    def ready(self, dependencies: Mapping[str, str]) -> None:
        """Say which dependencies can be used: those without a reason against it."""
        for name, reason in dependencies.items():
            self._ready.labels(name).set(not reason)

    def page(self, accept: str) -> tuple[bytes, str]:
        """Return all of it and its content type, in the best format that is accepted."""
        encoder, content_type = choose_encoder(accept)
        return encoder(self._registry), content_type
