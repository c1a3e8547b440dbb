"""How results look on a terminal."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.articles.normalize import characters
from monitor.model import Match, Span

HEALTH = {"healthy": "green", "failing": "red", "new": "yellow"}


def console() -> Console:
    """Return the console for results; away from a terminal it is wide enough for a line to stay one."""
    return Console(file=sys.stdout, soft_wrap=False, width=None if sys.stdout.isatty() else 140)


def show(*parts: RenderableType) -> None:
    """Print tables and texts."""
    out = console()
    for part in parts:
        out.print(part)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[RenderableType]]) -> Table:
    """Return a plain table; a column whose name ends with ``>`` holds numbers."""
    made = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        show_header=any(columns),
    )
    for name in columns:
        number = name.endswith(">")
        made.add_column(name.rstrip(">"), justify="right" if number else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def plain(text: str) -> Text:
    """Return what others wrote, such as a server's reason: no markup, and no sequences for the terminal."""
    return Text(characters(text))


def counts_table(title: str, name: str, counts: Mapping[str, int]) -> Table:
    """Return a table of counts."""
    return table(
        title, (name, "count>"), [(plain(key or "-"), f"{count:,}") for key, count in counts.items()]
    )


def feeds_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return the table of feeds."""
    return table(
        "Feeds",
        ("feed", "health", "last poll", "articles>", "reason"),
        [
            (
                Text(row["id"]),
                health(row["health"]) if row["enabled"] else Text("off", style="dim"),
                ago(row["last_poll"]),
                f"{row['articles']:,}",
                plain(row["reason"]),
            )
            for row in rows
        ],
    )


def health(state: str) -> Text:
    """Return a health state in its colour."""
    return Text(state, style=HEALTH.get(state, ""))


def ago(moment: str | None) -> str:
    """Return a stored time for people."""
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M}" if moment else "never"


def marked(text: str, spans: Iterable[Span], field: str, most: int = 110) -> Text:
    """Return a field with its matched words marked."""
    line = Text(text if len(text) <= most else text[: most - 1] + "…")
    for span in spans:
        if span.field == field and span.start < len(line):
            line.stylize("bold black on yellow", span.start, min(span.end, len(line)))
    return line


def matches_table(title: str, matches: Iterable[Match]) -> Table:
    """Return a table of matches with the matched words of their titles marked."""
    rows = []
    for match in matches:
        line = marked(match.article.title, match.spans, "title")
        rows.append(
            (
                f"{match.article.filed:%d %b %H:%M}",
                match.article.language,
                Text(match.article.feed.outlet),
                match.topic_id,
                line,
            )
        )
    return table(title, ("when", "lang", "outlet", "topic", "title"), rows)
