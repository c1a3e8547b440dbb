"""``monitor feeds check``: polls the feeds of the list once, without writing anything."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor import app, limits
from monitor.clock import SystemClock
from monitor.commands.door import no_such_feed, warnings_to_stderr
from monitor.commands.lines import print_json
from monitor.commands.progress import bar
from monitor.config.load import load
from monitor.config.settings import FeedSettings, Settings
from monitor.feeds.trial import Tried


def check(folder: Path, ids: Sequence[str], *, as_json: bool) -> int:
    """Print how the feeds answer now, all or those named; exit 1 if one fails that is not at rest.

    Ctrl-C ends it, and prints what is known by then.
    """
    warnings_to_stderr()
    limits.allow_many_files()
    settings, feeds = _listed(folder, ids)
    found: dict[str, Tried] = {}
    stopped = False
    with bar("polling", len(feeds)) as advance:
        try:
            asyncio.run(_tried(settings, feeds, found, advance))
        except KeyboardInterrupt:
            stopped = True
    resting = frozenset(feed.id for feed in feeds if not feed.enabled)
    _tell([found[feed.id] for feed in feeds if feed.id in found], resting, as_json=as_json)
    if stopped:
        print(f"stopped: {len(found)} of {len(feeds)} feeds were polled", file=sys.stderr)
    failed = any(one.failed and one.feed.id not in resting for one in found.values())
    return 1 if failed or stopped else 0


def _listed(folder: Path, ids: Sequence[str]) -> tuple[Settings, list[FeedSettings]]:
    """Return the settings and the feeds to poll, with secrets only if one of these has any.

    Raises ``UsageError`` for an id that the list does not have.
    """
    configuration = load(folder, os.environ, secrets=False)
    wanted = frozenset(ids or (feed.id for feed in configuration.feeds))
    known = {feed.id: feed for feed in configuration.feeds}
    for one in ids:
        if one not in known:
            raise no_such_feed(one, known)
    if any(known[one].headers or known[one].login for one in wanted):
        configuration = load(folder, os.environ)
    return configuration.settings, [feed for feed in configuration.feeds if feed.id in wanted]


async def _tried(
    settings: Settings, feeds: Sequence[FeedSettings], found: dict[str, Tried], advance: Callable[[], None]
) -> None:
    """Try the feeds, and put into ``found`` what is known of each as soon as it is."""
    async with AsyncExitStack() as stack:
        trial = await app.open_trial(stack, settings, SystemClock())

        async def one(settled: FeedSettings) -> None:
            asked = app.subscription_of(settled, settings)
            found[settled.id] = await trial.run(
                asked.feed, dict(asked.headers), asked.login, verify_tls=asked.verify_tls
            )
            advance()

        await asyncio.gather(*map(one, feeds))


def _tell(found: Sequence[Tried], resting: frozenset[str], *, as_json: bool) -> None:
    now = datetime.now(UTC)
    if as_json:
        for one in found:
            print_json(_row(one, resting))
    elif found:
        from monitor.commands.feed_tables import show_tried

        show_tried(found, now, resting)


def _row(one: Tried, resting: frozenset[str]) -> dict[str, Any]:
    return {
        "id": one.feed.id,
        "outlet": one.feed.outlet,
        "url": one.feed.url,
        "enabled": one.feed.id not in resting,
        "verify_tls": one.verify_tls,
        **outcome(one),
    }


def outcome(one: Tried) -> dict[str, Any]:
    """Return for programs how a feed fared."""
    return {
        "state": one.state,
        "reason": one.reason,
        "moved_to": one.moved_to,
        "entries": one.entries,
        "newest": one.newest.isoformat() if one.newest else None,
        "format": one.format,
        "seconds": round(one.seconds, 3),
    }
