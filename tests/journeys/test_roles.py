"""Roles as processes: feeds have one owner, processes may come and go, and each says how it is."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.journeys.cluster import SESSION, Cluster, cluster
from tests.journeys.world import monitor, until, world

FEEDS, HOSTS = 200, 25


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two pollers, three matchers and two alerters over 200 feeds."""
    with world(FEEDS, HOSTS) as here, cluster(tmp_path_factory.mktemp("cluster"), here) as made:
        settings = json.loads((made.folder / "monitor.yaml").read_text())
        settings["poll"]["interval"] = "2s"
        (made.folder / "monitor.yaml").write_text(json.dumps(settings))
        made.report(2 * FEEDS)
        for role in ("poll", "poll", "match", "match", "match", "alert", "alert"):
            made.start(role)
        until(lambda: all(process.is_ready() for process in made.processes), "all are ready")
        yield made


def polled_by(made: Cluster) -> dict[str, set[int]]:
    """Return which processes have polled each feed since they shared them last, as their logs say."""
    found: dict[str, set[int]] = defaultdict(set)
    shared = max(event["@timestamp"] for one in made.processes for event in one.events("feeds.shared"))
    for process in made.processes:
        for event in process.events("feed.polled"):
            if event["@timestamp"] > shared:
                found[event["feed"]].add(process.number)
    return found


@pytest.mark.servers
def test_everything_arrives_once_however_many_processes_share_the_work(running: Cluster) -> None:
    running.settled("at the start")
    for _ in range(5):  # whoever was there first may have done all there was
        if len(worked(running)) > 1:
            break
        running.report(FEEDS)
        running.settled("after more news")
    running.nothing_is_lost_or_repeated()
    assert len(worked(running)) > 1, "matchers share the partitions"


def worked(made: Cluster) -> set[int]:
    return {process.number for process in made.processes if process.events("articles.matched")}


@pytest.mark.servers
def test_each_process_tells_how_it_is(running: Cluster) -> None:
    for process in running.processes:
        assert process.ask("/healthz")[0] == 200
        status, body = process.ask("/readyz")
        told = json.loads(body)
        assert (status, told["ready"], told["phase"]) == (200, True, "running")
        assert set(told["dependencies"]) == {"kafka", "elasticsearch"}
        status, page = process.ask("/metrics")
        assert status == 200
        assert f'role="{process.role}"' in page
    pages: dict[str, str] = {}

    def lag_is_told() -> bool:
        for role in ("poll", "match", "alert"):
            asked = [one.ask("/metrics")[1] for one in running.processes if one.role == role]
            pages[role] = "".join(asked)
        lag = f'monitor_lag{{group="matcher",partition="0",stream="{running.prefix}.articles"}}'
        return lag in pages["alert"]

    until(lag_is_told, "the process that keeps house has looked how far the others are")
    assert 'monitor_feed_polls_total{outcome="changed"}' in pages["poll"]
    assert 'monitor_messages_total{result="handled",stage="matcher"}' in pages["match"]
    assert 'monitor_messages_total{result="handled",stage="alerter"}' in pages["alert"]
    assert "monitor_feed_poll_seconds" not in pages["match"] + pages["alert"]


@pytest.mark.servers
def test_status_tells_lag_by_partition_and_every_process_with_what_it_holds(running: Cluster) -> None:
    done = monitor("status", "--config", str(running.folder), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    seen = {(one["process"].rsplit("-", 1)[1], one["role"]) for one in told["processes"]}
    assert seen == {(str(process.popen.pid), process.role) for process in running.processes}
    assert (sum(one["feeds"] for one in told["processes"]), told["unpolled"]) == (FEEDS, 0)
    assert sum(one["keeps_house"] for one in told["processes"]) == 1
    places = {(one["group"], one["stream"], one["partition"]) for one in told["partitions"]}
    assert {("matcher", f"{running.prefix}.articles", n) for n in range(4)} <= places
    assert told["indices"]["articles"]["documents"] >= 2 * FEEDS


@pytest.mark.servers
def test_a_killed_pollers_feeds_go_to_the_other(running: Cluster) -> None:
    first, second = (process for process in running.processes if process.role == "poll")
    until(lambda: len(polled_by(running)) == FEEDS, "every feed is polled")
    owners = polled_by(running)
    mine = {feed for feed, numbers in owners.items() if first.number in numbers}
    theirs = {feed for feed, numbers in owners.items() if second.number in numbers}
    assert mine
    assert theirs
    assert not mine & theirs, "each feed has one owner"

    before = {feed: articles_of(running, feed) for feed in sorted(mine)[:3]}
    first.kill()
    killed = time.monotonic()
    paths = {f"/feed/{feed.removeprefix('f')}" for feed in mine}
    until(lambda: paths <= polled_since(running, killed + 0.5), "the dead poller's feeds are polled")
    print(f"taken over after {time.monotonic() - killed:.1f} s, with a session timeout of {SESSION} s")

    running.report(FEEDS)
    running.settled("after the death of a poller")
    running.nothing_is_lost_or_repeated()
    for feed, articles in before.items():
        assert articles_of(running, feed) == articles + 1, "the next owner goes on where the dead one was"


def polled_since(made: Cluster, moment: float) -> set[str]:
    with made.world.lock:
        return {path for at, path in made.world.asked if at > moment}


def articles_of(made: Cluster, feed: str) -> int:
    told = monitor("feeds", "list", "--config", str(made.folder), "--json")
    assert told.returncode == 0, told.stderr
    states = [json.loads(line) for line in told.stdout.splitlines()]
    return int(next(state["articles"] for state in states if state["id"] == feed))


@pytest.mark.servers
def test_processes_end_in_order(running: Cluster) -> None:
    assert set(running.stop()) == {0}
