"""``monitor feeds fetch`` and ``monitor feeds list``."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor import app
from monitor.articles.build import Clean
from monitor.commands.door import not_fetched, opened, warnings_to_stderr
from monitor.commands.lines import print_json
from monitor.commands.pushes import leases_of, told
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import FetchError, ParseError
from monitor.feeds.novelty import apart
from monitor.feeds.reading import Document, ReadFeed
from monitor.model import Feed
from monitor.store import records


def fetch(url: str, config: Path | None, *, allow_hosts: tuple[str, ...], as_json: bool) -> int:
    """Poll ``url`` now and print its entries; exit 1 with one line why if that fails."""
    warnings_to_stderr()
    settings = load(config, os.environ).settings if config else Settings(version=1)
    try:
        read = asyncio.run(_fetch(url, settings, allow_hosts))
    except (FetchError, ParseError) as error:
        raise not_fetched(url, error) from error
    for one in read.entries:
        if as_json:
            print_json(_entry(one))
        else:
            print(f"{one.published:%Y-%m-%d %H:%M}" if one.published else f"{'undated':16}", one.title)
    if as_json:
        for problem in read.problems:
            print(f"warning: {url}: {problem}", file=sys.stderr)
    else:
        print(f"{len(read.entries)} entries, {read.format}", *read.problems, sep="; ")
    return 0


async def _fetch(url: str, settings: Settings, allow_hosts: tuple[str, ...]) -> ReadFeed:
    async with AsyncExitStack() as stack:
        fetcher = await app.open_fetcher(stack, settings, (*settings.poll.allow_hosts, *allow_hosts))
        cage = await stack.enter_async_context(app.open_cage(settings))
        fetched = await fetcher.fetch(url)
        feed, now = Feed("fetch", url, url), datetime.now(UTC)
        read = await cage.read(Document(fetched.body, fetched.content_type, fetched.url, feed, now))
    return replace(read, entries=tuple(apart(read.entries, feed)))


def _entry(one: Clean) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "guid": one.guid,
        "title": one.title,
        "summary": one.summary,
        "body": one.body,
        "lang": one.language,
        "published": one.published.isoformat() if one.published else None,
        "authors": list(one.authors),
        "cut": list(one.cut),
    }


def listing(folder: Path, *, as_json: bool) -> int:
    """Print the feeds of the list with their health."""
    with opened(folder) as (configuration, backend):
        ids = [feed.id for feed in configuration.feeds]
        known = backend.store.get(records.FEEDS, ids)
        leases = leases_of(configuration.settings, backend.store, ids)
        rows = [
            {
                "id": feed.id,
                "outlet": feed.outlet,
                "url": feed.url,
                "enabled": feed.enabled,
                "health": known[feed.id].body["health"] if feed.id in known else "new",
                "last_poll": known[feed.id].body["last_poll"] if feed.id in known else None,
                "next_poll": known[feed.id].body["next_poll"] if feed.id in known else None,
                "articles": known[feed.id].body["articles"] if feed.id in known else 0,
                "reason": known[feed.id].body["reason"] if feed.id in known else "",
                "push": told(leases.get(feed.id)),
            }
            for feed in configuration.feeds
        ]
    if as_json:
        for row in rows:
            print_json(row)
        return 0
    from monitor.commands.tables import feeds_table, show

    show(feeds_table(rows))
    return 0
