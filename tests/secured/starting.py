"""Start one server of ``deploy/local`` in a folder of its own, on free ports; it ends with the block."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from localservers import lifecycle
from localservers.server import Server
from localservers.settings import SOURCES, Settings, TroubleError
from tests.contract.servers import missing

DOWNLOADS = SOURCES / ".servers"
PATIENCE = 300
"""Seconds until a server that does not answer counts as broken: other tests run beside it."""
MEMORY = {"KAFKA_MEMORY": "384m", "ELASTICSEARCH_MEMORY": "512m"}
S = TypeVar("S", bound=Server)


def settings(folder: Path, kind: type[Server]) -> Settings:
    """Return settings with free ports for the server's variables; downloads are those of `make servers`."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [one for one in DOWNLOADS.glob(f"{kind.name}-*") if "partial" not in one.name]
    if not found:
        missing(f"{kind.name} is not downloaded: run `make servers`")
    for one in found:
        (folder / one.name).symlink_to(one.resolve())
    return Settings(_free_ports(kind.variables), MEMORY, folder, PATIENCE)


@contextmanager
def running(server: S) -> Iterator[S]:
    """Have the server run while the block does."""
    try:
        lifecycle.start([server], server.settings)
    except TroubleError as trouble:
        pytest.fail(str(trouble))
    try:
        yield server
    finally:
        lifecycle.stop([server], server.settings)


def _free_ports(variables: tuple[str, ...]) -> dict[str, int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in variables]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return {name: one.getsockname()[1] for name, one in zip(variables, sockets, strict=True)}
