"""``monitor feeds list``: the feeds of the list, and how they fare."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from monitor.clock import SystemClock
from monitor.commands.door import opened
from monitor.commands.feed_standing import OFF, standing
from monitor.commands.lines import print_json
from monitor.commands.pushes import leases_of, told
from monitor.config.nearest import did_you_mean
from monitor.config.settings import FeedSettings
from monitor.errors import UsageError
from monitor.feeds.websub.lease import Lease
from monitor.model import Health
from monitor.store import records

Row = dict[str, Any]
WORST_FIRST = ("failing", "gone", "quiet", "empty", "new", "healthy", OFF)
ORDERS: Mapping[str, Callable[[Row], Any]] = {
    "id": lambda row: row["id"],
    "outlet": lambda row: row["outlet"].casefold(),
    "health": lambda row: WORST_FIRST.index(standing(row)) if standing(row) in WORST_FIRST else 1,
    "articles": lambda row: -row["articles"],
    "last-poll": lambda row: row["last_poll"] or "",
    "next-poll": lambda row: row["next_poll"] or "9",
}
"""What comes first: the worst health, most articles, the longest without a poll, what is due next."""


def listing(folder: Path, *, sort: str | None, reverse: bool, health: Sequence[str], as_json: bool) -> int:
    """Print the feeds, in the order of the list unless another is asked for; with ``health`` only those."""
    with opened(folder) as (configuration, backend):
        ids = [feed.id for feed in configuration.feeds]
        known = backend.store.get(records.FEEDS, ids)
        leases = leases_of(configuration.settings, backend.store, ids)
    rows = [
        _row(feed, known[feed.id].body if feed.id in known else {}, leases.get(feed.id))
        for feed in configuration.feeds
    ]
    shown = _chosen(rows, health)
    if sort:
        shown.sort(key=ORDERS[sort])
    if reverse:
        shown.reverse()
    if as_json:
        for row in shown:
            print_json(row)
        return 0
    from monitor.commands.feed_tables import show_feeds

    show_feeds(shown, len(rows), SystemClock().now())
    return 0


def _row(feed: FeedSettings, state: Mapping[str, Any], lease: Lease | None) -> Row:
    """Return what is known of a feed; ``state`` is empty if it was never polled."""
    return {
        "id": feed.id,
        "outlet": feed.outlet,
        "url": feed.url,
        "enabled": feed.enabled,
        "verify_tls": feed.verify_tls,
        "health": state.get("health", "new"),
        "since": state.get("since"),
        "last_poll": state.get("last_poll"),
        "next_poll": state.get("next_poll"),
        "articles": state.get("articles", 0),
        "moved_to": state.get("moved_to"),
        "reason": state.get("reason", ""),
        "push": told(lease),
    }


def _chosen(rows: list[Row], health: Sequence[str]) -> list[Row]:
    if not health:
        return rows
    known = {*get_args(Health), OFF, *map(standing, rows)}
    for one in health:
        if one not in known:
            hint = did_you_mean(one, known)
            raise UsageError(f"no feed can be {one}; {hint or 'there are: ' + ', '.join(sorted(known))}")
    return [row for row in rows if standing(row) in health]
