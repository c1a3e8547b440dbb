"""Fetching and reading as the service does it, with limits that are soon reached."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from monitor import app
from monitor.config.settings import Settings
from monitor.errors import FetchError, ParseError
from monitor.feeds.cage import Cage
from monitor.feeds.document.reading import Document, ReadFeed
from monitor.feeds.fetching.fetch import Fetched, Fetcher
from tests.samples import FEED, NOW

PATIENCE = 60.0


@dataclass(frozen=True)
class Reader:
    """A fetcher and a cage that live in a thread of their own."""

    _loop: asyncio.AbstractEventLoop
    _fetcher: Fetcher
    _cage: Cage

    def begin(self, url: str, **options: Any) -> "Future[Fetched]":
        """Begin to fetch."""
        return asyncio.run_coroutine_threadsafe(self._fetcher.fetch(url, **options), self._loop)

    def fetch(self, url: str, **options: Any) -> Fetched:
        """Return the answer; raises as ``Fetcher`` does."""
        return self.begin(url, **options).result(PATIENCE)

    def read(self, url: str) -> ReadFeed:
        """Return what the feed holds; raises as fetching and reading do."""
        got = self.fetch(url)
        document = Document(got.body, got.content_type, got.url, FEED, NOW)
        return asyncio.run_coroutine_threadsafe(self._cage.read(document), self._loop).result(PATIENCE)

    def titles(self, url: str) -> list[str]:
        """Return the titles of the entries."""
        return [entry.title for entry in self.read(url).entries]

    def refusal(self, url: str) -> str:
        """Return why the feed cannot be had: one plain line."""
        try:
            read = self.read(url)
        except (FetchError, ParseError) as error:
            said = str(error)
            assert said.isprintable(), said
            assert not any(word in said for word in ("Error", "Errno", "Exception", "b'", "0x")), said
            assert len(said) < 400
            return said
        raise AssertionError(f"it was read: {read}")


@contextmanager
def reading(allow: tuple[str, ...] = ("127.0.0.1",), **poll: Any) -> Iterator[Reader]:
    """Open a reader that may connect to ``allow``; ``poll`` are settings of that section."""
    soon = {"timeout": "3s", "connect_timeout": "1s", "max_body": "1MB", "parse_workers": 1}
    settings = Settings.model_validate({"version": 1, "poll": soon | poll})
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> tuple[AsyncExitStack, Fetcher, Cage]:
        stack = AsyncExitStack()
        fetcher = await app.open_fetcher(stack, settings, allow)
        return stack, fetcher, await stack.enter_async_context(app.open_cage(settings))

    try:
        stack, fetcher, cage = asyncio.run_coroutine_threadsafe(begin(), loop).result(PATIENCE)
        try:
            yield Reader(loop, fetcher, cage)
        finally:
            asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(PATIENCE)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
