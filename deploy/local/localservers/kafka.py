"""Kafka: broker and controller in one process."""

import base64
import os
import shutil
import socket
import struct
import subprocess
from pathlib import Path

from localservers import java, maven
from localservers.process import say
from localservers.server import Launch, Server
from localservers.settings import HOST, SOURCES, TroubleError

CLUSTER = base64.urlsafe_b64encode(b"monitor-local-01").decode().rstrip("=")
METADATA = 3
"""The request that names the brokers; one that is still starting names none."""


class Kafka(Server):
    """The stream in cluster mode."""

    name = "kafka"
    variables: tuple[str, ...] = ("KAFKA_PORT", "KAFKA_CONTROLLER_PORT")
    memory_variable = "KAFKA_MEMORY"

    @property
    def address(self) -> str:
        """What a client is given as bootstrap server."""
        return f"{HOST}:{self.port}"

    def answers(self) -> bool:
        """Whether it names itself as a broker that is ready."""
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as link:
                return _brokers(link) > 0
        except (OSError, struct.error):
            return False

    def prepare(self) -> Launch:
        """Install it, write its settings, format its data folder the first time."""
        home = java.find("Kafka", 17, "KAFKA_JAVA_HOME")
        jars = maven.install("kafka", "copy-dependencies", "lib", "43 MB", self.settings.folder) / "lib"
        self._configure()
        # It runs in its folder, on relative paths: no sign in the clone's path can disturb it.
        program: list[str | Path] = [
            home / "bin" / "java", f"-Xmx{self.memory}", "-Dlog4j2.configurationFile=log4j2.properties",
            "-cp", f"{os.path.relpath(jars, self.folder)}/*",
        ]  # fmt: skip
        self._format(program)
        return Launch([*program, "kafka.Kafka", "server.properties"], self.folder, dict(os.environ))

    def _configure(self) -> None:
        sources = SOURCES / "kafka"
        shutil.copyfile(sources / "log4j2.properties", self.folder / "log4j2.properties")
        controller = f"{HOST}:{self.ports['KAFKA_CONTROLLER_PORT']}"
        own = {
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.quorum.voters": f"1@{controller}",
        }
        text = (sources / "server.properties").read_text("utf-8")
        text += "\n" + "".join(f"{key}={value}\n" for key, value in own.items())
        (self.folder / "server.properties").write_text(text, "utf-8")

    def _format(self, program: list[str | Path]) -> None:
        done = self.folder / "formatted"
        if done.exists():
            return
        say("formatting Kafka's data folder ...")
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        command = [*program, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", "server.properties"]
        try:
            tool = subprocess.run(
                command, cwd=self.folder, capture_output=True, text=True, timeout=120, check=False
            )
        except subprocess.TimeoutExpired:
            raise TroubleError("Kafka's data folder was not formatted within 120 s; start again") from None
        if tool.returncode:
            raise TroubleError(
                f"Kafka's data folder could not be formatted:\n{(tool.stdout + tool.stderr)[-2000:]}"
            )
        done.touch()


def _brokers(link: socket.socket) -> int:
    """Ask for the metadata of no topic (version 1, no client id); return how many brokers are named."""
    mark = 7001
    request = struct.pack(">hhihi", METADATA, 1, mark, -1, 0)
    link.sendall(struct.pack(">i", len(request)) + request)
    size, answered = struct.unpack(">ii", _exactly(link, 8))
    if answered != mark or not 8 <= size <= 65536:
        return 0
    count: int = struct.unpack(">i", _exactly(link, 4))[0]
    return count


def _exactly(link: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = link.recv(size - len(data))
        if not more:
            raise ConnectionError("closed in the middle of an answer")
        data += more
    return data
