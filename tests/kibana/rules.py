"""What Kibana asks of saved objects, as far as it can be told without one. Rules yield complaints."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

from monitor.store import elastic_mapping
from tests.kibana.shipped import Json, all_columns, layers, lens, of_type, panels

Rule = Callable[[list[Json]], Iterator[str]]
FLOORS = {"index-pattern": "8.0.0", "search": "8.0.0", "dashboard": "8.9.0"}
CORE_FLOOR, PANEL_FLOOR = "8.8.0", "8.9.0"
FIELDS = {name: str(field["type"]) for name, field in elastic_mapping.fields().items()}
NUMBERS = {"long", "float"}
WANTED = {
    "date_histogram": {"date"},
    "terms": {"keyword"},
    "unique_count": {"keyword"},
    "max": NUMBERS,
    "last_value": NUMBERS,
}
"""The types of field that an operation works on."""
SERIES = {"bar_stacked", "bar_horizontal", "bar_horizontal_stacked", "line", "area"}
FORMS = {"lnsMetric", "lnsXY", "lnsDatatable", "lnsTagcloud"}
WHERE = re.compile(r'(?P<no>not )?(?P<field>[\w.@]+): "(?P<value>[^"]*)"')
ATTRIBUTES = {
    "dashboard": {
        "title", "description", "kibanaSavedObjectMeta", "timeRestore", "timeFrom", "timeTo",
        "refreshInterval", "controlGroupInput", "panelsJSON", "optionsJSON", "hits", "version",
    },
    "search": {
        "title", "description", "columns", "sort", "grid", "hideChart", "isTextBasedQuery",
        "kibanaSavedObjectMeta",
    },
    "index-pattern": {
        "title", "name", "timeFieldName", "allowNoIndex", "fields", "fieldAttrs", "fieldFormatMap",
        "runtimeFieldMap", "sourceFilters", "typeMeta",
    },
}  # fmt: skip
TEXTS = {"fields", "fieldAttrs", "fieldFormatMap", "runtimeFieldMap", "sourceFilters", "typeMeta"}
"""Attributes of data views that are JSON as text, though their names do not say so."""


def ids_are_unique(objects: list[Json]) -> Iterator[str]:
    for key, count in Counter((one["type"], one["id"]) for one in objects).items():
        if count > 1:
            yield f"{key} is there {count} times"


def stamps_are_there_and_old_enough(objects: list[Json]) -> Iterator[str]:
    for one in objects:
        stamps = [(one.get("coreMigrationVersion"), CORE_FLOOR)]
        stamps.append((one.get("typeMigrationVersion"), FLOORS[one["type"]]))
        if one["type"] == "dashboard":
            stamps += [(panel.get("version"), PANEL_FLOOR) for panel in panels(one)]
        for stamp, floor in stamps:
            if stamp is None or _version(stamp) > _version(floor):
                yield f"{one['id']}: {stamp} is not at most {floor}"


def references_resolve(objects: list[Json]) -> Iterator[str]:
    there = {(one["type"], one["id"]) for one in objects}
    inner = [reference for _, attributes in lens(objects) for reference in attributes["references"]]
    for reference in [*(one for saved in objects for one in saved["references"]), *inner]:
        if (reference["type"], reference["id"]) not in there:
            yield f"{reference['name']}: there is no {reference['id']}"


def references_are_those_that_are_used(objects: list[Json]) -> Iterator[str]:
    for one in objects:
        named = sorted((ref["name"], ref["id"]) for ref in one["references"])
        used = sorted(_used(one))
        if [name for name, _ in named] != [name for name, _ in used]:
            yield f"{one['id']}: {named} are given, {used} are used"
        elif any(id_ and id_ != other for (_, other), (_, id_) in zip(named, used, strict=True)):
            yield f"{one['id']}: its panels refer to others than it does itself"
    for name, attributes in lens(objects):
        wanted = sorted(f"indexpattern-datasource-layer-{layer}" for layer in layers(attributes))
        if sorted(reference["name"] for reference in attributes["references"]) != wanted:
            yield f"{name}: its layers lack their references, or have too many"


def _used(one: Json) -> Iterator[tuple[str, str]]:
    """Yield the names of the references an object needs, with the id where it says it a second time."""
    if one["type"] == "search":
        yield json.loads(one["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])["indexRefName"], ""
    for panel in panels(one) if one["type"] == "dashboard" else ():
        if "panelRefName" in panel:
            yield f"{panel['panelIndex']}:{panel['panelRefName']}", ""
        else:
            for reference in panel["embeddableConfig"]["attributes"]["references"]:
                yield f"{panel['panelIndex']}:{reference['name']}", reference["id"]


def panels_fill_the_grid_without_overlap(objects: list[Json]) -> Iterator[str]:
    for dashboard in of_type(objects, "dashboard"):
        places = {panel["panelIndex"]: panel["gridData"] for panel in panels(dashboard)}
        if len(places) != len(panels(dashboard)):
            yield f"{dashboard['id']}: a panelIndex is there twice"
        for name, place in places.items():
            if place["i"] != name:
                yield f"{name}: its place is that of {place['i']}"
            if min(place["x"], place["y"]) < 0 or min(place["w"], place["h"]) < 1:
                yield f"{name}: {place} is no place"
            if place["x"] + place["w"] > 48:
                yield f"{name}: wider than the grid"
        for one, other in combinations(places.values(), 2):
            if _overlap(one, other, "x", "w") and _overlap(one, other, "y", "h"):
                yield f"{one['i']} lies over {other['i']}"
        area = sum(place["w"] * place["h"] for place in places.values())
        height = max(place["y"] + place["h"] for place in places.values())
        if area != 48 * height:
            yield f"{dashboard['id']}: the grid has holes"


def _overlap(one: Json, other: Json, start: str, size: str) -> bool:
    return bool(one[start] < other[start] + other[size] and other[start] < one[start] + one[size])


def columns_are_in_order_groups_first(objects: list[Json]) -> Iterator[str]:
    for name, attributes in lens(objects):
        for layer in layers(attributes).values():
            order, columns = layer["columnOrder"], layer["columns"]
            if sorted(order) != sorted(columns):
                yield f"{name}: columnOrder is not that of its columns"
                continue
            bucketed = [columns[id_]["isBucketed"] for id_ in order]
            if bucketed != sorted(bucketed, reverse=True):
                yield f"{name}: a measure stands before a group"
            for column in columns.values():
                if column["isBucketed"] != (column["operationType"] in {"terms", "date_histogram"}):
                    yield f"{name}: isBucketed does not fit {column['operationType']}"


def drawings_show_the_columns_that_there_are(objects: list[Json]) -> Iterator[str]:
    for name, attributes in lens(objects):
        drawing = attributes["state"]["visualization"]
        shown = set(_accessors(drawing))
        columns = {id_ for layer in layers(attributes).values() for id_ in layer["columns"]}
        if shown != columns:
            yield f"{name}: {sorted(shown)} are drawn, {sorted(columns)} are there"
        if set(_named(drawing, "layerId")) != set(layers(attributes)):
            yield f"{name}: what is drawn is another layer"
        if attributes["visualizationType"] not in FORMS or attributes["type"] != "lens":
            yield f"{name}: {attributes['visualizationType']} is not known"
        if not {*_named(drawing, "seriesType"), *_named(drawing, "preferredSeriesType")} <= SERIES:
            yield f"{name}: its series are not known"


def _accessors(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _accessors(one)
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key == "columnId" or key.endswith("Accessor"):
            yield inner
        elif key == "accessors":
            yield from inner
        else:
            yield from _accessors(inner)


def _named(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _named(one, name)
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key == name:
            yield inner
        else:
            yield from _named(inner, name)


def groups_are_ordered_by_a_measure_that_there_is(objects: list[Json]) -> Iterator[str]:
    for name, attributes in lens(objects):
        for layer in layers(attributes).values():
            for column in layer["columns"].values():
                if column["operationType"] != "terms":
                    continue
                by = layer["columns"].get(column["params"]["orderBy"]["columnId"])
                if by is None or by["isBucketed"]:
                    yield f"{name}: it is ordered by what is no measure"


def fields_are_those_of_the_indices(objects: list[Json]) -> Iterator[str]:
    for name, column in all_columns(objects):
        operation, field = column["operationType"], column["sourceField"]
        if operation == "count":
            if field != "___records___":
                yield f"{name}: a count has no field"
        elif FIELDS.get(field) not in WANTED[operation]:
            yield f"{name}: {operation} of {field}, which is {FIELDS.get(field)}"
        if operation == "last_value" and FIELDS.get(column["params"]["sortField"]) != "date":
            yield f"{name}: the last value by {column['params']['sortField']}"


def lists_and_views_name_fields_of_the_indices(objects: list[Json]) -> Iterator[str]:
    for one in of_type(objects, "search"):
        fields = {*one["attributes"]["columns"], *(field for field, _ in one["attributes"]["sort"])}
        if unknown := fields - FIELDS.keys():
            yield f"{one['id']}: no such fields: {unknown}"
        if any(FIELDS.get(field) not in {"date", *NUMBERS} for field, _ in one["attributes"]["sort"]):
            yield f"{one['id']}: it is ordered by what has no order"
    for one in of_type(objects, "index-pattern"):
        attributes = one["attributes"]
        named = {*json.loads(attributes["fieldAttrs"]), *json.loads(attributes["fieldFormatMap"])}
        named |= {shut["value"] for shut in json.loads(attributes["sourceFilters"])}
        if unknown := named - FIELDS.keys():
            yield f"{one['id']}: no such fields: {unknown}"
        if FIELDS.get(attributes["timeFieldName"]) != "date":
            yield f"{one['id']}: its time is no date"


def conditions_are_plain_and_about_keywords(objects: list[Json]) -> Iterator[str]:
    queries = [(name, attributes["state"]["query"]) for name, attributes in lens(objects)]
    for one in [*of_type(objects, "search"), *of_type(objects, "dashboard")]:
        source = json.loads(one["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
        queries.append((one["id"], source["query"]))
    for name, query in queries:
        found = WHERE.fullmatch(query["query"])
        if query["language"] != "kuery" or (query["query"] and not found):
            yield f"{name}: {query} is not understood"
        elif found and FIELDS.get(found["field"]) != "keyword":
            yield f"{name}: {found['field']} is no keyword"


def attributes_are_those_that_kibana_allows(objects: list[Json]) -> Iterator[str]:
    for one in objects:
        attributes = one["attributes"]
        if unknown := attributes.keys() - ATTRIBUTES[one["type"]]:
            yield f"{one['id']}: {unknown} are not allowed"
        if not attributes.get("title"):
            yield f"{one['id']}: no title"
        if set(one) != {
            "type",
            "id",
            "coreMigrationVersion",
            "typeMigrationVersion",
            "attributes",
            "references",
        }:
            yield f"{one['id']}: {sorted(one)}"


def dashboards_restore_their_range(objects: list[Json]) -> Iterator[str]:
    for one in of_type(objects, "dashboard"):
        attributes = one["attributes"]
        if attributes.get("timeRestore") is not True or not {"timeFrom", "timeTo"} <= attributes.keys():
            yield f"{one['id']}: 15 minutes would be shown"
        if {"pause", "value"} != attributes.get("refreshInterval", {}).keys():
            yield f"{one['id']}: half a refreshInterval"


def json_attributes_are_text(objects: list[Json]) -> Iterator[str]:
    for one in objects:
        for name, value in _flat(one["attributes"]):
            if (name.endswith("JSON") or (one["type"] == "index-pattern" and name in TEXTS)) and not _is_json(
                value
            ):
                yield f"{one['id']}: {name} is not JSON as text"


def _flat(attributes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in attributes.items():
        yield name, value
        if isinstance(value, dict):
            yield from _flat(value)


def _is_json(value: object) -> bool:
    try:
        return isinstance(value, str) and json.loads(value) is not None
    except ValueError:
        return False


def panels_and_links_are_made_for_people(objects: list[Json]) -> Iterator[str]:
    for one in of_type(objects, "index-pattern"):
        formats = json.loads(one["attributes"]["fieldFormatMap"])
        if formats.get("url.full") != {"id": "url", "params": {"type": "a"}}:
            yield f"{one['id']}: links are no links"
    for dashboard in of_type(objects, "dashboard"):
        if any(not panel.get("title") for panel in panels(dashboard) if panel["type"] == "lens"):
            yield f"{dashboard['id']}: a panel without a title"


RULES: tuple[Rule, ...] = (
    ids_are_unique,
    stamps_are_there_and_old_enough,
    references_resolve,
    references_are_those_that_are_used,
    panels_fill_the_grid_without_overlap,
    columns_are_in_order_groups_first,
    drawings_show_the_columns_that_there_are,
    groups_are_ordered_by_a_measure_that_there_is,
    fields_are_those_of_the_indices,
    lists_and_views_name_fields_of_the_indices,
    conditions_are_plain_and_about_keywords,
    attributes_are_those_that_kibana_allows,
    dashboards_restore_their_range,
    json_attributes_are_text,
    panels_and_links_are_made_for_people,
)


def _version(stamp: str) -> tuple[int, ...]:
    return tuple(int(part) for part in stamp.split("."))
