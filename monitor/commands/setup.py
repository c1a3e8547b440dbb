"""``monitor setup``: what monitor needs on the servers of a cluster, made or brought up to date."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from monitor import app
from monitor.changes import Became, Change
from monitor.clock import SystemClock
from monitor.commands.door import warnings_to_stderr
from monitor.config.addresses import Url
from monitor.config.load import load_settings
from monitor.config.settings import Settings
from monitor.errors import MonitorError, UsageError

if TYPE_CHECKING:
    from monitor.kibana.client import KibanaAccess
    from monitor.kibana.panels import Json

NOTHING = "mode: embedded needs no servers: there is nothing to set up in Kafka and Elasticsearch"
NO_URL = "no Kibana is known: set kibana.url in monitor.yaml, or give --kibana-url URL"
RETENTION = "monitor deletes what is old itself (retention in monitor.yaml), so no lifecycle policy is made"


@dataclass(frozen=True, slots=True)
class Parts:
    """What is to be set up. Nothing named means all that the settings have."""

    kafka: bool = False
    elastic: bool = False
    kibana: bool = False

    @property
    def all(self) -> bool:
        """Return whether nothing was named."""
        return not (self.kafka or self.elastic or self.kibana)


def setup(folder: Path, parts: Parts, *, kibana_url: str | None, dry_run: bool) -> int:
    """Set up the servers, part by part, and print a line for each thing; exit 1 if a part failed."""
    warnings_to_stderr()
    settings = load_settings(folder, os.environ, secrets=True)
    kibana = app.kibana_of(settings, _checked(kibana_url))
    if settings.mode == "embedded" and (parts.kafka or parts.elastic):
        raise UsageError(f"{NOTHING}. Write mode: cluster in monitor.yaml to use them")
    if parts.kibana and kibana is None:
        raise UsageError(NO_URL)
    done = True
    if settings.mode == "cluster":
        done = _servers(settings, parts, dry_run=dry_run)
    elif parts.all:
        print(NOTHING)
    if kibana and (parts.all or parts.kibana):
        done &= _kibana(kibana, settings.elasticsearch.prefix, dry_run=dry_run)
    return 0 if done else 1


def _checked(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        return TypeAdapter[str](Url).validate_python(url)
    except ValidationError as error:
        # Without the value: people put passwords into addresses.
        raise UsageError(
            "--kibana-url is no usable address: write it as https://kibana.example.org"
        ) from error


def _servers(settings: Settings, parts: Parts, *, dry_run: bool) -> bool:
    done = True
    if not (parts.all or parts.kafka or parts.elastic):
        return done
    now = SystemClock().now()
    with app.open_servers(settings) as (stream, store):
        if parts.all or parts.kafka:
            done &= _part(lambda: stream.setup(write=not dry_run), dry_run=dry_run)
        if parts.all or parts.elastic:
            work = store.changes if dry_run else store.begin
            if _part(lambda: work(now), dry_run=dry_run):
                print(RETENTION)
            else:
                done = False
    return done


def _part(work: Callable[[], Iterable[Change]], *, dry_run: bool) -> bool:
    """Set up one part and print what became of it; its failure does not keep the others back."""
    try:
        changes = work()
    except MonitorError as error:
        return _failed(str(error))
    for change in changes:
        _print(change, dry_run=dry_run)
    return True


def _kibana(access: "KibanaAccess", prefix: str, *, dry_run: bool) -> bool:
    from monitor.kibana.client import import_objects, name_of
    from monitor.kibana.objects import objects

    made: Sequence[Json] = objects(prefix)
    if dry_run:  # what is there cannot be compared: Kibana rewrites what it takes
        for saved in made:
            print(f"would import  {name_of(saved)}")
        return True
    try:
        imported = asyncio.run(import_objects(access, made))
    except MonitorError as error:
        return _failed(str(error))
    for change in imported.changes:
        _print(change, dry_run=False)
    for refused in imported.refused:
        _failed(refused)
    return not imported.refused


def _failed(text: str) -> bool:
    from monitor.articles.normalize import characters

    print(f"failed     {' '.join(characters(text).split())}", file=sys.stderr)
    return False


def _print(change: Change, *, dry_run: bool) -> None:
    words = {Became.CREATED: "would create", Became.UPDATED: "would update"} if dry_run else {}
    said = words.get(change.became, change.became.value)
    detail = f" ({change.detail})" if change.detail else ""
    print(f"{said:<{12 if dry_run else 9}}  {change.thing}{detail}")
