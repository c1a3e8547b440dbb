"""The store on one SQLite file: a table a kind, and FTS5 over our own tokens."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from monitor.closing import Closing
from monitor.database import Database, Schema
from monitor.errors import StoreUnavailable, UsageError
from monitor.store.base import Added, Document, Page, Query, Stored
from monitor.store.records import KINDS, Kind, facet, fate
from monitor.topics.text import indexed, search_tokens

SCHEMA = Schema("monitor.store", 0x6D6F6E32, StoreUnavailable)
ORDERS = {"newest": "filed DESC, id DESC", "oldest": "filed, id", "due": "due, id"}
MANY = 500
"""How many ids are asked for in one statement."""
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
            known = dict(_select(db, f"SELECT id, revision FROM {kind} WHERE id IN", ids))
            pruned = {
                row[0] for row in _select(db, "SELECT id FROM pruned WHERE id IN", ids, "AND kind=?", kind)
            }
            result = []
            for document in documents:
                became = fate(document, known, pruned)
                if became in {Added.NEW, Added.REVISED}:
                    _write(db, spec, document, new=became is Added.NEW)
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
        result: list[int | None] = []
        with self._database.writing() as db:
            for document, version in changes:
                is_as_read = _write(db, KINDS[kind], document, new=False, version=version)
                result.append(version + 1 if is_as_read else None)
        return result

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
                db.executemany(f"DELETE FROM {kind}_words WHERE rowid=?", [row[:1] for row in rows])
            db.executemany(f"DELETE FROM {kind} WHERE rowid=?", [row[:1] for row in rows])
        return len(rows)

    def check(self) -> None:
        """Raise ``Unavailable`` or ``Refused`` if the file cannot be read now."""
        with self._database.reading() as db:
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()

    def close(self) -> None:
        """Close the file. Closing twice is fine; use after closing raises ``StoreUnavailable``."""
        self._database.close()


def _write(db: Connection, kind: Kind, document: Document, *, new: bool, version: int | None = None) -> bool:
    """Insert or replace a document; return ``False`` if ``version`` is given and not that of what is there.

    ``filed`` stays as it was first written.
    """
    columns: dict[str, Any] = {"revision": document.revision}
    columns |= {name: facet(document.body, path) for name, path in kind.facets.items()}
    if kind.due:
        due = facet(document.body, ("due",))
        columns["due"] = _ms(datetime.fromisoformat(due)) if due else None
    columns["body"] = json.dumps(document.body, ensure_ascii=False, separators=(",", ":"))
    if new:
        columns |= {"id": document.id, "filed": _ms(document.filed), "version": 1}
        places = ",".join("?" * len(columns))
        sql = f"INSERT INTO {kind.name} ({','.join(columns)}) VALUES ({places}) RETURNING rowid"
        row = db.execute(sql, tuple(columns.values())).fetchone()
    else:
        sets = ",".join(f"{name}=?" for name in columns)
        asked = {"id": document.id} | ({} if version is None else {"version": version})
        where = " AND ".join(f"{name}=?" for name in asked)
        sql = f"UPDATE {kind.name} SET {sets}, version=version+1 WHERE {where} RETURNING rowid"
        row = db.execute(sql, (*columns.values(), *asked.values())).fetchone()
    if row is None:
        return False
    if kind.text:
        _index(db, kind, row[0], document, new=new)
    return True


def _index(db: Connection, kind: Kind, rowid: int, document: Document, *, new: bool) -> None:
    if not new:
        db.execute(f"DELETE FROM {kind.name}_words WHERE rowid=?", (rowid,))
    text = "\n".join(str(document.body.get(name) or "") for name in kind.text)
    db.execute(f"INSERT INTO {kind.name}_words (rowid, tokens) VALUES (?,?)", (rowid, indexed(text)))


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
    for words in _searches(query):
        parts.append(f"rowid IN (SELECT rowid FROM {kind.name}_words WHERE {kind.name}_words MATCH ?)")
        values.append(words)
    return " AND ".join(parts), tuple(values)


def _searches(query: Query) -> Iterator[str]:
    """Yield what the index of words is asked for."""
    if query.text is not None:
        words = search_tokens(query.text)
        if not words:
            raise UsageError(f"there is no word to search for in {query.text!r}")
        yield _all_of(words)
    if query.any_of is not None:
        yield " OR ".join(_all_of(words) for words in query.any_of) or '""'


def _all_of(words: Sequence[Sequence[str]]) -> str:
    groups = (" OR ".join(map(_token, tokens)) for tokens in words)
    return f"({' AND '.join(f'({group})' for group in groups)})"


def _token(token: str) -> str:
    return f'"{token[:-1]}"*' if token.endswith("*") else f'"{token}"'


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
