"""A cluster of monitor processes on the real servers."""

import json
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from elasticsearch import Elasticsearch

from monitor.store.elastic import ElasticAccess
from monitor.stream import kafka_client
from monitor.stream.kafka_access import KafkaAccess
from tests.contract.harness import remove_from_elasticsearch, remove_from_kafka
from tests.contract.servers import elasticsearch_url, kafka_address
from tests.journeys.world import World, configure, environment, until

SESSION = 10


@dataclass
class Process:
    """A monitor process of one role."""

    role: str
    number: int
    log: Path
    popen: "subprocess.Popen[bytes]"

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of its log that have this message."""
        lines = self.log.read_text().splitlines(keepends=True) if self.log.exists() else []
        read = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
        return [line for line in read if line["message"] == name]

    def has_told(self, name: str) -> bool:
        return bool(self.events(name))

    def address(self) -> str:
        """Return where it tells how it is, as soon as it does."""
        until(lambda: bool(self.events("web.listening")), f"{self.role} listens")
        return str(self.events("web.listening")[-1]["address"])

    def ask(self, path: str) -> tuple[int, str]:
        """Return the status and the body of an answer."""
        try:
            with urllib.request.urlopen(self.address() + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def is_ready(self) -> bool:
        return self.ask("/readyz")[0] == 200

    def kill(self) -> None:
        """End it as a power cut would."""
        self.popen.kill()
        self.popen.wait()


@dataclass
class Cluster:
    """Processes by role on one prefix."""

    folder: Path
    world: World
    prefix: str
    kafka: str
    elasticsearch: str
    processes: list[Process] = field(default_factory=list)

    def start(self, role: str) -> Process:
        """Start a process; its log goes to a file of its own."""
        number = len(self.processes)
        log = self.folder / f"log-{number}-{role}"
        options = ["--config", str(self.folder), "--role", role, "--port", "0"]
        with log.open("ab") as file:
            popen = subprocess.Popen(
                [sys.executable, "-m", "monitor", "run", *options],
                env=environment(), stdout=subprocess.DEVNULL, stderr=file,
            )  # fmt: skip
        self.processes.append(Process(role, number, log, popen))
        return self.processes[-1]

    def alive(self) -> list[Process]:
        return [process for process in self.processes if process.popen.poll() is None]

    def report(self, loud: int, quiet: int = 0) -> None:
        """Have the world tell so many new things that match, and so many that do not."""
        start = len(self.world.titles)
        for n in range(start, start + loud + quiet):
            self.world.add(f"Troops {n}" if n < start + loud else f"Weather {n}")

    def loud(self) -> set[str]:
        """Return all titles so far that match."""
        return {title for title in self.world.titles if title.startswith("Troops")}

    def settled(self, what: str) -> None:
        """Wait until all that was ever reported is in the archive, and alerted if it matches."""
        until(lambda: self.loud() <= set(self.world.alerted()), f"all is alerted: {what}")
        until(
            lambda: len(self.stored("articles", "news.title")) == len(self.world.titles), f"archived: {what}"
        )

    def stored(self, kind: str, title: str) -> Counter[str]:
        """Return how often each title is in the store, read by a plain client."""
        with Elasticsearch(self.elasticsearch) as client:
            client.indices.refresh(index=f"{self.prefix}-*")
            found = client.search(
                index=f"{self.prefix}-{kind}", size=10_000, source_includes=[title], track_total_hits=True
            )
        return Counter(_inner(hit["_source"], title) for hit in found["hits"]["hits"])

    def nothing_is_lost_or_repeated(self) -> None:
        """Check what monitor promises, of all that was reported so far."""
        assert self.stored("articles", "news.title") == dict.fromkeys(self.world.titles, 1)
        once = dict.fromkeys(self.loud(), 1)
        assert self.stored("matches", "news.title") == once
        with self.world.lock:
            ids: dict[str, set[str]] = {}
            for id_, event in self.world.hooks:
                ids.setdefault(event["data"]["article"]["title"], set()).add(id_)
        assert {title: len(own) for title, own in ids.items()} == once, "one id for each alert"

    def memory(self) -> int:
        """Return the most that one of the processes has, in MB, without its parsers."""
        return max(psutil.Process(one.popen.pid).memory_info().rss for one in self.alive()) >> 20

    def stop(self) -> list[int]:
        """End all in order; return their exit codes."""
        alive = self.alive()
        for process in alive:
            process.popen.send_signal(signal.SIGTERM)
        return [process.popen.wait(90) for process in alive]


def _inner(source: Any, path: str) -> str:
    for name in path.split("."):
        source = source[name]
    return str(source)


@contextmanager
def corner() -> Iterator[str]:
    """Give a prefix that no other test uses on the servers; in the end what begins with it is removed."""
    prefix = f"test{secrets.token_hex(6)}"
    kafka = KafkaAccess((kafka_address(),), prefix=prefix)
    elastic = ElasticAccess((elasticsearch_url(),), prefix=prefix)
    try:
        yield prefix
    finally:
        remove_from_kafka(kafka)
        remove_from_elasticsearch(elastic)


def demo_in(prefix: str) -> tuple[str, ...]:
    """Return the options that have the demo run on the servers, there and nowhere else."""
    return ("--kafka", kafka_address(), "--elasticsearch", elasticsearch_url(), "--prefix", prefix)


@contextmanager
def cluster(folder: Path, here: World, elasticsearch: str | None = None) -> Iterator[Cluster]:
    """Give a configuration for the world's feeds; in the end all processes are ended and all data removed."""
    with corner() as prefix:
        made = Cluster(folder, here, prefix, kafka_address(), elasticsearch_url())
        _configure(made, elasticsearch or made.elasticsearch)
        try:
            yield made
        finally:
            for process in made.alive():
                process.kill()


def _configure(made: Cluster, elasticsearch: str) -> None:
    configure(made.folder, made.world.url)
    settings = json.loads((made.folder / "monitor.yaml").read_text())
    settings |= {
        "mode": "cluster",
        "kafka": {"servers": [made.kafka], "prefix": made.prefix, "session_timeout": f"{SESSION}s"},
        "elasticsearch": {"urls": [elasticsearch], "prefix": made.prefix, "timeout": "10s"},
    }
    settings["delivery"] |= {"timeout": "3s"}  # so that what a killed process has leased is due again soon
    (made.folder / "monitor.yaml").write_text(json.dumps(settings))
    urls = made.world.urls
    feeds = [
        {"id": f"f{n}", "outlet": f"O{n}", "url": f"{urls[n % len(urls)]}/feed/{n}"}
        for n in range(made.world.feeds)
    ]
    (made.folder / "feeds.yaml").write_text(json.dumps({"version": 1, "feeds": feeds}))


def beginning(groups: Iterable[str], stream: str, made: Cluster) -> None:
    """Have groups that nobody is in read a stream from its first message again."""
    access = KafkaAccess((made.kafka,), prefix=made.prefix)
    admin = kafka_client.admin(access.connection())
    try:
        for group in groups:
            group_id = access.group_id(group)
            known = admin.list_group_offsets([group_id])[group_id]
            mine = {place: kafka_client.offset(0) for place in known if place.topic == access.topic(stream)}
            assert mine
            admin.alter_group_offsets(group_id, mine)
    finally:
        admin.close()
