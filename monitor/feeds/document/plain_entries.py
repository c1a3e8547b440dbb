"""Entries of ordinary feeds as feedparser reads them, quirks and all. Pure.

The first title counts, a second description is a content, an address in a guid is a link. What has no use and
no side effect is passed over; anything else is ``NotPlain``.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from monitor.feeds.document.adapted import LONGEST_AUTHOR, may_be_address, media_type, relation
from monitor.feeds.document.elements import (
    attributes_of,
    container_language,
    language_of,
    pass_foreign,
    pass_parts,
    target_of,
    text_of,
    words_of,
)
from monitor.feeds.document.lenient import borrowed
from monitor.feeds.document.names import Names, NotPlain
from monitor.feeds.document.own_fields import TEXT_OF_MEDIA, is_full_text, joined
from monitor.feeds.document.values import address, date, linked, resolved, text

Entry = dict[str, Any]

_PAGE_TYPES = {"html", "text/html", "xhtml", "application/xhtml+xml"}
_DEEPEST = 10
_CONTENT = set(
    "rights copyright dc_rights subtitle tagline itunes_subtitle feedburner_browserfriendly".split()
)
_LEAVES = _CONTENT | set(
    """category keywords dc_subject enclosure webmaster dc_publisher generator dc_contributor itunes_image
    itunes_explicit itunes_block itunes_keywords media_category media_keywords media_rating media_credit
    media_restriction media_license media_thumbnail media_player georss_point georss_line georss_polygon
    georss_box""".split()
)
_USED = frozenset(
    """id link links title title_detail summary content published published_parsed updated updated_parsed
    created_parsed author authors author_detail publishers publisher_detail contributors tags source image
    textinput where media_content media_credit media_thumbnail media_rating media_restriction media_license
    media_player psc_chapters version""".split()
)
"""Names under which nothing else may be stored."""


class EntryReader:
    """Reads the entries of one document one after the other, and knows how far feedparser would have come."""

    def __init__(self, names: Names, base: str, feed: Entry) -> None:
        self._names = names
        self._base = base
        self._feed = feed
        self.title_depth = -1
        """How deep the title stood that nothing deeper replaces."""
        self.has_content = False
        self._depths: dict[str, int] = {}
        """How deep that stood which is stored of the entry by now."""
        self._methods: dict[str, _Handler] = {
            **dict.fromkeys(("title", "dc_title"), self._title),
            **dict.fromkeys(("summary", "itunes_summary", "description", "dc_description"), self._summary),
            **dict.fromkeys(("content", "content_encoded"), self._content),
            "link": self._link,
            **dict.fromkeys(("guid", "id"), self._guid),
            **dict.fromkeys(("pubdate", "published", "issued", "dcterms_issued"), self._published),
            **dict.fromkeys(("updated", "modified", "dc_date", "dcterms_modified"), self._updated),
            **dict.fromkeys(("created", "dcterms_created"), self._created),
            **dict.fromkeys(
                ("author", "managingeditor", "dc_creator", "dc_author", "itunes_author"), self._author
            ),
            "source": self._source,
            **dict.fromkeys(("language", "dc_language"), _pass_over),
            **{key: self._parts(key) for key in ("contributor", "itunes_category")},
        }
        self._of_entries = _Table(lambda tag: self._for_entries(names.key(tag)))
        self._nested = _Table(lambda tag: self.other(names.key(tag)))

    def entry(self, element: Element, depth: int, language: str | None) -> Entry:
        """Return an entry as feedparser has it, as far as we use it."""
        entry: Entry = {}
        self.title_depth = -1
        self.has_content = False
        self._depths = {}
        if element.attrib:
            language = container_language(element, language)
            if about := attributes_of(element).get("rdf:about"):
                entry["id"] = about
        depth += 1
        handlers = self._of_entries
        for child in element:
            handlers[child.tag](entry, child, depth, language)
        return entry

    def _for_entries(self, key: str) -> "_Handler":
        own = self._content if is_full_text(key) else self._methods.get(key)
        return own or self.other(key)

    def other(self, key: str) -> "_Handler":
        """Return what takes an element that may stand anywhere."""
        match key:
            case "media_title":
                return self._media_title
            case "media_description":
                return self._media_text
            case "media_content" | "media_group":
                return self._nest
        if key in _CONTENT:
            return lambda _entry, element, _depth, _language: _ignore(words_of(element))
        if key in _LEAVES:
            return _pass_over
        if borrowed().knows(key) or key in borrowed().synonyms or key in _USED:
            raise NotPlain
        return self._nest if "_" in key else _pass_over

    def _parts(self, key: str) -> "_Handler":
        return lambda _entry, element, _depth, _language: pass_parts(self._names, element, key)

    def _nest(self, entry: Entry, element: Element, depth: int, language: str | None) -> None:
        if len(element) == 0:
            return
        attributes = attributes_of(element)
        if depth > _DEEPEST or not attributes.keys().isdisjoint({"lang", "xml:lang", "base", "xml:base"}):
            raise NotPlain
        for child in element:
            self._nested[child.tag](entry, child, depth + 1, language)

    def of_feed(self, key: str, element: Element, depth: int, language: str | None) -> None:
        """Take a title or an author of the feed."""
        self._depths = {}
        self._methods[key](self._feed, element, depth, language)

    def _title(self, entry: Entry, element: Element, depth: int, language: str | None) -> None:
        value = text(words_of(element))
        if not -1 < self.title_depth <= depth:
            if element.attrib:
                language = language_of(attributes_of(element), language)
            self._store(entry, "title", value, depth)
            entry["title_detail"] = {"language": language.replace("_", "-") if language else None}
        if value:
            self.title_depth = depth

    def _media_title(self, entry: Entry, element: Element, depth: int, language: str | None) -> None:
        if entry is self._feed:
            raise NotPlain
        before = self.title_depth
        self._title(entry, element, depth, language)
        self.title_depth = before

    def _summary(self, entry: Entry, element: Element, depth: int, language: str | None) -> None:
        if entry is self._feed:
            raise NotPlain
        if "summary" in entry and not self.has_content:
            self._content(entry, element, depth, language)
        else:
            self._store(entry, "summary", text(words_of(element)), depth)

    def _media_text(self, entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
        entry[TEXT_OF_MEDIA] = joined(entry.get(TEXT_OF_MEDIA, ""), text(words_of(element)))

    def _content(self, entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
        self.has_content = True
        value = text(words_of(element))
        entry.setdefault("content", []).append({"value": value})
        entry.setdefault("summary", value)

    def _store(self, entry: Entry, key: str, value: str, depth: int) -> None:
        if depth <= self._depths.get(key, depth):
            self._depths[key] = depth
            entry[key] = value

    def _link(self, entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
        attributes = attributes_of(element)
        if not attributes:
            self._words_of_link(entry, text_of(element))
            return
        if "base" in attributes or "xml:base" in attributes:
            raise NotPlain
        words = text_of(element)
        target = target_of(attributes)
        if target is None:
            self._words_of_link(entry, words)
        elif relation(attributes.get("rel", "")) == "alternate":
            there = resolved(self._base, target)
            if media_type(attributes.get("type", "text/html")) in _PAGE_TYPES:
                entry["link"] = there
            else:
                entry.setdefault("links", []).append({"rel": "alternate", "href": there})

    def _words_of_link(self, entry: Entry, words: str) -> None:
        link = linked(self._base, words)
        if not link and entry.get("link"):
            raise NotPlain  # then the first counts, of all that there were
        entry["link"] = link

    def _guid(self, entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
        attributes = attributes_of(element)
        if "base" in attributes or "xml:base" in attributes:
            raise NotPlain
        guid = text_of(element)
        if attributes.get("ispermalink", "true") == "true" and may_be_address(guid):
            entry["id"] = address(self._base, guid)
            entry.setdefault("link", entry["id"])
        else:
            entry["id"] = text(guid)

    def _published(self, entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
        entry["published"] = value = text(text_of(element))
        entry["published_parsed"] = date(value)

    def _updated(self, entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
        entry["updated"] = value = text(text_of(element))
        entry["updated_parsed"] = date(value)

    def _created(self, entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
        entry["created_parsed"] = date(text(text_of(element)))

    def _author(self, entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
        authors = entry.setdefault("authors", [])
        keeper = borrowed().author(entry)
        authors.append({})
        words = element.text or ""
        for child in element:
            key = self._names.key(child.tag)
            words += child.tail or ""
            if key in {"name", "email"}:
                keeper._save_author(key, text_of(child).strip())
            elif key in {"uri", "url"}:
                keeper._save_author("href", text_of(child))
            else:
                pass_foreign(key, child)
        entry["author"] = value = text(words)
        if "@" in value or authors[-1] or len(value) > LONGEST_AUTHOR:
            keeper._sync_author_detail()
        elif value:
            authors[-1]["name"] = value
            entry.setdefault("author_detail", authors[-1])

    def _source(self, _entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
        text_of(element)
        self.title_depth = -1


_Handler = Callable[[Entry, Element, int, str | None], None]


class _Table(defaultdict[str, _Handler]):
    """Handlers by tag, each looked for once."""

    def __init__(self, look: Callable[[str], _Handler]) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, tag: str) -> _Handler:
        self[tag] = found = self._look(tag)
        return found


def _pass_over(_entry: Entry, element: Element, _depth: int, _language: str | None) -> None:
    text_of(element)


def _ignore(_value: str) -> None:
    """Do nothing with what was only checked."""
