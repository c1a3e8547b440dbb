"""Start, stop, kill, status. One of these works at a time; the others wait for it."""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from localservers.process import Record, destroy, end, say, spawn, started, tail
from localservers.server import Launch, Server
from localservers.settings import Settings, TroubleError

STOP_SECONDS = 30
LOCK_SECONDS = 1500
CAUSES = {
    "Address already in use": "one of its ports is taken: {ports}",
    "Failed to bind": "one of its ports is taken: {ports}",
    "OutOfMemoryError": "it needs more memory: set {memory}, for example {memory}=1g",
    "Not enough space": "the machine has not that much memory: lower {memory}",
    "Could not reserve enough space": "the machine has not that much memory: lower {memory}",
    "Cannot allocate memory": "the machine has not that much memory: lower {memory}",
    "AccessDenied": "some of its files belong to another user: start it as that user",
    "No space left on device": "the disk is full: make room",
}
LOOKED_AT = 200
"""Lines at the end of the log, at most, in which a cause may stand."""
_DAMAGED = "If its data is damaged, remove {folder} and start again."


def start(servers: Sequence[Server], settings: Settings) -> None:
    """Start those that do not answer yet, and wait until all do."""
    with _alone(settings):
        waiting = [server for server in servers if not _left_alone(server)]
        # First everything that may fail is done for all, then all start side by side.
        plans = [(server, _prepared(server)) for server in waiting if server.running() is None]
        for server, plan in plans:
            _launch(server, plan)
        _wait(waiting, settings.deadline)


def stop(servers: Sequence[Server], settings: Settings) -> None:
    """End those that we started."""
    if not settings.folder.exists():
        say("nothing was started here")
        return
    with _alone(settings):
        for server in servers:
            record = server.running()
            if record is None:
                other = ", but another program answers at its address" if server.answers() else ""
                say(f"{server.name}: not running{other}")
            else:
                by_itself = end(record, STOP_SECONDS)
                say(f"{server.name}: stopped (pid {record.pid})" + ("" if by_itself else ", by SIGKILL"))
            server.record.unlink(missing_ok=True)


def kill(servers: Sequence[Server], settings: Settings) -> None:
    """Kill -9 those that we started, for tests of outages."""
    with _alone(settings):
        records = [(server, server.running()) for server in servers]
        absent = [server.name for server, record in records if record is None]
        if absent:
            names = " and ".join(absent)
            raise TroubleError(f"not running, or not started here: {names}; nothing was killed")
        for server, record in records:
            assert record is not None
            destroy(record)
            server.record.unlink(missing_ok=True)
            say(f"{server.name}: killed (pid {record.pid})")


def status(servers: Sequence[Server]) -> bool:
    """Print a line for each; return whether all answer."""
    fine = True
    for server in servers:
        record, answers = server.running(), server.answers()
        what = "answers" if answers else "does not answer" if record else "stopped"
        whose = f"pid {record.pid}, log {server.log}" if record else "not started here" if answers else ""
        print(f"{server.name} {server.address} {what}" + (f" ({whose})" if whose else ""))
        fine = fine and answers
    return fine


def _left_alone(server: Server) -> bool:
    record = server.running()
    if record and record.ports != server.ports:
        now = ", ".join(f"{name}={port}" for name, port in record.ports.items())
        raise TroubleError(f"{server.name} runs already, with {now}; stop it first, or keep these ports")
    if server.answers():
        say(f"{server.name}: answers already" + (f" (pid {record.pid})" if record else ", not started here"))
        return True
    if record:
        say(f"{server.name}: starting already (pid {record.pid})")
    return False


def _prepared(server: Server) -> Launch:
    server.refuse_taken_ports()
    try:
        server.folder.mkdir(exist_ok=True)
        return server.prepare()
    except PermissionError as error:
        raise TroubleError(
            f"{error.filename} belongs to another user, who started the servers here before; "
            f"as that user: make servers-stop, then remove {server.settings.folder}"
        ) from error


def _launch(server: Server, plan: Launch) -> None:
    pid = spawn(plan.command, plan.cwd, plan.environ, server.log)
    began = started(pid)
    if began is None:
        raise TroubleError(_failure(server, "ended at once", _DAMAGED))
    Record(pid, began, server.ports).write(server.record)
    say(f"{server.name}: starting (pid {pid})")


def _wait(servers: Sequence[Server], seconds: float) -> None:
    begun = time.monotonic()
    left = list(servers)
    while left:
        for server in list(left):
            record = server.running()
            if server.answers():
                left.remove(server)
                say(f"{server.name}: answers after {time.monotonic() - begun:.1f} s")
            elif record is None:
                server.record.unlink(missing_ok=True)
                raise TroubleError(_failure(server, "ended while it started", _DAMAGED))
            elif time.monotonic() - begun > seconds:
                end(record, STOP_SECONDS)
                server.record.unlink(missing_ok=True)
                what = f"did not answer within {seconds:.0f} s and was stopped"
                raise TroubleError(_failure(server, what, "On a slow machine: SERVERS_DEADLINE=600"))
        time.sleep(0.1)


def _failure(server: Server, what: str, otherwise: str) -> str:
    """Return what happened, with its cause if the log tells it, or ``otherwise``."""
    text = f"{server.name} {what}; {server.log} ends with\n{tail(server.log)}"
    log = tail(server.log, LOOKED_AT)
    ports = ", ".join(f"{name}={port}" for name, port in server.ports.items())
    for sign, cause in CAUSES.items():
        if sign in log:
            return f"{text}\n{cause.format(ports=ports, memory=server.memory_variable)}"
    return f"{text}\n{otherwise.format(folder=server.folder)}"


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    try:
        settings.folder.mkdir(exist_ok=True)
        lock = os.open(settings.folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError as error:
        raise TroubleError(f"{error.filename} belongs to another user; do this as that user") from error
    try:
        _acquire(lock)
        yield
    finally:
        os.close(lock)


def _acquire(lock: int) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    told = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TroubleError("another start or stop is at work here and does not end") from None
            if not told:
                say("waiting for another start or stop ...")
                told = True
            time.sleep(0.2)
        else:
            return
