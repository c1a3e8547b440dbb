"""What commands share: reading the configuration, opening the backend, times."""

import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import app, logs
from monitor.clock import SystemClock
from monitor.config.addresses import PLACES, is_place
from monitor.config.load import Configuration, load, load_settings, load_watchlist
from monitor.config.nearest import did_you_mean
from monitor.config.settings import Settings
from monitor.errors import FetchRefused, MonitorError, UsageError
from monitor.feeds.fetching.refusals import without_login
from monitor.store.base import Query, Store

_AGO = re.compile(r"([0-9]{1,9})([mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def configuration_of(folder: Path) -> Configuration:
    """Read the configuration; warnings go to stderr."""
    configuration = load(folder, os.environ)
    for warning in configuration.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    return configuration


def no_such_feed(id_: str, known: Collection[str]) -> UsageError:
    """Return that the list has no feed of this id, with the one that may be meant."""
    hint = did_you_mean(id_, known) or "`monitor feeds list` has their ids"
    return UsageError(f"there is no feed {id_}; {hint}")


def warnings_to_stderr() -> None:
    """Have short commands log as they should: warnings and up, beside their results."""
    logs.set_up("warning")


@contextmanager
def opened(folder: Path, *, secrets: bool = False) -> Iterator[tuple[Configuration, app.Backend]]:
    """Give the configuration and the backend, for short commands beside or without a service.

    With ``secrets`` for those that send something; the others need none in their environment.
    """
    warnings_to_stderr()
    configuration = load(folder, os.environ, secrets=secrets)
    settings = _with_logins(folder, configuration.settings)
    with app.open_backend(settings, SystemClock()) as backend:
        yield configuration, backend


@contextmanager
def opened_data(folder: Path) -> Iterator[tuple[Settings, app.Backend]]:
    """Give the settings and the backend: for commands that care neither for feeds nor for topics.

    They work although the watchlist has a mistake, which is when one looks.
    """
    warnings_to_stderr()
    settings = _with_logins(folder, load_settings(folder, os.environ))
    with app.open_backend(settings, SystemClock()) as backend:
        yield settings, backend


def _with_logins(folder: Path, settings: Settings) -> Settings:
    """Return the settings with their secrets where the servers of a cluster want to know who asks."""
    if settings.mode == "embedded":
        return settings
    return load_settings(folder, os.environ, secrets=True)


def check_hosts(hosts: Iterable[str]) -> None:
    """Raise ``UsageError`` for what is no host, as an address is none: it would allow nothing."""
    for host in hosts:
        if not is_place(host):
            raise UsageError(f"--allow-host {host}: this is no host; for example {PLACES}")


def not_fetched(url: str, error: MonitorError, *, unverified: str = "") -> MonitorError:
    """Return the error of a command that could not fetch ``url``, with the remedy that it has.

    ``unverified`` is its option for servers without a valid certificate.
    """
    is_private = isinstance(error, FetchRefused) and "allow_hosts" in str(error)
    option = "--allow-host HOST" if is_private else unverified if "verify_tls" in str(error) else ""
    here = f"; for this one time: {option}" if option else ""
    return MonitorError(f"{without_login(url)}: {error}{here}")


def check_topic(folder: Path, topic: str, store: Store, *kinds: str) -> None:
    """Raise ``UsageError`` for a topic that is neither watched nor was so in what is stored of ``kinds``."""
    known = dict.fromkeys(one for kind in kinds for one in store.count(kind, Query(), by="topic"))
    if topic in known:
        return
    known |= dict.fromkeys(one.id for one in load_watchlist(folder, os.environ).topics)
    if topic not in known:
        raise UsageError(f"there is no topic {topic}; there are: {', '.join(known) or 'none'}")


def moment_of(since: str | None, now: datetime) -> datetime | None:
    """Return the time that ``24h``, ``30d`` or a date means; raise ``UsageError`` for anything else."""
    if since is None:
        return None
    try:
        if ago := _AGO.fullmatch(since.strip()):
            return now - int(ago.group(1)) * _UNITS[ago.group(2)]
        moment = datetime.fromisoformat(since.strip())
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"--since {since!r} is no time: write 24h, 30d, or a date like 2026-03-01"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
