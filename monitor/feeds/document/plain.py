"""The quick way for feeds that are well-formed and ordinary; whatever is neither is left to feedparser. Pure.

It gives what feedparser would give, for what feedparser makes of the usual elements is known. Elements of
other namespaces are passed over, as feedparser only stores them. At anything else the whole document is
``NotPlain``: being right comes before being quick.
"""

import io
import re
from typing import Any
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from monitor.feeds.document.elements import (
    PARTS,
    attributes_of,
    container_language,
    pass_parts,
    target_of,
    text_of,
    words_of,
)
from monitor.feeds.document.lenient import borrowed
from monitor.feeds.document.names import Names, NotPlain
from monitor.feeds.document.own_fields import with_their_feed
from monitor.feeds.document.plain_entries import Entry, EntryReader
from monitor.feeds.document.values import resolved, text

LARGEST = 2_000_000
"""Bytes: as a tree, a document takes many times its size."""

_VERSIONS = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
_DECLARES = re.compile(rb"<\?xml(?:-|[^>]*encoding)")
"""An encoding that is still named would be believed; feedparser drops what it takes for a declaration."""
_UNUSED = set("""pubdate lastbuilddate published updated dc_date dcterms_modified id guid cloud""".split())
_IMAGE = {"url", "title", "link", "description", "width", "height"}


def read(source: bytes, url: str) -> dict[str, Any] | None:
    """Return what feedparser would return of a document in UTF-8, or ``None`` if that is not certain.

    Of the result there are ``version``, ``feed`` and ``entries``, with those fields that we use. Dates may be
    aware datetimes. ``source`` must begin with its first ``<``.
    """
    if len(source) > LARGEST or b"<!DOCTYPE" in source or b"<!ENTITY" in source or _DECLARES.match(source):
        return None
    names = Names()
    parser = ET.iterparse(io.BytesIO(source), ("start-ns",))  # noqa: S314 - without a document type
    try:
        for _, declared in parser:
            names.declare(*declared)
        root: Element = parser.root  # type: ignore[attr-defined] # the stubs do not know it
        return _Document(names, borrowed().base(url)).read(root)
    except (ET.ParseError, NotPlain, RecursionError):
        return None


class _Document:
    def __init__(self, names: Names, base: str) -> None:
        self._names = names
        self._base = base
        self._feed: Entry = {}
        self._entries: list[Entry] = []
        self._reader = EntryReader(names, base, self._feed)

    def read(self, root: Element) -> dict[str, Any]:
        match self._names.key(root.tag), self._names.version:
            case "rss", "" | "atom10":
                version = self._rss(root)
            case "feed", "atom10" as version:
                self._top(root, 1, self._root_language(root))
            case "rdf_rdf", "rss10" as version:
                self._rdf(root)
            case _:
                raise NotPlain
        return with_their_feed({"version": version, "feed": self._feed, "entries": self._entries})

    def _rss(self, root: Element) -> str:
        if len(root) != 1 or self._names.key(root[0].tag) != "channel":
            raise NotPlain
        language = self._root_language(root)
        self._top(root[0], 2, container_language(root[0], language))
        version = attributes_of(root).get("version", "")
        return _VERSIONS.get(version) or ("rss20" if version.startswith("2.") else "rss")

    def _rdf(self, root: Element) -> None:
        language = container_language(root, None)
        for number, child in enumerate(root):
            match self._names.key(child.tag):
                case "channel" if number == 0:
                    self._top(child, 2, container_language(child, language))
                case "item":
                    self._entries.append(self._reader.entry(child, 2, language))
                case "image":
                    self._image(child, 2)
                case _:
                    raise NotPlain

    def _root_language(self, root: Element) -> str | None:
        language = container_language(root, None)
        if language:
            self._feed["language"] = language.replace("_", "-")
        return language

    def _top(self, parent: Element, depth: int, language: str | None) -> None:
        """Read a channel, or what Atom has in its place."""
        depth += 1
        for child in parent:
            match self._names.key(child.tag):
                case "item" | "entry":
                    self._entries.append(self._reader.entry(child, depth, language))
                case (
                    "title" | "dc_title" | "author" | "managingeditor" | "dc_creator" | "itunes_author" as key
                ):
                    self._reader.of_feed(key, child, depth, language)
                case "link":
                    self._link(child)
                case "language" | "dc_language":
                    self._feed["language"] = text(text_of(child))
                case "image":
                    self._image(child, depth)
                case "description" | "dc_description" | "summary" | "itunes_summary" as key:
                    self._summary(child, is_summary="summary" in key)
                case key if key in PARTS:
                    pass_parts(self._names, child, key)
                case key if key in _UNUSED:
                    text_of(child)
                case key:
                    self._reader.other(key)(self._feed, child, depth, language)

    def _link(self, element: Element) -> None:
        """Take an address that has a relation to the feed: that of its hub, for one."""
        attributes = attributes_of(element)
        text_of(element)
        if "rel" not in attributes:
            return
        target = target_of(attributes)
        if target is None or "base" in attributes or "xml:base" in attributes:
            raise NotPlain
        link = {"rel": attributes["rel"], "href": resolved(self._base, target)}
        self._feed.setdefault("links", []).append(link)

    def _summary(self, element: Element, *, is_summary: bool) -> None:
        """Pass over a description; of a second one, feedparser takes the first entry to have a content."""
        words_of(element)
        if "summary" in self._feed and not self._reader.has_content:
            self._reader.has_content = True
        elif is_summary:
            self._feed["summary"] = ""

    def _image(self, element: Element, depth: int) -> None:
        """Pass over the feed's picture, whose title counts as one at its depth."""
        self._reader.title_depth = -1
        for child in element:
            key = self._names.key(child.tag)
            if key not in _IMAGE:
                raise NotPlain
            words = words_of(child) if key in {"title", "description"} else text_of(child)
            if key == "title" and text(words):
                self._reader.title_depth = depth + 1
