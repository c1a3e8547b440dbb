"""The shipped saved objects keep the rules, and the rules find breaches."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from monitor.kibana.__main__ import PREFIX, write
from monitor.kibana.objects import ndjson, objects
from monitor.store import elastic_mapping
from tests.kibana import rules
from tests.kibana.rules import RULES, Rule
from tests.kibana.shipped import FOLDER, Json, of_type, panels, parsed, shipped

Harm = Callable[[list[Json]], Any]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_shipped_objects_keep_the_rule(rule: Rule) -> None:
    assert list(rule(shipped())) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_so_do_those_of_another_prefix(rule: Rule) -> None:
    assert list(rule(parsed(ndjson("desk-2")))) == []


def test_the_shipped_file_is_what_the_definitions_give(tmp_path: Any) -> None:
    """If not: ``python -m monitor.kibana``."""
    made = write(tmp_path)
    assert [file.name for file in FOLDER.glob("*.ndjson")] == [made.name]
    assert (FOLDER / made.name).read_text("utf-8") == made.read_text("utf-8") == ndjson(PREFIX)


def test_there_are_the_views_and_dashboards_that_people_look_for() -> None:
    titles = {(one["type"], one["id"]) for one in shipped()}
    kinds = ("matches", "articles", "alerts", "feeds", "deliveries", "lag")
    assert titles >= {("index-pattern", f"monitor-{kind}") for kind in kinds}
    assert titles >= {("dashboard", "monitor-watch"), ("dashboard", "monitor-operations")}
    assert ("search", "monitor-latest-matches") in titles


def test_every_name_begins_with_the_prefix_and_every_view_has_the_indices_of_its_template() -> None:
    for one in objects("desk"):
        assert one["id"].startswith("desk-")
        assert (one["attributes"].get("name") or one["attributes"]["title"]).startswith("desk: ")
    for view in of_type(objects("desk"), "index-pattern"):
        kind = view["id"].removeprefix("desk-")
        template = elastic_mapping.index_template("desk", kind)
        assert [view["attributes"]["title"]] == template["index_patterns"]


def first(objects: list[Json], type_: str) -> Json:
    return of_type(objects, type_)[0]


def in_panels(change: Callable[[list[Json]], Any]) -> Harm:
    """Change the panels of the first dashboard."""

    def harm(objects: list[Json]) -> None:
        dashboard = first(objects, "dashboard")
        found = panels(dashboard)
        change(found)
        dashboard["attributes"]["panelsJSON"] = json.dumps(found)

    return harm


def in_lens(id_: str, change: Callable[[Json], Any]) -> Harm:
    """Change what Lens keeps of a panel."""

    def harm(found: list[Json]) -> None:
        (panel,) = (one for one in found if one["panelIndex"] == id_)
        change(panel["embeddableConfig"]["attributes"])

    return in_panels(harm)


def in_layer(id_: str, change: Callable[[Json], Any]) -> Harm:
    return in_lens(
        id_, lambda kept: change(kept["state"]["datasourceStates"]["formBased"]["layers"]["layer1"])
    )


def in_column(id_: str, column: str, **more: Any) -> Harm:
    return in_layer(id_, lambda layer: layer["columns"][column].update(more))


def in_attributes(type_: str, **more: Any) -> Harm:
    return lambda objects: first(objects, type_)["attributes"].update(more)


def drop(of: Json, *names: str) -> None:
    for name in names:
        del of[name]


HARMS: list[tuple[Rule, Harm]] = [
    (rules.ids_are_unique, lambda all_: all_.append(all_[0])),
    (rules.stamps_are_there_and_old_enough, lambda all_: drop(all_[-1], "typeMigrationVersion")),
    (rules.stamps_are_there_and_old_enough, lambda all_: all_[0].update(coreMigrationVersion="9.0.0")),
    (rules.stamps_are_there_and_old_enough, lambda all_: all_[-1].update(typeMigrationVersion="10.1.0")),
    (rules.stamps_are_there_and_old_enough, in_panels(lambda found: found[0].update(version="9.1.0"))),
    (rules.references_resolve, lambda all_: all_.pop(0)),
    (rules.references_resolve, in_lens("matches", lambda kept: kept["references"][0].update(id="x"))),
    (rules.references_are_those_that_are_used, lambda all_: all_[-1]["references"].pop()),
    (rules.references_are_those_that_are_used, lambda all_: all_[-1]["references"][0].update(name="x")),
    (rules.references_are_those_that_are_used, lambda all_: all_[-1]["references"][0].update(id="x")),
    (
        rules.references_are_those_that_are_used,
        lambda all_: first(all_, "search")["references"].append(
            {"name": "more", "id": "x", "type": "search"}
        ),
    ),
    (rules.references_are_those_that_are_used, in_lens("matches", lambda kept: kept["references"].clear())),
    (rules.panels_fill_the_grid_without_overlap, in_panels(lambda found: found[0]["gridData"].update(i="x"))),
    (rules.panels_fill_the_grid_without_overlap, in_panels(lambda found: found[0]["gridData"].update(w=20))),
    (rules.panels_fill_the_grid_without_overlap, in_panels(lambda found: found[-1]["gridData"].update(x=1))),
    (rules.panels_fill_the_grid_without_overlap, in_panels(lambda found: found[0]["gridData"].update(w=11))),
    (rules.panels_fill_the_grid_without_overlap, in_panels(lambda found: found.append(found[0]))),
    (rules.columns_are_in_order_groups_first, in_layer("topics", lambda layer: layer["columnOrder"].pop())),
    (
        rules.columns_are_in_order_groups_first,
        in_layer("topics", lambda layer: layer["columnOrder"].reverse()),
    ),
    (rules.columns_are_in_order_groups_first, in_column("topics", "by", isBucketed=False)),
    (
        rules.drawings_show_the_columns_that_there_are,
        in_lens("matches", lambda kept: kept["state"]["visualization"].update(metricAccessor="x")),
    ),
    (
        rules.drawings_show_the_columns_that_there_are,
        in_lens("topics", lambda kept: kept["state"]["visualization"]["columns"].pop()),
    ),
    (
        rules.drawings_show_the_columns_that_there_are,
        in_lens("over-time", lambda kept: kept["state"]["visualization"]["layers"][0].update(layerId="x")),
    ),
    (
        rules.drawings_show_the_columns_that_there_are,
        in_lens("matches", lambda kept: kept.update(visualizationType="lnsMap")),
    ),
    (
        rules.drawings_show_the_columns_that_there_are,
        in_lens("over-time", lambda kept: kept["state"]["visualization"].update(preferredSeriesType="x")),
    ),
    (
        rules.groups_are_ordered_by_a_measure_that_there_is,
        in_column("topics", "by", params={"orderBy": {"columnId": "x"}}),
    ),
    (
        rules.groups_are_ordered_by_a_measure_that_there_is,
        in_column("topics", "by", params={"orderBy": {"columnId": "language"}}),
    ),
    (rules.fields_are_those_of_the_indices, in_column("topics", "by", sourceField="news.country")),
    (rules.fields_are_those_of_the_indices, in_column("topics", "by", sourceField="message")),
    (rules.fields_are_those_of_the_indices, in_column("over-time", "time", sourceField="rule.id")),
    (rules.fields_are_those_of_the_indices, in_column("matches", "value", sourceField="rule.id")),
    (rules.lists_and_views_name_fields_of_the_indices, in_attributes("search", columns=["news.tite"])),
    (rules.lists_and_views_name_fields_of_the_indices, in_attributes("search", sort=[["message", "desc"]])),
    (
        rules.lists_and_views_name_fields_of_the_indices,
        in_attributes("index-pattern", timeFieldName="rule.id"),
    ),
    (rules.lists_and_views_name_fields_of_the_indices, in_attributes("index-pattern", fieldAttrs='{"x":{}}')),
    (
        rules.conditions_are_plain_and_about_keywords,
        in_lens("alerts", lambda kept: kept["state"]["query"].update(query='message: "x"')),
    ),
    (
        rules.conditions_are_plain_and_about_keywords,
        in_lens("alerts", lambda kept: kept["state"]["query"].update(query="rule.id")),
    ),
    (rules.attributes_are_those_that_kibana_allows, in_attributes("dashboard", panels=[])),
    (rules.attributes_are_those_that_kibana_allows, in_attributes("search", title="")),
    (rules.attributes_are_those_that_kibana_allows, lambda all_: all_[0].update(version="1")),
    (rules.dashboards_restore_their_range, in_attributes("dashboard", timeRestore=False)),
    (rules.dashboards_restore_their_range, in_attributes("dashboard", refreshInterval={"value": 1})),
    (rules.json_attributes_are_text, in_attributes("dashboard", optionsJSON={})),
    (rules.json_attributes_are_text, in_attributes("index-pattern", fields=[])),
    (rules.json_attributes_are_text, in_attributes("search", kibanaSavedObjectMeta={"searchSourceJSON": {}})),
    (rules.panels_and_links_are_made_for_people, in_attributes("index-pattern", fieldFormatMap="{}")),
    (rules.panels_and_links_are_made_for_people, in_panels(lambda found: found[0].pop("title"))),
]


@pytest.mark.parametrize(
    ("rule", "harm"), HARMS, ids=[f"{n}-{rule.__name__}" for n, (rule, _) in enumerate(HARMS)]
)
def test_a_breach_is_found_by_its_rule(rule: Rule, harm: Harm) -> None:
    harmed = copy.deepcopy(shipped())
    harm(harmed)
    assert list(rule(harmed))


def test_every_rule_is_tried() -> None:
    assert {rule for rule, _ in HARMS} == set(RULES)
