"""Which entries of a document stand there byte for byte as they stood before. Pure.

A feed that has changed shows mostly what it showed, and to compare bytes is far quicker than to read them.
This only looks at documents that are nothing but a head, entries in a row, and the ends of what was begun;
whatever else there is, a comment between two entries for one, is for a parser.

What only counts does not count: how many have commented or looked on, and when the document was made.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b

LARGEST = 2_000_000
"""Bytes; a larger document is read whole, in the cage, for all others wait while this looks."""
MOST = 2_000
"""Entries; a document that has more is read whole."""
MARK = 8
"""Bytes that stand for an entry."""
_LONGEST_HEAD = 20_000
_LONGEST_TAIL = 2_000
_MOST_COMMENTS = 20
_OPENING = re.compile(rb"<(item|entry)(?=[\s>])")
_TAG = re.compile(
    rb"<(?:ttl|hour|day|[\w.-]{1,50}:update(?:Period|Frequency))\s*>[^<]*|<[^<>]*>", re.IGNORECASE
)
"""With what it holds where that is a wish to those who poll (``wishes``): it must not pass unseen."""
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ENDS = re.compile(rb"\s*(?:</[A-Za-z:]+\s*>\s*)+")
_BLANK = re.compile(rb"\s*")
_COUNTERS = re.compile(
    rb"<(slash:comments|thr:total)>\s{0,20}\d{1,12}\s{0,20}</\1>"
    rb"|<media:(?:statistics|starRating)(?:\s[\w:]{1,30}=\"[\d.]{0,20}\"){0,10}\s{0,20}/>"
)
"""What has no part in an article: YouTube for one tells anew at every poll how many have looked on."""
_MOST_COUNTERS = 8
_WORDS = re.compile(rb">[^<>&\x00-\x08\x0b\x0c\x0e-\x1f]*<")
"""What stands between two tags of a head and cannot make it any less well-formed."""
_PLAIN_COMMENT = re.compile(rb"<!--(?:[^-<>&]|-(?!-))*-->")


@dataclass(frozen=True, slots=True)
class Outline:
    """Where the entries of a document stand, and a mark for each: a hash of it and of what it stands in."""

    body: bytes
    places: tuple[tuple[int, int], ...]
    marks: tuple[bytes, ...]
    frame: bytes
    """A hash of what stands around them, but for words and comments that no parser can stumble over."""

    def without(self, known: frozenset[bytes]) -> "Outline":
        """Return the document without the entries that have these marks."""
        begin, end = self.places[0][0], self.places[-1][1]
        left = [n for n, mark in enumerate(self.marks) if mark not in known]
        kept = b"".join(self.body[slice(*self.places[n])] for n in left)
        body = self.body[:begin] + kept + self.body[end:]
        places, marks = tuple(self.places[n] for n in left), tuple(self.marks[n] for n in left)
        return Outline(body, places, marks, self.frame)


def outline(body: bytes, context: str) -> Outline | None:
    """Return where a document's entries stand, or ``None`` if only a parser can tell.

    ``context`` is what else decides how an entry is read, as the document's address. Of the head the tags
    count, not what stands between them: the date of the last change differs every time.
    """
    if len(body) > LARGEST:
        return None
    first = _OPENING.search(body, 0, _LONGEST_HEAD + len(b"<entry>"))
    if first is None or first.start() > _LONGEST_HEAD or b"\x1b" in body:
        return None
    places = _places(body, first)
    if not places or not _is_end(body[places[-1][1] :]) or not _is_utf8(body):
        return None
    head = body[: first.start()]
    if head.count(b"<!--") > _MOST_COMMENTS:
        return None
    tags = b"".join(_TAG.findall(_COMMENT.sub(b"", head)))
    key = blake2b(context.encode("utf-8", "surrogatepass") + b"\0" + tags, digest_size=32).digest()
    entries = (_without_counters(body[start:end]) for start, end in places)
    marks = tuple(blake2b(entry, digest_size=MARK, key=key).digest() for entry in entries)
    frame = _WORDS.sub(b"><", _PLAIN_COMMENT.sub(b"", head + b"\0" + body[places[-1][1] :]))
    return Outline(body, tuple(places), marks, blake2b(frame, digest_size=MARK, key=key).digest())


def _without_counters(entry: bytes) -> bytes:
    """Return an entry without what counts in it; a text that writes of such elements stays whole."""

    def left(found: re.Match[bytes]) -> bytes:
        is_text = entry.rfind(b"<![CDATA[", 0, found.start()) > entry.rfind(b"]]>", 0, found.start())
        return found[0] if is_text else b""

    return _COUNTERS.sub(left, entry, count=_MOST_COUNTERS)


def _places(body: bytes, first: re.Match[bytes]) -> list[tuple[int, int]]:
    """Return where the entries begin and end that follow each other; none if that is not clear."""
    places: list[tuple[int, int]] = []
    closing = b"</%s>" % first[1]
    opening: re.Match[bytes] | None = first
    while opening and opening[1] == first[1] and len(places) < MOST:
        start, end = opening.start(), body.find(closing, opening.end()) + len(closing)
        if end < start or _OPENING.search(body, opening.end(), end):
            return []
        places.append((start, end))
        blank = _BLANK.match(body, end)
        opening = _OPENING.match(body, blank.end() if blank else end)
    return [] if opening else places


def _is_end(tail: bytes) -> bool:
    if len(tail) > _LONGEST_TAIL or tail.count(b"<!--") > _MOST_COMMENTS:
        return False
    return _ENDS.fullmatch(_COMMENT.sub(b"", tail)) is not None


def _is_utf8(body: bytes) -> bool:
    """Return whether a part of the document is certain to be read in the same encoding as the whole."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
