"""A file of before token rules had a version, and a monitor of before that goes on writing into it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import records, sqlite_words
from monitor.store.base import Document, Query
from monitor.store.sqlite import SCHEMA, SqliteStore
from monitor.topics.search import searched
from tests.samples import NOW

BODY = '{"id": "x", "title": "rain", "summary": null, "body": ""}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file as the monitor of before left it, with one article."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as db, db:
        for number, sql in SCHEMA.migrations():
            if number <= 5:
                db.executescript(sql)
        db.execute(f"PRAGMA application_id={SCHEMA.mark}")
        db.execute("PRAGMA user_version=5")
        write_as_before(db, "old")
    return path


def write_as_before(db: sqlite3.Connection, id_: str) -> None:
    row = (id_, 1, 1, 0, BODY)
    (rowid,) = db.execute(
        "INSERT INTO articles (id, revision, version, filed, body) VALUES (?,?,?,?,?) RETURNING rowid", row
    ).fetchone()
    db.execute("INSERT INTO articles_words (rowid, tokens) VALUES (?,?)", (rowid, "other"))


def found(store: SqliteStore, word: str) -> list[str]:
    query = Query(any_of=searched(word), order="oldest")
    return [one.id for one in store.find(records.ARTICLES, query).documents]


def test_what_an_older_file_has_is_a_candidate_until_it_is_indexed_anew(path: Path) -> None:
    with SqliteStore(path) as store:
        assert found(store, "snow") == ["old"]
        assert list(store.reindex(records.ARTICLES)) == [1]
        assert (found(store, "snow"), found(store, "rain")) == ([], ["old"])


def test_what_a_monitor_of_before_goes_on_writing_is_a_candidate_too(path: Path) -> None:
    with closing(sqlite3.connect(path)) as before, SqliteStore(path) as store:
        assert list(store.reindex(records.ARTICLES)) == [1]
        with before:
            write_as_before(before, "late")
        assert found(store, "rain") == ["late", "old"]
        assert found(store, "snow") == ["late"]
        assert list(store.reindex(records.ARTICLES)) == [1]
        assert found(store, "snow") == []


def test_a_row_that_is_another_documents_by_now_is_left_as_it_is(path: Path) -> None:
    kind = records.KINDS[records.ARTICLES]
    with SqliteStore(path) as store, closing(sqlite3.connect(path)) as db:
        ((rowid, version, text),) = sqlite_words.outdated(db, kind, 9)
        assert store.prune(records.ARTICLES, NOW) == 1
        store.add(records.ARTICLES, [Document("new", NOW, {"title": "snow"})])
        assert db.execute("SELECT rowid, version FROM articles").fetchall() == [(rowid, version)]
        with db:
            assert sqlite_words.renew(db, kind, [(rowid, version, text)]) == 0
        assert (found(store, "snow"), found(store, "rain")) == (["new"], [])


def test_candidates_are_chosen_by_indices_alone(path: Path) -> None:
    with SqliteStore(path):
        pass
    condition, values = sqlite_words.condition(records.KINDS[records.ARTICLES], searched("rain"))
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute(f"EXPLAIN QUERY PLAN SELECT id FROM articles WHERE {condition}", values)
        plan = [row[3] for row in rows]
    assert not [step for step in plan if step.startswith("SCAN articles") and "_words" not in step], plan
    assert [step for step in plan if "articles_tokens_version" in step], plan
