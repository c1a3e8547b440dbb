"""Broken documents: which of their elements have an end, and what comes of the others. Pure."""

from typing import Any

from monitor.feeds.document.own_fields import of_text, usual

_ENTRIES = frozenset({"item", "entry"})
_AUTHORS = frozenset({"author", "contributor"})
_PARTS = frozenset({"name", "email", "uri", "url"})
"""Of an author."""


class Nesting:
    """Pairs the tags of a document as they come: an end closes what is open in it, an entry's end all in it.

    An end within an entry closes nothing that began before it.
    """

    def __init__(self) -> None:
        self.closes = bytearray()
        """Of each start, in the order of the document: 1 if its end comes."""
        self._open: list[tuple[str, int]] = []
        """Names, and which starts they are."""
        self._depths: dict[str, list[int]] = {}
        """By name, how deep those stand that are open."""

    def start(self, tag: str) -> None:
        """Take a start tag."""
        self._depths.setdefault(tag, []).append(len(self._open))
        self._open.append((tag, len(self.closes)))
        self.closes.append(0)

    def end(self, tag: str) -> None:
        """Take an end tag."""
        depth = self._deepest(tag)
        if depth < 0 or (tag not in _ENTRIES and depth < max(map(self._deepest, _ENTRIES))):
            return
        self.closes[self._open[depth][1]] = 1
        while len(self._open) > depth:
            self._depths[self._open.pop()[0]].pop()

    def _deepest(self, tag: str) -> int:
        depths = self._depths.get(tag)
        return depths[-1] if depths else -1


def find_ends_first(parser: Any) -> None:  # noqa: ANN401
    """Have it know of each start in a document whether its end comes, from the ``Nesting`` of all."""
    begin, feed = parser.__init__, parser.feed

    def init(self: Any, *arguments: Any) -> None:  # noqa: ANN401
        begin(self, *arguments)
        self.closes = iter(b"")

    def feed_all(self: Any, document: str) -> None:  # noqa: ANN401
        sketch = type("Sketch", (parser,), _SKETCHING)()
        sketch.nesting = Nesting()
        feed(sketch, document)
        self.closes = iter(sketch.nesting.closes)
        feed(self, document)

    parser.__init__, parser.feed = init, feed_all


def _pass_over(*_: Any) -> None:  # noqa: ANN401
    """Do nothing: texts are nested in nothing."""


def _sketch_start(parser: Any, tag: str, attributes: list[tuple[str, str]]) -> None:  # noqa: ANN401
    _declare(parser, attributes)
    parser.nesting.start(usual(parser, tag))


_SKETCHING = {
    "unknown_starttag": _sketch_start,
    "unknown_endtag": lambda self, tag: self.nesting.end(usual(self, tag)),
    "handle_data": _pass_over,
    "handle_charref": _pass_over,
    "handle_entityref": _pass_over,
}


def bear_missing_ends(parser: Any) -> None:  # noqa: ANN401
    """Have one that finds ends first, and takes of entries what is their own, know what stands in what.

    An element that never ends has nothing in it but the text behind it, an author its parts as well; what the
    entry had before, it does not take from behind such an element. An end that closes nothing is none. A text
    that never ends goes on to whatever may end it: then entries are missing, by which it is seen.
    """
    start, end, start_entry = parser.unknown_starttag, parser.unknown_endtag, parser._start_entry

    def start_tag(self: Any, tag: str, attributes: list[tuple[str, str]]) -> None:  # noqa: ANN401
        _declare(self, attributes)
        closes, was_in_text, name = next(self.closes, True), self.incontent, usual(self, tag)
        if not (closes and name in _PARTS and _ends_soon(self) and usual(self, self.path[-1][0]) in _AUTHORS):
            _end_what_does_soon(self)
        start(self, tag, attributes)
        if self.incontent and not was_in_text:
            self.text_ends = bool(closes)
        if not closes and name not in _ENTRIES:
            if self.inentry and not self.incontent:
                self.soon_at, self.may_be_of_others = len(self.path), True
            else:
                self.path.pop()

    def end_tag(self: Any, tag: str) -> None:  # noqa: ANN401
        _end_what_does_soon(self)
        if not self.path or self.path[-1][0] != tag:
            if not self.incontent and usual(self, tag) not in _ENTRIES:
                return
            self.path.append((tag, of_text(tag) if self.incontent and self.text_ends else tag))
        end(self, tag)

    def start_afresh(self: Any, attributes: dict[str, str]) -> None:  # noqa: ANN401
        self.incontent = self.insource = self.inimage = self.inauthor = 0
        self.may_be_of_others = False
        start_entry(self, attributes)

    parser.soon_at, parser.unknown_starttag, parser.unknown_endtag = 0, start_tag, end_tag
    parser._start_item = parser._start_entry = start_afresh


def _ends_soon(parser: Any) -> bool:  # noqa: ANN401
    """Return whether the innermost element has no end of its own."""
    soon_at: int = parser.soon_at
    return 0 < soon_at == len(parser.path)


def _end_what_does_soon(parser: Any) -> None:  # noqa: ANN401
    """End the element that has no end of its own, for its text is over."""
    if _ends_soon(parser):
        parser.soon_at = 0
        parser.unknown_endtag(parser.path[-1][0])


def _declare(parser: Any, attributes: list[tuple[str, str]]) -> None:  # noqa: ANN401
    """Take the prefixes that an element declares: its own name may have one of them."""
    for name, uri in attributes:
        if name.startswith("xmlns:"):
            parser.track_namespace(name[6:], uri)
