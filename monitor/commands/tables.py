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

NARROW = 110
"""Columns below which notes have a table of their own: beside the others they would be a word wide."""
ROOMY = 140
"""Columns from which there is room for what is not needed."""
HEALTH = {"healthy": "green", "failing": "red", "gone": "red"}
"""Any other state is yellow: worth a look."""


def console() -> Console:
    """Return the console for results; away from a terminal it is wide enough for a line to stay one."""
    return Console(file=sys.stdout, soft_wrap=False, width=None if sys.stdout.isatty() else 140)


def is_wide() -> bool:
    """Return whether there is room for notes beside the other columns."""
    return console().width >= NARROW


def is_roomy() -> bool:
    """Return whether there is room for more than what is needed."""
    return console().width >= ROOMY


def show(*parts: RenderableType) -> None:
    """Print tables and texts; into files and pipes without spaces at the ends of lines."""
    out = console()
    if out.is_terminal:
        out.print(*parts, sep="\n")
        return
    with out.capture() as captured:
        out.print(*parts, sep="\n")
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


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


def show_noted(
    title: str,
    names: Sequence[str],
    cells: Sequence[Sequence[Any]],
    notes: Sequence[Text],
    name: str = "note",
) -> None:
    """Print a table with its notes in a last column, or below it where there is no room."""
    if not any(note.plain for note in notes):
        show(table(title, names, cells))
    elif is_wide():
        pairs = zip(cells, notes, strict=True)
        show(table(title, (*names, name), [(*row, note) for row, note in pairs]))
    else:
        show(table(title, names, cells))
        noted = [(row[0], note) for row, note in zip(cells, notes, strict=True) if note.plain]
        show(table("Notes", (names[0], name), noted))


def plain(text: str) -> Text:
    """Return what others wrote, such as a server's reason: no markup, and no sequences for the terminal."""
    return Text(characters(text))


def counts_table(title: str, name: str, counts: Mapping[str, int]) -> Table:
    """Return a table of counts."""
    return table(
        title, (name, "count>"), [(plain(key or "-"), f"{count:,}") for key, count in counts.items()]
    )


def health(state: str) -> Text:
    """Return a health state in its colour."""
    return Text(state, style=HEALTH.get(state, "yellow"))


def ago(moment: str | None, *, short: bool = False) -> str:
    """Return a stored time for people; ``short`` where there is little room."""
    if not moment:
        return "never"
    at = datetime.fromisoformat(moment)
    return f"{at:%d %b %H:%M}" if short else f"{at:%Y-%m-%d %H:%M}"


def marked(text: str, spans: Iterable[Span], field: str, most: int = 110) -> Text:
    """Return a field with its matched words in colour, or between asterisks where there is none."""
    from monitor.notify.message import pieces

    line, colours = Text(), sys.stdout.isatty()
    for piece in pieces(text, spans, field, most):
        if not piece.marked:
            line.append(piece.text)
        elif colours:
            line.append(piece.text, style="bold black on yellow")
        else:
            line.append(f"*{piece.text}*")
    return line


def matches_table(title: str, matches: Iterable[Match]) -> Table:
    """Return a table with a row for each article, its topics, and the matched words of its title marked."""
    articles: dict[str, list[Match]] = {}
    for match in matches:
        articles.setdefault(match.article.id, []).append(match)
    rows = []
    for found in articles.values():
        article = found[0].article
        spans = [span for match in found for span in match.spans]
        rows.append(
            (
                f"{article.filed:%d %b %H:%M}",
                article.language,
                Text(article.feed.outlet),
                "\n".join(match.topic_id for match in found),
                marked(article.title, spans, "title"),
            )
        )
    return table(title, ("when", "lang", "outlet", "topics", "title"), rows)
