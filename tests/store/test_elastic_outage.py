"""An Elasticsearch that is killed under those who work with it, and comes back."""

from collections.abc import Iterator

import pytest

from monitor.errors import StoreUnavailable
from monitor.store import records
from monitor.store.base import Added, Query
from monitor.store.elastic import ElasticStore
from tests.contract.harness import elastic_access
from tests.own_servers import OwnServers, own_servers
from tests.samples import NOW, topic

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServers]:
    with own_servers(tmp_path_factory.mktemp("servers"), "elasticsearch") as made:
        made.start()
        yield made


def test_an_outage_is_said_and_over_by_itself(servers: OwnServers) -> None:
    access = elastic_access()
    with ElasticStore(access) as store:
        store.add(records.TOPICS, [topic("a")])
        servers.kill()
        with pytest.raises(StoreUnavailable, match="cannot be reached at") as caught:
            store.add(records.TOPICS, [topic("b")])
        assert caught.value.__cause__
        for call in (
            lambda: store.get(records.TOPICS, ["a"]),
            lambda: store.find(records.TOPICS, Query()),
            lambda: store.count(records.TOPICS, Query()),
            lambda: store.prune(records.TOPICS, NOW),
        ):
            with pytest.raises(StoreUnavailable):
                call()
        with ElasticStore(access) as fresh, pytest.raises(StoreUnavailable):
            fresh.get(records.TOPICS, ["a"])  # opened while the server is away
        servers.start()
        assert store.add(records.TOPICS, [topic("a"), topic("b")]) == [Added.KNOWN, Added.NEW]
