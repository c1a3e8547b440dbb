"""Entries that one badly closed element would swallow: each is read for itself. Pure.

A title that is never closed, a CDATA section or a comment that is cut off, or ``]] >`` for its end, takes all
that follows with it. So where fewer entries come out of a broken document than begin in it, it is cut where
they begin. Those that are well-formed are read at once, for they can take nothing of one another.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any
from xml.parsers import expat

from monitor.feeds.document.asides import ASIDE
from monitor.feeds.document.mending import utf8

MOST = 500
"""Entries that are read each for itself, with a parser of its own: of more, several share one."""
_LONGEST = 300_000
"""Characters of a document's frame, as often as it is read."""
_FARTHEST = 20_000
"""Entries that are looked at: more than that are made to take time."""
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
_FEED = r"(?:[\w.-]+:)?(?:rss|feed|rdf|channel|cdf)"
_FRAME = re.compile(rf"{ASIDE}|<(?P<begin>{_FEED}(?:\s[^<>]*)?)(?<!/)>|</(?P<end>{_FEED})\s*>", re.IGNORECASE)
_ENTRY_BEGIN, _ENTRY_END = r"<(?:item|entry)(?:\s[^<>]*)?(?<!/)>", "</(?:item|entry)>"
_DOCUMENT_END = "</(?:rss|feed|rdf:RDF|channel)>"
_BEGIN = re.compile(r"<(?P<name>item|entry)(?=[\s>])|<!\[CDATA\[|<!--")
_BETWEEN = (
    r"</(?:item|entry)>\s*<(?:item|entry)[\s>]"
    r"|<(?:item|entry)(?:\s[^<>]*)?>\s*<(?:title|link|guid|id|pubDate|published|updated|description|summary)[\s/>]"
)
"""Where an entry begins, behind another or as feeds begin them: that before may have been cut off."""
_SPACED_END = re.compile(r"\]\]\s+>")

Read = Callable[[str], list[dict[str, Any]]]


def is_swallowed(text: str, found: int) -> bool:
    """Return whether a document that may well be well-formed has more entries than the ``found``.

    Its CDATA section goes on to the end of a later one.
    """
    if text.count("<item") + text.count("<entry") <= found or _OPEN not in text:
        return False
    return _starts(text)[1]


def rescued_entries(text: str, found: int, read: Read) -> tuple[list[dict[str, Any]], int]:
    """Return what ``read`` gives of each entry for itself, if that is more than was ``found``.

    With it goes how many entries are lost all the same.
    """
    starts, _ = _starts(text)
    if starts and text.find(">", starts[-1]) < 0:
        starts.pop()  # the document is cut off there, which is no entry's fault
    if len(starts) <= found:
        return [], 0
    pieces = [text[begin:end] for begin, end in pairwise([*starts, len(text)][: _FARTHEST + 1])]
    entries = _read_apart(_frame(text[: starts[0]]), pieces, read)
    return (entries if len(entries) > found else []), len(starts) - max(found, len(entries))


def _read_apart(frame: Sequence[str], pieces: Sequence[str], read: Read) -> list[dict[str, Any]]:
    """Return the entries that the pieces begin with, in their order."""
    head = "".join(f"<{tag}>" for tag in frame)
    tail = "".join(f"</{tag.split()[0]}>" for tag in reversed(frame))
    wholes = {place: whole for place, piece in enumerate(pieces) if (whole := _whole(piece))}
    at_once = read(head + "".join(wholes.values()) + tail) if wholes else []
    is_right = len(at_once) == len(wholes)
    found = {place: [entry] for place, entry in zip(wholes, at_once, strict=True)} if is_right else {}
    others = [place for place in range(len(pieces)) if place not in found]
    readings = max(1, min(MOST, _LONGEST // len(head)))
    for run in _runs(others, -(-len(others) // readings)):
        found[run[0]] = read(head + "".join(_closed(pieces[place]) for place in run))[: len(run)]
    return [entry for _, entries in sorted(found.items()) for entry in entries]


def _runs(places: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Yield them in their order, so many at a time."""
    return (places[begin : begin + size] for begin in range(0, len(places), size or 1))


def _frame(head: str) -> Sequence[str]:
    """Return the tags of the feed and its channel, in which entries begin: they have the namespaces.

    What else stands before the entries tells nothing of them, and can be long.
    """
    frame = list[str]()
    for tag in _FRAME.finditer(head):
        if tag["begin"]:
            frame.append(tag["begin"])
        elif tag["end"] and frame and frame[-1].split()[0] == tag["end"]:
            frame.pop()
    return frame or ["channel"]


def _whole(piece: str) -> str:
    """Return the entry up to its end, closed if need be, if it is well-formed; else nothing."""
    entry = _up_to_end(piece)
    if not _is_well_formed(entry):
        entry = _up_to_end(_closed(piece))
    return entry if _is_well_formed(entry) else ""


def _up_to_end(piece: str) -> str:
    """Return the entry without what stands behind it, if its end is there; else nothing."""
    end = f"</{'item' if piece.startswith('<item') else 'entry'}>"
    return "".join(piece.rpartition(end)[:2])


def _is_well_formed(entry: str) -> bool:
    try:
        expat.ParserCreate("utf-8").Parse(utf8(entry), True)
    except expat.ExpatError:
        return False
    return True


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
