"""monitor on servers that ask who it is: its processes, and all that they say."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.world import configure, environment, start

PATIENCE = 180


@dataclass(frozen=True, slots=True)
class Told:
    """How a process ended, and all that it wrote."""

    code: int
    text: str

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of its log that have this message."""
        lines = self.text.splitlines(keepends=True)
        read = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
        return [line for line in read if line["message"] == name]


def cluster_of(folder: Path, kafka: dict[str, Any], elastic: dict[str, Any]) -> Path:
    """Write a configuration that says everything it can say; return its folder. Its feed is away."""
    configure(folder, "http://127.0.0.1:1")
    file = folder / "monitor.yaml"
    settings = json.loads(file.read_text())
    settings |= {"mode": "cluster", "kafka": kafka, "elasticsearch": elastic | {"timeout": "10s"}}
    settings["log"] = {"format": "json", "level": "debug"}
    file.write_text(json.dumps(settings))
    return folder


def service(folder: Path, role: str) -> Told:
    """Run the service until it ends by itself."""
    return short(folder, "run", "--role", role, "--port", "0")


@contextmanager
def started(folder: Path, role: str) -> Iterator[tuple["subprocess.Popen[bytes]", Callable[[], Told]]]:
    """Run the service while the block runs; also give what it has told so far."""
    file = folder / "log"
    process = start(folder, "--role", role, "--port", "0")
    try:
        yield process, lambda: Told(0, file.read_text())
    finally:
        process.kill()
        process.wait()


def short(folder: Path, *arguments: str) -> Told:
    """Run a command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *arguments, "--config", str(folder)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return Told(done.returncode, done.stdout)
