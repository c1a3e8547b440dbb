"""Each panel finds something in a real Elasticsearch, after the demo has run through a cluster."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from elasticsearch import Elasticsearch

from monitor import app
from monitor.clock import SystemClock
from monitor.config.load import load
from monitor.feeds.state import FeedState, FeedStates, Known
from monitor.gauges import record_lag
from monitor.kibana.objects import ndjson
from monitor.model import Delivery, DeliveryState, Feed
from monitor.store import records
from monitor.stream.base import Message
from monitor.stream.codec import ARTICLES, DEAD_LETTERS
from tests.contract.servers import elasticsearch_url
from tests.journeys.cluster import corner, demo_in
from tests.journeys.world import monitor
from tests.kibana.questions import condition, request, rows
from tests.kibana.shipped import Json, layers, lens, of_type, panels, parsed, shipped
from tests.samples import alert

pytestmark = pytest.mark.servers
NOW = SystemClock().now()


@dataclass(frozen=True)
class Cluster:
    """What the demo has left, and the saved objects for it."""

    prefix: str
    client: Elasticsearch
    objects: list[Json]

    def answer(self, id_: str, question: Json) -> Json:
        (view,) = (one for one in of_type(self.objects, "index-pattern") if one["id"] == id_)
        found: Json = self.client.search(index=view["attributes"]["title"], **question).body
        return found


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("kibana")
    with corner() as prefix, Elasticsearch([elasticsearch_url()]) as client:
        done = monitor("demo", "--data", str(folder), *demo_in(prefix))
        assert done.returncode == 0, done.stderr
        settings = load(folder / "config", os.environ).settings
        with app.open_backend(settings, SystemClock()) as backend:
            add_troubles(backend)
        client.indices.refresh(index=f"{prefix}-*")
        yield Cluster(prefix, client, parsed(ndjson(prefix)))


def add_troubles(backend: app.Backend) -> None:
    """Add what the demo has none of: feeds and a delivery that fared ill, messages that wait."""
    feed = Feed("gone", "https://gone.example/feed", "Gone", "en")
    state = FeedState(
        "gone", feed, NOW, "failing", NOW, "HTTP 404", last_poll=NOW, last_success=NOW, failures=9
    )
    still = replace(state, id="still", health="quiet", failures=0, reason="no news")
    for one in (state, still):
        FeedStates(backend.store).write(Known(one, None))
    failed = Delivery(
        "failed", "desk", DeliveryState.FAILED, NOW, (alert(),), NOW, NOW, 5, "HTTP 410", finished=NOW
    )
    backend.store.add(records.DELIVERIES, [records.deliveries.document(failed)])
    backend.stream.publish(DEAD_LETTERS, [Message(str(n), b"?") for n in range(3)])
    backend.stream.publish(ARTICLES, [Message(str(n), b"?") for n in range(20)])
    for minutes in (2, 1, 0):
        assert record_lag(backend.store, backend.stream.lag(), NOW - timedelta(minutes=minutes)) > 0
    assert record_lag(backend.store, backend.stream.lag(), NOW) == 0


PANELS = [name for name, _ in lens(shipped())]
LISTINGS = [one["id"].removeprefix("monitor-") for one in of_type(shipped(), "search")]


def panel(cluster: Cluster, id_: str) -> tuple[Json, str]:
    """Return what Lens keeps of a panel, and the range of its dashboard."""
    for dashboard in of_type(cluster.objects, "dashboard"):
        for name, attributes in lens([dashboard]):
            if name == id_:
                return attributes, dashboard["attributes"]["timeFrom"]
    raise AssertionError(id_)


@pytest.mark.parametrize("id_", PANELS)
def test_a_panel_finds_something(cluster: Cluster, id_: str) -> None:
    attributes, since = panel(cluster, id_)
    found = rows(cluster.answer(attributes["references"][0]["id"], request(attributes, since)), attributes)
    (layer,) = layers(attributes).values()
    assert found
    assert all(len(row) == len(layer["columnOrder"]) for row in found)
    assert any(row[-1] for row in found)
    if any(column["operationType"] == "terms" for column in layer["columns"].values()):
        assert all(row[0] not in {"", None} for row in found)


@pytest.mark.parametrize("id_", LISTINGS)
def test_a_listing_finds_documents_and_each_of_its_columns_has_values(cluster: Cluster, id_: str) -> None:
    (saved,) = (one for one in of_type(cluster.objects, "search") if one["id"] == f"{cluster.prefix}-{id_}")
    attributes = saved["attributes"]
    source = parsed(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])[0]
    question = {
        "query": condition(source["query"], "now-7d"),
        "sort": [{field: order} for field, order in attributes["sort"]],
        "fields": attributes["columns"],
        "size": 100,
    }
    hits = cluster.answer(saved["references"][0]["id"], question)["hits"]["hits"]
    assert hits
    assert {name for hit in hits for name in hit["fields"]} >= set(attributes["columns"])


def numbers(cluster: Cluster, id_: str) -> list[list[object]]:
    attributes, since = panel(cluster, id_)
    return rows(cluster.answer(attributes["references"][0]["id"], request(attributes, since)), attributes)


def test_the_numbers_are_those_of_what_happened(cluster: Cluster) -> None:
    assert numbers(cluster, "failing") == [[1]]
    assert numbers(cluster, "quiet") == [[1]]
    assert numbers(cluster, "failed") == [[1]]
    assert numbers(cluster, "dead-letters") == [[3]]
    assert numbers(cluster, "behind") == [[20]]
    assert numbers(cluster, "reasons") == [["HTTP 404", 1]]
    assert ["failing", 1] in numbers(cluster, "health")
    assert {group: behind for _, group, behind in numbers(cluster, "lag")} == {
        "matcher": 20, "alerter": 0, "deadletters-replay": 3,
    }  # fmt: skip
    assert ["desk", "failed", 1] in numbers(cluster, "receivers")


def test_the_newest_match_comes_first_and_its_link_leads_somewhere(cluster: Cluster) -> None:
    view = f"{cluster.prefix}-matches"
    hits = cluster.answer(view, {"sort": [{"@timestamp": "desc"}], "size": 2, "fields": ["url.full"]})[
        "hits"
    ]["hits"]
    assert hits[0]["sort"] >= hits[1]["sort"]
    assert hits[0]["fields"]["url.full"][0].startswith("http")


def test_every_panel_is_on_a_dashboard_once() -> None:
    names = [one["panelIndex"] for board in of_type(shipped(), "dashboard") for one in panels(board)]
    assert len(names) == len(set(names))
