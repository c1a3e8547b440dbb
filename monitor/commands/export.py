"""``monitor export``: what is stored, as JSON Lines, CSV or RSS."""

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from monitor.commands.door import moment_of, opened, print_json
from monitor.errors import UsageError
from monitor.store import records
from monitor.store.base import Query, Store

PAGE = 500
COLUMNS = ("id", "topic", "title", "url", "outlet", "language", "published", "first_seen", "summary", "score")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(
    folder: Path, *, what: str, format_: str, since: str | None, topic: str | None, search: str | None
) -> int:
    """Write the stored documents to standard output, oldest first."""
    if topic and what == "articles":
        raise UsageError("articles belong to no topic: export matches of it, or leave --topic out")
    if search and what != "articles":
        raise UsageError("--search looks through articles: add --what articles")
    where = {"topic": topic} if topic else {}
    query = Query(where, text=search, since=moment_of(since, datetime.now(UTC)), order="oldest", limit=PAGE)
    with opened(folder) as (_, backend):
        bodies = _bodies(backend.store, what, query)
        {"jsonl": _jsonl, "csv": _csv, "rss": _rss}[format_](bodies)
    return 0


def _bodies(store: Store, what: str, query: Query) -> Iterator[dict[str, Any]]:
    from dataclasses import replace

    kind = {"matches": records.MATCHES, "articles": records.ARTICLES, "alerts": records.ALERTS}[what]
    while True:
        page = store.find(kind, query)
        yield from (dict(stored.body) for stored in page.documents)
        if page.next is None:
            return
        query = replace(query, after=page.next)


def _jsonl(bodies: Iterator[dict[str, Any]]) -> None:
    for body in bodies:
        print_json(body)


def _csv(bodies: Iterator[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for body in bodies:
        writer.writerow([harmless(flat(body)[name]) for name in COLUMNS])


def flat(body: dict[str, Any]) -> dict[str, str]:
    """Return the columns of an article, a match or an alert."""
    match = body.get("match") or body
    article = match.get("article") or match
    values = {
        "id": body["id"],
        "topic": match.get("topic_id"),
        "outlet": article["feed"]["outlet"],
        "score": match.get("score"),
    } | {
        name: article.get(name) for name in ("title", "url", "language", "published", "first_seen", "summary")
    }
    return {name: "" if value is None else str(value) for name, value in values.items()}


def harmless(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value


def _rss(bodies: Iterator[dict[str, Any]]) -> None:
    write = sys.stdout.write
    write('<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>')
    write(
        "<title>monitor</title><link>http://localhost/</link><description>What monitor found</description>\n"
    )
    for body in bodies:
        write(_rss_item(flat(body)))
    write("</channel></rss>\n")


def _rss_item(row: dict[str, str]) -> str:
    moment = datetime.fromisoformat(row["published"] or row["first_seen"])
    parts = {
        "title": row["title"],
        "link": row["url"],
        "description": row["summary"],
        "pubDate": format_datetime(moment),
        "category": row["topic"],
    }
    elements = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items() if text)
    return f'<item>{elements}<guid isPermaLink="false">{row["id"]}</guid></item>\n'
