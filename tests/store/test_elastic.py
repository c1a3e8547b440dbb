"""What only Elasticsearch has: read-only indices, its templates and fields, documents it refuses.

A wrong password cannot be tried on the test server, which has no security: see ``test_elastic_errors``.
"""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from monitor.errors import PoisonError, StoreRefused, StoreUnavailable
from monitor.store import elastic_document, elastic_mapping, records
from monitor.store.base import Added, Document, Query, Store
from monitor.store.elastic import ElasticAccess, ElasticStore
from monitor.store.sqlite import SqliteStore
from monitor.topics.search import searched
from tests.contract.harness import age_in_elasticsearch, elastic_access, refresh, remove_from_elasticsearch
from tests.samples import NOW, alert, article, match, topic

pytestmark = pytest.mark.servers
SEARCHES = """
worker / workers / volunteer / dprk / D.P.R.K. / КНДР / north korean / korea / naive café / e-mail / 1,000
рабочий / северокорейский рабочий / елка / ёлка / ЁЛКИ / подъем / подъём / войско / еще / ещё / йод / мой
військові / північнокорейський / робітник донецьк / об'єкт / обєднання / їжа / їжак / Пхеньян / корея
북한 / 북한군 / 북한이 / 병력 / 평양 / 김정은 / 러시아 / 朝鮮 / 半島 / 朝鲜 / nothing / k
"""


@pytest.fixture
def access() -> Iterator[ElasticAccess]:
    made = elastic_access()
    yield made
    remove_from_elasticsearch(made)


@pytest.fixture
def store(access: ElasticAccess) -> Iterator[ElasticStore]:
    with ElasticStore(access) as opened:
        yield opened


@pytest.fixture
def client(access: ElasticAccess) -> Iterator[Elasticsearch]:
    with Elasticsearch(list(access.urls)) as opened:
        yield opened


def corpus() -> list[Document]:
    lines = (Path(__file__).parent / "corpus.jsonl").read_text("utf-8").splitlines()
    bodies: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [Document(body["id"], NOW + timedelta(days=n), body) for n, body in enumerate(bodies)]


def hits(store: Store, text: str) -> list[str]:
    return [one.id for one in store.find(records.ARTICLES, Query(any_of=searched(text))).documents]


def test_every_search_finds_the_same_as_in_sqlite(
    access: ElasticAccess, store: ElasticStore, tmp_path: Path
) -> None:
    documents = corpus()
    longest = max(documents[-1].body["body"].split(), key=len)
    searches = [*SEARCHES.replace("\n", "/").strip("/ ").split(" / "), longest]
    searches = [search.strip() for text in searches for search in text.split("/")]
    forms = {text: {unicodedata.normalize(form, text) for form in ("NFC", "NFD")} for text in searches}
    with SqliteStore(tmp_path / "store.db") as sqlite:
        for one in (store, sqlite):
            one.add(records.ARTICLES, documents)
        refresh(access)
        for text, written in forms.items():
            here, there = [[hits(one, form) for form in written] for one in (store, sqlite)]
            assert here == there, text
            assert all(found == here[0] for found in here), text
    assert len(longest) > 255
    assert hits(store, longest) == ["und-1"]
    assert sum(bool(hits(store, text)) for text in searches) > len(searches) * 0.8


def test_the_fields_are_named_as_in_the_common_schema(
    access: ElasticAccess, store: ElasticStore, client: Elasticsearch
) -> None:
    made = match(article("a1", "Troops in Kursk"))
    store.add(records.MATCHES, [records.matches.document(made)])
    store.add(records.ALERTS, [records.alerts.document(alert(made))])
    refresh(access)
    query = {
        "bool": {
            "filter": [
                {"term": {"rule.id": "troops"}},
                {"term": {"url.domain": "wire.example"}},
                {"term": {"news.language": "en"}},
                {"range": {"event.severity": {"gte": 73}}},
                {"match": {"message": "kursk"}},
            ]
        }
    }
    for kind, name in ((records.MATCHES, "event"), (records.ALERTS, "alert")):
        (hit,) = client.search(index=f"{access.prefix}-{kind}", query=query)["hits"]["hits"]
        source = hit["_source"]
        assert hit["_index"] == f"{access.prefix}-{kind}-2026.03"
        assert (source["event"]["kind"], source["@timestamp"]) == (name, "2026-03-01T12:00:00.000Z")
        assert source["monitor"]["terms"] == ["troops"]


def test_of_many_documents_the_one_that_is_refused_is_named_and_the_others_are_kept(
    store: ElasticStore,
) -> None:
    bad = Document("x" * 600, NOW, {"id": "too long an id"})
    with pytest.raises(PoisonError, match=r"will not take topics xxx.*longer than|too long"):
        store.add(records.TOPICS, [topic("a"), bad, topic("b")])
    assert set(store.get(records.TOPICS, ["a", "b"])) == {"a", "b"}
    assert store.add(records.TOPICS, [topic("a"), topic("b")]) == [Added.KNOWN] * 2


def test_a_field_that_cannot_be_indexed_is_that_documents_fault_alone(store: ElasticStore) -> None:
    good = records.matches.document(match())
    bad = replace(good, id="bad", body={**good.body, "score": "much"})
    with pytest.raises(PoisonError, match=r"matches bad: document_parsing_exception.*much"):
        store.add(records.MATCHES, [bad, good])
    assert set(store.get(records.MATCHES, ["bad", good.id])) == {good.id}


def test_a_read_only_index_is_an_outage_until_it_is_released(
    access: ElasticAccess, store: ElasticStore, client: Elasticsearch
) -> None:
    store.add(records.TOPICS, [topic("a")])
    version = store.get(records.TOPICS, ["a"])["a"].version
    index = f"{access.prefix}-topics-all"
    for block in ("index.blocks.read_only_allow_delete", "index.blocks.write"):  # a full disk; an admin
        client.indices.put_settings(index=index, settings={block: True})
        with pytest.raises(StoreUnavailable, match="does not write now"):
            store.add(records.TOPICS, [topic("b")])
        with pytest.raises(StoreUnavailable, match="does not write now"):
            store.update(records.TOPICS, topic("a", n=2), version)
        assert set(store.get(records.TOPICS, ["a", "b"])) == {"a"}
        client.indices.put_settings(index=index, settings={block: None})
    assert store.add(records.TOPICS, [topic("b")]) == [Added.NEW]
    assert store.update(records.TOPICS, topic("a", n=2), version)


def test_a_month_that_another_process_dropped_is_made_again(access: ElasticAccess) -> None:
    old, new = Document("old", NOW, {"id": "old"}), Document("new", NOW, {"id": "new"})
    with ElasticStore(access) as one, ElasticStore(access) as two:
        one.add(records.ARTICLES, [old])
        assert set(two.get(records.ARTICLES, ["old"])) == {"old"}
        assert one.prune(records.ARTICLES, NOW + timedelta(days=40)) == 1
        assert two.get(records.ARTICLES, ["old"]) == {}
        assert two.add(records.ARTICLES, [new]) == [Added.NEW]
        assert set(one.get(records.ARTICLES, ["old", "new"])) == {"new"}
        refresh(access)
        assert [stored.id for stored in one.find(records.ARTICLES, Query()).documents] == ["new"]


@pytest.mark.parametrize("filed", [NOW, datetime(1950, 6, 1, 23, 59, 59, 999000, tzinfo=UTC)])
def test_a_version_tells_the_write_and_the_date_that_its_document_is_filed_under(filed: datetime) -> None:
    hit = {"_primary_term": 3, "_seq_no": 2**40 + 7}
    version = elastic_document.version_of(hit, filed)
    assert elastic_document.filed_of(version) == filed
    assert elastic_document.condition_of(version) == {"if_primary_term": 3, "if_seq_no": 2**40 + 7}


def test_an_update_of_what_was_deleted_meanwhile_loses(store: ElasticStore) -> None:
    store.add(records.ARTICLES, [Document("a", NOW, {"id": "a"})])
    version = store.get(records.ARTICLES, ["a"])["a"].version
    assert store.prune(records.ARTICLES, NOW + timedelta(days=40)) == 1
    assert not store.update(records.ARTICLES, Document("a", NOW, {"id": "a", "n": 2}), version)
    assert store.get(records.ARTICLES, ["a"]) == {}


def test_older_templates_are_replaced_and_newer_ones_refused(
    access: ElasticAccess, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ElasticStore(access) as store:
        store.add(records.TOPICS, [topic("a")])
    monkeypatch.setattr(elastic_mapping, "VERSION", elastic_mapping.VERSION + 1)
    with ElasticStore(access) as newer:
        newer.setup()
    name = f"{access.prefix}-topics"
    template = client.indices.get_index_template(name=name)["index_templates"][0]["index_template"]
    assert template["_meta"]["version"] == elastic_mapping.VERSION
    monkeypatch.undo()
    with ElasticStore(access) as older, pytest.raises(StoreRefused, match="by a newer monitor"):
        older.get(records.TOPICS, ["a"])


def test_an_index_of_before_the_token_rules_had_a_version_is_taken_along(
    access: ElasticAccess, store: ElasticStore, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {name: field for name, field in elastic_mapping._FIELDS.items() if "tokens_v" not in name}
    with monkeypatch.context() as patch:
        patch.setattr(elastic_mapping, "VERSION", 5)
        patch.setattr(elastic_mapping, "_FIELDS", before)
        with ElasticStore(access) as old:
            old.add(records.ARTICLES, corpus()[:3])
    age_in_elasticsearch(access, None)
    mapped = client.indices.get_mapping(index=f"{access.prefix}-articles")
    assert "tokens_version" not in str(mapped)
    assert len(hits(store, "nowhere")) == 3
    assert sum(store.reindex(records.ARTICLES)) == 3
    refresh(access)
    assert hits(store, "nowhere") == []
    assert list(store.reindex(records.ARTICLES)) == []
