"""What comes over a connection besides bodies is bounded, too: heads, interim answers, what frames chunks.

A body is counted where it is read. What stands around it reaches nobody, and so would have no end.

A body that is longer than its head says is taken as far as that, as browsers do, and its connection is not
kept: some servers count the characters of a text, of which Cyrillic and Korean ones take several bytes each.
"""

import asyncio
import re

import aiohttp
from aiohttp import StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.helpers import EMPTY_BODY_STATUS_CODES
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
_HEAD = re.compile(rb"HTTP/1\.\d (?:1|(?!204|304)[^\r]*\r\n(?:[^\r]+\r\n)*?Content-Length:)", re.IGNORECASE)
"""Of an interim answer, or of one whose body has a length."""
_END = b"\r\n\r\n"


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
        self._begun = b""
        """The beginning of a head, if it is short."""
        self._length: int | None = None
        self._left: int | None = None
        """Bytes of the body that are still to come, where its head tells of its length."""
        self._flooded = False

    def begin(self) -> None:
        """Count anew, for a request is made."""
        self.used = True
        self._received = self._interim = self._head = 0
        self._body = self._length = self._left = None
        self._begun = b""

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Take an answer whose head is there."""
        message, body = data
        if message.code != 101 and 100 <= message.code < 200:
            self._interim += 1
        elif self._body is None:
            self._body, self._head = body, self._received
            length = message.headers.get("Content-Length", "")
            has_body = message.code not in EMPTY_BODY_STATUS_CODES and not message.chunked
            self._length = int(length) if has_body and length.isdecimal() else None
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
        self._hand_on(data)
        if self.exception() and self._body and not self._body.is_eof():  # else it is waited for in vain
            self._body.set_exception(aiohttp.ClientPayloadError())
        if surplus := self._surplus():
            self._break_off(Flooded(surplus))

    def _hand_on(self, data: bytes) -> None:
        """Hand on an answer, each head for itself, and of a body no more than its head says."""
        while self._body is None and (end := _end_of_head(self._begun + data) - len(self._begun)) > 0:
            super().data_received(data[:end])
            data, self._left, self._begun = data[end:], self._length, b""
        if self._body is None:
            self._begun = (self._begun + data)[:SLICE]
        left = len(data) if self._left is None else self._left
        if left or not data:
            super().data_received(data[:left])
        self._left = self._length if self._left is None else max(0, left - len(data))
        if len(data) > left:
            self._leave(len(data) - left)

    def _leave(self, surplus: int) -> None:
        """Pass over what comes behind a body, and have the connection used for nothing else."""
        self._received -= surplus
        self.force_close()
        if self.transport and self._body and self._body.is_eof():
            self.transport.close()

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


def _end_of_head(data: bytes) -> int:
    """Return how much of this is a head, if a body may follow of which more comes than that says; else 0."""
    end = data.find(_END) + len(_END)
    return end if len(_END) <= end < len(data) and _HEAD.match(data, 0, end) else 0
