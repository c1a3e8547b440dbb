"""``monitor status``."""

import os
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from monitor import app
from monitor.commands.door import opened_data
from monitor.commands.lines import print_json
from monitor.config.load import Configuration, load
from monitor.config.settings import Settings
from monitor.errors import ConfigError
from monitor.lock import owner_of
from monitor.model import Watchlist
from monitor.store import records
from monitor.store.base import Query, Store
from monitor.stream.codec import REPLAY_GROUP


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
    lag: Counter[str] = Counter()
    for one in backend.stream.lag():
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
    )


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
    facts: list[tuple[str, dict[str, Any]]] = [
        ("feeds", found.feeds),
        ("articles", found.articles),
        ("alerts", found.alerts),
        ("deliveries", found.outbox),
        ("lag", found.lag),
    ]
    rows = [(Text(name), Text(_counts(counts))) for name, counts in facts]
    if found.outbox.get("failed"):
        rows.append((Text("failed"), Text("see monitor deadletters list; replay sends again")))
    if found.dead_letters:
        rows.append((Text("dead letters"), Text(f"{found.dead_letters:,}: see monitor deadletters list")))
    show(
        table("Status", ("", ""), [(Text("service"), Text(running)), *rows]),
        counts_table("Matches by topic", "topic", found.matches),
    )
    if found.failing:
        rows = [(plain(id_), plain(reason)) for id_, reason in found.failing.items()]
        show(table("Failing feeds", ("feed", "reason"), rows))
    if found.undeliverable:
        rows = [(plain(name), plain(reason)) for name, reason in found.undeliverable.items()]
        show(table("Receivers that wait for you", ("receiver", "reason"), rows))


def _counts(counts: dict[str, Any]) -> str:
    return ", ".join(f"{name or 'all'} {count:,}" for name, count in counts.items()) or "none"
