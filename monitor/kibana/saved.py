"""Data views, saved searches and dashboards in the form that Kibana imports.

Each carries the oldest version of its form that Kibana 8.9 and newer take: a newer stamp is refused by a
Kibana that does not know it, and without one Kibana would take the form for a very old one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.kibana.panels import Json, Listing, Row, listing_json, panel_json, placed
from monitor.store.elastic_mapping import index_template

CORE_VERSION = "8.8.0"
VERSIONS = {"index-pattern": "8.0.0", "search": "8.0.0", "dashboard": "8.9.0"}
REFRESH_MS = 60_000
HIDDEN = ("monitor.body", "monitor.tokens")
"""What the store needs and nobody reads."""


@dataclass(frozen=True, slots=True)
class View:
    """The documents of a kind, and what their fields are called for people."""

    kind: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Search:
    """A list of documents: its columns, and what it is ordered by, the largest first."""

    id: str
    title: str
    description: str
    kind: str
    columns: Sequence[str]
    order: str = "@timestamp"
    where: str = ""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Rows of panels, and the range of time that is looked at first."""

    id: str
    title: str
    description: str
    rows: Sequence[Row]
    since: str
    """In Elasticsearch's words: now-24h."""


def view_json(view: View, prefix: str) -> Json:
    """Return a data view: the indices of its kind, whether there are any yet or not."""
    (pattern,) = index_template(prefix, view.kind)["index_patterns"]
    attributes = {
        "title": pattern,
        "name": f"{prefix}: {view.kind}",
        "timeFieldName": "@timestamp",
        "allowNoIndex": True,
        "fields": _text([]),
        "fieldAttrs": _text({name: {"customLabel": label} for name, label in view.labels.items()}),
        "fieldFormatMap": _text({"url.full": {"id": "url", "params": {"type": "a"}}}),
        "runtimeFieldMap": _text({}),
        "sourceFilters": _text([{"value": name} for name in HIDDEN]),
        "typeMeta": _text({}),
    }
    return _saved("index-pattern", f"{prefix}-{view.kind}", attributes, [])


def search_json(search: Search, prefix: str) -> Json:
    """Return a saved search."""
    name = "kibanaSavedObjectMeta.searchSourceJSON.index"
    source = {"query": {"query": search.where, "language": "kuery"}, "filter": [], "indexRefName": name}
    attributes = {
        "title": f"{prefix}: {search.title}",
        "description": search.description,
        "columns": list(search.columns),
        "sort": [[search.order, "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _text(source)},
    }
    reference = {"type": "index-pattern", "id": f"{prefix}-{search.kind}", "name": name}
    return _saved("search", f"{prefix}-{search.id}", attributes, [reference])


def dashboard_json(dashboard: Dashboard, prefix: str) -> Json:
    """Return a dashboard with its panels inside."""
    panels: list[Json] = []
    references: list[Json] = []
    for panel, place in placed(dashboard.rows):
        if isinstance(panel, Listing):
            made, refers = listing_json(panel, place, prefix)
        else:
            made, refers = panel_json(panel, place, prefix)
        panels.append(made)
        references += refers
    options = {"useMargins": True, "syncColors": True, "syncCursor": True, "hidePanelTitles": False}
    nothing = {"query": {"query": "", "language": "kuery"}, "filter": []}
    attributes = {
        "title": f"{prefix}: {dashboard.title}",
        "description": dashboard.description,
        "timeRestore": True,
        "timeFrom": dashboard.since,
        "timeTo": "now",
        "refreshInterval": {"pause": False, "value": REFRESH_MS},
        "panelsJSON": _text(panels),
        "optionsJSON": _text(options),
        "kibanaSavedObjectMeta": {"searchSourceJSON": _text(nothing)},
    }
    return _saved("dashboard", f"{prefix}-{dashboard.id}", attributes, references)


def line(saved: Json) -> str:
    """Return a saved object as one line of JSON."""
    return _text(saved) + "\n"


def _saved(type_: str, id_: str, attributes: Json, references: list[Json]) -> Json:
    return {
        "type": type_,
        "id": id_,
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": VERSIONS[type_],
        "attributes": attributes,
        "references": references,
    }


def _text(value: object) -> str:
    """Return JSON as text: in these files, what is called ...JSON is a string."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
