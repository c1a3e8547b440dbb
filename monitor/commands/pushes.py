"""How it stands with hubs that tell of news, for ``feeds list`` and ``status``. Secrets stay out of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.commands.lines import iso
from monitor.config.settings import Settings
from monitor.feeds.websub.lease import Lease
from monitor.feeds.websub.states import LeaseStates
from monitor.store.base import Store


def leases_of(settings: Settings, store: Store, ids: Collection[str]) -> dict[str, Lease]:
    """Return what is agreed with the hubs of these feeds; nothing where monitor does not ask hubs."""
    if settings.websub.callback is None:
        return {}
    found = LeaseStates(store).get(ids)
    return {id_: one.current for id_, one in found.items() if one.current}


def told(lease: Lease | None) -> dict[str, Any] | None:
    """Return a lease for programs, without what only the hub and we may know."""
    if lease is None:
        return None
    return {
        "hub": lease.hub,
        "state": lease.state,
        "since": _written(lease.since),
        "until": _written(lease.until),
        "reason": lease.reason,
        "pushes": lease.pushes,
        "last_push": _written(lease.pushed),
    }


def note(push: Mapping[str, Any] | None) -> str:
    """Return for people how it stands with a hub."""
    if push is None:
        return ""
    hub = urlsplit(push["hub"]).netloc
    if push["state"] == "active":
        return f"pushed by {hub} until {push['until'][:16].replace('T', ' ')}"
    return f"{hub}: {push['reason'] or 'asked to push'}"


def _written(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
