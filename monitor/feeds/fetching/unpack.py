"""Takes a body out of its compression under a limit that counts what comes out. Pure."""

import re
import zlib

from monitor.feeds.document.charset_names import codec_of

GZIP = b"\x1f\x8b"
MEMBERS = 100
"""Gzip files in a row that count as one: more are an attack, for even empty ones cost time."""
SLICE = 64 * 1024
SAMPLE = 64
"""Bytes of a body that are tried: text is soon found to be no deflate."""
_UNPACKED = {"", "identity", "none", "binary", "7bit", "8bit", "aws-chunked"}
"""What servers say of a body that is not packed, rightly or not; the last is how it came into a store."""
_NAME = re.compile(r"[a-z0-9._:-]{1,40}")


class BodyTooLarge(Exception):
    """More came out than is allowed."""


class BrokenBody(Exception):
    """The body is not what its headers say; the text says how."""


class Unpacker:
    """Collects chunks of a body with this ``Content-Encoding``, at most ``limit`` bytes after unpacking."""

    def __init__(self, encoding: str, limit: int) -> None:
        named = [one for one in map(str.strip, encoding.lower().split(",")) if _is_packing(one)]
        self._encoding = ", ".join(named)
        if self._encoding not in {"", "gzip", "x-gzip", "deflate"}:
            raise BrokenBody(f"the body is packed as {self._encoding[:40]!r}, which was not asked for")
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._taken = 0
        self._members = 1
        self._held = b""
        """A lone first byte, which does not tell yet whether this is gzip."""
        self._zip: zlib._Decompress | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk as it came."""
        self._taken += len(chunk)
        if self._taken > self._limit:
            raise BodyTooLarge  # as much may come packed, lest what unpacks to nothing has no end
        if not self._encoding:
            self._keep(chunk)
            return
        chunk, self._held = self._held + chunk, b""
        if self._zip is None:
            if len(chunk) == 1:
                self._held = chunk
                return
            window = _window(self._encoding, chunk)
            if window is None:
                self._encoding = ""  # a server that says so but sends it plain
                self._keep(chunk)
                return
            self._zip = zlib.decompressobj(window)
        self._unpack(chunk, self._zip)

    def _unpack(self, chunk: bytes, stream: "zlib._Decompress") -> None:
        while chunk:
            if stream.eof:
                if len(chunk) == 1:
                    self._held = chunk
                    return
                if not chunk.startswith(GZIP):
                    return  # what stands behind the end is padding
                stream = self._next_member()
            try:
                self._keep(stream.decompress(chunk, self._limit - self._size + 1))
            except zlib.error as error:
                raise BrokenBody("the body is not packed as its headers say") from error
            chunk = stream.unconsumed_tail or stream.unused_data

    def _next_member(self) -> "zlib._Decompress":
        """Begin anew, for another gzip file follows the one that has ended."""
        self._members += 1
        if self._members > MEMBERS:
            raise BrokenBody(f"the body is more than {MEMBERS} gzip files in a row")
        self._zip = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return self._zip

    def finish(self) -> bytes:
        """Return the whole body; raise ``BrokenBody`` if its end is missing."""
        if self._zip is None:
            self._parts.append(self._held)
        if self._zip is not None and self._encoding and not self._zip.eof:
            raise BrokenBody("the packed body was cut off")
        return b"".join(self._parts)

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise BodyTooLarge
        self._parts.append(data)


def unwrap(body: bytes, limit: int) -> bytes:
    """Return the body; if it is itself a gzip file, what is in it, under the same limit."""
    if not body.startswith(GZIP):
        return body
    unpacker = Unpacker("gzip", limit)
    for start in range(0, len(body), SLICE):
        unpacker.feed(body[start : start + SLICE])
    return unpacker.finish()


def _is_packing(word: str) -> bool:
    """Return whether a word tells of one: what belongs into ``Content-Type`` does not."""
    name = word.removeprefix("charset=")
    is_charset = _NAME.fullmatch(name) is not None and codec_of(name) is not None
    return not (word in _UNPACKED or "/" in word or is_charset)


def _window(encoding: str, chunk: bytes) -> int | None:
    """Return zlib's ``wbits`` for a body that begins so, ``None`` if it is not packed, whatever is said.

    What is called deflate comes with or without zlib's header, or is gzip, as which no deflate begins.
    """
    if chunk.startswith(GZIP):
        return zlib.MAX_WBITS | 16
    if encoding != "deflate":
        return None
    window = zlib.MAX_WBITS if chunk[0] & 0x0F == 8 else -zlib.MAX_WBITS
    try:
        zlib.decompressobj(window).decompress(chunk[:SAMPLE])
    except zlib.error:
        return None
    return window
