"""Servers of ``deploy/local`` for one file of tests alone, which may kill them; they end with the block.

They have a folder of their own and free ports, so nothing that is done to them disturbs the servers that all
others share.
"""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from localservers import lifecycle
from localservers.elasticsearch import Elasticsearch
from localservers.kafka import Kafka
from localservers.server import Server
from localservers.settings import HOST, SOURCES, Settings, TroubleError
from tests.contract.servers import ADDRESSES, missing

DOWNLOADS = SOURCES / ".servers"
PATIENCE = 300
"""Seconds until a server that does not answer counts as broken: other tests run beside it."""
MEMORY = {"KAFKA_MEMORY": "384m", "ELASTICSEARCH_MEMORY": "512m"}
PORTS = range(20_000, 32_000)
"""Below those that a system gives to callers, or a call might take the port of a server that is killed."""
KINDS: dict[str, type[Server]] = {"kafka": Kafka, "elasticsearch": Elasticsearch}
QUICK = dict.fromkeys(("JDK_JAVA_OPTIONS", "ES_JAVA_OPTS"), "-XX:TieredStopAtLevel=1")
"""No second compilation, which pays only in the long run: a start takes little more than half of the work."""
S = TypeVar("S", bound=Server)


@dataclass(frozen=True, slots=True)
class OwnServers:
    """Servers that run in one folder."""

    servers: tuple[Server, ...]
    settings: Settings

    def start(self) -> None:
        """Start those that do not run, and wait until all answer."""
        with pytest.MonkeyPatch.context() as environment:
            for name, value in QUICK.items():
                environment.setenv(name, value)
            try:
                lifecycle.start(self.servers, self.settings)
            except TroubleError as trouble:
                pytest.fail(str(trouble))

    def kill(self, *names: str) -> None:
        """End those of these names, or all, as a power cut would."""
        lifecycle.kill([one for one in self.servers if not names or one.name in names], self.settings)

    def stop(self) -> None:
        """End those that run, in order."""
        lifecycle.stop(self.servers, self.settings)


def settings(folder: Path, *kinds: type[Server]) -> Settings:
    """Return settings with free ports for the servers' variables; downloads are those of `make servers`."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        found = [one for one in DOWNLOADS.glob(f"{kind.name}-*") if "partial" not in one.name]
        if not found:
            missing(f"{kind.name} is not downloaded: run `make servers`")
        for one in found:
            (folder / one.name).symlink_to(one.resolve())
    return Settings(
        _free_ports([name for kind in kinds for name in kind.variables]), MEMORY, folder, PATIENCE
    )


@contextmanager
def running(server: S) -> Iterator[S]:
    """Have the server run while the block does."""
    own = OwnServers((server,), server.settings)
    try:
        own.start()
        yield server
    finally:
        own.stop()


@contextmanager
def own_servers(folder: Path, *names: str) -> Iterator[OwnServers]:
    """Have servers of these names, or both, be the servers for tests in the block. It starts them itself."""
    kinds = [KINDS[name] for name in names or KINDS]
    made = settings(folder, *kinds)
    own = OwnServers(tuple(kind(made) for kind in kinds), made)
    with pytest.MonkeyPatch.context() as environment:
        for server in own.servers:
            environment.setenv(ADDRESSES[server.name], server.address)
        try:
            yield own
        finally:
            own.stop()


def _free_ports(variables: list[str]) -> dict[str, int]:
    shuffled = iter(secrets.SystemRandom().sample(PORTS, len(PORTS)))
    return {name: next(port for port in shuffled if _is_free(port)) for name in variables}


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind((HOST, port))
        except OSError:
            return False
    return True
