"""Entries that one badly closed element would swallow: each is read for itself. Pure.

A title that is never closed, a CDATA section or a comment that is cut off, or ``]] >`` for its end, takes all
that follows with it. So where fewer entries come out of a broken document than begin in it, it is cut where
they begin.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from monitor.feeds.document.asides import ASIDE

MOST = 500
"""Entries that are read so: each takes a parser of its own."""
_LONGEST = 300_000
"""Characters of a document's head, as often as it is read."""
_UNCLOSED = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<(title|link|guid|id|pubDate|description|summary)(?=[\s>])[^<>]*(?<!/)>"
    r"(?:[^<]|<!\[CDATA\[(?:(?!\]\]>).)*\]\]>)*+(?!</\1\s*>)",
    re.DOTALL,
)
"""An element of text whose end is not where its text ends, or a CDATA section, in which there is none."""
_MOST_UNCLOSED = 20
"""Of one entry."""
_OPEN, _COMMENT = "<![CDATA[", "<!--"
_ENDS = {_OPEN: "]]>", _COMMENT: "-->"}
"""Of asides: CDATA sections and comments."""
_SPLIT = "]]><![CDATA[>"
"""What stands for ``]]>`` in a text in CDATA: it may well show a feed."""
_TEXT_END = r"\]\]>(?!<!\[CDATA\[>)"
"""Where a text in CDATA ends, splits and all."""
_ASIDES = re.compile(ASIDE)
_ENTRY_BEGIN, _ENTRY_END = r"<(?:item|entry)(?:\s[^<>]*)?(?<!/)>", "</(?:item|entry)>"
_DOCUMENT_END = "</(?:rss|feed|rdf:RDF|channel)>"
_BEGIN = re.compile(r"<(?P<name>item|entry)(?=[\s>])|<!\[CDATA\[|<!--")
_BETWEEN = (
    r"</(?:item|entry)>\s*<(?:item|entry)[\s>]"
    r"|<(?:item|entry)(?:\s[^<>]*)?>\s*<(?:title|link|guid|id|pubDate|published|updated|description|summary)[\s/>]"
)
"""Where an entry begins, behind another or as feeds begin them: that before may have been cut off."""
_SPACED_END = re.compile(r"\]\]\s+>")


def is_swallowed(text: str, found: int) -> bool:
    """Return whether a document that may well be well-formed has more entries than the ``found``.

    Its CDATA section goes on to the end of a later one.
    """
    if text.count("<item") + text.count("<entry") <= found or _OPEN not in text:
        return False
    return _starts(text)[1]


def rescued_entries(
    text: str, found: int, read: Callable[[str], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return what ``read`` gives of each entry for itself, if that is more than was ``found``."""
    starts, _ = _starts(text)
    if not found < len(starts) <= MOST or starts[0] * len(starts) > _LONGEST:
        return []
    head = _with_ends(text[: starts[0]])
    pieces = [text[begin:end] for begin, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    entries = [entry for piece in pieces for entry in read(head + _closed(piece))[:1]]
    return entries if len(entries) > found else []


def entry_starts(text: str) -> list[int]:
    """Return where entries begin, but for those that a text shows."""
    return _starts(text)[0]


def _starts(text: str) -> tuple[list[int], bool]:
    """Return where entries begin, but for those that a text shows, and whether an aside has no end.

    One that holds the beginning of another, and entries between, has got the end of that one, unless it is a
    text that shows whole entries. Comments may hold what was an entry once: only those that begin within one
    hide others by mistake, and those that take the end of the document with them.
    """
    starts, endless, at = list[int](), False, 0
    begins = {begin: _Ahead(text, re.escape(begin)) for begin in _ENDS}
    ends = {begin: _Ahead(text, re.escape(end)) for begin, end in _ENDS.items()}
    between, entry_end, text_end, document_end = (
        _Ahead(text, one) for one in (_BETWEEN, _ENTRY_END, _TEXT_END, _DOCUMENT_END)
    )
    marks = _Marks(text)
    while found := _BEGIN.search(text, at):
        begin, at = found[0], found.end()
        if found["name"]:
            starts.append(found.start())
            continue
        end = ends[begin](at)
        if begin == _OPEN and text.startswith(_SPLIT, end):
            last = text_end(at)
            if last < len(text) and marks.are_whole(at, last):
                at = last
                continue
        is_anothers = begins[begin](at) < end and between(at) < end
        is_within = begin == _OPEN or (bool(starts) and entry_end(starts[-1]) > at)
        takes_all = end == len(text)
        if (is_within and (is_anothers or takes_all)) or (takes_all and document_end(at) < end):
            endless = True
        else:
            at = end
    return starts, endless


class _Ahead:
    """Finds what comes next of a kind, from places that only go forward: in linear time, however many."""

    def __init__(self, text: str, pattern: str) -> None:
        self._text = text
        self._pattern = re.compile(pattern)
        self._next = -1

    def __call__(self, at: int) -> int:
        """Return where the next one begins; the end of the text if there is none."""
        if self._next < at:
            found = self._pattern.search(self._text, at)
            self._next = found.start() if found else len(self._text)
        return self._next


class _Marks:
    """Where entries begin and end, be they shown or not: looked for once, however often it is asked."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _begins(self) -> Sequence[int]:
        return array("q", (found.start() for found in re.finditer(_ENTRY_BEGIN, self._text)))

    @cached_property
    def _ends(self) -> Sequence[int]:
        return array("q", (found.start() for found in re.finditer(_ENTRY_END, self._text)))

    def are_whole(self, at: int, end: int) -> bool:
        """Return whether what begins there ends there too.

        A text that was cut off goes on with the end of its entry, or to within another that does not end.
        """
        begin, end_of_begins = (bisect_left(self._begins, place) for place in (at, end))
        close, end_of_closes = (bisect_left(self._ends, place) for place in (at, end))
        if end_of_begins - begin != end_of_closes - close:
            return False
        return begin == end_of_begins or (
            self._begins[begin] < self._ends[close]
            and self._begins[end_of_begins - 1] < self._ends[end_of_closes - 1]
        )


def _with_ends(piece: str) -> str:
    """Return it with the end of an aside where that is missing: before what may be the end of its element."""
    for aside in _ASIDES.finditer(piece):
        end = _ENDS[_OPEN if aside[0].startswith(_OPEN) else _COMMENT]
        if not aside[0].endswith(end):  # then it is the last one
            at = piece.find("</", aside.start())
            at = at if at >= 0 else len(piece)
            return f"{piece[:at]}{end}{piece[at:]}"
    return piece


def _closed(piece: str) -> str:
    """Return the entry with the ends of asides and of texts where these are missing."""
    piece = _with_ends(_SPACED_END.sub("]]>", piece))
    looks = iter(range(_MOST_UNCLOSED))

    def with_end(found: re.Match[str]) -> str:
        """Return the element with its end, unless that comes later, behind markup."""
        if found[1] is None or next(looks, None) is None:
            return found[0]
        is_later = piece.find(f"</{found[1]}>", found.end()) >= 0
        return found[0] if is_later else f"{found[0]}</{found[1]}>"

    return _UNCLOSED.sub(with_end, piece)
