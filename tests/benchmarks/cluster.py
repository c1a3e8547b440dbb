"""Monitor on the real servers for a benchmark: its roles as processes, what is indexed, who used how much."""

import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from elasticsearch import Elasticsearch

from monitor.demo.receivers import free_port
from monitor.store.elastic import ElasticAccess
from monitor.stream import kafka_client
from monitor.stream.kafka_access import KafkaAccess
from tests.benchmarks.corpus import answers
from tests.benchmarks.settings import write
from tests.contract.harness import remove_from_elasticsearch, remove_from_kafka
from tests.contract.servers import elasticsearch_url, kafka_address
from tests.journeys.world import environment

PATIENCE = 90.0
RECEIVER = """
import asyncio, sys

class Receiver(asyncio.Protocol):
    got = 0

    def connection_made(self, transport):
        self.transport, self.data = transport, b""

    def data_received(self, data):
        self.data += data
        while b"\\r\\n\\r\\n" in self.data:
            head, _, rest = self.data.partition(b"\\r\\n\\r\\n")
            length = int((head.lower().partition(b"content-length:")[2].split() or [0])[0])
            if len(rest) < length:
                return
            self.data = rest[length:]
            Receiver.got += head.startswith(b"POST")
            told = str(Receiver.got).encode()
            self.transport.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(told), told))

async def main():
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()

asyncio.run(main())
"""
"""A receiver of webhooks that takes as little of the processors as can be: they are what is measured."""


@dataclass(frozen=True)
class Corner:
    """A part of both servers that nobody else uses."""

    kafka: KafkaAccess
    elastic: ElasticAccess
    client: Elasticsearch = field(repr=False)

    def indexed(self, *kinds: str) -> int:
        """Return how many writes the indices of these kinds have taken, also those no search sees yet."""
        names = [f"{self.elastic.prefix}-{kind}-*" for kind in kinds]
        all_ = self.client.indices.stats(index=names, metric="indexing")["_all"]["primaries"]
        return int(all_["indexing"]["index_total"]) if all_ else 0

    def members(self, group: str) -> int:
        """Return how many members a group has, once all know who reads what."""
        admin = kafka_client.admin(self.kafka.connection())
        try:
            id_ = self.kafka.group_id(group)
            found = admin.describe_groups([id_])[id_]
        finally:
            admin.close()
        return len(found["members"]) if found["group_state"] == "Stable" else 0


@contextmanager
def corner(partitions: int) -> Iterator[Corner]:
    """Give a corner of the servers, and clear it at the end."""
    prefix = f"bench{secrets.token_hex(6)}"
    kafka = KafkaAccess((kafka_address(),), prefix=prefix, partitions=partitions)
    elastic = ElasticAccess((elasticsearch_url(),), prefix=prefix)
    with Elasticsearch(list(elastic.urls)) as client:
        try:
            yield Corner(kafka, elastic, client)
        finally:
            remove_from_kafka(kafka)
            remove_from_elasticsearch(elastic)


def configure(folder: Path, here: Corner, urls: list[str], hook: str | None) -> Path:
    """Write a configuration for the cluster that alerts a webhook, or nobody."""
    loopback = {"allow_hosts": ["127.0.0.1"]}
    more = {
        "mode": "cluster",
        "stream": {"partitions": here.kafka.partitions},
        "kafka": {"servers": list(here.kafka.servers), "prefix": here.kafka.prefix},
        "elasticsearch": {"urls": list(here.elastic.urls), "prefix": here.elastic.prefix},
        "delivery": loopback,
    }
    receiver = {"name": "hook", "webhook": {"url": hook, "secret": "${HOOK_SECRET}"}} if hook else None
    return write(folder, urls, receiver, more)


@contextmanager
def receiver() -> Iterator[str]:
    """Take webhooks in another process; a GET of the address that is given tells how many have come."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-c", RECEIVER, str(port)])
    url = f"http://127.0.0.1:{port}/hook"
    try:
        answers(url)
        yield url
    finally:
        server.terminate()
        server.wait()


def received(url: str) -> int:
    """Return how many webhooks have come."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        return int(answer.read())


@contextmanager
def roles(folder: Path, *names: str) -> Iterator[list[psutil.Process]]:
    """Run processes of these roles until the end of the block; their logs are in ``folder``."""
    command = [sys.executable, "-m", "monitor", "run", "--config", str(folder), "--port", "0", "--role"]
    with ExitStack() as stack:
        started = []
        for name in names:
            log = stack.enter_context((folder / f"{name}.log").open("ab"))
            started.append(subprocess.Popen([*command, name], env=environment(), stderr=log))
        try:
            yield [psutil.Process(one.pid) for one in started]
        finally:
            for one in started:
                one.terminate()
            ended = [_ended(one) for one in started]
            assert set(ended) <= {0}, (folder, ended)


def _ended(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def until(condition: Callable[[], bool], what: str) -> float:
    """Wait for a condition; return the time at which it was true."""
    deadline = time.time() + PATIENCE
    while not condition():
        assert time.time() < deadline, f"not within {PATIENCE:g} s: {what}"
        time.sleep(0.1)
    return time.time()


def servers() -> dict[str, list[psutil.Process]]:
    """Return the processes that listen at the servers' addresses, as far as we may see them."""
    ports = {
        int(kafka_address().rpartition(":")[2]): "Kafka",
        urlsplit(elasticsearch_url()).port: "Elasticsearch",
    }
    found: dict[str, list[psutil.Process]] = {}
    for one in psutil.net_connections("tcp"):
        if one.status != psutil.CONN_LISTEN or not one.laddr or not one.pid:
            continue
        if name := ports.get(one.laddr.port):
            found[name] = [psutil.Process(one.pid)]
    return found


def used(kinds: Mapping[str, Sequence[psutil.Process]]) -> dict[str, float]:
    """Return the seconds of processor that each kind of process has used so far, with its children."""
    return {kind: sum(map(_seconds, processes)) for kind, processes in kinds.items()}


def _seconds(process: psutil.Process) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))
