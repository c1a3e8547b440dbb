"""What comes over a connection besides bodies is bounded, too: heads, interim answers, what frames chunks.

A body is counted where it is read. What stands around it reaches nobody, and so would have no end.
"""

import asyncio

import aiohttp
from aiohttp import StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage

INTERIM = 20
"""Answers before the one that counts ("100 Continue", "103 Early Hints")."""
HEADS = 8 * 1024 * 1024
"""Bytes of all of them and of the head that counts."""
FRAMING = 256 * 1024
"""Bytes around the chunks of a body and behind it: more only for a large body, half of it."""
AHEAD = 512 * 1024
"""Bytes that may have come but wait to be looked through, while a body is read slowly."""
SLICE = 16 * 1024
"""Bytes that are looked through before they are counted."""
BUFFER = 64 * 1024
"""Bytes of a body that wait to be read. In tiny chunks there are fewer: so many take a while."""


class Flooded(aiohttp.ClientError):
    """A server sent too much that is no body; the text says what."""


class Wire(ResponseHandler):
    """A connection that counts what comes, and breaks off when it is too much."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.used = False
        """It has served a request before."""
        self._received = 0
        self._interim = 0
        self._head = 0
        self._body: StreamReader | None = None
        self._flooded = False

    def begin(self) -> None:
        """Count anew, for a request is made."""
        self.used = True
        self._received = self._interim = self._head = 0
        self._body = None

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Take an answer whose head is there."""
        message, body = data
        if message.code != 101 and 100 <= message.code < 200:
            self._interim += 1
        elif self._body is None:
            self._body, self._head = body, self._received
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        """Take bytes as they come, slice by slice."""
        start = SLICE
        self._take(data[:start])
        while start < len(data) and self.transport and not self.transport.is_closing():
            end = len(data) if self._reading_paused else start + SLICE
            self._take(data[start:end])
            start = end

    def _take(self, data: bytes) -> None:
        if self._flooded:
            return
        self._received += len(data)
        super().data_received(data)
        if surplus := self._surplus():
            self._break_off(Flooded(surplus))

    def _surplus(self) -> str:
        if self._interim > INTERIM:
            return f"more than {INTERIM} interim answers came, and no other"
        if self._body is None:
            return "the head of the answer has no end" if self._received > HEADS else ""
        size = self._body.total_bytes
        framing = self._received - self._head - size
        most = FRAMING + size // 2 + (AHEAD if self._reading_paused else 0)
        return "far more came around the body than it needs" if framing > most else ""

    def _break_off(self, error: Flooded) -> None:
        self._flooded = True
        self.set_exception(error)
        if self._body is not None:
            self._body.set_exception(error)
        self._parser = None  # or it would find the body cut off, when the connection is lost
        if self.transport is not None:
            self.transport.abort()
