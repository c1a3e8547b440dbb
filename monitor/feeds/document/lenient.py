"""What feedparser makes of a document: the best of whatever is called a feed.

It also lends parts of itself to ``plain``, which has to give the same results.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax import SAXException

from monitor.errors import ParseError
from monitor.feeds.document.adapted import feedparser
from monitor.feeds.document.own_fields import with_their_feed


def read(source: bytes, url: str) -> dict[str, Any]:
    """Return feedparser's result for a document in UTF-8; raise ``ParseError`` if it gives up."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # Bytes or text would be taken for a file's name or an address; a stream is only read.
        result = feedparser().parse(
            io.BytesIO(source), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        return with_their_feed(dict(result))
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
