"""``monitor export``: what is stored, as JSON Lines, CSV or RSS."""

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from monitor.commands.door import check_topic, moment_of, opened_data
from monitor.commands.lines import print_json
from monitor.commands.progress import counted
from monitor.errors import UsageError
from monitor.store import labels, records
from monitor.store.base import Query, Store
from monitor.store.paging import every
from monitor.topics.candidates import Wanted
from monitor.topics.search import has, searched

PAGE = 500
ARTICLE = ("id", "title", "url", "outlet", "kind", "country", "family", "language", "published", "first_seen")
COLUMNS = {
    "articles": (*ARTICLE, "summary"),
    "matches": (*ARTICLE, "topic", "severity", "score", "matched_words", "summary", "label"),
    "labels": (
        "id",
        "verdict",
        "by",
        "at",
        "note",
        "topic",
        "language",
        "outlet",
        "match_filed",
        "title",
        "matched",
    ),
    "alerts": (
        *ARTICLE,
        "topic",
        "severity",
        "state",
        "reason",
        "decided",
        "score",
        "matched_words",
        "summary",
    ),
}
"""What a row of CSV has, for each kind of thing."""
FORMULA = tuple("=+-@＝＋－＠\t\r\n")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KINDS = {
    "matches": records.MATCHES,
    "articles": records.ARTICLES,
    "alerts": records.ALERTS,
    "labels": records.LABELS,
}


def export(
    folder: Path, *, what: str, format_: str, since: str | None, topic: str | None, search: str | None
) -> int:
    """Write the stored documents to standard output, oldest first."""
    _check(what, format_, topic, search)
    where: dict[str, str | Sequence[str]] = {"topic": topic} if topic else {}
    if what == "labels":
        where["verdict"] = labels.STANDING
    wanted = searched(search) if search is not None else None
    query = Query(
        where,
        wanted if what == "articles" else None,
        since=moment_of(since, datetime.now(UTC)),
        order="oldest",
        limit=PAGE,
    )
    with opened_data(folder) as (_, backend):
        if topic:
            check_topic(folder, topic, backend.store, KINDS[what])
        if what == "labels":
            backend.settle()  # whoever labels and then looks wants to see it
        bodies = _bodies(backend.store, what, query, wanted)
        begun = chain(list(islice(bodies, 1)), bodies)  # what is wrong shows before anything is written
        items = counted(begun, what)
        if format_ == "csv":
            _csv(items, COLUMNS[what])
        else:
            {"jsonl": _jsonl, "rss": _rss}[format_](items)
    return 0


def _check(what: str, format_: str, topic: str | None, search: str | None) -> None:
    """Raise ``UsageError`` if what is asked for does not go together."""
    if topic and what == "articles":
        raise UsageError("articles belong to no topic: export matches of it, or leave --topic out")
    if search is not None and what == "labels":
        raise UsageError("--search looks through articles: export matches, which show their labels too")
    if what == "labels" and format_ == "rss":
        raise UsageError("labels are no news: export them as jsonl or csv")


def _bodies(store: Store, what: str, query: Query, wanted: Wanted | None) -> Iterator[dict[str, Any]]:
    """Return what is exported; of matches with their labels."""
    bodies: Iterator[dict[str, Any]] = (dict(stored.body) for stored in every(store, KINDS[what], query))
    if wanted and what == "articles":
        bodies = (body for body in bodies if _has(body, wanted))
    elif wanted:
        bodies = _about(wanted, bodies, store)
    return _labelled(bodies, store) if what == "matches" else bodies


def _about(wanted: Wanted, bodies: Iterator[dict[str, Any]], store: Store) -> Iterator[dict[str, Any]]:
    """Yield those matches or alerts whose article has all the words, in all of its text as it is stored."""
    while page := list(islice(bodies, PAGE)):
        articles = [_match_of(body)["article"]["id"] for body in page]
        among = Query({"id": list(dict.fromkeys(articles))}, wanted, limit=PAGE)
        found = {one.id for one in store.find(records.ARTICLES, among).documents if _has(one.body, wanted)}
        yield from (body for body, article in zip(page, articles, strict=True) if article in found)


def _has(article: Mapping[str, Any], wanted: Wanted) -> bool:
    return has(records.searchable(records.KINDS[records.ARTICLES], article), wanted)


def _labelled(bodies: Iterator[dict[str, Any]], store: Store) -> Iterator[dict[str, Any]]:
    """Yield matches with what was said of each: ``label`` is useful, noise, or ``None``."""
    while page := list(islice(bodies, PAGE)):
        said = labels.of_matches(store, [body["id"] for body in page])
        for body in page:
            label = said.get(body["id"])
            yield body | {"label": label.verdict if label else None}


def _jsonl(bodies: Iterator[dict[str, Any]]) -> None:
    for body in bodies:
        print_json(body)


def _csv(bodies: Iterator[dict[str, Any]], columns: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for body in bodies:
        row = flat_label(body) if "verdict" in columns else flat(body)
        writer.writerow([harmless(row[name]) for name in columns])


def flat(body: dict[str, Any]) -> dict[str, str]:
    """Return everything that a row may show of an article, a match or an alert."""
    match = _match_of(body)
    article = match.get("article") or match
    feed = article["feed"]
    values = (
        {"id": body["id"], "topic": match.get("topic_id"), "matched_words": matched_words(match)}
        | {name: match.get(name) for name in ("score", "severity")}
        | {name: body.get(name) for name in ("state", "reason", "decided", "label")}
        | {name: feed.get(name) for name in ("outlet", "kind", "country", "family")}
        | {
            name: article.get(name)
            for name in ("title", "url", "language", "published", "first_seen", "summary")
        }
    )
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _match_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return the match of an alert; anything else as it is."""
    match: dict[str, Any] = body.get("match") or body
    return match


def flat_label(body: Mapping[str, Any]) -> dict[str, str]:
    """Return everything that a row may show of a label."""
    values = {**body, "topic": body.get("topic_id"), "matched": "; ".join(body.get("matched") or ())}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def matched_words(match: Mapping[str, Any]) -> str:
    """Return the words of the article that made it match, each once."""
    article = match.get("article") or {}
    words = (
        str(article.get(span["field"]) or "")[span["start"] : span["end"]]
        for span in match.get("spans") or ()
    )
    return "; ".join(dict.fromkeys(word for word in words if word))


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
