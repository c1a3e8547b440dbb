"""``monitor feeds fetch``."""

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
from monitor.commands.door import check_hosts, not_fetched, warnings_to_stderr
from monitor.commands.lines import print_json
from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.errors import FetchError, ParseError
from monitor.feeds.document.reading import Document, ReadFeed
from monitor.feeds.fetching.refusals import without_login
from monitor.feeds.linkage.link import apart
from monitor.model import Feed
from monitor.plural import number


def fetch(
    url: str, config: Path | None, *, allow_hosts: tuple[str, ...], verify_tls: bool, as_json: bool
) -> int:
    """Poll ``url`` now and print its entries; exit 1 with one line why if that fails."""
    warnings_to_stderr()
    check_hosts(allow_hosts)
    settings = load(config, os.environ, secrets=False).settings if config else Settings(version=1)
    try:
        read = asyncio.run(_fetch(url, settings, allow_hosts, verify_tls=verify_tls))
    except (FetchError, ParseError) as error:
        raise not_fetched(url, error, unverified="--no-verify-tls") from error
    for one in read.entries:
        if as_json:
            print_json(_entry(one))
        else:
            print(f"{one.published:%Y-%m-%d %H:%M}" if one.published else f"{'undated':16}", one.title)
    if as_json:
        for problem in read.problems:
            print(f"warning: {without_login(url)}: {problem}", file=sys.stderr)
    else:
        print(f"{number(len(read.entries), 'entry')}, {read.format}", *read.problems, sep="; ")
    return 0


async def _fetch(url: str, settings: Settings, allow_hosts: tuple[str, ...], *, verify_tls: bool) -> ReadFeed:
    async with AsyncExitStack() as stack:
        fetcher = await app.open_fetcher(stack, settings, (*settings.poll.allow_hosts, *allow_hosts))
        cage = await stack.enter_async_context(app.open_cage(settings))
        fetched = await fetcher.fetch(url, verify_tls=verify_tls)
        feed, now = Feed("fetch", url, url), datetime.now(UTC)
        read = await cage.read(Document(fetched.body, fetched.content_type, fetched.url, feed, now))
    return replace(read, entries=tuple(apart(read.entries, feed, now)))


def _entry(one: Clean) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "guid": one.guid,
        "title": one.title,
        "summary": one.summary,
        "body": one.body,
        "lang": one.language,
        "published": one.published,
        "authors": list(one.authors),
        "cut": list(one.cut),
    }
