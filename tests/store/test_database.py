"""Files that are newer, foreign, damaged, locked or full are refused with what to do."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.database import Database
from monitor.errors import DataFolderError, StoreUnavailable
from monitor.store.base import Document, Query
from monitor.store.sqlite import SCHEMA, SqliteStore
from tests.samples import NOW


def filled(path: Path) -> Path:
    with SqliteStore(path) as store:
        store.add("topics", [Document(str(n), NOW, {"id": str(n), "text": "x" * 2000}) for n in range(200)])
    return path


@pytest.mark.parametrize("keep", [50, 5000, 100_000])
def test_a_truncated_file_is_refused_and_left_alone(tmp_path: Path, keep: int) -> None:
    path = filled(tmp_path / "store.db")
    with path.open("r+b") as file:
        file.truncate(keep)
    with pytest.raises(DataFolderError, match=r"damaged.*\.recover"):
        SqliteStore(path)
    assert path.stat().st_size == keep


def test_a_corrupt_file_is_refused(tmp_path: Path) -> None:
    path = filled(tmp_path / "store.db")
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 10)
    with pytest.raises(DataFolderError, match="damaged"):
        SqliteStore(path)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_text("hello " * 100)
    with pytest.raises(DataFolderError, match="not an SQLite file"):
        SqliteStore(path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()
    with pytest.raises(DataFolderError, match="not one of monitor's"):
        SqliteStore(path)


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = filled(tmp_path / "store.db")
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(DataFolderError, match=r"newer monitor \(schema 99"):
        SqliteStore(path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="cannot be opened"):
        SqliteStore(tmp_path / "nowhere" / "store.db")


def test_a_full_disk_stops_the_write_and_keeps_the_rest(tmp_path: Path) -> None:
    path = filled(tmp_path / "store.db")
    with SqliteStore(path) as store:
        database: Database = store._database
        pages = database.reader().execute("PRAGMA page_count").fetchone()[0]
        database.reader().execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StoreUnavailable, match="full"):
            store.add("topics", [Document("big", NOW, {"id": "big", "text": "x" * 1_000_000})])
        database.reader().execute("PRAGMA max_page_count=1000000")
        store.add("topics", [Document("big", NOW, {"id": "big", "text": "x" * 1_000_000})])
    with SqliteStore(path) as store:
        assert len(store.get("topics", ["0", "199", "big"])) == 3


def test_every_commit_is_on_the_disk_before_it_returns(tmp_path: Path) -> None:
    database = Database(tmp_path / "store.db", SCHEMA)
    assert database.reader().execute("PRAGMA synchronous").fetchone()[0] == 2
    assert database.reader().execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    database.close()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "store.db", SCHEMA)
    with pytest.raises(ZeroDivisionError), database.writing() as db:
        db.execute("INSERT INTO pruned VALUES ('x', 'y')")
        _ = 1 / 0
    assert database.reader().execute("SELECT count(*) FROM pruned").fetchone()[0] == 0
    database.close()


def test_a_crash_within_a_checkpoint_is_mended_not_refused(tmp_path: Path) -> None:
    """The checkpoint has written the header, which tells the new size, and not yet the pages."""
    path = tmp_path / "store.db"
    with SqliteStore(path) as store:
        store._database.reader().execute("PRAGMA wal_autocheckpoint=0")
        documents = [Document(str(n), NOW, {"id": str(n), "text": "x" * 2000}) for n in range(200)]
        store.add("topics", documents)
        for name in ("store.db", "store.db-wal"):
            shutil.copy(tmp_path / name, tmp_path / f"crashed-{name}")
    whole = path.read_bytes()  # closing has made the checkpoint
    crashed = tmp_path / "crashed-store.db"
    crashed.write_bytes(whole[:4096] + crashed.read_bytes()[4096:])
    with SqliteStore(crashed) as store:
        assert store.count("topics", Query()) == {"": 200}


def test_damage_found_while_running_is_told_as_such(tmp_path: Path) -> None:
    path = filled(tmp_path / "store.db")
    with path.open("r+b") as file, SqliteStore(path) as store:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
        file.flush()
        with ThreadPoolExecutor() as threads, pytest.raises(DataFolderError, match="damaged"):
            threads.submit(store.get, "topics", map(str, range(200))).result()


def test_a_short_command_opens_the_file_beside_a_writer(tmp_path: Path) -> None:
    path = filled(tmp_path / "store.db")
    with SqliteStore(path) as writer, writer._database.writing(), SqliteStore(path) as reader:
        assert reader.count("topics", Query()) == {"": 200}
