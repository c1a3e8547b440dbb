"""What setting up changes on the server, given what is there. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.changes import Became, Change
from monitor.store import elastic_mapping
from monitor.store.elastic_mapping import alias_of, components, index_of


def changes(prefix: str, there: Mapping[str, bool], now: datetime) -> list[Change]:
    """Return what becomes of each template and alias; ``there`` says of what exists if it is right."""
    made = [_change(f"component template {name}", there) for name in components(prefix)]
    made += [
        _change(f"index template {alias_of(prefix, kind)}", there, f"version {elastic_mapping.VERSION}")
        for kind in elastic_mapping.KINDS
    ]
    made += [
        _change(_alias(prefix, kind), there, f"with the index {index_of(prefix, kind, now)}")
        for kind in elastic_mapping.KINDS
    ]
    return made


def first_indices(prefix: str, changes: Iterable[Change], now: datetime) -> list[str]:
    """Return the indices to make for the aliases that are to be created: one comes with its first index."""
    created = {change.thing for change in changes if change.became is Became.CREATED}
    kinds = [kind for kind in elastic_mapping.KINDS if _alias(prefix, kind) in created]
    return [index_of(prefix, kind, now) for kind in kinds]


def _alias(prefix: str, kind: str) -> str:
    return f"alias {alias_of(prefix, kind)}"


def _change(thing: str, there: Mapping[str, bool], detail: str = "") -> Change:
    right = there.get(thing)
    if right is None:
        return Change(thing, Became.CREATED, detail)
    return Change(thing, Became.UNCHANGED) if right else Change(thing, Became.UPDATED, detail)
