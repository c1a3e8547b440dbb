"""``monitor status``."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from monitor import app
from monitor.articles.normalize import characters
from monitor.commands.door import opened_data
from monitor.commands.lines import print_json
from monitor.commands.outlook import Flow, Kept, Status
from monitor.commands.processes import Process, processes_of
from monitor.commands.pushes import leases_of
from monitor.config.load import Parts, load_parts
from monitor.config.settings import Settings
from monitor.errors import Refused, Unavailable
from monitor.feeds.polls import host_of
from monitor.lock import owner_of
from monitor.store import records
from monitor.store.base import Query, Store, Stored
from monitor.stream.base import Lag
from monitor.stream.codec import REPLAY_GROUP
from monitor.stream.shares import POLLERS

T = TypeVar("T")
FAILURES = {"failing", "gone"}
UNWELL = {*FAILURES, "quiet"}


def status(folder: Path, *, as_json: bool) -> int:
    """Print how feeds, matches, streams and deliveries stand; exit 1 if part of that cannot be told."""
    with opened_data(folder) as (settings, backend):
        parts = _parts(folder, settings)
        found = status_of(settings, parts, backend)
    if as_json:
        print_json(found.plain())
    else:
        from monitor.commands.standing import show_status

        show_status(found, in_cluster=settings.mode == "cluster")
    for reason in found.away.values():
        print(f"monitor: {' '.join(characters(reason).split())}", file=sys.stderr)
    return 1 if found.away else 0


def _parts(folder: Path, settings: Settings) -> Parts:
    """Return what the files say as far as it can be used, after telling their mistakes."""
    parts = load_parts(folder, os.environ, secrets=False)
    mistakes = [problem for problem in parts.problems if not problem.warning]
    if mistakes:
        print("The files on disk have mistakes; a running service goes on with what it had:", file=sys.stderr)
    for problem in mistakes:
        print(f"  {replace(problem, excerpt='')}", file=sys.stderr)
    return replace(parts, settings=settings)


def status_of(settings: Settings, parts: Parts, backend: app.Backend) -> Status:
    """Return how things stand now. That one of stream and store is away does not keep the other back."""
    away: dict[str, str] = {}

    def told(name: str, ask: Callable[[Parts, app.Backend], T]) -> T | None:
        try:
            return ask(parts, backend)
        except (Unavailable, Refused) as error:
            away[name] = str(error)
            return None

    stream, store = backend.names
    kept, flow = told(store, _kept), told(stream, _flow)
    return Status(owner_of(settings.data), kept, flow, away)


def _kept(parts: Parts, backend: app.Backend) -> Kept:
    store, feeds = backend.store, parts.feeds or ()
    known = store.get(records.FEEDS, [feed.id for feed in feeds])
    states: dict[str, str] = {
        feed.id: (str(known[feed.id].body["health"]) if feed.id in known else "new")
        if feed.enabled
        else "off"
        for feed in feeds
    }
    topics = dict.fromkeys((topic.id for topic in parts.watchlist.topics) if parts.watchlist else (), 0)
    on = [feed.id for feed in feeds if feed.enabled]
    leases = leases_of(parts.settings, store, on) if parts.settings else {}
    return Kept(
        feeds=None if parts.feeds is None else dict(Counter(states.values())),
        failing={id_: str(known[id_].body["reason"]) for id_, state in states.items() if state in FAILURES},
        unwell=[
            _fares(known[id_])
            for id_, state in states.items()
            if id_ in known and _is_unwell(known[id_], state)
        ],
        unverified=[feed.id for feed in feeds if feed.enabled and not feed.verify_tls],
        pushes=dict(Counter(one.state for one in leases.values())),
        articles=store.count(records.ARTICLES, Query(), by="language"),
        matches=topics | store.count(records.MATCHES, Query(), by="topic"),
        alerts=store.count(records.ALERTS, Query(), by="state"),
        outbox=store.count(records.DELIVERIES, Query(), by="state"),
        undeliverable=_undeliverable(parts, store),
        indices={kind: asdict(size) for kind, size in backend.sizes().items() if size.documents},
    )


def _is_unwell(stored: Stored, state: str) -> bool:
    return state in UNWELL or (state != "off" and bool(stored.body.get("moved_to")))


def _fares(stored: Stored) -> dict[str, Any]:
    names = ("id", "health", "since", "reason", "next_poll", "moved_to")
    return {name: stored.body.get(name) for name in names}


def _undeliverable(parts: Parts, store: Store) -> dict[str, str]:
    if parts.receivers is None:
        return {}  # whether a receiver is in the watchlist cannot be told now
    configured = {receiver.name for receiver in parts.receivers}
    waiting = store.count(records.DELIVERIES, Query({"state": ["waiting", "collecting"]}), by="receiver")
    strangers = {name: "not in the watchlist" for name in waiting if name not in configured}
    gone = store.get(records.RECEIVERS, configured)
    return strangers | {name: str(one.body["gone"]) for name, one in gone.items() if one.body.get("gone")}


def _flow(parts: Parts, backend: app.Backend) -> Flow:
    lags = backend.stream.lag()
    behind: Counter[str] = Counter()
    for lag in lags:
        behind[lag.group] += lag.behind
    at_work = [lag for lag in lags if lag.group != REPLAY_GROUP]
    processes, unpolled = _processes(parts, backend, at_work)
    return Flow(
        lag={group: count for group, count in behind.items() if group != REPLAY_GROUP},
        dead_letters=behind[REPLAY_GROUP],
        partitions=[
            asdict(lag) | {"stream": backend.topic(lag.stream), "behind": lag.behind} for lag in at_work
        ],
        processes=processes,
        unpolled=unpolled,
    )


def _processes(parts: Parts, backend: app.Backend, lags: Sequence[Lag]) -> tuple[list[Process], int]:
    """Return who does what, and how many feeds nobody polls."""
    settings = parts.settings
    if settings is None or settings.mode == "embedded":
        return [], 0
    members = backend.members()
    hosts = [host_of(feed.url) for feed in parts.feeds or () if feed.enabled]
    held = [part for member in members if member.group == POLLERS for part in member.holds]
    most = max(settings.kafka.parts, *(part + 1 for part in held), 1)
    processes = processes_of(members, hosts, most, Counter(lag.group for lag in lags))
    return processes, len(hosts) - sum(one.feeds for one in processes)
