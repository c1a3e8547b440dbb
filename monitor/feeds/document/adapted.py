"""feedparser, with what it does wrong, or slowly, put right. The only file that imports it."""

import html
import re
import warnings
from collections.abc import Callable
from copy import deepcopy
from functools import cache, lru_cache, wraps
from typing import Any

from monitor.feeds.document import dates
from monitor.feeds.document.nesting import bear_missing_ends, find_ends_first
from monitor.feeds.document.own_fields import (
    XHTML,
    keep_texts_of_media_apart,
    take_texts_of_xhtml,
    take_what_is_its_own,
)

LONGEST_AUTHOR = 500
"""Characters."""
_WHOLE = re.compile(r"https?://[\w.-]+(?::\d+)?/[\w./-]*(?:\?[\w.=&%-]+)?", re.ASCII)
"""An address that is the same wherever it stands."""
_HIDDEN = "\ufeff\u200b\u200e\u200f\u2060"
_REFERENCE = re.compile("&(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_RELATIONS = "http://www.iana.org/assignments/relation/"


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
    mixin._save_author = _of_authors_only(mixin._save_author)
    mixin._end_guid = mixin._end_id = _with_plain_guids(mixin._end_guid)
    mixin._start_link = _with_plain_relations(mixin._start_link)
    keep_texts_of_media_apart(mixin)
    take_texts_of_xhtml(mixin)
    strict, loose = feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser
    take_what_is_its_own(strict)
    take_what_is_its_own(loose)
    find_ends_first(loose)
    bear_missing_ends(loose)
    _read_references_once(loose, strict)
    _read_quickly(feedparser.util.FeedParserDict)
    feedparser.mixin._urljoin = feedparser.urls._urljoin = _joining(feedparser.urls._urljoin)
    return feedparser


def _bounded(sync: Callable[..., None]) -> Callable[..., None]:
    """Return what looks for an address in an author, which takes quadratic time, for no long ones."""

    def bounded(self: Any, key: str = "author") -> None:  # noqa: ANN401
        context = self._get_context()
        author = context.get(key)
        if isinstance(author, str) and len(author) > LONGEST_AUTHOR:
            context[key] = author[:LONGEST_AUTHOR]
        sync(self, key)

    return bounded


def _of_authors_only(save: Callable[[Any, str, str], None]) -> Callable[..., None]:
    """Return what takes the parts of an author, but not those of the owner of a podcast for some."""

    def of_authors_only(self: Any, key: str, value: str, role: str = "author") -> None:  # noqa: ANN401
        if role == "author":
            save(self, key, value)

    return of_authors_only


def _with_plain_relations(start: Callable[[Any, dict[str, str]], None]) -> Callable[..., None]:
    """Return what takes links, whose relations and types may be written at length."""

    def with_plain_relations(self: Any, attributes: dict[str, str]) -> None:  # noqa: ANN401
        for name, plain in (("rel", relation), ("type", media_type)):
            if name in attributes:
                attributes[name] = plain(attributes[name])
        start(self, attributes)

    return with_plain_relations


def relation(written: str) -> str:
    """Return what a link is to its entry, in a word."""
    return written.strip().lower().removeprefix(_RELATIONS) or "alternate"


def media_type(written: str) -> str:
    """Return a type without parameters."""
    return written.partition(";")[0].strip().lower()


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


def _read_references_once(loose: Any, strict: Any) -> None:  # noqa: ANN401
    """Have attributes, and values like links and dates, mean in broken documents what they do in others.

    They kept their references, or lost a sign of each: of `?a=1&amp;id=2` in CDATA came `?a=1&ampid=2`.
    """
    pop, decode = loose.pop, loose.decode_entities

    def is_plain(self: Any) -> bool:  # noqa: ANN401
        kind = self.contentparams.get("type", "xml")
        return bool(kind.endswith("xml") and kind != XHTML)

    def read_and_pop(self: Any, element: str, *how: int) -> Any:  # noqa: ANN401
        if self.elementstack and self.elementstack[-1][0] == element and is_plain(self):
            pieces = self.elementstack[-1][2]
            texts = (one.decode() if isinstance(one, bytes) else one for one in pieces)
            pieces[:] = [without_references("".join(texts))]
        return pop(self, element, *how)

    def decoded(self: Any, element: str, data: str) -> str:  # noqa: ANN401
        return data if is_plain(self) else decode(self, element, data)

    def normalized(attribute: tuple[str, str]) -> Any:  # noqa: ANN401
        return strict._normalize_attributes((attribute[0], without_references(attribute[1])))

    loose.pop, loose.decode_entities = read_and_pop, decoded
    loose._normalize_attributes, loose.strattrs = map(staticmethod, (normalized, strict.strattrs))


def without_references(written: str) -> str:
    """Return a text of XML as what it says: references to references stay these."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), written) if "&" in written else written


def _read_quickly(kept: Any) -> None:  # noqa: ANN401
    """Have its dictionaries look for substitutes only of keys that have some, and copy values by no detours.

    They are asked for types and bases at each element: that took a sixth of the time.
    """
    with_substitutes = {"category", "enclosures", "license", "updated", "updated_parsed", *kept.keymap}
    with_its_substitute, plainly = kept.get, dict.get

    def get(self: dict[str, Any], key: str, default: object = None) -> object:
        return (with_its_substitute if key in with_substitutes else plainly)(self, key, default)

    def deep_copy(self: dict[str, Any], memo: dict[int, Any]) -> dict[str, Any]:
        return kept((key, deepcopy(value, memo)) for key, value in self.items())  # type: ignore[no-any-return]

    kept.get, kept.__deepcopy__ = get, deep_copy


def _joining(join: Callable[[str, str], str]) -> Callable[[str, str], str]:
    """Return what makes an address absolute, but takes none apart that is so already."""

    @wraps(join)
    def joined(base: str, address: str) -> str:
        if _WHOLE.fullmatch(address):
            return address
        visible = address.strip(_HIDDEN)
        return "" if visible == "#" else join(base, visible)

    return joined
