"""Starting and ending exactly the processes that are ours.

A server is a process group. Its record keeps the leader's start time too, so that a later process with the
same number is never taken for it.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from localservers.settings import TroubleError

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Record:
    """A process that was started: its number, when (in the system's own terms), and its ports."""

    pid: int
    started: str
    ports: dict[str, int]

    def write(self, path: Path) -> None:
        """Write it whole or not at all."""
        new = path.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)), "utf-8")
        new.replace(path)


def recorded(path: Path) -> Record | None:
    """Return the process of the record at ``path`` if it still runs."""
    try:
        fields = json.loads(path.read_text("utf-8"))
        record = Record(int(fields["pid"]), str(fields["started"]), dict(fields["ports"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if started(record.pid) == record.started else None


def spawn(command: Sequence[str | Path], cwd: Path, environ: Mapping[str, str], log: Path) -> int:
    """Start ``command`` as the leader of a group of its own, which outlives us; return its number."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    with log.open("wb") as output:
        child = subprocess.Popen(
            command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    child.returncode = 0  # it is not waited for: it outlives us
    return child.pid


def started(pid: int) -> str | None:
    """Return when the process began, in the system's own terms; None if it has ended."""
    if PROC.joinpath("self", "stat").exists():
        found = _stat(PROC / str(pid))
        return None if found is None else found[19]
    if _reaped(pid):
        return None
    listed = _ps("-o", "lstart=,stat=", "-p", str(pid)).split()
    return None if not listed or listed[-1].startswith("Z") else " ".join(listed[:-1])


def end(record: Record, seconds: float) -> bool:
    """Ask the group to end, and make it end after ``seconds``; return whether it ended by itself."""
    with suppress(ProcessLookupError):
        _signal(os.kill, record.pid, signal.SIGTERM)
    if _gone(record.pid, seconds):
        return True
    destroy(record)
    return False


def destroy(record: Record) -> None:
    """Kill -9 the whole group."""
    with suppress(ProcessLookupError):
        _signal(os.killpg, record.pid, signal.SIGKILL)
    if not _gone(record.pid, 30):
        raise TroubleError(
            f"process group {record.pid} did not end after SIGKILL; the machine may be out of order"
        )


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log, indented."""
    try:
        text = log.read_bytes()[-16384:].decode("utf-8", errors="replace")
    except OSError:
        return "  (no log)"
    return "\n".join(f"  {line}" for line in text.splitlines()[-lines:]) or "  (the log is empty)"


def say(text: str) -> None:
    """Tell how far it is; results alone go to stdout."""
    print(text, file=sys.stderr, flush=True)


def _signal(send: Callable[[int, int], None], pid: int, number: int) -> None:
    try:
        send(pid, number)
    except PermissionError:
        raise TroubleError(
            f"process {pid} belongs to another user; stop it as the one who started it"
        ) from None


def _gone(group: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _alive(group):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _alive(group: int) -> bool:
    _reaped(group)
    if PROC.joinpath("self", "stat").exists():
        return any(found[2] == str(group) for found in map(_stat, _processes()) if found)
    rows = (line.split() for line in _ps("-A", "-o", "pgid=,stat=").splitlines())
    return any(row[0] == str(group) and not row[1].startswith("Z") for row in rows if len(row) > 1)


def _processes() -> Iterator[Path]:
    return (entry for entry in PROC.iterdir() if entry.name.isdigit())


def _stat(process: Path) -> list[str] | None:
    """Return the fields after the name (state, parent, group, ...); None if it has ended."""
    try:
        fields = (process / "stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields


def _reaped(pid: int) -> bool:
    """Take note of a child that has ended, so that it does not linger."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False


def _ps(*arguments: str) -> str:
    done = subprocess.run(["ps", *arguments], capture_output=True, text=True, timeout=20, check=False)
    return done.stdout
