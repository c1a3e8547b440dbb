"""``monitor status`` of a cluster: who does what, and what can be told while a server is away."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.commands.processes import Process, processes_of
from monitor.stream.base import Message
from monitor.stream.codec import ARTICLES, DEAD_LETTERS
from monitor.stream.kafka import KafkaStream
from monitor.stream.kafka_access import KafkaAccess
from monitor.stream.letters import unsent
from monitor.stream.shares import KEEPERS, POLLERS, part_of
from monitor.stream.shares import Member as Seen
from tests.commands.desk import Said, configured, fill, monitor, news
from tests.contract.harness import elastic_access, kafka_access, refresh
from tests.contract.members import Member, until

CLOSED = {"servers": ["127.0.0.1:9"]}
NOWHERE = {"urls": ["http://127.0.0.1:9"], "timeout": "1s"}


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Kafka given up sooner."""
    monkeypatch.setattr(KafkaAccess, "request_timeout_ms", 1000)


@pytest.fixture
def filled(cluster: Path, prefix: str) -> Path:
    """Give a cluster with news in it."""
    fill(cluster, news())
    refresh(replace(elastic_access(), prefix=prefix))
    return cluster


def status(folder: Path, *options: str) -> Said:
    return monitor("status", "--config", folder, *options)


def told(folder: Path) -> dict[str, Any]:
    (row,) = status(folder, "--json").rows
    return row


def test_every_process_is_there_by_role_idle_ones_too() -> None:
    members = [
        Seen("alerter", "desk-3", "b", (0,)),
        Seen("matcher", "desk-2", "a", (1,)),
        Seen(KEEPERS, "desk-3", "b", (0, 1)),
        Seen(POLLERS, "desk-9", "b", ()),
        Seen(POLLERS, "desk-1", "a", tuple(range(8))),
        Seen("deadletters-replay", "desk-7", "a", (0,)),
    ]
    hosts = ["wire.example", "wire.example", "news.example"]
    assert processes_of(members, hosts, 8, {"matcher": 2, "alerter": 1}) == [
        Process("desk-1", "a", "poll", 8, 8, 3, keeps_house=False),
        Process("desk-9", "b", "poll", 0, 8, 0, keeps_house=False),
        Process("desk-2", "a", "match", 1, 2, 0, keeps_house=False),
        Process("desk-3", "b", "alert", 1, 1, 0, keeps_house=True),
    ]


def test_feeds_are_counted_with_whoever_has_their_host() -> None:
    mine = part_of("wire.example", 8)
    members = [Seen(POLLERS, "a", "", (mine,)), Seen(POLLERS, "b", "", tuple({*range(8)} - {mine}))]
    assert [one.feeds for one in processes_of(members, ["wire.example"] * 5, 8, {})] == [5, 0]


@pytest.mark.servers
def test_a_fresh_cluster_says_that_nothing_is_written_and_nobody_polls(cluster: Path) -> None:
    assert monitor("setup", "--config", cluster).code == 0
    said = status(cluster)
    assert (said.code, said.err) == (0, "")
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "processes no poller, no matcher, no alerter" in lines
    assert "indices nothing is written yet" in lines
    assert "lag nothing is read yet" in lines
    assert "nobody poll 1 feed" in lines
    assert "Indices" not in lines
    assert "Lag by partition" not in lines


@pytest.mark.servers
def test_processes_at_work_and_idle_ones_are_listed_and_topics_have_their_real_names(
    filled: Path, prefix: str
) -> None:
    with ExitStack() as stack:
        for number in range(5):  # on four partitions
            access = replace(kafka_access(), prefix=prefix, client_id=f"desk-{number}")
            stream = stack.enter_context(KafkaStream(access))
            stack.enter_context(Member(stream, ARTICLES, "matcher"))
        until(lambda: sorted(one["holds"] for one in told(filled)["processes"]) == [0, 1, 1, 1, 1])
        said = status(filled)
        found = told(filled)
    assert {one["process"] for one in found["processes"]} == {f"desk-{number}" for number in range(5)}
    assert {(one["role"], one["of"], one["host"]) for one in found["processes"]} == {
        ("match", 4, "127.0.0.1")
    }
    assert "no poller, 5 matchers, no alerter" in said.out
    assert said.out.count("1 of 4 partitions") == 4
    assert said.out.count("nothing now") == 1
    streams = {f"{prefix}.articles", f"{prefix}.matches"}
    assert {one["stream"] for one in found["partitions"]} == streams
    assert all(name in said.out for name in streams)
    assert "kB" in said.out


@pytest.mark.servers
@pytest.mark.usefixtures("soon")
def test_while_kafka_is_away_all_that_elasticsearch_has_is_told(filled: Path, prefix: str) -> None:
    configured(filled, kafka=CLOSED | {"prefix": prefix})
    said, found = status(filled), told(filled)
    assert said.code == 1
    assert found["articles"] == {"en": 4, "ko": 1, "ru": 1, "uk": 1}
    assert found["indices"]["articles"]["documents"] == 7
    assert found["outbox"] == {"waiting": 6}
    assert [found[name] for name in ("lag", "dead_letters", "partitions", "processes")] == [None] * 4
    assert "en 4, ko 1, ru 1, uk 1" in said.out
    assert "waiting 6" in said.out
    assert "kafka cannot be used, see below; processes, lag and dead letters" in " ".join(said.out.split())
    (line,) = said.err.splitlines()
    assert line == f"monitor: {found['away']['kafka']}"
    assert "no broker answers at 127.0.0.1:9 (connection refused): check kafka.servers" in line


@pytest.mark.servers
def test_while_elasticsearch_is_away_all_that_kafka_has_is_told(filled: Path, prefix: str) -> None:
    with KafkaStream(replace(kafka_access(), prefix=prefix)) as stream:
        stream.publish(ARTICLES, [Message("k", b"{}")] * 3)
    configured(filled, elasticsearch=NOWHERE | {"prefix": prefix})
    said, found = status(filled), told(filled)
    assert said.code == 1
    assert found["lag"] == {"matcher": 3, "alerter": 0}
    assert (found["articles"], found["indices"]) == (None, None)
    assert "matcher 3, alerter 0" in said.out
    (line,) = said.err.splitlines()
    assert "Elasticsearch cannot be reached at http://127.0.0.1:9" in line
    assert "check elasticsearch.urls" in line


@pytest.mark.servers
def test_dead_letters_name_the_topic_as_it_is_named_in_kafka(cluster: Path, prefix: str) -> None:
    with KafkaStream(replace(kafka_access(), prefix=prefix)) as stream:
        stream.publish(DEAD_LETTERS, [unsent(Message("k", b"x"), ARTICLES, "poller", "too odd")])
    (row,) = monitor("deadletters", "list", "--config", cluster, "--json").rows
    assert (row["of"], row["reason"]) == (f"{prefix}.articles/?/?", "too odd")


@pytest.mark.usefixtures("soon")
def test_with_both_away_each_is_told_with_what_to_check(folder: Path) -> None:
    configured(folder, mode="cluster", kafka=CLOSED, elasticsearch=NOWHERE)
    said = status(folder)
    assert said.code == 1
    assert ["elasticsearch.urls" in line for line in said.err.splitlines()] == [True, False]
    assert ["kafka.servers" in line for line in said.err.splitlines()] == [False, True]


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("command", [("deadletters", "list"), ("deadletters", "drop")], ids=str)
def test_other_commands_say_where_kafka_should_be_and_what_to_check(
    folder: Path, command: tuple[str, ...]
) -> None:
    configured(folder, mode="cluster", kafka=CLOSED, elasticsearch=NOWHERE)
    said = monitor(*command, "--config", folder)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("monitor: Kafka cannot be reached: no broker answers at 127.0.0.1:9 (")
    assert said.err.endswith("): check kafka.servers, and whether Kafka runs there\n")


@pytest.mark.parametrize("command", [("feeds", "list"), ("export",)], ids=str)
def test_other_commands_say_where_elasticsearch_should_be_and_what_to_check(
    folder: Path, command: tuple[str, ...]
) -> None:
    configured(folder, mode="cluster", kafka=CLOSED, elasticsearch=NOWHERE)
    said = monitor(*command, "--config", folder)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("monitor: Elasticsearch cannot be reached at http://127.0.0.1:9 (")
    assert said.err.endswith("): check elasticsearch.urls, and whether it runs\n")
