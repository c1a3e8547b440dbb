"""The words of the documents in SQLite: FTS5 over our own tokens.

Each document says in ``tokens_version`` by which rules its tokens were made (``topics.text``). What is under
other rules than ours may have other tokens than we ask for, so it is a candidate for everything.
"""

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from monitor.store.base import Body
from monitor.store.records import Kind, searchable
from monitor.topics.text import TOKENS_VERSION, indexed

Outdated = tuple[int, int, str]
"""Of a document whose tokens are of older rules: its row, its version, and the text they are made of."""


def put(db: Connection, kind: Kind, rowid: int, body: Body) -> None:
    """Index a document whose words are not in the index."""
    tokens = indexed(searchable(kind, body))
    db.execute(f"INSERT INTO {kind.name}_words (rowid, tokens) VALUES (?,?)", (rowid, tokens))


def drop(db: Connection, kind: Kind, rowids: Iterable[int]) -> None:
    """Take documents out of the index."""
    db.executemany(f"DELETE FROM {kind.name}_words WHERE rowid=?", [(rowid,) for rowid in rowids])


def outdated(db: Connection, kind: Kind, most: int) -> list[Outdated]:
    """Return documents whose tokens were made by older rules; those of newer rules are not ours to change."""
    sql = f"SELECT rowid, version, body FROM {kind.name} WHERE tokens_version < ? LIMIT ?"
    rows = db.execute(sql, (TOKENS_VERSION, most))
    return [(rowid, version, searchable(kind, json.loads(body))) for rowid, version, body in rows]


def renew(db: Connection, kind: Kind, documents: Iterable[tuple[int, int, str]]) -> int:
    """Replace the tokens (row, version, tokens) of what nobody has written since; return of how many.

    A row may be another document's by now, written by the rules of today.
    """
    mark = f"UPDATE {kind.name} SET tokens_version=? WHERE rowid=? AND version=? AND tokens_version < ?"
    done = 0
    for rowid, version, tokens in documents:
        if db.execute(mark, (TOKENS_VERSION, rowid, version, TOKENS_VERSION)).rowcount:
            db.execute(f"UPDATE {kind.name}_words SET tokens=? WHERE rowid=?", (tokens, rowid))
            done += 1
    return done


def condition(kind: Kind, terms: Sequence[Sequence[Sequence[str]]]) -> tuple[str, tuple[str | int, ...]]:
    """Return the condition, with its values, that one of the terms is there or may be: ``Query.any_of``."""
    found = f"SELECT rowid FROM {kind.name}_words WHERE {kind.name}_words MATCH ?"
    other_rules = f"SELECT rowid FROM {kind.name} WHERE tokens_version < ? OR tokens_version > ?"
    if not terms:
        return "0", ()
    wanted = " OR ".join(map(_all_of, terms))
    return f"rowid IN ({found} UNION ALL {other_rules})", (wanted, TOKENS_VERSION, TOKENS_VERSION)


def _all_of(words: Sequence[Sequence[str]]) -> str:
    groups = (" OR ".join(map(_token, tokens)) for tokens in words)
    return f"({' AND '.join(f'({group})' for group in groups)})"


def _token(token: str) -> str:
    return f'"{token[:-1]}"*' if token.endswith("*") else f'"{token}"'
