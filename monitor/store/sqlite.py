"""The store on one SQLite file: a table a kind; ``sqlite_words`` has the words of the texts."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from monitor.closing import Closing
from monitor.database import Database, Schema
from monitor.errors import StoreUnavailable, UsageError
from monitor.store import sqlite_words as words
from monitor.store.base import Added, Document, Page, Query, Stored
from monitor.store.records import KINDS, Kind, facet, fate
from monitor.topics.text import TOKENS_VERSION, indexed

SCHEMA = Schema("monitor.store", 0x6D6F6E32, StoreUnavailable)
ORDERS = {"newest": "filed DESC, id DESC", "oldest": "filed, id", "due": "due, id"}
MANY = 500
"""How many ids are asked for in one statement."""
PORTION = 100
"""Documents that are indexed anew in one transaction: others that write wait no longer."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SqliteStore(Closing):
    """Documents in ``path``. Implements ``store.base.Store``."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, SCHEMA)

    def add(self, kind: str, documents: Sequence[Document]) -> list[Added]:
        """Write documents once each; return what became of each, in order."""
        if not documents:
            return []
        spec = KINDS[kind]
        with self._database.writing() as db:
            ids = {document.id for document in documents}
            rows = _select(db, f"SELECT id, revision, rowid FROM {kind} WHERE id IN", ids)
            known = {id_: revision for id_, revision, _ in rows}
            places = {id_: rowid for id_, _, rowid in rows}
            pruned = {
                row[0] for row in _select(db, "SELECT id FROM pruned WHERE id IN", ids, "AND kind=?", kind)
            }
            result = []
            for document in documents:
                became = fate(document, known, pruned)
                if became is Added.NEW:
                    places[document.id] = _insert(db, spec, document)
                elif became is Added.REVISED:
                    _replace(db, spec, [(places[document.id], document)])
                if became in {Added.NEW, Added.REVISED}:
                    known[document.id] = document.revision
                result.append(became)
        return result

    def get(self, kind: str, ids: Iterable[str]) -> dict[str, Stored]:
        """Return those of the ids that are there."""
        with self._database.reading() as db:
            rows = _select(db, f"SELECT id, filed, revision, version, body FROM {kind} WHERE id IN", set(ids))
        return {row[0]: _stored(kind, row) for row in rows}

    def update(self, kind: str, document: Document, version: int) -> int | None:
        """Replace a document if its version is still ``version``; return the new one, or ``None``."""
        return self.update_all(kind, [(document, version)])[0]

    def update_all(self, kind: str, changes: Sequence[tuple[Document, int]]) -> list[int | None]:
        """Replace several documents, each if its version is still the one given."""
        with self._database.writing() as db:
            ids = {document.id for document, _ in changes}
            rows = _select(db, f"SELECT id, version, rowid FROM {kind} WHERE id IN", ids)
            found = {id_: (version, rowid) for id_, version, rowid in rows}
            as_read = {
                document.id: (found[document.id][1], document)
                for document, version in changes
                if document.id in found and found[document.id][0] == version
            }
            _replace(db, KINDS[kind], list(as_read.values()))
        return [version + 1 if document.id in as_read else None for document, version in changes]

    def find(self, kind: str, query: Query) -> Page:
        """Return the documents that ``query`` means."""
        where, values = _conditions(KINDS[kind], query)
        if query.after is not None:
            where, values = _continued(where, values, query)
        sql = (
            f"SELECT id, filed, revision, version, body FROM {kind} WHERE {where} "
            f"ORDER BY {ORDERS[query.order]} LIMIT ?"
        )
        with self._database.reading() as db:
            rows = db.execute(sql, (*values, query.limit + 1)).fetchall()
        documents = tuple(_stored(kind, row) for row in rows[: query.limit])
        more = len(rows) > query.limit
        return Page(documents, _cursor(rows[query.limit - 1], query) if more else None)

    def count(self, kind: str, query: Query, by: str | None = None) -> dict[str, int]:
        """Count documents by the facet ``by``, by ``day`` (of ``filed``), or all under ``""``."""
        where, values = _conditions(KINDS[kind], query)
        group = {None: "''", "day": "date(filed / 1000, 'unixepoch')"}.get(by) or _column(
            KINDS[kind], str(by)
        )
        sql = (
            f"SELECT coalesce({group}, ''), count(*) FROM {kind} WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        with self._database.reading() as db:
            return dict(db.execute(sql, values).fetchall())

    def prune(self, kind: str, before: datetime, remember: Iterable[str] = ()) -> int:
        """Delete documents filed before ``before`` and return how many; see ``store.base.Store``."""
        kept = set(remember)
        with self._database.writing() as db:
            rows = db.execute(f"SELECT rowid, id FROM {kind} WHERE filed < ?", (_ms(before),)).fetchall()
            old = {row[0] for row in db.execute("SELECT id FROM pruned WHERE kind=?", (kind,))}
            gone = {row[1] for row in rows}
            db.executemany("DELETE FROM pruned WHERE kind=? AND id=?", [(kind, id_) for id_ in old - kept])
            db.executemany("INSERT OR IGNORE INTO pruned VALUES (?,?)", [(kind, id_) for id_ in gone & kept])
            if KINDS[kind].text:
                words.drop(db, KINDS[kind], [row[0] for row in rows])
            db.executemany(f"DELETE FROM {kind} WHERE rowid=?", [row[:1] for row in rows])
        return len(rows)

    def reindex(self, kind: str) -> Iterator[int]:
        """Index anew what is under older rules, a portion at a time; see ``store.base.Store``."""
        spec = KINDS[kind]
        while spec.text:
            with self._database.reading() as db:
                found = words.outdated(db, spec, PORTION)
            if not found:
                return
            made = [(rowid, version, indexed(text)) for rowid, version, text in found]
            with self._database.writing() as db:
                done = words.renew(db, spec, made)
            yield done

    def check(self) -> None:
        """Raise ``Unavailable`` or ``Refused`` if the file cannot be read now."""
        with self._database.reading() as db:
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()

    def close(self) -> None:
        """Close the file. Closing twice is fine; use after closing raises ``StoreUnavailable``."""
        self._database.close()


def _insert(db: Connection, kind: Kind, document: Document) -> int:
    """Write a new document, and return the number of its row."""
    columns = _columns(kind, document)
    columns |= {"id": document.id, "filed": _ms(document.filed), "version": 1}
    places = ",".join("?" * len(columns))
    sql = f"INSERT INTO {kind.name} ({','.join(columns)}) VALUES ({places}) RETURNING rowid"
    rowid: int = db.execute(sql, tuple(columns.values())).fetchone()[0]
    if kind.text:
        words.put(db, kind, rowid, document.body)
    return rowid


def _replace(db: Connection, kind: Kind, documents: Sequence[tuple[int, Document]]) -> None:
    """Write documents over what is in their rows; ``filed`` stays as it was first written."""
    if not documents:
        return
    columns = [_columns(kind, document) | {"rowid": rowid} for rowid, document in documents]
    sets = ",".join(f"{name}=:{name}" for name in columns[0] if name != "rowid")
    db.executemany(f"UPDATE {kind.name} SET {sets}, version=version+1 WHERE rowid=:rowid", columns)
    if kind.text:
        words.drop(db, kind, [rowid for rowid, _ in documents])
        for rowid, document in documents:
            words.put(db, kind, rowid, document.body)


def _columns(kind: Kind, document: Document) -> dict[str, Any]:
    columns: dict[str, Any] = {"revision": document.revision}
    columns |= {name: facet(document.body, path) for name, path in kind.facets.items()}
    if kind.due:
        due = facet(document.body, ("due",))
        columns["due"] = _ms(datetime.fromisoformat(due)) if due else None
    if kind.text:
        columns["tokens_version"] = TOKENS_VERSION
    columns["body"] = json.dumps(document.body, ensure_ascii=False, separators=(",", ":"))
    return columns


def _conditions(kind: Kind, query: Query) -> tuple[str, tuple[Any, ...]]:
    parts, values = ["1"], list[Any]()
    for name, wanted in query.where.items():
        choices = [wanted] if isinstance(wanted, str) else list(wanted)
        parts.append(f"{_column(kind, name)} IN ({','.join('?' * len(choices))})")
        values += choices
    for sign, moment in ((">=", query.since), ("<", query.until)):
        if moment is not None:
            parts.append(f"filed {sign} ?")
            values.append(_ms(moment))
    if query.due is not None:
        parts.append("due <= ?")
        values.append(_ms(query.due))
    if query.begins is not None:
        parts.append("id BETWEEN ? AND ?")
        values += [query.begins, f"{query.begins}\U0010ffff"]
    if query.any_of is not None:
        condition, terms = words.condition(kind, query.any_of)
        parts.append(condition)
        values += terms
    return " AND ".join(parts), tuple(values)


def _column(kind: Kind, name: str) -> str:
    if name == "id" or name in kind.facets:
        return name
    raise UsageError(f"{kind.name} have no {name!r}; they have {', '.join(kind.facets)}")


def _continued(where: str, values: tuple[Any, ...], query: Query) -> tuple[str, tuple[Any, ...]]:
    assert query.after is not None
    moment, id_ = query.after.split("|", 1)
    column = "due" if query.order == "due" else "filed"
    sign = "<" if query.order == "newest" else ">"
    return f"{where} AND ({column}, id) {sign} (?, ?)", (*values, int(moment), id_)


def _cursor(row: tuple[Any, ...], query: Query) -> str:
    if query.order == "due":
        return f"{_ms(datetime.fromisoformat(json.loads(row[4])['due']))}|{row[0]}"
    return f"{row[1]}|{row[0]}"


def _select(db: Connection, sql: str, ids: set[str], more: str = "", *values: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    wanted = sorted(ids)
    for start in range(0, len(wanted), MANY):
        part = wanted[start : start + MANY]
        rows += db.execute(f"{sql} ({','.join('?' * len(part))}) {more}", (*part, *values))
    return rows


def _stored(kind: str, row: tuple[Any, ...]) -> Stored:
    id_, filed, revision, version, body = row
    return Stored(kind, id_, EPOCH + timedelta(milliseconds=filed), revision, version, json.loads(body))


def _ms(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)
