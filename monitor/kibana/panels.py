"""The panels of a dashboard, and how rows of them fill its grid.

A panel holds its Lens state itself; only lists of documents are saved searches, which a panel refers to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Literal, TypeAlias

from monitor.kibana.columns import VALUE, Column, over_time

PANEL_VERSION = "8.9.0"
"""The oldest Kibana that takes this form: a newer stamp is refused by older ones."""
LAYER = "layer1"
WIDTH = 48
"""Columns of the grid."""
Shape = Literal["bar_stacked", "bar_horizontal", "bar_horizontal_stacked", "line", "area"]
Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """A question to the documents of a kind, and how its answer is drawn."""

    id: str
    title: str
    kind: str
    form: str
    """What Lens calls its visualization type."""
    columns: Mapping[str, Column]
    """By id: groups first, then measures."""
    drawing: Json
    where: str = ""
    """Which documents, in Kibana's query language."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A saved search, shown as a table of documents."""

    id: str
    search: str


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side, each with its share of the width; all are as high."""

    height: int
    panels: Sequence[Panel | Listing]
    shares: Sequence[int] = ()
    """Equal, if there are none."""


def number(id_: str, title: str, kind: str, value: Column, where: str = "") -> Panel:
    """Show one number."""
    drawing = {"layerId": LAYER, "layerType": "data", "metricAccessor": VALUE}
    return Panel(id_, title, kind, "lnsMetric", {VALUE: value}, drawing, where)


def timeline(
    id_: str,
    title: str,
    kind: str,
    value: Column,
    split: Column | None = None,
    shape: Shape = "bar_stacked",
) -> Panel:
    """Show a measure over time, split by groups if there is a ``split``."""
    columns = {"time": over_time()} | ({"split": split} if split else {}) | {VALUE: value}
    return Panel(id_, title, kind, "lnsXY", columns, _chart("time", shape, split=split is not None))


def ranking(
    id_: str, title: str, kind: str, by: Column, value: Column, split: Column | None = None, where: str = ""
) -> Panel:
    """Show the largest groups as bars."""
    columns = {"by": by} | ({"split": split} if split else {}) | {VALUE: value}
    shape: Shape = "bar_horizontal_stacked" if split else "bar_horizontal"
    return Panel(id_, title, kind, "lnsXY", columns, _chart("by", shape, split=split is not None), where)


def cloud(id_: str, title: str, kind: str, by: Column, value: Column) -> Panel:
    """Show the largest groups as words, the larger the more."""
    drawing = {
        "layerId": LAYER,
        "layerType": "data",
        "tagAccessor": "by",
        "valueAccessor": VALUE,
        "minFontSize": 12,
        "maxFontSize": 48,
        "orientation": "single",
        "showLabel": False,
    }
    return Panel(id_, title, kind, "lnsTagcloud", {"by": by, VALUE: value}, drawing)


def table(
    id_: str,
    title: str,
    kind: str,
    by: Mapping[str, Column],
    values: Mapping[str, Column],
) -> Panel:
    """Show groups as rows with their measures; one of ``values`` has the id ``VALUE``."""
    columns = {**by, **values}
    shown = [{"columnId": column, "isTransposed": False} for column in columns]
    drawing = {"layerId": LAYER, "layerType": "data", "columns": shown}
    return Panel(id_, title, kind, "lnsDatatable", columns, drawing)


def placed(rows: Sequence[Row]) -> Iterator[tuple[Panel | Listing, dict[str, int]]]:
    """Yield each panel with its place in the grid, row under row."""
    y = 0
    for row in rows:
        shares = row.shares or [1] * len(row.panels)
        edges = [WIDTH * before // sum(shares) for before in accumulate(shares, initial=0)]
        for panel, (left, right) in zip(row.panels, pairwise(edges), strict=True):
            yield panel, {"x": left, "y": y, "w": right - left, "h": row.height}
        y += row.height


def panel_json(panel: Panel, place: Mapping[str, int], prefix: str) -> tuple[Json, list[Json]]:
    """Return the panel and the dashboard's references for it."""
    layer = f"indexpattern-datasource-layer-{LAYER}"
    view = {"type": "index-pattern", "id": f"{prefix}-{panel.kind}"}
    columns = {"columnOrder": list(panel.columns), "columns": panel.columns, "incompleteColumns": {}}
    attributes = {
        "title": panel.title,
        "type": "lens",
        "visualizationType": panel.form,
        "references": [{**view, "name": layer}],
        "state": {
            "datasourceStates": {"formBased": {"layers": {LAYER: columns}}, "textBased": {"layers": {}}},
            "visualization": panel.drawing,
            "query": {"query": panel.where, "language": "kuery"},
            "filters": [],
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }
    state = {"enhancements": {}, "attributes": attributes}
    made = _frame(panel.id, "lens", place) | {"title": panel.title, "embeddableConfig": state}
    return made, [{**view, "name": f"{panel.id}:{layer}"}]


def listing_json(panel: Listing, place: Mapping[str, int], prefix: str) -> tuple[Json, list[Json]]:
    """Return the panel of a saved search and the dashboard's references for it."""
    name = f"panel_{panel.id}"
    made = _frame(panel.id, "search", place) | {"embeddableConfig": {}, "panelRefName": name}
    return made, [{"type": "search", "id": f"{prefix}-{panel.search}", "name": f"{panel.id}:{name}"}]


def _frame(id_: str, type_: str, place: Mapping[str, int]) -> Json:
    return {"version": PANEL_VERSION, "type": type_, "panelIndex": id_, "gridData": {**place, "i": id_}}


def _chart(x: str, shape: Shape, *, split: bool) -> Json:
    layer = {"layerId": LAYER, "layerType": "data", "seriesType": shape, "xAccessor": x, "accessors": [VALUE]}
    return {
        "preferredSeriesType": shape,
        "legend": {"isVisible": split, "position": "right"},
        "valueLabels": "hide",
        "layers": [layer | ({"splitAccessor": "split"} if split else {})],
    }
