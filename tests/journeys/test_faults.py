"""Faults on the real servers, while processes of every role work on them.

After each: every article is in the archive once, every match once, every alert went out under one id, and the
processes are those from before: none needs a hand to come back.
"""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from monitor.stream.codec import ARTICLES, MATCHES
from tests.contract.servers import elasticsearch_url
from tests.journeys.cluster import Cluster, Process, beginning, cluster, only_local_servers, server
from tests.journeys.gateway import gateway
from tests.journeys.world import until, world

FEEDS, HOSTS = 12, 6
OUTAGE = 12.0
LONG_OUTAGE = 180.0
MOST_MB = 400


@pytest.fixture(scope="module", autouse=True)
def servers() -> Iterator[None]:
    only_local_servers()
    yield
    server("start")


@pytest.fixture(scope="module")
def running(servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start processes of every role, that outlive all the tests."""
    with world(FEEDS, HOSTS) as here, cluster(tmp_path_factory.mktemp("cluster"), here) as made:
        made.report(FEEDS)
        for role in ("poll", "poll", "match", "match", "alert"):
            made.start(role)
        made.settled("before any fault")
        yield made
        assert made.memory() < MOST_MB


@pytest.fixture
def faulty(running: Cluster) -> Iterator[Cluster]:
    """Give the cluster to harm; afterwards all is as promised, and the same processes work on."""
    before = running.alive()
    yield running
    server("start")
    running.report(FEEDS)
    running.settled("after the fault")
    running.nothing_is_lost_or_repeated()
    assert running.alive()[: len(before)] == before
    until(lambda: all(process.is_ready() for process in running.alive()), "all are ready again")


def not_ready(process: Process, dependency: str) -> bool:
    status, body = process.ask("/readyz")
    return status == 503 and f'"{dependency}": {{"ready": false' in body


def for_seconds(seconds: float, made: Cluster) -> None:
    """Let news come in for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        made.report(2, 2)
        time.sleep(seconds / 10)


@pytest.mark.servers
def test_servers_that_are_away_at_the_start_are_waited_for(tmp_path: Path) -> None:
    with world(FEEDS, HOSTS) as here, cluster(tmp_path / "c", here) as made:
        server("kill")
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
            server("start")
        made.settled("after the servers came")
        made.nothing_is_lost_or_repeated()
        assert set(made.stop()) == {0}


@pytest.mark.servers
def test_both_servers_may_die_and_come_back(faulty: Cluster) -> None:
    server("kill")
    faulty.report(20, 100)
    for process in faulty.alive():
        for name in ("kafka", "elasticsearch"):
            until(partial(not_ready, process, name), f"{process.role} says that {name} is away")
    for_seconds(OUTAGE, faulty)
    assert all(process.ask("/healthz")[0] == 200 for process in faulty.alive())


@pytest.mark.soak
@pytest.mark.servers
@pytest.mark.parametrize("names", [("kafka",), ("elasticsearch",), ("kafka", "elasticsearch")], ids="-".join)
def test_servers_may_be_away_for_minutes(faulty: Cluster, names: tuple[str, ...]) -> None:
    server("kill", *names)
    for_seconds(LONG_OUTAGE, faulty)


@pytest.mark.servers
@pytest.mark.parametrize("name", ["kafka", pytest.param("elasticsearch", marks=pytest.mark.soak)])
def test_a_server_may_die_during_a_batch(faulty: Cluster, name: str) -> None:
    matchers = [process for process in faulty.alive() if process.role == "match"]
    before = sum(len(process.events("articles.matched")) for process in matchers)
    faulty.report(40, 2000)
    until(
        lambda: sum(len(process.events("articles.matched")) for process in matchers) > before,
        "the first batch is handled",
    )
    server("kill", name)


@pytest.mark.servers
def test_consumers_may_come_and_be_killed_all_the_time(faulty: Cluster) -> None:
    for turn in range(4):
        faulty.report(10, 50)
        new = faulty.start("match" if turn % 2 else "alert")
        until(partial(new.has_told, "service.started"), "another consumer begins")
        time.sleep(2)  # so that it has a share, or is about to
        new.kill()


@pytest.mark.servers
def test_an_index_that_is_made_read_only_for_want_of_space_is_waited_for(faulty: Cluster) -> None:
    block = "index.blocks.read_only_allow_delete"
    with Elasticsearch(elasticsearch_url()) as client:
        client.indices.put_settings(index=f"{faulty.prefix}-articles-*", settings={block: True})
        try:
            faulty.report(20, 20)
            matchers = [process for process in faulty.alive() if process.role == "match"]
            until(lambda: any(map(waits_for_space, matchers)), "a matcher says why it waits")
        finally:
            client.indices.put_settings(index=f"{faulty.prefix}-*", settings={block: None})


@pytest.mark.servers
def test_elasticsearch_may_be_slow_and_its_queue_full(tmp_path: Path) -> None:
    with (
        gateway(elasticsearch_url()) as way,
        world(FEEDS, HOSTS) as here,
        cluster(tmp_path / "c", here, way.url) as made,
    ):
        made.report(FEEDS)
        for role in ("poll", "match", "alert"):
            made.start(role)
        made.settled("at first")
        way.slow = 1.0
        made.report(10, 200)
        until(lambda: way.delayed > 10, "requests are slow")
        way.slow, way.full = 0.0, True
        made.report(10, 200)
        until(lambda: way.turned_away > 10, "writes are turned away")
        way.full = False
        made.settled("after all")
        made.nothing_is_lost_or_repeated()
        assert set(made.stop()) == {0}


@pytest.mark.servers
def test_all_may_be_read_again_from_the_first_message(tmp_path: Path) -> None:
    with world(FEEDS, HOSTS) as here, cluster(tmp_path / "c", here) as made:
        made.report(30, 60)
        poller = made.start("poll")
        until(partial(poller.has_told, "feed.polled"), "the poller is ahead of who matches")
        made.start("match")
        made.start("alert")
        made.settled("at first")
        made.stop()
        sent = len(here.hooks)
        beginning(["matcher"], ARTICLES, made)
        beginning(["alerter"], MATCHES, made)
        again = [made.start("match"), made.start("alert")]
        until(lambda: handled(again[0]) >= 90, "all articles were read again")
        until(lambda: handled(again[1]) >= 60, "all matches were read again, and those found again")
        made.nothing_is_lost_or_repeated()
        assert len(here.hooks) == sent, "nothing is sent again"
        assert set(made.stop()) == {0}


def ended_in_order(process: Process) -> bool:
    """Return whether a process that waits for its servers ends when it is told to, and in time."""
    until(partial(process.has_told, "web.listening"), "it has begun")
    process.popen.terminate()
    return process.popen.wait(20) == 0


def waits_for_space(process: Process) -> bool:
    return any("does not write now" in one["reason"] for one in process.events("stage.waits"))


def handled(process: Process) -> int:
    """Return how many messages a process has handled, as it tells."""
    counts = [line for line in process.ask("/metrics")[1].splitlines() if "monitor_messages_total" in line]
    return int(sum(float(line.split()[-1]) for line in counts if 'result="handled"' in line))
