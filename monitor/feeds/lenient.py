"""feedparser, which makes the best of whatever is called a feed. The only file that imports it.

It also lends parts of itself to ``plain``, which has to give the same results.
"""

import io
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from xml.sax import SAXException

from monitor.errors import ParseError
from monitor.feeds import dates

LONGEST_AUTHOR = 500
"""Characters."""


@cache
def feedparser() -> Any:  # noqa: ANN401 - it is untyped
    """Return the module. It is loaded when first needed: all but the caged processes do without it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it still names parts of the standard library that are to go
        import feedparser
    handlers = feedparser.datetimes._date_handlers
    handlers[:] = [dates.written, *map(_guarded, handlers)]
    feedparser.datetimes.rfc822.timezone_names |= dates.ZONES
    # Asked at each element, mostly for what it gave at the last one: that took a quarter of the time.
    feedparser.mixin.make_safe_absolute_uri = lru_cache(maxsize=8)(feedparser.mixin.make_safe_absolute_uri)
    mixin = feedparser.mixin._FeedParserMixin
    mixin._sync_author_detail = _bounded(mixin._sync_author_detail)
    mixin._end_guid = mixin._end_id = _with_plain_guids(mixin._end_guid)
    _pass_over_links_within(feedparser.api.StrictFeedParser)
    return feedparser


def read(source: bytes, url: str) -> dict[str, Any]:
    """Return feedparser's result for a document in UTF-8; raise ``ParseError`` if it gives up."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # Bytes or text would be taken for a file's name or an address; a stream is only read.
        return dict(
            feedparser().parse(
                io.BytesIO(source), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
            )
        )
    except (RecursionError, MemoryError):
        raise
    except Exception as error:
        raise ParseError(
            f"the feed could not be read: the parser fails on it ({type(error).__name__})"
        ) from error


def is_broken(result: dict[str, Any]) -> bool:
    """Return whether the document was not well-formed."""
    return isinstance(result.get("bozo_exception"), SAXException)


@dataclass(frozen=True, slots=True)
class Borrowed:
    """What feedparser does with names, addresses, dates, authors and characters."""

    namespaces: Mapping[str, str]
    """The prefixes under which it knows namespaces (in lower case)."""
    resolve: Callable[[str, str], str]
    """Make an address absolute: base, address."""
    base: Callable[[str], str]
    """Give the address that others are relative to, by that of the document."""
    date: Callable[[str], Any]
    characters: Mapping[int, str]
    """What it takes the control characters from U+0080 for."""
    synonyms: frozenset[str]
    """Names that it stores under another one."""
    author: Callable[[dict[str, Any]], Any]
    """Give what keeps the authors of an entry."""
    elements: type

    def knows(self, key: str) -> bool:
        """Return whether an element of this name is more to feedparser than a text to store."""
        return hasattr(self.elements, f"_start_{key}") or hasattr(self.elements, f"_end_{key}")


@cache
def borrowed() -> Borrowed:
    """Return the parts of feedparser that are used on their own."""
    module = feedparser()
    mixin = module.mixin._FeedParserMixin

    class Author:
        _save_author = mixin._save_author
        _sync_author_detail = mixin._sync_author_detail

        def __init__(self, entry: dict[str, Any]) -> None:
            self._entry = entry

        def _get_context(self) -> dict[str, Any]:
            return self._entry

    return Borrowed(
        {uri.lower(): prefix for uri, prefix in mixin.namespaces.items()},
        module.urls._urljoin,
        lambda url: module.urls.make_safe_absolute_uri(url, url) or url,
        module.datetimes._parse_date,
        module.html._cp1252,
        frozenset(module.FeedParserDict.keymap),
        Author,
        mixin,
    )


def _bounded(sync: Callable[..., None]) -> Callable[..., None]:
    """Return what looks for an address in an author, which takes quadratic time, for no long ones."""

    def bounded(self: Any, key: str = "author") -> None:  # noqa: ANN401
        context = self._get_context()
        author = context.get(key)
        if isinstance(author, str) and len(author) > LONGEST_AUTHOR:
            context[key] = author[:LONGEST_AUTHOR]
        sync(self, key)

    return bounded


def _pass_over_links_within(parser: Any) -> None:  # noqa: ANN401
    """Have it take an entry's own links, not those in its elements: of related articles for one."""
    start_item, start_link, end_link = parser._start_item, parser._start_link, parser._end_link

    def start_entry(self: Any, attributes: dict[str, str]) -> None:  # noqa: ANN401
        self.depth_of_entry = self.depth
        self.hasContent = 0  # the feed's description would count as the first entry's
        start_item(self, attributes)

    def start(self: Any, attributes: dict[str, str]) -> None:  # noqa: ANN401
        is_within = self.inentry and self.depth > self.depth_of_entry + 1
        if is_within and not (self.insource or self.inimage):
            self.push("link_within", 1)
        else:
            start_link(self, attributes)

    def end(self: Any) -> None:  # noqa: ANN401
        if self.elementstack and self.elementstack[-1][0] == "link_within":
            self.pop("link_within")
        else:
            end_link(self)

    parser._start_item = parser._start_entry = start_entry
    parser._start_link, parser._end_link = start, end


def _with_plain_guids(end: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return what takes a guid, but as no address unless it looks like one.

    A guid of 1 would become an address on the feed's host, which other feeds of that host may have as well.
    """

    def with_plain_guids(self: Any) -> None:  # noqa: ANN401
        element, _, pieces = self.elementstack[-1] if self.elementstack else ("", 0, [])
        if element == "id":
            self.guidislink = self.guidislink and may_be_address("".join(map(str, pieces)))
        end(self)

    return with_plain_guids


def may_be_address(guid: str) -> bool:
    """Return whether a guid can be the address of a page, if only a part of it."""
    return "/" in guid


def _guarded(handler: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a reader of dates that does not lose a whole feed for one month 13, and makes up no month."""

    def guarded(text: str) -> Any:  # noqa: ANN401
        if dates.is_vague(text):
            return None
        try:
            return handler(dates.with_plain_offset(text))
        except (IndexError, TypeError):
            return None

    return guarded
