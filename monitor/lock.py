"""One service at a time owns a data folder; short commands may read and write beside it."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.errors import DataFolderError

LOOKS, PAUSE = 20, 0.02


class ServiceLock:
    """Holds the folder's lock file, which names the owner's process id. The lock ends with the process."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "service.pid"
        self._file: int | None = None

    def __enter__(self) -> Self:
        """Take the lock; raise ``DataFolderError`` naming the owner if it is taken."""
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise DataFolderError(
                f"{self._path} cannot be written ({error.strerror}): let this user write the folder, "
                "or set another one (data: in monitor.yaml)"
            ) from error
        try:
            _take(self._file)
        except OSError as error:
            owner = os.read(self._file, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            self._file = None
            raise DataFolderError(
                f"{self._path.parent} is in use by another monitor service, process {owner}: "
                "stop that one first, or set another folder (data: in monitor.yaml)"
            ) from error
        with suppress(OSError):  # on a full disk the lock holds all the same, only without a name
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the folder."""
        if self._file is not None:
            with suppress(OSError):
                os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


def _take(file: int) -> None:
    """Lock the file. A look of ``owner_of`` holds it for a moment, so a few tries are made."""
    for _ in range(LOOKS):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(PAUSE)
        else:
            return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def owner_of(folder: Path) -> int | None:
    """Return the process id of the service that owns the folder now, or ``None``."""
    path = folder / "service.pid"
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        text = os.read(file, 32).decode("ascii", "replace").strip()
        return int(text) if text.isdigit() else None
    else:
        return None
    finally:
        os.close(file)
