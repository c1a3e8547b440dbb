"""How far groups are behind is written down once for each slot of time, whoever writes it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import StoreUnavailable
from monitor.gauges import lag_documents, record_lag
from monitor.store import records
from monitor.store.base import Query
from monitor.store.elastic_document import source
from monitor.store.sqlite import SqliteStore
from monitor.stream.base import Lag, Message
from monitor.stream.sqlite import SqliteStream
from tests.contract.harness import TestClock

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
LAGS = [
    Lag("matcher", "monitor.articles", 0, 3, 10),
    Lag("matcher", "monitor.articles", 1, 5, 5),
    Lag("alerter", "monitor.matches", 0, 1, 2),
]


def test_each_group_and_partition_has_a_document_with_the_total_of_its_group() -> None:
    found = [one.body for one in lag_documents(LAGS, NOW)]
    assert [(one["group"], one["partition"], one["behind"], one["total"]) for one in found] == [
        ("matcher", 0, 7, 7), ("matcher", 1, 0, 7), ("alerter", 0, 1, 1),
    ]  # fmt: skip


def test_the_id_and_the_date_are_those_of_the_slot() -> None:
    first, later, next_ = (lag_documents(LAGS, NOW + timedelta(seconds=more))[0] for more in (0, 29.9, 30))
    assert first.id == later.id == "matcher:monitor.articles:0:2026-03-01T12:00:00Z"
    assert first.filed == later.filed == NOW.replace(second=0)
    assert next_.id == "matcher:monitor.articles:0:2026-03-01T12:01:00Z"
    assert len({one.id for one in lag_documents(LAGS, NOW)}) == len(LAGS)


def test_a_slot_may_have_another_length() -> None:
    (one, *_) = lag_documents(LAGS, NOW, timedelta(hours=1))
    assert one.filed == NOW.replace(second=0, minute=0)


def test_it_is_indexed_with_the_time_of_the_measurement() -> None:
    document = lag_documents(LAGS, NOW)[0]
    fields = source(records.KINDS[records.LAG], document, document.filed)
    assert fields["@timestamp"] == "2026-03-01T12:00:30.000Z"
    assert fields["event"]["kind"] == "metric"
    assert fields["monitor"]["lag"] == {
        "group": "matcher", "stream": "monitor.articles", "partition": 0, "behind": 7, "total": 7,
    }  # fmt: skip


def test_a_slot_is_written_once_and_pruned_like_everything(tmp_path: Path) -> None:
    clock = TestClock(NOW)
    with (
        SqliteStream(tmp_path / "stream.db", clock, 2) as stream,
        SqliteStore(tmp_path / "store.db") as store,
    ):
        stream.consumer("matcher", "monitor.articles").close()
        stream.publish("monitor.articles", [Message("a", b"x"), Message("a", b"y")])
        assert record_lag(store, stream.lag(), NOW) == 2
        assert record_lag(store, stream.lag(), NOW) == 0
        assert record_lag(store, stream.lag(), NOW + timedelta(minutes=1)) == 2
        kept = store.find(records.LAG, Query()).documents
        assert {one.body["total"] for one in kept} == {2}
        assert store.prune(records.LAG, NOW + timedelta(seconds=1)) == 2
        assert len(store.find(records.LAG, Query()).documents) == 2
    with pytest.raises(StoreUnavailable), SqliteStream(tmp_path / "stream.db", clock) as stream:
        record_lag(store, stream.lag(), NOW)
