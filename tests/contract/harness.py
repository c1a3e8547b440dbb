"""What each implementation of a port brings to its contract suite."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from monitor.store.base import Store
from monitor.store.elastic import ElasticAccess, ElasticStore
from monitor.store.sqlite import SqliteStore
from monitor.stream import kafka_client
from monitor.stream.base import Stream
from monitor.stream.kafka import KafkaStream
from monitor.stream.kafka_access import KafkaAccess
from monitor.stream.sqlite import SqliteStream
from tests.contract.servers import elasticsearch_url, kafka_address


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self, now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)) -> None:
        self.time = now
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, by: timedelta) -> None:
        self.time += by
        self.seconds += by.total_seconds()


@dataclass(frozen=True)
class StreamHarness:
    """Opens one and the same log again and again."""

    open: Callable[[], Stream]
    clock: TestClock
    publisher: str
    """Python source that opens the same log as ``stream``, in another process."""
    clean: Callable[[], None] = lambda: None
    """Removes what the log left on a server."""
    gaps: Mapping[str, str] = field(default_factory=dict)
    """Promises that are known not to be kept, each with its reason."""


@dataclass(frozen=True)
class StoreHarness:
    """Opens one and the same store; ``settle`` returns when ``find`` sees all that was written."""

    open: Callable[[], Store]
    settle: Callable[[], None]
    age: Callable[[int | None], None]
    """Makes articles look as if a monitor with token rules of this version had indexed them: without the
    words that they are searched by. ``None``: one from before the rules had a version."""
    clean: Callable[[], None] = lambda: None
    """Removes what the store left on a server."""
    gaps: Mapping[str, str] = field(default_factory=dict)
    """Promises that are known not to be kept, each with its reason."""


def expect_gaps(request: pytest.FixtureRequest, gaps: Mapping[str, str]) -> None:
    """Have a test fail as it should if it is about a promise that is known not to be kept."""
    for promise in request.node.iter_markers("promise"):
        if reason := gaps.get(promise.args[0]):
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))


def sqlite_stream(folder: Path) -> StreamHarness:
    clock = TestClock()
    path = folder / "stream.db"
    source = (
        "from pathlib import Path; from monitor.clock import SystemClock; "
        "from monitor.stream.sqlite import SqliteStream; "
        f"stream = SqliteStream(Path({str(path)!r}), SystemClock())"
    )
    return StreamHarness(lambda: SqliteStream(path, clock), clock, source)


def kafka_stream(_: Path) -> StreamHarness:
    access = kafka_access()
    source = (
        "from monitor.stream.kafka import KafkaStream; from monitor.stream.kafka_access import KafkaAccess; "
        f"stream = KafkaStream(KafkaAccess({access.servers!r}, prefix={access.prefix!r}))"
    )
    return StreamHarness(
        lambda: KafkaStream(access),
        TestClock(),
        source,
        lambda: remove_from_kafka(access),
        {"prune": "Kafka forgets by its own clock, see stream.base"},
    )


def kafka_access() -> KafkaAccess:
    """Return access to a corner of the test Kafka that no other test uses."""
    return KafkaAccess(
        (kafka_address(),), prefix=f"test{secrets.token_hex(6)}", session_timeout=10, request_timeout=5
    )


def remove_from_kafka(access: KafkaAccess) -> None:
    admin = kafka_client.admin(access.connection())
    with suppress(kafka_client.KafkaError):
        topics = [topic for topic in admin.list_topics() if access.stream(topic)]
        groups = [group["group_id"] for group in admin.list_groups() if access.group(group["group_id"])]
        if groups:
            admin.delete_groups(groups)
        if topics:
            admin.delete_topics(topics)
    admin.close()


def sqlite_store(folder: Path) -> StoreHarness:
    path = folder / "store.db"

    def age(version: int | None) -> None:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE articles SET tokens_version=?", (version or 1,))
            db.execute("UPDATE articles_words SET tokens='other'")

    return StoreHarness(lambda: SqliteStore(path), lambda: None, age)


def elastic_store(_: Path) -> StoreHarness:
    access = elastic_access()
    return StoreHarness(
        lambda: ElasticStore(access),
        lambda: refresh(access),
        lambda version: age_in_elasticsearch(access, version),
        lambda: remove_from_elasticsearch(access),
    )


STORES = [
    pytest.param(sqlite_store, id="sqlite"),
    pytest.param(elastic_store, id="elastic", marks=pytest.mark.servers),
]
"""The implementations of the port, for a fixture made of ``store_harness``."""


def store_harness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreHarness]:
    """Give each of ``STORES`` in turn, and clear it at the end."""
    made: StoreHarness = request.param(tmp_path)
    expect_gaps(request, made.gaps)
    yield made
    made.clean()


def elastic_access() -> ElasticAccess:
    """Return access to a corner of the test Elasticsearch that no other test uses."""
    return ElasticAccess((elasticsearch_url(),), prefix=f"test{secrets.token_hex(6)}", timeout=20, replicas=0)


def refresh(access: ElasticAccess) -> None:
    with Elasticsearch(list(access.urls)) as client:
        client.indices.refresh(index=f"{access.prefix}-*")


def age_in_elasticsearch(access: ElasticAccess, version: int | None) -> None:
    with Elasticsearch(list(access.urls)) as client:
        for hit in client.search(index=f"{access.prefix}-articles", size=1000)["hits"]["hits"]:
            own = hit["_source"]["monitor"]
            own["tokens"] = "other"
            del own["tokens_version"]
            if version is not None:
                own["tokens_version"] = version
            client.index(index=hit["_index"], id=hit["_id"], document=hit["_source"])
    refresh(access)


def remove_from_elasticsearch(access: ElasticAccess) -> None:
    with Elasticsearch(list(access.urls)) as client:
        if names := list(client.indices.get_alias(index=f"{access.prefix}-*").body):
            client.indices.delete(index=names)
        lenient = client.options(ignore_status=404)
        lenient.indices.delete_index_template(name=f"{access.prefix}-*")
        lenient.cluster.delete_component_template(name=f"{access.prefix}-*")
