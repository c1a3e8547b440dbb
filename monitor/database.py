"""One SQLite file, shared by the threads of a process: opened with care, migrated, written by one at a time.

It knows nothing of what the file is for. Every commit is on the disk before it returns
(``synchronous=FULL``), for the files here are what monitor promises not to lose.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from monitor.errors import DataFolderError, Unavailable

BUSY_SECONDS = 30
QUICK_CHECK_BYTES = 64 * 1024 * 1024
"""Files up to this size are checked whole at opening; a larger one would hold up the start."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file is: ``package`` holds its numbered migrations, ``mark`` is its SQLite application id."""

    package: str
    mark: int
    unavailable: type[Unavailable]

    def migrations(self) -> list[tuple[int, str]]:
        """Return (number, SQL), ascending from 1."""
        folder = files(self.package).joinpath("migrations")
        found = sorted((f.name, f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".sql"))
        return [(int(name[:4]), text) for name, text in found]


class Database:
    """Connections to one file. Each thread reads by its own; writes are one at a time."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self._path = path
        self._schema = schema
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._writing = threading.RLock()
        self._closed = False
        try:
            _refuse_truncated(path)
            self._prepare()
        except sqlite3.DatabaseError as error:
            self.close()
            raise _trouble(path, error) from error
        except BaseException:
            self.close()
            raise

    def reader(self) -> sqlite3.Connection:
        """Return this thread's connection, for statements that only read."""
        if self._closed:
            raise self._schema.unavailable(f"{self._path} is closed")
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._connect()
            self._own.connection = connection
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for statements that only read; errors become ``Unavailable``."""
        with self._wrapped():
            yield self.reader()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection within a transaction, which is durable when the block ends."""
        with self._writing, self._wrapped():
            connection = self.reader()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every connection. Closing twice is fine."""
        with self._writing:
            self._closed = True
            while self._all:
                self._all.pop().close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._all.append(connection)
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    @contextmanager
    def _wrapped(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self._schema.unavailable(f"{self._path}: {error}") from error
        except sqlite3.ProgrammingError as error:
            if not self._closed:
                raise
            raise self._schema.unavailable(f"{self._path} is closed") from error
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:
                raise  # its children tell of a mistake in a statement or a value, not of the file
            raise DataFolderError(_broken(self._path, str(error))) from error

    def _prepare(self) -> None:
        connection = self.reader()
        _turn_to_wal(connection)
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if tables and mark != self._schema.mark:
            raise DataFolderError(
                f"{self._path} is an SQLite file, but not one of monitor's: move it away, or set another "
                f"data folder (data: in monitor.yaml)"
            )
        if self._path.stat().st_size <= QUICK_CHECK_BYTES:
            _quick_check(self._path, connection)
        self._migrate()

    def _migrate(self) -> None:
        migrations = self._schema.migrations()
        newest = migrations[-1][0]
        if self.reader().execute("PRAGMA user_version").fetchone()[0] == newest:
            return  # short commands beside a busy service do not wait for its writes
        with self.writing() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > newest:
                raise DataFolderError(
                    f"{self._path} was written by a newer monitor (schema {version}, this one: {newest}): "
                    "install that version again, or set another data folder (data: in monitor.yaml)"
                )
            for number, sql in migrations:
                if number > version:
                    for statement in _statements(sql):
                        connection.execute(statement)
            if version < newest:
                connection.execute(f"PRAGMA application_id={self._schema.mark}")
                connection.execute(f"PRAGMA user_version={newest}")


def _statements(sql: str) -> Iterator[str]:
    """Split a script; ``executescript`` would commit the transaction around it."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _turn_to_wal(connection: sqlite3.Connection) -> None:
    # Two processes that open a new file together: the change of mode does not heed the busy timeout.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _quick_check(path: Path, connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise DataFolderError(_broken(path, found))


def _refuse_truncated(path: Path) -> None:
    """Compare the size in the file's header with the file's own: cheap at any size.

    Not while there is a write-ahead log: a checkpoint writes the header first, so the file is short during
    one, and after a crash within one until SQLite has opened the file and made it whole.
    """
    if not path.exists() or path.stat().st_size == 0 or _has_log(path):
        return
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise DataFolderError(
            f"{path} cannot be read ({error.strerror}): mend that and start again"
        ) from error
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise DataFolderError(_broken(path, "it is not an SQLite file"))
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    expected = pages * (65536 if page == 1 else page)
    if path.stat().st_size < expected:
        raise DataFolderError(
            _broken(path, f"it has {path.stat().st_size} bytes where it should have {expected}")
        )


def _has_log(path: Path) -> bool:
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def _broken(path: Path, what: str) -> str:
    return (
        f"{path} is damaged ({what}). Nothing was changed. Stop monitor, keep a copy, then either restore a "
        f"backup or rescue what can be read: sqlite3 {path.name} .recover | sqlite3 rescued.db. "
        "Moving the file away starts afresh, without its past."
    )


def _trouble(path: Path, error: sqlite3.DatabaseError) -> Exception:
    text = str(error)
    remedies: dict[str, Callable[[], str]] = {
        "readonly": lambda: f"{path} cannot be written: give this user the right to write the data folder",
        "unable to open": lambda: f"{path} cannot be opened: check that its folder exists and may be written",
        "locked": lambda: f"{path} is locked by another program: end it and try again",
        "disk is full": lambda: f"{path}: the disk is full: make room and start again; nothing is damaged",
        "disk I/O error": lambda: (
            f"{path} cannot be read or written (disk I/O error): look whether the disk is full or failing"
        ),
    }
    for sign, remedy in remedies.items():
        if sign in text:
            return DataFolderError(remedy())
    return DataFolderError(_broken(path, text))
