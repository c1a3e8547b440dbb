"""``monitor topics``: what labels tell of the topics."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor.commands.door import check_topic, moment_of, opened_data
from monitor.commands.lines import print_json
from monitor.commands.tables import plain, show, table
from monitor.store import labels, records
from monitor.store.base import Query
from monitor.topics.report import Share, TopicReport
from monitor.topics.report import report as report_on
from monitor.topics.wording import Term

ENOUGH = 5
"""Labels that a clause needs to be shown on a terminal."""
CLAUSES, TERMS = 12, 8
"""How many are shown on a terminal."""
HOW = (
    "No match is labelled yet. `monitor export` shows matches with their ids; then\n"
    "  monitor label ID useful        or noise; the first 6 characters of the id will do\n"
    "  monitor export --topic TOPIC --search football | monitor label - noise"
)


def report(folder: Path, topic: str | None, *, since: str | None, as_json: bool) -> int:
    """Print how many of the labelled matches are useful, and what the others have in common."""
    start = moment_of(since, datetime.now(UTC))
    with opened_data(folder) as (_, backend):
        backend.settle()  # whoever labels and then looks wants to see it
        if topic:
            check_topic(folder, topic, backend.store, records.MATCHES, records.LABELS)
        query = Query({"topic": topic} if topic else {}, since=start)
        matches = backend.store.count(records.MATCHES, query, by="topic")
        given = labels.read(backend.store, topic)
        found = report_on((one for one in given if start is None or one.match_filed >= start), matches)
    if as_json:
        for one in found:
            print_json(asdict(one))
        return 0
    show(*parts(found))
    return 0


def parts(found: Sequence[TopicReport]) -> Iterator[RenderableType]:
    """Yield the report as tables that fit 80 columns."""
    if found:
        rows = ((plain(one.topic), Text(f"{one.matches:,}"), *_cells(one.total)) for one in found)
        yield table("Labels by topic", ("topic", "matches>", *_COLUMNS), rows)
    labelled = [one for one in found if one.total.useful + one.total.noise]
    if not labelled:
        yield HOW
    for one in labelled:
        yield plain(f"{one.topic}\n")
        yield _shares("By language", "language", one.languages)
        yield from _clauses(one)
        yield from _terms(one)


_COLUMNS = ("useful>", "noise>", "precision>", "at 95 %>")


def _cells(one: Share) -> tuple[Text, Text, Text, Text]:
    if one.precision is None:
        return Text("0"), Text("0"), Text("-"), Text("-")
    return (
        Text(f"{one.useful:,}"),
        Text(f"{one.noise:,}"),
        Text(f"{one.precision:.0%}"),
        Text(f"{one.low:.0%} to {one.high:.0%}"),
    )


def _shares(title: str, name: str, shares: Iterable[Share]) -> Table:
    return table(title, (name, *_COLUMNS), [(plain(one.name or "-"), *_cells(one)) for one in shares])


def _clauses(one: TopicReport) -> Iterator[RenderableType]:
    enough = [clause for clause in one.clauses if clause.useful + clause.noise >= ENOUGH]
    if enough:
        yield _shares("By clause that matched, worst first", "clause", enough[:CLAUSES])
    few, more = len(one.clauses) - len(enough), len(enough[CLAUSES:])
    notes = [f"{few:,} with fewer than {ENOUGH} labels"] if few else []
    notes += [f"{more:,} that do better"] if more else []
    if notes:
        yield f"Clauses not shown: {', '.join(notes)}; --json has all.\n"


def _terms(one: TopicReport) -> Iterator[RenderableType]:
    useful = [term for term in one.terms if term.z > 0]
    noise = [term for term in reversed(one.terms) if term.z < 0]
    if not one.terms:
        yield "No word sets useful and noise apart yet; more labels may tell.\n"
    for name, terms in (("useful", useful), ("noise", noise)):
        if terms:
            yield _terms_table(f"Words that speak for {name}", terms)


def _terms_table(title: str, terms: Sequence[Term]) -> Table:
    rows = [
        (
            plain(term.word),
            Text(term.language),
            Text(f"{term.useful:,} of {term.of_useful:,}"),
            Text(f"{term.noise:,} of {term.of_noise:,}"),
        )
        for term in terms[:TERMS]
    ]
    return table(title, ("word", "language", "in useful>", "in noise>"), rows)
