"""Has documents read in the cage, without the entries that a feed showed before byte for byte."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.feeds.cage import Cage
from monitor.feeds.document.reading import Document, ReadFeed
from monitor.feeds.fetching.fetch import Fetched
from monitor.feeds.novelty import is_ambiguous, recognized
from monitor.feeds.outline import MARK, Outline, outline
from monitor.feeds.state import Seen
from monitor.model import Feed

_REMEMBERED = 50_000
"""Feeds."""
_NONE: Mapping[bytes, str] = {}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a document showed: for each entry its mark, and its fingerprint (``articles.build``).

    There is one of these for each feed, so they are kept as bytes in a row. Where entries were not read each
    for itself there are no fingerprints: then it is the document as a whole that may show the same.
    """

    body_hash: str
    marks: bytes
    fingerprints: bytes = b""
    frame: bytes = b""

    @classmethod
    def of(cls, body_hash: str, marks: Mapping[bytes, str]) -> "_Shown":
        return cls(body_hash, b"".join(marks), bytes.fromhex("".join(marks.values())))

    @classmethod
    def as_a_whole(cls, body_hash: str, found: Outline) -> "_Shown":
        return cls(body_hash, b"".join(found.marks), frame=found.frame)

    def is_in(self, found: Outline) -> bool:
        """Return whether a document has these entries and no other."""
        if self.frame:
            return self.frame == found.frame and self.marks == b"".join(found.marks)
        return sorted(found.marks) == sorted(self.by_mark())

    def by_mark(self) -> dict[bytes, str]:
        places = range(0, len(self.fingerprints), MARK)
        return {self.marks[at : at + MARK]: self.fingerprints[at : at + MARK].hex() for at in places}


class Reader:
    """Reads fetched documents. What it remembers only saves time: it is gone with the process."""

    def __init__(self, cage: Cage) -> None:
        self._cage = cage
        self._shown: dict[str, _Shown] = {}

    def shows_the_same(self, feed: Feed, found: Outline | None, body_hash: str, before: str | None) -> bool:
        """Return whether a document has the entries of the one before, whose hash is given, and no other."""
        shown = self._shown.get(feed.id)
        if found is None or shown is None or shown.body_hash != before or not shown.is_in(found):
            return False
        self._shown[feed.id] = replace(shown, body_hash=body_hash)
        return True

    async def read(
        self, fetched: Fetched, found: Outline | None, body_hash: str, feed: Feed, seen: Seen, now: datetime
    ) -> ReadFeed:
        """Read a document, but for the entries that are known as they are. Raises as ``Cage.read`` does."""
        known = frozenset(recognized(seen))
        document = Document(fetched.body, fetched.content_type, fetched.url, feed, now, known)
        read = await self._read(document, found, body_hash)
        if read.unchanged and is_ambiguous(read.entries, read.unchanged, seen):
            return await self._cage.read(replace(document, known=frozenset()))
        return read

    async def _read(self, document: Document, found: Outline | None, body_hash: str) -> ReadFeed:
        if found is None:
            return await self._cage.read(document)
        shown = self._shown.get(document.feed.id)
        here = frozenset(found.marks)
        before = {
            mark: fingerprint
            for mark, fingerprint in (shown.by_mark() if shown else _NONE).items()
            if fingerprint in document.known and mark in here
        }
        if before:
            left = found.without(frozenset(before))
            read = await self._cage.read(replace(document, body=left.body))
            # Dates that look like a stamp where entries are left out need not be one: those may have others.
            if read.quick and not read.stamped and len(read.fingerprints) == len(left.marks):
                marks = before | dict(zip(left.marks, read.fingerprints, strict=True))
                self._remember(document.feed, body_hash, marks, found)
                same = tuple(before[mark] for mark in found.marks if mark in before)
                return replace(read, shown=len(found.marks), unchanged=same + read.unchanged)
        read = await self._cage.read(document)
        if not read.quick:
            self._keep(document.feed, _Shown.as_a_whole(body_hash, found))
        elif len(read.fingerprints) == len(found.marks):
            marks = dict(zip(found.marks, read.fingerprints, strict=True))
            self._remember(document.feed, body_hash, marks, found)
        return read

    def _remember(self, feed: Feed, body_hash: str, marks: Mapping[bytes, str], found: Outline) -> None:
        if len(marks) == len(found.marks):  # else one stands there twice
            self._keep(feed, _Shown.of(body_hash, marks))

    def _keep(self, feed: Feed, shown: _Shown) -> None:
        if len(self._shown) >= _REMEMBERED:
            self._shown.clear()
        self._shown[feed.id] = shown


def outlined(fetched: Fetched) -> Outline | None:
    """Return where the entries of a document stand, for both questions to a ``Reader``."""
    return outline(fetched.body, f"{fetched.content_type}\n{fetched.url}")
