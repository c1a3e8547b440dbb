"""``monitor explain``: why a text matches a topic, or what came nearest; and the query as a tree."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.commands.lines import print_json
from monitor.commands.source import text_from
from monitor.config.load import load_watchlist
from monitor.topics.explain import Explanation
from monitor.topics.explain import explain as explained
from monitor.topics.found import FIELDS, Text
from monitor.topics.matcher import topic_named
from monitor.topics.misses import is_as_near
from monitor.topics.passage import passage
from monitor.topics.score import CLOSENESS, PLACE, RARITY, Score
from monitor.topics.steps import Miss, Step

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

SHOWN = 80
MISSES = 3
"""The nearest that are shown."""
WORDS = 3
"""That are shown of each of their parts."""
COUNT = 11
"""Columns for how many parts are there."""


def explain(
    folder: Path, topic: str, source: str, *, allow_hosts: tuple[str, ...], tree: bool, as_json: bool
) -> int:
    """Print why the text of ``source`` matches the topic; exit 1 if it does not."""
    watchlist = load_watchlist(folder, os.environ)
    topic_named(watchlist.topics, topic)  # an unknown topic is told before anything is read or fetched
    text = text_from(folder, source, allow_hosts)
    found = explained(watchlist, topic, text)
    if as_json:
        print_json(asdict(found) | {"parts": found.parts and found.parts._asdict()})
    else:
        _show(found, text, tree=tree)
    return 0 if found.matched else 1


def _show(found: Explanation, text: Text, *, tree: bool) -> None:
    from rich.text import Text as Line
    from rich.tree import Tree

    from monitor.commands.tables import marked, show

    verdict = (
        Line("matches", style="bold green") if found.matched else Line("does not match", style="bold red")
    )
    head = Line.assemble(found.topic_id, " ", verdict, f"  (language: {text.language})")
    near = found.misses[0].there if found.misses else ()
    spans = found.root.spans or tuple(span for step in near for span in step.spans)
    title = [marked(text.title, spans, "title", 300)] if text.title else []
    passages = (passage(field, spans, name) for name, field in zip(FIELDS[1:], text.fields[1:], strict=True))
    show(
        *title, *(marked(one.text, one.spans, one.field, len(one.text)) for one in passages if one), Line("")
    )
    if not found.matched:
        show(head, *_told(found.misses, text))
    if found.matched or tree:
        grown = Tree(head if found.matched else Line("The whole query:"))
        _grow(grown, found.root, text, whole=tree)
        show(*([] if found.matched else [Line("")]), grown)
    if found.parts:
        show(Line(f"\n{_sum(found.parts)}"))


def _told(misses: Sequence[Miss], text: Text) -> Iterator["RenderableType"]:
    """Yield what came nearest."""
    if len(misses) > MISSES and not misses[0].there:
        yield "No part of the query is in the text; --tree shows the query."
        return
    yield "\nWhat came nearest, by how many of its parts are there:"
    yield near_misses(misses[:MISSES], text)
    more = misses[MISSES:]
    if more and is_as_near(misses[MISSES - 1], more[0]):
        yield "  and others as near as the last; --tree shows the whole query"


def near_misses(misses: Iterable[Miss], text: Text) -> "Table":
    """Return what each lacks and has; what is long goes on below itself."""
    from rich.table import Table

    from monitor.commands.tables import plain

    grid = Table.grid()
    grid.add_column(min_width=COUNT, no_wrap=True)
    grid.add_column(min_width=len("missing: "), no_wrap=True)
    grid.add_column(overflow="fold")
    for miss in misses:
        rows = [
            ("without: ", _there(step, text)) if step.matched else ("missing: ", _noted(step))
            for step in miss.missing
        ]
        rows += [("there: ", ", ".join(_there(step, text) for step in miss.there))] if miss.there else []
        counts = chain([f"  {len(miss.there)} of {miss.parts}   "], repeat(""))
        for count, (name, line) in zip(counts, rows, strict=False):
            grid.add_row(count, name, plain(line))
    return grid


def _noted(step: Step) -> str:
    return f"{step.query}   ({step.note})" if step.note else step.query


def _there(step: Step, text: Text) -> str:
    """Return a part with the first words that it found."""
    words = ", ".join(islice(_words(step, text), WORDS))
    return f"{step.query} (found: {words})" if words else step.query


def _words(step: Step, text: Text) -> dict[str, None]:
    return dict.fromkeys(getattr(text, span.field)[span.start : span.end] for span in step.spans)


def _grow(tree: Any, step: Step, text: Text, *, whole: bool) -> None:  # noqa: ANN401
    """Add a part of the query to the tree, and below it what tells why it is as it is, or all of it."""
    from rich.text import Text as Line

    telling = step.children if whole else _telling(step)
    sign = Line("✓ ", style="green") if step.matched else Line("✗ ", style="red")
    name = f"{step.name}: " if step.name else ""
    line = Line.assemble(sign, (name, "bold"), step.operator if telling else _short(step.query))
    words = _words(step, text)
    if words and not telling:
        line.append("   found: ")
        line.append(", ".join(words), style="bold yellow")
    if step.note:
        line.append(f"   {step.note}", style="dim")
    branch = tree.add(line)
    for child in telling:
        _grow(branch, child, text, whole=whole)
    if telling and (hidden := len(step.children) - len(telling)):
        did = "matched" if not step.matched else "did not match"
        branch.add(Line(f"  and {hidden} more that {did}", style="dim"))


def _sum(score: Score) -> str:
    """Return the score with what it is made of."""
    shares = zip((PLACE, CLOSENESS, RARITY), score._asdict().items(), strict=True)
    return f"score {score.value} = " + " + ".join(
        f"{share} x {name} {value:.2f}" for share, (name, value) in shares
    )


def _telling(step: Step) -> tuple[Step, ...]:
    """Return the parts that decide: of an OR that matched those that did, of an AND that failed those."""
    match step.operator:
        case "OR" if step.matched:
            return tuple(child for child in step.children if child.matched)
        case "AND" if not step.matched:
            return tuple(child for child in step.children if not child.matched)
        case "NOT" if step.matched:
            return ()
    return step.children


def _short(query: str) -> str:
    return query if len(query) <= SHOWN else f"{query[: SHOWN - 1]}…"
