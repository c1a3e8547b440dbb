"""What a command is to look at: a file, standard input, a page, or what is stored under an id -> its text."""

import asyncio
import html
import json
import os
import re
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from monitor.articles.build import BODY, TITLE
from monitor.articles.fulltext import is_available, main_text
from monitor.articles.identity import SHORT_ID
from monitor.articles.language import detect
from monitor.articles.normalize import one_line, plain_text
from monitor.commands.match import text_in
from monitor.commands.no_text import why_no_text
from monitor.errors import ConfigError, FetchError, MonitorError, UsageError
from monitor.feeds.document.charset import decoded
from monitor.model import Article
from monitor.topics.found import Text

FIELD = 1_000_000
"""Characters of a page or plain text that are looked at; of an article, as many as would be stored."""
LISTED = 5
"""Articles that are shown of those that an id may mean."""
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_ID = re.compile(r"[0-9a-fA-F]{1,64}")
"""An id, or how it begins."""


def text_from(folder: Path, source: str, allow_hosts: tuple[str, ...]) -> Text:
    """Return the text that ``source`` names; raise ``UsageError`` if there is none."""
    if re.match(r"https?://", source, re.IGNORECASE):
        return _of_page(*asyncio.run(_fetched(folder, source, allow_hosts)), source)
    if _ID.fullmatch(source) and not Path(source).exists():
        if len(source) < SHORT_ID:
            short = f"too short for an id: write at least {SHORT_ID} characters of it"
            raise UsageError(f"{source} is no file, and {short}")
        return _stored(folder, source.lower())
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}") from error
    where, body = "standard input" if source == "-" else source, decoded(raw, "")
    if why := why_no_text(raw, body):
        raise UsageError(f"{where} cannot be explained: {why}")
    text = _of_file(body)
    if not any(text.fields):
        raise UsageError(f"there is no text in {where}: write JSON as `monitor match` reads, or plain text")
    return text


def _of_file(raw: str) -> Text:
    """Return a JSON object's fields, or plain text: its first line is the title."""
    try:
        item: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        if raw.lstrip().startswith("{"):
            raise UsageError(f"what begins with {{ is no whole JSON object: {_broken(error)}") from error
        item = None
    if isinstance(item, dict):
        try:
            return text_in(item)[0]
        except (ValueError, TypeError) as error:
            raise UsageError(f"the JSON is not an article: {error}") from error
    title, _, rest = raw.strip().partition("\n")
    return _made(title, rest)


def _broken(error: Exception) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return "it is nested too deeply"
    if error.msg == "Extra data":
        return f"more follows in line {error.lineno}; give one article, a line of JSON Lines"
    return f"{error.msg}, line {error.lineno}, column {error.colno}"


def _of_page(body: bytes, kind: str, url: str) -> Text:
    """Return the article in a page, as feeds with ``full_text`` have it; all of the page if there is none."""
    page = decoded(body, kind)
    if why := why_no_text(body, page):
        raise MonitorError(f"{url} cannot be explained: {why}")
    found = _TITLE.search(page)
    title = html.unescape(found.group(1)) if found else ""
    main = main_text(page, url, BODY)[0] if is_available() else ""
    if not main:
        return _made(title, page)
    title = one_line(title, TITLE)[0]
    return Text(title, "", main, detect(title, main, None))


def _made(title: str, body: str) -> Text:
    title, body = one_line(title, TITLE)[0], plain_text(body, FIELD)[0]
    return Text(title, "", body, detect(title, body, None))


async def _fetched(folder: Path, url: str, allow_hosts: tuple[str, ...]) -> tuple[bytes, str]:
    from monitor import app
    from monitor.commands.door import check_hosts, not_fetched

    check_hosts(allow_hosts)
    async with AsyncExitStack() as stack:
        fetcher = await app.open_page_fetcher(stack, _settings(folder), allow_hosts)
        try:
            fetched = await fetcher.fetch(url)
        except FetchError as error:
            raise not_fetched(url, error) from error
    return fetched.body, fetched.content_type


def _settings(folder: Path) -> Any:  # noqa: ANN401 - Settings is imported when needed
    """Return what monitor.yaml says; the defaults if there is none, or none that can be read."""
    from monitor.config.load import load_settings
    from monitor.config.settings import Settings

    try:
        return load_settings(folder, os.environ)
    except ConfigError:
        return Settings(version=1)


def _stored(folder: Path, id_: str) -> Text:
    """Return the text of the article that is stored under an id, or that a match of this id is about."""
    from monitor.commands.door import opened_data
    from monitor.pipeline import text_of

    with opened_data(folder) as (_, backend):
        found = _articles(backend.store, id_)
    if not found:
        raise UsageError(f"{id_} is no file, and no article or match is stored whose id begins so")
    if len(found) > 1:
        listed = "; ".join(f"{one.id[:12]} {one.title[:60]}" for one in [*found.values()][:LISTED])
        raise UsageError(f"several articles are meant by {id_}, write more of the id: {listed}")
    return text_of(*found.values())


def _articles(store: Any, id_: str) -> dict[str, Article]:  # noqa: ANN401 - Store is imported when needed
    """Return by id the articles that an id, or its beginning, may mean.

    A match has a long text only in part, so that of the archive goes before it.
    """
    from monitor.store import records
    from monitor.store.base import Query

    query = Query(begins=id_, limit=LISTED)
    direct = [records.articles.value(one) for one in store.find(records.ARTICLES, query).documents]
    of_matches = [records.matches.value(one).article for one in store.find(records.MATCHES, query).documents]
    meant = {one.id: one for one in (*of_matches, *direct)}
    whole = store.get(records.ARTICLES, meant)
    return {key: records.articles.value(whole[key]) if key in whole else one for key, one in meant.items()}
