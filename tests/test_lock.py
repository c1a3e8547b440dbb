"""One service at a time owns a data folder."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from monitor.errors import DataFolderError
from monitor.lock import ServiceLock, owner_of

HOLD = (
    "import sys; from pathlib import Path; from monitor.lock import ServiceLock\n"
    "with ServiceLock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
)


def test_a_look_at_the_owner_does_not_stop_a_start(tmp_path: Path) -> None:
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            owner_of(tmp_path)

    with ServiceLock(tmp_path):
        pass
    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(100):
            with ServiceLock(tmp_path):
                pass
    finally:
        stop.set()
        looker.join()


def test_the_second_service_is_told_the_owners_process(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        assert owner_of(tmp_path) == holder.pid
        with pytest.raises(DataFolderError, match=rf"process {holder.pid}\b"), ServiceLock(tmp_path):
            pass
        holder.kill()
        holder.wait()
    with ServiceLock(tmp_path):
        pass
    assert owner_of(tmp_path) is None
