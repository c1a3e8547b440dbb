"""``monitor setup``: what it makes on the servers, what it says, and what it leaves alone."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from pytest_httpserver import HTTPServer

from monitor.kibana.objects import objects
from monitor.store import elastic_mapping
from monitor.store.elastic import ElasticStore
from monitor.stream import kafka_client
from monitor.stream.kafka import KafkaStream
from monitor.stream.kafka_access import KafkaAccess
from tests.commands.desk import Said, configured, monitor
from tests.contract.harness import elastic_access, kafka_access
from tests.contract.members import until
from tests.contract.servers import elasticsearch_url

NOBODY: dict[str, Any] = {
    "kafka": {"servers": ["127.0.0.1:9"]},
    "elasticsearch": {"urls": ["http://127.0.0.1:9"], "timeout": "1s"},
}
PASSWORD = "hush-hush"


def setup(folder: Path, *options: str) -> Said:
    return monitor("setup", "--config", folder, *options)


def words(said: Said) -> Counter[str]:
    """Count what became of things."""
    known = ("created", "updated", "unchanged", "would create", "would update", "would import")
    return Counter(word for line in said.out.splitlines() for word in known if line.startswith(f"{word} "))


def topics(prefix: str) -> dict[str, int]:
    """Return the topics of a prefix with their numbers of partitions."""
    access = replace(kafka_access(), prefix=prefix)
    admin = kafka_client.admin(access.connection())
    names = [name for name in admin.list_topics() if access.stream(name)]
    found = {one["name"]: len(one["partitions"]) for one in admin.describe_topics(names)} if names else {}
    admin.close()
    return found


def shared(prefix: str) -> set[int]:
    """Return the numbers of partitions of the topics whose messages are shared out."""
    return {count for name, count in topics(prefix).items() if name != f"{prefix}.feeds"}


def templates(prefix: str) -> set[str]:
    with Elasticsearch([elasticsearch_url()]) as client:
        found = client.options(ignore_status=404).indices.get_index_template(name=f"{prefix}-*")
    return {one["name"] for one in found.get("index_templates", ())}


@pytest.mark.servers
def test_everything_is_made_once_and_found_unchanged_the_second_time(cluster: Path, prefix: str) -> None:
    first, again = setup(cluster), setup(cluster)
    assert (first.code, first.err, again.code, again.err) == (0, "", 0, "")
    streams, kinds = len(KafkaAccess(("k",)).retention), len(elastic_mapping.KINDS)
    everything = streams + 2 + 2 * kinds
    assert words(first) == {"created": everything}
    assert words(again) == {"unchanged": everything}
    names = ("articles", "matches", "alerts", "dead-letters")
    assert topics(prefix) == dict.fromkeys((f"{prefix}.{name}" for name in names), 4) | {
        f"{prefix}.feeds": 32
    }
    assert templates(prefix) == {f"{prefix}-{kind}" for kind in elastic_mapping.KINDS}
    assert "monitor deletes what is old itself" in first.out


@pytest.mark.servers
def test_after_it_every_data_view_finds_its_indices(cluster: Path, prefix: str) -> None:
    setup(cluster, "--elastic")
    views = [one["attributes"] for one in objects(prefix) if one["type"] == "index-pattern"]
    with Elasticsearch([elasticsearch_url()]) as client:
        for view in views:
            found = client.field_caps(index=view["title"], fields="*", allow_no_indices=False)
            assert found["fields"][view["timeFieldName"]].keys() == {"date"}
    assert topics(prefix) == {}


@pytest.mark.servers
def test_a_dry_run_says_the_same_and_writes_nothing(cluster: Path, prefix: str) -> None:
    dry = setup(cluster, "--dry-run")
    assert (dry.code, topics(prefix), templates(prefix)) == (0, {}, set())
    done = setup(cluster)
    made = [line.removeprefix("created").strip() for line in done.out.splitlines()]
    planned = [line.removeprefix("would create").strip() for line in dry.out.splitlines()]
    assert planned == made
    assert words(dry).keys() == {"would create"}


@pytest.mark.servers
def test_what_the_settings_have_changed_is_brought_up_to_date(cluster: Path, prefix: str) -> None:
    setup(cluster, "--kafka")
    configured(cluster, stream={"partitions": 6}, retention={"log": "24h"})
    dry = setup(cluster, "--kafka", "--dry-run")
    changed = f"topic {prefix}.articles (partitions 4 -> 6, retention.ms 604800000 -> 86400000)"
    assert f"would update  {changed}" in dry.out
    assert shared(prefix) == {4}
    assert f"updated    {changed}" in setup(cluster, "--kafka").out
    until(lambda: shared(prefix) == {6})  # the brokers tell each other
    until(lambda: words(setup(cluster, "--kafka")).keys() == {"unchanged"})
    assert templates(prefix) == set()


@pytest.mark.servers
def test_partitions_are_never_taken_away(cluster: Path, prefix: str) -> None:
    setup(cluster, "--kafka")
    configured(cluster, stream={"partitions": 2})
    assert words(setup(cluster, "--kafka")).keys() == {"unchanged"}
    assert shared(prefix) == {4}


@pytest.mark.servers
def test_every_stream_that_a_stream_is_opened_with_gets_its_topic(prefix: str) -> None:
    more = {"monitor.more": timedelta(hours=5)}
    access = replace(kafka_access(), prefix=prefix, retention=more)
    with KafkaStream(access) as stream:
        (change,) = stream.setup()
    assert change.thing == f"topic {prefix}.more"
    assert change.detail == "4 partitions, kept for 5 hours"
    assert topics(prefix) == {f"{prefix}.more": 4}


@pytest.mark.servers
def test_templates_of_an_older_monitor_are_updated_and_those_of_a_newer_one_refused(
    cluster: Path, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = elastic_mapping.VERSION
    monkeypatch.setattr(elastic_mapping, "VERSION", now - 1)
    with ElasticStore(replace(elastic_access(), prefix=prefix, replicas=None)) as store:
        store.setup()
    monkeypatch.setattr(elastic_mapping, "VERSION", now)
    dry, done = setup(cluster, "--elastic", "--dry-run"), setup(cluster, "--elastic")
    assert (done.code, done.err) == (0, "")
    count = 2 + len(elastic_mapping.KINDS)
    assert words(dry)["would update"] == words(done)["updated"] == count
    assert words(setup(cluster, "--elastic")).keys() == {"unchanged"}
    monkeypatch.setattr(elastic_mapping, "VERSION", now - 1)
    for options in (["--dry-run"], []):
        refused = setup(cluster, "--elastic", *options)
        assert (refused.code, refused.out) == (1, "")
        assert "written by a newer monitor" in refused.err


@pytest.mark.servers
def test_indices_that_are_there_get_the_fields_that_are_new(
    cluster: Path, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, index = elastic_mapping.VERSION, f"{prefix}-lag-all"
    older = {name: it for name, it in elastic_mapping.fields().items() if name != "monitor.lag.total"}
    with monkeypatch.context() as past:
        past.setattr(elastic_mapping, "VERSION", now - 1)
        past.setattr(elastic_mapping, "_FIELDS", older)
        with ElasticStore(replace(elastic_access(), prefix=prefix, replicas=None)) as store:
            store.setup()
    with Elasticsearch([elasticsearch_url()]) as client:
        client.indices.create(index=index)
        for there in (False, True):
            found = client.indices.get_field_mapping(index=index, fields="monitor.lag.total")
            assert bool(found[index]["mappings"]) is there
            setup(cluster, "--elastic")


def test_servers_that_are_away_are_exit_1_each_with_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KafkaAccess, "request_timeout_ms", 1000)
    configured(folder, mode="cluster", **NOBODY)
    for options in ([], ["--dry-run"]):
        said = setup(folder, *options)
        assert (said.code, said.out) == (1, "")
        kafka, elastic = said.err.splitlines()
        assert kafka.startswith("failed     Kafka cannot be reached: no broker answers at 127.0.0.1:9 (")
        assert kafka.endswith("check kafka.servers, and whether Kafka runs there")
        assert elastic.startswith("failed     Elasticsearch cannot be reached at http://127.0.0.1:9 (")
        assert elastic.endswith("check elasticsearch.urls, and whether it runs")


def test_on_one_machine_there_is_nothing_to_set_up(folder: Path) -> None:
    said = setup(folder)
    assert (said.code, said.err) == (0, "")
    assert "nothing to set up in Kafka and Elasticsearch" in said.out
    assert not (folder / "data").exists()


@pytest.mark.parametrize("option", ["--kafka", "--elastic"])
def test_a_server_that_is_not_used_cannot_be_set_up(folder: Path, option: str) -> None:
    said = setup(folder, option)
    assert (said.code, said.out) == (2, "")
    assert "Write mode: cluster" in said.err


def test_kibana_needs_an_address(folder: Path) -> None:
    said = setup(folder, "--kibana")
    assert (said.code, said.out) == (2, "")
    assert "set kibana.url in monitor.yaml, or give --kibana-url URL" in said.err


@pytest.mark.parametrize("url", ["kibana.example", f"https://me:{PASSWORD}@kibana.example", "ftp://x"])
def test_an_address_that_is_none_is_exit_2_and_not_repeated(folder: Path, url: str) -> None:
    said = setup(folder, "--kibana-url", url)
    assert (said.code, said.out) == (2, "")
    assert "--kibana-url is no usable address" in said.err
    assert PASSWORD not in said.err


def taken(prefix: str = "monitor") -> dict[str, Any]:
    made = [{"type": one["type"], "id": one["id"]} for one in objects(prefix)]
    return {"success": True, "successCount": len(made), "successResults": made}


IMPORT = "/s/desk/api/saved_objects/_import"


def test_kibana_gets_the_objects_with_the_settings_login(
    folder: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIBANA_KEY", PASSWORD)
    url = httpserver.url_for("/")
    configured(
        folder,
        kibana={"url": url, "space": "desk", "api_key": "${KIBANA_KEY}"},
        elasticsearch={"prefix": "desk-2"},
    )
    httpserver.expect_request(IMPORT, method="POST").respond_with_json(taken("desk-2"))
    said = setup(folder)
    assert (said.code, said.err) == (0, "")
    assert words(said) == {"created": len(objects("desk-2"))}
    assert "created    dashboard desk-2: Watch" in said.out
    ((request, _),) = httpserver.log
    assert request.headers["Authorization"] == f"ApiKey {PASSWORD}"
    assert PASSWORD not in said.out


def test_the_option_goes_before_the_settings(folder: Path, httpserver: HTTPServer) -> None:
    configured(folder, kibana={"url": "http://127.0.0.1:9"})
    httpserver.expect_request("/api/saved_objects/_import").respond_with_json(taken())
    said = setup(folder, "--kibana", "--kibana-url", httpserver.url_for("/"))
    assert said.code == 0
    assert "nothing to set up" not in said.out


def test_a_dry_run_asks_kibana_nothing(folder: Path, httpserver: HTTPServer) -> None:
    said = setup(folder, "--dry-run", "--kibana-url", httpserver.url_for("/"))
    assert said.code == 0
    assert words(said) == {"would import": len(objects("monitor"))}
    assert httpserver.log == []


def test_what_kibana_does_not_take_is_exit_1_and_named(folder: Path, httpserver: HTTPServer) -> None:
    answer = taken()
    last = answer["successResults"].pop()
    error = {"type": "unknown", "message": "newer\x1b[2J"}
    answer |= {"success": False, "errors": [last | {"error": error}]}
    httpserver.expect_request("/api/saved_objects/_import").respond_with_json(answer)
    said = setup(folder, "--kibana-url", httpserver.url_for("/"))
    assert said.code == 1
    assert words(said) == {"created": len(objects("monitor")) - 1}
    (line,) = said.err.splitlines()
    assert line.startswith("failed     dashboard monitor: Operations: unknown; newer")
    assert "\x1b" not in line


def test_a_kibana_that_is_away_is_exit_1(folder: Path) -> None:
    said = setup(folder, "--kibana-url", "http://127.0.0.1:9")
    assert said.code == 1
    assert "Kibana does not answer" in said.err
    assert "check kibana.url" in said.err


def test_a_kibana_that_is_away_does_not_keep_the_servers_back_nor_they_it(
    folder: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KafkaAccess, "request_timeout_ms", 1000)
    configured(folder, mode="cluster", kibana={"url": httpserver.url_for("/")}, **NOBODY)
    httpserver.expect_request("/api/saved_objects/_import").respond_with_json(taken())
    said = setup(folder)
    assert said.code == 1
    assert words(said) == {"created": len(objects("monitor"))}
    assert len(said.err.splitlines()) == 2
