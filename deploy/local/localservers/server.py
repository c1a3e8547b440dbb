"""What both servers have in common."""

import socket
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from localservers.process import Record, recorded
from localservers.settings import HOST, Settings, TroubleError


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a server: its command, where, and with what environment."""

    command: Sequence[str | Path]
    cwd: Path
    environ: dict[str, str]


class Server(ABC):
    """One server, its folder and its ports. The first of ``variables`` is the port that clients use."""

    name: str
    variables: tuple[str, ...]
    memory_variable: str

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.folder / self.name
        self.log = self.folder / "server.log"
        self.record = self.folder / "pid.json"
        self.ports = {name: settings.ports[name] for name in self.variables}
        self.memory = settings.memory[self.memory_variable]

    @property
    def port(self) -> int:
        """The port that clients use."""
        return self.ports[self.variables[0]]

    @property
    @abstractmethod
    def address(self) -> str:
        """What a client is given."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether a real request gets the right answer now."""

    @abstractmethod
    def prepare(self) -> Launch:
        """Install and configure it, and tell how to start it."""

    def running(self) -> Record | None:
        """Return the process that we started, if it still runs."""
        return recorded(self.record)

    def refuse_taken_ports(self) -> None:
        """Raise if another program has one of the ports."""
        for variable, port in self.ports.items():
            reason = _taken(port)
            if reason:
                raise TroubleError(
                    f"{self.name} cannot have port {port}: {reason}. "
                    f"Choose another, for example: make servers {variable}={port + 1000}"
                )


def _taken(port: int) -> str | None:
    with socket.socket() as caller:
        caller.settimeout(2)
        if caller.connect_ex((HOST, port)) == 0:
            return "another program listens there"
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            return (error.strerror or str(error)).lower()
    return None
