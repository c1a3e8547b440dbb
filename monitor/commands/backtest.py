"""``monitor backtest``: what a topic would have found, tried on what is stored."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from monitor.commands.door import moment_of, opened_data
from monitor.commands.lines import print_json
from monitor.commands.tables import marked, plain, show, table
from monitor.config.load import load_watchlist
from monitor.history import Backtest, Finding, against_running, against_stored
from monitor.plural import number

DAYS = 45
"""Of more days than that, weeks are shown."""
BAR = 30


def backtest(
    folder: Path, topic: str, *, since: str, watchlist: Path | None, samples: int, as_json: bool
) -> int:
    """Print what the topic finds in the articles stored since then, and what is new and lost by it."""
    now = datetime.now(UTC)
    running = load_watchlist(folder, os.environ)
    begin = moment_of(since, now) or now
    with opened_data(folder) as (_, backend):
        if watchlist is None:
            tried = against_stored(backend.store, topic, running, begin, now)
        else:
            new = load_watchlist(watchlist, os.environ)
            tried = against_running(backend.store, topic, new, running, begin, now)
    if as_json:
        print_json(_json(tried))
    else:
        _show(tried, samples)
    return 0


def _json(tried: Backtest) -> dict[str, Any]:
    found = _by_day(tried.found)
    return {
        "topic": tried.topic_id,
        "watchlist": tried.version,
        "since": tried.since,
        "until": tried.until,
        "articles": sum(tried.articles.values()),
        "read": tried.read,
        "days": [
            {"day": day.isoformat(), "articles": articles, "matches": found[day]}
            for day, articles in tried.articles.items()
        ],
        "against": tried.against,
        **{name: [asdict(one) for one in getattr(tried, name)] for name in ("found", "new", "lost")},
    }


def _show(tried: Backtest, samples: int) -> None:
    articles = sum(tried.articles.values())
    share = f", {len(tried.found) / articles:.1%}" if articles else ""
    counts = f"{len(tried.found):,} of {number(articles, 'article')}{share}"
    show(Text.assemble((tried.topic_id, "bold"), f"   {counts}, since {tried.since:%Y-%m-%d %H:%M} UTC"))
    if not articles:
        show(
            Text("Nothing is stored since then: let monitor run for a while, or go further back by --since.")
        )
        return
    show(_chart(tried))
    best = sorted(tried.found, key=lambda one: (-one.score, one.filed, one.article_id))
    _list(f"The best of {len(best):,}" if len(best) > samples else "Found", best, samples, "")
    show(Text(f"\nAgainst {tried.against}: {len(tried.new):,} new, {len(tried.lost):,} lost", style="bold"))
    _list("New", tried.new[::-1], samples)
    _list("Lost", tried.lost[::-1], samples)


def _chart(tried: Backtest) -> Any:  # noqa: ANN401 - rich's table
    """Return a row a day, from the first day of which something is stored; of many days, a row a week."""
    length = (max(tried.articles) - min(tried.articles)).days + 1
    step = 7 if length > DAYS else 1
    articles, found, new, lost = (
        _by_slot(counts, step)
        for counts in (tried.articles, *map(_by_day, (tried.found, tried.new, tried.lost)))
    )
    first, most = min(articles), max(found.values(), default=0)
    slots = [first + timedelta(days=n) for n in range(0, (max(articles) - first).days + 1, step)]
    changes = [("new>", "+", new, "green"), ("lost>", "−", lost, "red")]
    changed = [one for one in changes if one[2]]
    rows: list[Sequence[RenderableType]] = [
        (
            f"{slot:%a %d %b}",
            f"{articles[slot]:,}",
            f"{found[slot]:,}",
            Text("█" * _length(found[slot], most), style="cyan"),
            *(Text(f"{sign}{of[slot]}" if of[slot] else "", style=colour) for _, sign, of, colour in changed),
        )
        for slot in slots
    ]
    name = "day (UTC)" if step == 1 else "week of"
    return table("", (name, "articles>", "matches>", "", *(column for column, *_ in changed)), rows)


def _by_day(findings: Iterable[Finding]) -> Counter[date]:
    return Counter(one.filed.date() for one in findings)


def _by_slot(counts: Mapping[date, int], step: int) -> Counter[date]:
    """Count by day, or by the Monday of each week."""
    summed: Counter[date] = Counter()
    for day, count in counts.items():
        summed[day if step == 1 else day - timedelta(days=day.weekday())] += count
    return summed


def _length(count: int, most: int) -> int:
    """Return how long a bar is; what there is shows."""
    return max(1, round(BAR * count / most)) if count else 0


def _list(title: str, findings: Sequence[Finding], most: int, gap: str = "\n") -> None:
    shown = findings[:most]
    if not shown:
        return
    show(Text(f"{gap}{title}", style="bold"))
    show(*[line for one in shown for line in _lines(one)])
    if len(findings) > len(shown):
        show(Text(f"  … and {len(findings) - len(shown):,} more", style="dim"))


def _lines(one: Finding) -> Iterator[RenderableType]:
    about = plain(f"{one.filed:%d %b %H:%M}  {one.language}  {one.outlet}  {one.score:.2f}")
    about.stylize("dim")
    yield Padding(about, (0, 0, 0, 2))
    yield Padding(marked(one.title, one.spans, "title", 300), (0, 0, 0, 4))
    for part in one.passages:
        yield Padding(marked(part.text, part.spans, part.field, len(part.text)), (0, 0, 0, 4))
