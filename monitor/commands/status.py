"""``monitor status``."""

import os
import sys
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from monitor import app
from monitor.commands.door import opened_data
from monitor.commands.lines import print_json
from monitor.config.load import Configuration, load
from monitor.config.settings import Settings
from monitor.errors import ConfigError
from monitor.feeds.poller import host_of
from monitor.lock import owner_of
from monitor.model import Watchlist
from monitor.store import records
from monitor.store.base import Query, Store
from monitor.stream.codec import REPLAY_GROUP
from monitor.stream.shares import POLLERS, part_of


@dataclass(frozen=True, slots=True)
class Status:
    """How monitor stands: counts by name, and what fails with its reason."""

    service: int | None
    """Process id of the running service."""
    feeds: dict[str, int]
    failing: dict[str, str]
    articles: dict[str, int]
    """By language."""
    matches: dict[str, int]
    """By topic; topics without a match are there with 0."""
    alerts: dict[str, int]
    lag: dict[str, int]
    """Messages still to be handled, by group."""
    outbox: dict[str, int]
    dead_letters: int
    """Bad messages that were neither replayed nor dropped."""
    undeliverable: dict[str, str]
    """Receivers with waiting deliveries that are not in the watchlist, or that said they are gone."""
    partitions: list[dict[str, Any]]
    """How far each group is behind in each partition."""
    owners: list[dict[str, Any]]
    """In a cluster: the processes that poll, and how many feeds each has; an empty name for the others."""
    indices: dict[str, dict[str, int]]
    """In a cluster: documents and bytes of each kind."""


def status(folder: Path, *, as_json: bool) -> int:
    """Print how feeds, matches, streams and deliveries stand."""
    with opened_data(folder) as (settings, backend):
        configuration = _configuration(folder, settings)
        found = status_of(configuration, backend)
    if as_json:
        print_json({name: getattr(found, name) for name in Status.__dataclass_fields__})
        return 0
    _show(found)
    return 0


def _configuration(folder: Path, settings: Settings) -> Configuration:
    """Return the configuration; of one that has mistakes what can be used, after telling them."""
    try:
        return load(folder, os.environ, secrets=False)
    except ConfigError as error:
        print("The files on disk have mistakes; a running service goes on with what it had:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {replace(problem, excerpt='')}", file=sys.stderr)
        return Configuration(settings, (), Watchlist("", ()), ())


def status_of(configuration: Configuration, backend: app.Backend) -> Status:
    """Return how things stand now."""
    store = backend.store
    known = store.get(records.FEEDS, [feed.id for feed in configuration.feeds])
    states: dict[str, str] = {
        feed.id: (str(known[feed.id].body["health"]) if feed.id in known else "new")
        if feed.enabled
        else "off"
        for feed in configuration.feeds
    }
    failing = {id_: str(known[id_].body["reason"]) for id_, state in states.items() if state == "failing"}
    lags = backend.stream.lag()
    lag: Counter[str] = Counter()
    for one in lags:
        lag[one.group] += one.behind
    topics = dict.fromkeys((topic.id for topic in configuration.watchlist.topics), 0)
    return Status(
        owner_of(configuration.settings.data),
        dict(Counter(states.values())),
        failing,
        store.count(records.ARTICLES, Query(), by="language"),
        topics | store.count(records.MATCHES, Query(), by="topic"),
        store.count(records.ALERTS, Query(), by="state"),
        {group: behind for group, behind in lag.items() if group != REPLAY_GROUP},
        store.count(records.DELIVERIES, Query(), by="state"),
        lag.pop(REPLAY_GROUP, 0),
        _undeliverable(configuration, store),
        [asdict(one) | {"behind": one.behind} for one in lags if one.group != REPLAY_GROUP],
        _owners(configuration, backend),
        {kind: asdict(size) for kind, size in backend.sizes().items() if size.documents},
    )


def _owners(configuration: Configuration, backend: app.Backend) -> list[dict[str, Any]]:
    """Count the feeds of each process that polls."""
    if configuration.settings.mode == "embedded":
        return []
    owners = backend.owners(POLLERS)
    parts = max(configuration.settings.kafka.parts, *(part + 1 for part in owners), 1)
    feeds: Counter[str] = Counter(
        owners.get(part_of(host_of(feed.url), parts), "") for feed in configuration.feeds if feed.enabled
    )
    return [{"owner": owner, "feeds": count} for owner, count in sorted(feeds.items())]


def _undeliverable(configuration: Configuration, store: Store) -> dict[str, str]:
    configured = {receiver.name for receiver in configuration.receivers}
    waiting = store.count(records.DELIVERIES, Query({"state": ["waiting", "collecting"]}), by="receiver")
    strangers = {name: "not in the watchlist" for name in waiting if name not in configured}
    gone = store.get(records.RECEIVERS, configured)
    return strangers | {name: str(one.body["gone"]) for name, one in gone.items() if one.body.get("gone")}


def _show(found: Status) -> None:
    from rich.text import Text

    from monitor.commands.tables import counts_table, plain, show, table

    running = f"running, process {found.service}" if found.service else "not running"
    if found.owners:
        running = f"{sum(bool(one['owner']) for one in found.owners)} processes poll"
    facts: list[tuple[str, dict[str, Any]]] = [
        ("feeds", found.feeds),
        ("articles", found.articles),
        ("alerts", found.alerts),
        ("deliveries", found.outbox),
        ("lag", found.lag),
    ]
    if found.indices:
        facts.append(("indices", {kind: size["documents"] for kind, size in found.indices.items()}))
    rows = [(Text(name), Text(_counts(counts))) for name, counts in facts]
    if found.outbox.get("failed"):
        rows.append((Text("failed"), Text("see monitor deadletters list; replay sends again")))
    if found.dead_letters:
        rows.append((Text("dead letters"), Text(f"{found.dead_letters:,}: see monitor deadletters list")))
    show(
        table("Status", ("", ""), [(Text("service"), Text(running)), *rows]),
        counts_table("Matches by topic", "topic", found.matches),
    )
    if found.owners:
        _show_cluster(found)
    if found.failing:
        rows = [(plain(id_), plain(reason)) for id_, reason in found.failing.items()]
        show(table("Failing feeds", ("feed", "reason"), rows))
    if found.undeliverable:
        rows = [(plain(name), plain(reason)) for name, reason in found.undeliverable.items()]
        show(table("Receivers that wait for you", ("receiver", "reason"), rows))


def _show_cluster(found: Status) -> None:
    from rich.text import Text

    from monitor.commands.tables import plain, show, table

    owners = [(plain(one["owner"] or "nobody"), Text(str(one["feeds"]))) for one in found.owners]
    show(table("Who polls", ("process", "feeds"), owners))
    behind: dict[tuple[str, str], list[str]] = {}
    for one in found.partitions:
        behind.setdefault((one["group"], one["stream"]), []).append(f"{one['partition']}: {one['behind']:,}")
    lags = [
        (Text(group), Text(stream), Text("  ".join(counts))) for (group, stream), counts in behind.items()
    ]
    show(table("Lag by partition", ("group", "stream", "partition: messages behind"), lags))
    sizes = [
        (Text(kind), Text(f"{size['documents']:,}"), Text(f"{size['bytes'] / 1e6:,.1f} MB"))
        for kind, size in found.indices.items()
    ]
    show(table("Indices", ("kind", "documents", "size"), sizes))


def _counts(counts: dict[str, Any]) -> str:
    return ", ".join(f"{name or 'all'} {count:,}" for name, count in counts.items()) or "none"
