"""Runs the parser in child processes that may take only so much time and memory.

A feed can make a parser run for minutes or eat all memory; a thread could not be stopped, a process can. The
children are started when first needed, used again, and replaced when they had to be killed. Both sides speak
length-prefixed JSON: a child that a feed has subverted can lie, but not run code in the parent.

    parent -> child    4 bytes length, JSON {content_type, url}; 4 bytes length, the body
    child -> parent    4 bytes length, JSON {"feed": ...} or {"error": ...}
"""

import asyncio
import contextlib
import html
import json
import sys
from collections import deque
from dataclasses import asdict
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from monitor.articles.normalize import one_line
from monitor.errors import ParseError
from monitor.feeds.parse import ParsedFeed, ParseLimits
from monitor.model import Entry

LONGEST_REASON = 300
LARGEST_ANSWER = 256 * 1024 * 1024


class _Died(Exception):
    """The child ended during a job."""


class Cage:
    """A few caged parsers. Use it with ``async with``; belongs to one event loop.

    ``timeout`` is in seconds for one document (processor and wall time), ``memory`` in bytes for one child.
    """

    def __init__(self, workers: int, timeout: float, memory: int, limits: ParseLimits) -> None:
        self._places = asyncio.Semaphore(workers)
        self._timeout = timeout
        self._memory = memory
        self._limits = limits
        self._idle: deque[asyncio.subprocess.Process] = deque()
        self._all: set[asyncio.subprocess.Process] = set()

    async def parse(self, body: bytes, content_type: str, url: str) -> ParsedFeed:
        """Return what the document holds; raise ``ParseError`` if it is no feed or takes too much."""
        async with self._places:
            child = await self._child()
            try:
                async with asyncio.timeout(self._timeout):
                    answer = await _ask(child, body, content_type, url)
            except TimeoutError as error:
                await self._end(child)
                raise ParseError(f"parsing it took more than {self._timeout:g} s") from error
            except (_Died, OSError, ValueError) as error:
                await self._end(child)
                raise ParseError(_obituary(child, self._timeout, self._memory)) from error
            except BaseException:
                await self._end(child)
                raise
            self._idle.append(child)
        try:
            if "error" in answer:
                raise ParseError(one_line(html.escape(str(answer["error"])), LONGEST_REASON)[0])
            return _thawed(answer["feed"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ParseError("parsing it gave an answer that cannot be read") from error

    async def _child(self) -> asyncio.subprocess.Process:
        """Return a child that waits for work; one that has died meanwhile (out of memory) is replaced."""
        while self._idle:
            child = self._idle.pop()
            if child.returncode is None:
                return child
            self._all.discard(child)
        try:
            return await self._start()
        except OSError as error:
            raise ParseError(f"no process to parse it could be started: {error.strerror}") from error

    async def _start(self) -> asyncio.subprocess.Process:
        arguments = {
            "cpu": self._timeout,
            "memory": self._memory,
            "max_entries": self._limits.max_entries,
            "max_field": self._limits.max_field,
        }
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-X", "utf8", "-W", "ignore", "-m", "monitor.feeds.caged", json.dumps(arguments),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self._all.add(child)
        return child

    async def _end(self, child: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
        self._all.discard(child)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in list(self._all):
            await self._end(child)


async def _ask(child: asyncio.subprocess.Process, body: bytes, content_type: str, url: str) -> dict[str, Any]:
    assert child.stdin
    assert child.stdout
    head = json.dumps({"content_type": content_type, "url": url}).encode()
    child.stdin.write(len(head).to_bytes(4, "big") + head + len(body).to_bytes(4, "big"))
    child.stdin.write(body)
    await child.stdin.drain()
    try:
        size = int.from_bytes(await child.stdout.readexactly(4), "big")
        if size > LARGEST_ANSWER:
            raise _Died
        answer = json.loads(await child.stdout.readexactly(size))
    except asyncio.IncompleteReadError as error:
        raise _Died from error
    if not isinstance(answer, dict):
        raise _Died
    return answer


def _obituary(child: asyncio.subprocess.Process, timeout: float, memory: int) -> str:
    if child.returncode == -24:  # SIGXCPU
        return f"parsing it took more than {timeout:g} s"
    return f"parsing it failed, or needed more than {memory // 1_000_000} MB"


def frozen(feed: ParsedFeed) -> dict[str, Any]:
    """Return the feed as JSON values."""
    value = asdict(feed)
    for entry in value["entries"]:
        entry["published"] = entry["published"].isoformat() if entry["published"] else None
    return value


def _thawed(value: dict[str, Any]) -> ParsedFeed:
    entries = []
    for one in value.pop("entries"):
        published = one.pop("published")
        moment = datetime.fromisoformat(published) if published else None
        authors, cut = tuple(one.pop("authors")), tuple(one.pop("cut"))
        entries.append(Entry(**one, published=moment, authors=authors, cut=cut))
    problems = tuple(value.pop("problems"))
    return ParsedFeed(tuple(entries), **value, problems=problems)
