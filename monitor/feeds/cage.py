"""Reads documents in child processes that may take only so much time and memory.

A feed can make a parser run for minutes or eat all memory; a thread could not be stopped, a process can. The
children are started when first needed, used again, and replaced when they had to be killed. Both sides speak
length-prefixed JSON: a child that a feed has subverted can lie, but not run code in the parent.

    parent -> child    4 bytes length, JSON of the ``Document`` or ``Page``; 4 bytes length, its body
    child -> parent    once ``READY``; then 4 bytes length, JSON of an ``Answer``
"""

import asyncio
import contextlib
import html
import json
import signal
import sys
from collections import deque
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter

from monitor.articles.normalize import one_line
from monitor.errors import NotAFeed, ParseError, Unavailable
from monitor.feeds.caged import READY
from monitor.feeds.document.links import Links
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.document.reading import Document, Page, ReadFeed

HASTE = 4.0
"""Seconds for a document among others. What takes longer is read anew, one at a time, beside them."""
START = 60.0
"""Seconds for a child to be there: it loads the parsers, which is no part of what a document may take."""
LONGEST_REASON = 300
LARGEST_ANSWER = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child says: what it has read, or why it could not."""

    read: ReadFeed | None = None
    text: tuple[str, bool] | None = None
    """Of a page: its article, and whether that was cut."""
    links: Links | None = None
    other: str = ""
    """What the document is instead of a feed."""
    error: str = ""


_answers = TypeAdapter(Answer)


class _Died(Exception):
    """The child ended during a job."""


class _TooLong(Exception):
    """The child was ended, for the job took too long."""


class Cage:
    """A few caged parsers, and one more for what takes long. Use it with ``async with``, in one event loop.

    ``timeout`` is in seconds for one document (processor and wall time), ``memory`` in bytes for one child.
    """

    def __init__(self, workers: int, timeout: float, memory: int, limits: ParseLimits) -> None:
        self._places = asyncio.Semaphore(workers)
        self._slow = asyncio.Semaphore(1)
        self._timeout = timeout
        self._memory = memory
        self._limits = limits
        self._idle: deque[asyncio.subprocess.Process] = deque()
        self._all: set[asyncio.subprocess.Process] = set()

    async def read(self, document: Document) -> ReadFeed:
        """Return what the document holds; raise ``ParseError`` if it cannot be read or takes too much.

        Raises ``NotAFeed`` if it is of another kind, ``Unavailable`` if no child can be started.
        """
        answer = await self._answered(document)
        if answer.other:
            raise NotAFeed(_plain(answer.other))
        if answer.read is None:
            raise ParseError(_plain(answer.error))
        return answer.read

    async def main_text(self, body: bytes, content_type: str, url: str, limit: int) -> tuple[str, bool]:
        """Return a page's article, and whether it was cut at ``limit`` characters; raise as ``read``."""
        answer = await self._answered(Page(body, content_type, url, limit))
        if answer.text is None:
            raise ParseError(_plain(answer.error))
        return answer.text

    async def feed_links(self, body: bytes, content_type: str, url: str) -> Links:
        """Return the feeds that a page offers; raise as ``read``."""
        answer = await self._answered(Page(body, content_type, url, None))
        if answer.links is None:
            raise ParseError(_plain(answer.error))
        return answer.links

    async def _answered(self, document: Document | Page) -> Answer:
        """Return a child's answer. Documents made to take long must not hold up the others."""
        with contextlib.suppress(_TooLong):
            async with self._places:
                return await self._tried(document, min(HASTE, self._timeout))
        try:
            async with self._slow:
                return await self._tried(document, self._timeout)
        except _TooLong as error:
            raise ParseError(f"parsing it took more than {self._timeout:g} s") from error

    async def _tried(self, document: Document | Page, seconds: float) -> Answer:
        child, is_fresh = await self._child()
        try:
            answer = await self._asked(child, document, seconds)
        except _Died as error:
            if is_fresh:
                raise ParseError(self._obituary()) from error
            # It may have died of something else, while it was idle: one more chance.
            child = await self._start()
            try:
                answer = await self._asked(child, document, seconds)
            except _Died:
                raise ParseError(self._obituary()) from error
        self._idle.append(child)
        return answer

    async def _asked(
        self, child: asyncio.subprocess.Process, document: Document | Page, seconds: float
    ) -> Answer:
        """Return a child's answer; it is ended if it gives none."""
        try:
            async with asyncio.timeout(seconds):
                return await _ask(child, document)
        except TimeoutError as error:
            await self._end(child)
            raise _TooLong from error
        except (_Died, OSError, ValueError) as error:
            await self._end(child)
            if child.returncode == -signal.SIGXCPU:
                raise _TooLong from error
            raise _Died from error
        except BaseException:
            await self._end(child)
            raise

    async def _child(self) -> tuple[asyncio.subprocess.Process, bool]:
        """Return a child that waits for work, and whether it is a fresh one."""
        while self._idle:
            child = self._idle.pop()
            if child.returncode is None:
                return child, False
            self._all.discard(child)
        return await self._start(), True

    async def _start(self) -> asyncio.subprocess.Process:
        arguments = {
            "cpu": self._timeout,
            "memory": self._memory,
            "max_entries": self._limits.max_entries,
            "max_field": self._limits.max_field,
        }
        command = [sys.executable, "-X", "utf8", "-W", "ignore", "-m", "monitor.feeds.caged"]
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            child = await asyncio.create_subprocess_exec(
                *command,
                json.dumps(arguments),
                stdin=pipe,
                stdout=pipe,
                stderr=nothing,
                start_new_session=True,
            )
        except OSError as error:
            raise Unavailable(f"no process to parse feeds can be started: {error.strerror}") from error
        self._all.add(child)
        await self._greeted(child)
        return child

    async def _greeted(self, child: asyncio.subprocess.Process) -> None:
        assert child.stdout
        try:
            async with asyncio.timeout(START):
                await child.stdout.readexactly(len(READY))
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            await self._end(child)
            raise Unavailable(
                "no process to parse feeds can be started: it ends, or is not there in time"
            ) from error
        except BaseException:
            await self._end(child)
            raise

    def _obituary(self) -> str:
        return f"parsing it failed, or needed more than {self._memory // 1_000_000} MB"

    async def _end(self, child: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        # An answer that was not read to its end leaves a pipe open, for which wait() alone waits for ever.
        transport = child._transport  # type: ignore[attr-defined] # there is no public way to it
        for pipe in filter(None, map(transport.get_pipe_transport, (0, 1))):
            pipe.close()
        await child.wait()
        self._all.discard(child)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in list(self._all):
            await self._end(child)


async def _ask(child: asyncio.subprocess.Process, document: Document | Page) -> Answer:
    assert child.stdin
    assert child.stdout
    head, body = json.dumps(_job(document)).encode(), document.body
    # In one piece, for every write wakes the child.
    child.stdin.write(b"".join((len(head).to_bytes(4, "big"), head, len(body).to_bytes(4, "big"), body)))
    await child.stdin.drain()
    try:
        size = int.from_bytes(await child.stdout.readexactly(4), "big")
        if size > LARGEST_ANSWER:
            raise _Died
        return _answers.validate_json(await child.stdout.readexactly(size))
    except asyncio.IncompleteReadError as error:
        raise _Died from error


def _job(document: Document | Page) -> dict[str, Any]:
    """Return what a child is told of a document beside its body."""
    about = {"content_type": document.content_type, "url": document.url}
    if isinstance(document, Page):
        return about | {"page": document.limit}
    known = {"known": [*document.known], "now": document.now.isoformat()}
    return about | known | {"feed": asdict(document.feed)}


def _plain(reason: str) -> str:
    return one_line(html.escape(reason), LONGEST_REASON)[0]
