"""``monitor export``: what is stored, as JSON Lines, CSV or RSS."""

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from monitor.commands.door import moment_of, opened
from monitor.commands.lines import print_json
from monitor.commands.progress import counted
from monitor.config.load import Configuration
from monitor.errors import UsageError
from monitor.store import records
from monitor.store.base import Query, Store

PAGE = 500
COLUMNS = ("id", "topic", "title", "url", "outlet", "language", "published", "first_seen", "summary", "score")
FORMULA = tuple("=+-@＝＋－＠\t\r\n")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KINDS = {"matches": records.MATCHES, "articles": records.ARTICLES, "alerts": records.ALERTS}


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
    with opened(folder) as (configuration, backend):
        if topic:
            _check_topic(topic, configuration, backend.store, KINDS[what])
        bodies = _bodies(backend.store, KINDS[what], query)
        begun = chain(list(islice(bodies, 1)), bodies)  # what is wrong shows before anything is written
        {"jsonl": _jsonl, "csv": _csv, "rss": _rss}[format_](counted(begun, what))
    return 0


def _check_topic(topic: str, configuration: Configuration, store: Store, kind: str) -> None:
    """Raise ``UsageError`` for a topic that is neither watched nor was so in what is stored."""
    known = dict.fromkeys(one.id for one in configuration.watchlist.topics)
    known |= dict.fromkeys(store.count(kind, Query(), by="topic"))
    if topic not in known:
        raise UsageError(f"there is no topic {topic}; there are: {', '.join(known) or 'none'}")


def _bodies(store: Store, kind: str, query: Query) -> Iterator[dict[str, Any]]:
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
        row = flat(body)
        writer.writerow([harmless(row[name]) for name in COLUMNS])


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
    elements = "".join(f"<{name}>{_xml(text)}</{name}>" for name, text in parts.items() if text)
    return f'<item>{elements}<guid isPermaLink="false">{_xml(row["id"])}</guid></item>\n'


def _xml(text: str) -> str:
    """Return a text for an XML element, without the characters that XML cannot hold."""
    return escape(_NOT_XML.sub("", text))
