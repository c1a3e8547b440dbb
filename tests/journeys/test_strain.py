"""Hardships on servers that are there all the time, while processes of every role work on them."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from monitor.stream.codec import ARTICLES, MATCHES
from tests.contract.servers import elasticsearch_url
from tests.journeys.cluster import Cluster, Process, beginning, cluster
from tests.journeys.gateway import gateway
from tests.journeys.harm import FEEDS, HOSTS, at_work, harmed
from tests.journeys.world import until, world

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with at_work(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture
def faulty(running: Cluster) -> Iterator[Cluster]:
    with harmed(running):
        yield running


def test_consumers_may_come_and_be_killed_all_the_time(faulty: Cluster) -> None:
    for turn in range(4):
        faulty.report(10, 50)
        new = faulty.start("match" if turn % 2 else "alert")
        until(partial(new.has_told, "service.started"), "another consumer begins")
        time.sleep(2)  # so that it has a share, or is about to
        new.kill()


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


def waits_for_space(process: Process) -> bool:
    return any("does not write now" in one["reason"] for one in process.events("stage.waits"))


def handled(process: Process) -> int:
    """Return how many messages a process has handled, as it tells."""
    counts = [line for line in process.ask("/metrics")[1].splitlines() if "monitor_messages_total" in line]
    return int(sum(float(line.split()[-1]) for line in counts if 'result="handled"' in line))
