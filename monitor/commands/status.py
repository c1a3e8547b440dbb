"""``monitor status``."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from monitor import app
from monitor.articles.normalize import characters
from monitor.commands.door import opened_data
from monitor.commands.lines import print_json
from monitor.commands.processes import Process, processes_of
from monitor.commands.pushes import leases_of
from monitor.config.load import Configuration, load
from monitor.config.settings import Settings
from monitor.errors import ConfigError, Refused, Unavailable
from monitor.feeds.poller import host_of
from monitor.lock import owner_of
from monitor.model import Watchlist
from monitor.store import records
from monitor.store.base import Query, Store
from monitor.stream.base import Lag
from monitor.stream.codec import REPLAY_GROUP
from monitor.stream.shares import POLLERS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store tells: counts by name, and what fails with its reason."""

    feeds: dict[str, int]
    failing: dict[str, str]
    pushes: dict[str, int]
    """Feeds that name a hub, by how it stands with it; none where monitor does not ask hubs."""
    articles: dict[str, int]
    """By language."""
    matches: dict[str, int]
    """By topic; topics without a match are there with 0."""
    alerts: dict[str, int]
    outbox: dict[str, int]
    undeliverable: dict[str, str]
    """Receivers with waiting deliveries that are not in the watchlist, or that said they are gone."""
    indices: dict[str, dict[str, int]]
    """In a cluster: documents and bytes of each kind."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What the stream tells."""

    lag: dict[str, int]
    """Messages still to be handled, by group."""
    dead_letters: int
    """Bad messages that were neither replayed nor dropped."""
    partitions: list[dict[str, Any]]
    """How far each group is behind in each partition."""
    processes: list[Process]
    """In a cluster: who does what now."""
    unpolled: int
    """In a cluster: enabled feeds that nobody polls now."""


@dataclass(frozen=True, slots=True)
class Status:
    """How monitor stands, as far as that can be told."""

    service: int | None
    """Process id of the running service, where one process has all roles."""
    kept: Kept | None
    flow: Flow | None
    away: dict[str, str]
    """Why one of the two cannot be told: the reason by the name of what is away."""

    def plain(self) -> dict[str, Any]:
        """Return it for programs; what cannot be told is ``None``."""
        told = {field.name: None for part in (Kept, Flow) for field in fields(part)}
        for part in (self.kept, self.flow):
            told |= asdict(part) if part else {}
        return {"service": self.service, **told, "away": self.away}


def status(folder: Path, *, as_json: bool) -> int:
    """Print how feeds, matches, streams and deliveries stand; exit 1 if part of that cannot be told."""
    with opened_data(folder) as (settings, backend):
        configuration = _configuration(folder, settings)
        found = status_of(configuration, backend)
    if as_json:
        print_json(found.plain())
    else:
        from monitor.commands.standing import show_status

        show_status(found, in_cluster=settings.mode == "cluster")
    for reason in found.away.values():
        print(f"monitor: {' '.join(characters(reason).split())}", file=sys.stderr)
    return 1 if found.away else 0


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
    """Return how things stand now. That one of stream and store is away does not keep the other back."""
    away: dict[str, str] = {}

    def told(name: str, ask: Callable[[Configuration, app.Backend], T]) -> T | None:
        try:
            return ask(configuration, backend)
        except (Unavailable, Refused) as error:
            away[name] = str(error)
            return None

    stream, store = backend.names
    kept, flow = told(store, _kept), told(stream, _flow)
    return Status(owner_of(configuration.settings.data), kept, flow, away)


def _kept(configuration: Configuration, backend: app.Backend) -> Kept:
    store = backend.store
    known = store.get(records.FEEDS, [feed.id for feed in configuration.feeds])
    states: dict[str, str] = {
        feed.id: (str(known[feed.id].body["health"]) if feed.id in known else "new")
        if feed.enabled
        else "off"
        for feed in configuration.feeds
    }
    on = [feed.id for feed in configuration.feeds if feed.enabled]
    topics = dict.fromkeys((topic.id for topic in configuration.watchlist.topics), 0)
    return Kept(
        feeds=dict(Counter(states.values())),
        failing={id_: str(known[id_].body["reason"]) for id_, state in states.items() if state == "failing"},
        pushes=dict(Counter(one.state for one in leases_of(configuration.settings, store, on).values())),
        articles=store.count(records.ARTICLES, Query(), by="language"),
        matches=topics | store.count(records.MATCHES, Query(), by="topic"),
        alerts=store.count(records.ALERTS, Query(), by="state"),
        outbox=store.count(records.DELIVERIES, Query(), by="state"),
        undeliverable=_undeliverable(configuration, store),
        indices={kind: asdict(size) for kind, size in backend.sizes().items() if size.documents},
    )


def _undeliverable(configuration: Configuration, store: Store) -> dict[str, str]:
    configured = {receiver.name for receiver in configuration.receivers}
    waiting = store.count(records.DELIVERIES, Query({"state": ["waiting", "collecting"]}), by="receiver")
    strangers = {name: "not in the watchlist" for name in waiting if name not in configured}
    gone = store.get(records.RECEIVERS, configured)
    return strangers | {name: str(one.body["gone"]) for name, one in gone.items() if one.body.get("gone")}


def _flow(configuration: Configuration, backend: app.Backend) -> Flow:
    lags = backend.stream.lag()
    behind: Counter[str] = Counter()
    for lag in lags:
        behind[lag.group] += lag.behind
    at_work = [lag for lag in lags if lag.group != REPLAY_GROUP]
    processes, unpolled = _processes(configuration, backend, at_work)
    return Flow(
        lag={group: count for group, count in behind.items() if group != REPLAY_GROUP},
        dead_letters=behind[REPLAY_GROUP],
        partitions=[
            asdict(lag) | {"stream": backend.topic(lag.stream), "behind": lag.behind} for lag in at_work
        ],
        processes=processes,
        unpolled=unpolled,
    )


def _processes(
    configuration: Configuration, backend: app.Backend, lags: Sequence[Lag]
) -> tuple[list[Process], int]:
    """Return who does what, and how many feeds nobody polls."""
    if configuration.settings.mode == "embedded":
        return [], 0
    members = backend.members()
    hosts = [host_of(feed.url) for feed in configuration.feeds if feed.enabled]
    held = [part for member in members if member.group == POLLERS for part in member.holds]
    parts = max(configuration.settings.kafka.parts, *(part + 1 for part in held), 1)
    processes = processes_of(members, hosts, parts, Counter(lag.group for lag in lags))
    return processes, len(hosts) - sum(one.feeds for one in processes)
