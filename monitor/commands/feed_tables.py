"""How lists of feeds look on a terminal, wide or narrow."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from monitor.commands.feed_standing import standing
from monitor.commands.pushes import note
from monitor.commands.tables import ago, health, is_roomy, is_wide, plain, show, show_noted, table
from monitor.feeds.discovery import Offer
from monitor.feeds.trial import State, Tried
from monitor.model import Feed

COLOURS: Mapping[State, str] = {
    "ok": "green",
    "moved": "yellow",
    "empty": "yellow",
    "not a feed": "red",
    "failing": "red",
}
"""In the order of a table: what needs a look stands last, where the terminal ends."""
UNVERIFIED = "its certificate is not verified"
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def show_feeds(rows: Sequence[Mapping[str, Any]], of: int, now: datetime) -> None:
    """Print how feeds fare; ``of`` is how many the list has."""
    wide, outlet = is_wide(), ("outlet",) if is_roomy() else ()
    names = ("feed", *outlet, "health", "last poll (UTC)" if wide else "polled (UTC)", "next", "articles>")
    cells = [
        (
            Text(row["id"]),
            *(plain(row[name]) for name in outlet),
            health(standing(row)) if row["enabled"] else Text(standing(row), style="dim"),
            ago(row["last_poll"], short=not wide),
            _next(row["next_poll"], now) if row["next_poll"] and row["enabled"] else "",
            f"{row['articles']:,}",
        )
        for row in rows
    ]
    title = "Feeds" if len(rows) == of else f"Feeds: {len(rows)} of {of}"
    show_noted(title, names, cells, [_note(row) for row in rows])


def _note(row: Mapping[str, Any]) -> Text:
    """Return since when a feed is as it is if it is not well, why, where it has moved, its hub, and trust."""
    unwell = row["since"] and row["health"] not in ("healthy", "new")
    parts = [
        f"since {ago(row['since'], short=True)}" if unwell else "",
        row["reason"],
        f"moved to {row['moved_to']}" if row["moved_to"] else "",
        note(row["push"]),
        "" if row["verify_tls"] else UNVERIFIED,
    ]
    return plain("; ".join(filter(None, parts)))


def _next(moment: str, now: datetime) -> str:
    """Return a stored time to come for people: the hour alone if it is today."""
    at = datetime.fromisoformat(moment)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%d %b %H:%M}"


def show_tried(found: Sequence[Tried], now: datetime, resting: frozenset[str]) -> None:
    """Print how feeds fared that were tried just now, the worst last; ``resting`` are ids of the list."""
    states: list[State] = list(COLOURS)
    found = sorted(found, key=lambda one: states.index(one.state))
    names = ("feed", "state", "entries>", "newest>", "format", "took>")
    cells = [
        (
            Text(one.feed.id),
            Text(one.state, style=COLOURS[one.state]),
            "" if one.failed else f"{one.entries:,}",
            _age(one.newest, now),
            Text(one.format),
            f"{one.seconds:.1f} s",
        )
        for one in found
    ]
    show_noted(
        "Feeds, polled just now", names, cells, [_finding(one, rests=one.feed.id in resting) for one in found]
    )
    counts = Counter(one.state for one in found)
    show(Text(", ".join(f"{counts[state]:,} {state}" for state in states if counts[state])))


def show_offers(title: str, offers: Sequence[tuple[str, Offer]], now: datetime) -> None:
    """Print the feeds that a site has, each with what it is called."""
    rows = []
    for name, offer in offers:
        tried = offer.tried or Tried(Feed("", offer.link.url, ""), "ok")
        state = (
            Text(tried.state, style=COLOURS[tried.state]) if offer.tried else Text("not tried", style="dim")
        )
        entries = f"{tried.entries:,}" if offer.tried and not tried.failed else ""
        note = _finding(tried, rests=False)
        told = Text("\n").join([plain(name), plain(offer.link.url), *([note] if note.plain else [])])
        rows.append((told, state, entries, _age(tried.newest, now), Text(tried.format)))
    show(table(title, ("feed", "state", "entries>", "newest>", "format"), rows))


def _finding(one: Tried, *, rests: bool) -> Text:
    parts = [
        "off" if rests else "",
        one.reason,
        f"moved to {one.moved_to}" if one.moved_to else "",
        "" if one.verify_tls else UNVERIFIED,
    ]
    return plain("; ".join(filter(None, parts)))


def _age(moment: datetime | None, now: datetime) -> str:
    """Return how old something is, in the largest unit; nothing if that is not known."""
    if moment is None:
        return ""
    seconds = (now - moment).total_seconds()
    return next((f"{int(seconds // size)} {unit}" for size, unit in _UNITS if seconds >= size), "now")
