"""Servers that are killed while processes of every role work on them, and come back."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.cluster import Cluster, Process, cluster
from tests.journeys.harm import FEEDS, HOSTS, at_work, harmed
from tests.journeys.world import until, world
from tests.own_servers import OwnServers, own_servers

pytestmark = pytest.mark.servers
OUTAGE = 12.0
LONG_OUTAGE = 180.0


@pytest.fixture(scope="module", autouse=True)
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServers]:
    with own_servers(tmp_path_factory.mktemp("servers")) as made:
        yield made


@pytest.fixture(scope="module")
def running(servers: OwnServers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    servers.start()
    with at_work(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture
def faulty(running: Cluster, servers: OwnServers) -> Iterator[Cluster]:
    """Give the cluster while its servers may be harmed; they come back before it is looked at."""
    with harmed(running):
        yield running
        servers.start()


def not_ready(process: Process, dependency: str) -> bool:
    status, body = process.ask("/readyz")
    return status == 503 and f'"{dependency}": {{"ready": false' in body


def for_seconds(seconds: float, made: Cluster) -> None:
    """Let news come in for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        made.report(2, 2)
        time.sleep(seconds / 10)


def test_servers_that_are_away_at_the_start_are_waited_for(tmp_path: Path, servers: OwnServers) -> None:
    servers.stop()
    with world(FEEDS, HOSTS) as here, cluster(tmp_path / "c", here) as made:
        try:
            made.report(FEEDS)
            for role in ("poll", "match", "alert"):
                made.start(role)
            for process in made.processes:
                until(partial(not_ready, process, "kafka"), f"{process.role} says that Kafka is away")
                assert not_ready(process, "elasticsearch")
                assert process.ask("/healthz")[0] == 200, "there is nothing that a restart would mend"
            assert ended_in_order(made.start("match")), "it need not be waited for"
        finally:
            servers.start()
        made.settled("after the servers came")
        made.nothing_is_lost_or_repeated()
        assert set(made.stop()) == {0}


def test_both_servers_may_die_and_come_back(faulty: Cluster, servers: OwnServers) -> None:
    servers.kill()
    faulty.report(20, 100)
    for process in faulty.alive():
        for name in ("kafka", "elasticsearch"):
            until(partial(not_ready, process, name), f"{process.role} says that {name} is away")
    for_seconds(OUTAGE, faulty)
    assert all(process.ask("/healthz")[0] == 200 for process in faulty.alive())


@pytest.mark.soak
@pytest.mark.parametrize("names", [("kafka",), ("elasticsearch",), ("kafka", "elasticsearch")], ids="-".join)
def test_servers_may_be_away_for_minutes(
    faulty: Cluster, servers: OwnServers, names: tuple[str, ...]
) -> None:
    servers.kill(*names)
    for_seconds(LONG_OUTAGE, faulty)


@pytest.mark.parametrize("name", ["kafka", pytest.param("elasticsearch", marks=pytest.mark.soak)])
def test_a_server_may_die_during_a_batch(faulty: Cluster, servers: OwnServers, name: str) -> None:
    matchers = [process for process in faulty.alive() if process.role == "match"]
    before = sum(len(process.events("articles.matched")) for process in matchers)
    faulty.report(40, 2000)
    until(
        lambda: sum(len(process.events("articles.matched")) for process in matchers) > before,
        "the first batch is handled",
    )
    servers.kill(name)


def ended_in_order(process: Process) -> bool:
    """Return whether a process that waits for its servers ends when it is told to, and in time."""
    until(partial(process.has_told, "web.listening"), "it has begun")
    process.popen.terminate()
    return process.popen.wait(60) == 0
