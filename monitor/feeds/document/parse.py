"""A document -> the entries in it. Pure, runs in the cage.

Well-formed feeds go a quick way (``plain``), which gives what feedparser gives; all others are feedparser's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from monitor.errors import NotAFeed
from monitor.feeds.document import lenient, plain
from monitor.feeds.document.asides import ASIDE
from monitor.feeds.document.bounds import AUTHOR, LANGUAGE, bounded
from monitor.feeds.document.charset import decoded
from monitor.feeds.document.endings import first_entries, is_complete, is_unfinished
from monitor.feeds.document.entities import expanded
from monitor.feeds.document.entries import entry_of, of_text, sound
from monitor.feeds.document.jsonfeed import json_entries
from monitor.feeds.document.mending import mended, utf8, with_references
from monitor.feeds.document.rescue import is_swallowed, rescued_entries
from monitor.feeds.document.shortening import (
    LONGEST_TAG,
    LONGEST_TEXT,
    with_short_entries,
    with_short_tags,
    with_short_texts,
    without_data,
)
from monitor.feeds.document.wishes import NO_WISHES, Wishes, wishes_of
from monitor.feeds.websub.offer import NOTHING, HubOffer, offer_of
from monitor.model import Entry
from monitor.plural import number

_BLANK = "\ufeff \t\r\n"
_OPENING = re.compile(r"<\s*(?:[\w.-]+:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_PAGE = re.compile(rf"(?:\s|<!--.*?-->|<\?.*?\?>)*+(?:{_HTML.pattern})", re.IGNORECASE | re.DOTALL)
_OPENING_IN_PAGE = re.compile(
    rf"{ASIDE}|<(?P<name>script|style|textarea|title|xmp)\b[^<>]*(?<!/)>.*?(?:</(?P=name)\s*>|\Z)"
    rf"|(?P<opening>{_OPENING.pattern})",
    re.IGNORECASE | re.DOTALL,
)
"""A feed that begins in a page, as some do behind an error told in HTML, or what may only show one."""
_TEXTS_CUT = f"of texts, what is beyond {LONGEST_TEXT:,} characters was not read"
_TAGS_CUT = f"of elements whose attributes take more than {LONGEST_TAG:,} characters, these were not read"
_OF_ENTRIES = ("title", "link", "summary", "content", "published", "updated")
_TITLE = re.compile(r"<title[^>]*>\s*([^<]{0,200})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """How much of a feed is taken; what is cut is said."""

    max_entries: int = 10_000
    max_field: int = 1_000_000
    """Characters of title, summary and body."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """The entries of a document, in its order. ``complete`` is whether its end was there."""

    entries: tuple[Entry, ...]
    format: str
    title: str = ""
    language: str | None = None
    complete: bool = True
    problems: tuple[str, ...] = ()
    wishes: Wishes = NO_WISHES
    """What it asks of those who poll it."""
    offer: HubOffer = NOTHING
    """What it says of its hub."""
    quick: bool = field(default=False, compare=False)
    """Whether it went the quick way."""


def parse(body: bytes, content_type: str, url: str, limits: ParseLimits, *, quick: bool = True) -> ParsedFeed:
    """Return what the feed ``body`` holds; raise ``NotAFeed`` if it is none, else ``ParseError``.

    A bad entry is left out and counted in ``problems``; the others are kept. Without ``quick`` all is left to
    feedparser, which changes nothing but the time it takes.
    """
    whole = decoded(body, content_type).lstrip(_BLANK)
    if len(whole) > limits.max_field:
        whole = without_data(whole)
    short = with_short_texts(whole)
    text, left = first_entries(short, limits.max_entries)
    told = [_TEXTS_CUT] if short != whole else []
    told += _left_out(left, limits)
    is_opened = _is_opened(text)
    if is_opened and text[0] not in "{[":
        text = expanded(text, limits.max_field)
    if quick and is_opened and text.startswith("<"):
        result = plain.read(utf8(text), url)
        if result is not None and not is_swallowed(text, len(result["entries"])):
            return _parsed(result, text, url, limits, told, quick=True)
    text = mended(text).lstrip(_BLANK)
    if not text:
        raise NotAFeed("the document is empty")
    if text[0] in "{[":
        title, language, offer, entries, problems = json_entries(text, limits.max_entries)
        about = ParsedFeed((), "JSON Feed", title, language, offer=offer)
        return _feed(entries, problems, limits, url, about)
    if not _is_opened(text):
        raise NotAFeed(_what_else(text))
    text, problems = _shortened(text)
    told += problems
    result, problems = _read_leniently(text, url)
    if not _is_feed(result):
        raise NotAFeed(_what_else(text))
    return _parsed(result, text, url, limits, told + problems)


def _is_opened(text: str) -> bool:
    """Return whether a feed begins in a document, be it behind something else."""
    if not _PAGE.match(text):
        return _OPENING.search(text) is not None
    return any(found["opening"] for found in _OPENING_IN_PAGE.finditer(text))


def _shortened(text: str) -> tuple[str, list[str]]:
    """Return XML as feedparser can take it in time, and what of it is not read."""
    tagged = with_short_tags(text)
    short = with_short_entries(tagged)
    told = [_TAGS_CUT] * (tagged != text) + [_TEXTS_CUT] * (short != tagged)
    return short, told


def _read_leniently(text: str, url: str) -> tuple[dict[str, Any], list[str]]:
    """Return what feedparser gives, with entries that it lost in a broken document, and what to say of it."""
    text = with_references(text)

    def read(document: str) -> dict[str, Any]:
        return lenient.read(utf8(document), url)

    result = read(text)
    found = len(result["entries"])
    if not (lenient.is_broken(result) or is_swallowed(text, found)):
        return result, []
    saved, lost = rescued_entries(text, found, lambda document: read(document)["entries"])
    told = ["an element was not closed: the entries were read each for itself"] if saved else []
    if lost:
        told.append(f"an element was not closed: {number(lost, 'entry')} could not be read")
    return result | {"entries": saved or result["entries"]}, told


def _is_feed(result: dict[str, Any]) -> bool:
    """Return whether this is a feed by its name, or by what its entries hold: orders have items too."""
    told = (dict.get(entry, key) for entry in result["entries"] for key in _OF_ENTRIES)
    return bool(result.get("version")) or any(told)


def _parsed(
    result: dict[str, Any],
    text: str,
    url: str,
    limits: ParseLimits,
    told: Sequence[str],
    *,
    quick: bool = False,
) -> ParsedFeed:
    problems = [*told]
    entries: list[Entry] = []
    for raw in result["entries"][: limits.max_entries]:
        try:
            # A plain dict, for feedparser's own looks for substitutes of what is missing, and warns of it.
            entries.append(entry_of(raw if quick else dict(raw)))
        except (ValueError, TypeError, AttributeError, OverflowError, KeyError) as error:
            problems.append(f"an entry could not be read: {type(error).__name__}")
    problems += _left_out(len(result["entries"]) - limits.max_entries, limits)
    complete = quick or is_complete(text)
    if not complete and len(entries) > 1 and is_unfinished(text, len(entries)):
        entries.pop()
        problems.append("the last entry is cut off and waits until it is there as a whole")
    head = dict(result["feed"])
    about = ParsedFeed(
        (),
        str(result.get("version") or "unknown"),
        sound(of_text(head, "title")),
        sound(of_text(head, "language")) or None,
        complete=complete,
        wishes=wishes_of(text),
        offer=offer_of((link.get("rel"), link.get("href")) for link in head.get("links", ())),
        quick=quick,
    )
    return _feed(entries, problems, limits, url, about)


def _left_out(entries: int, limits: ParseLimits) -> list[str]:
    what = f"{number(entries, 'entry')} beyond the first {limits.max_entries} not taken"
    return [what] if entries > 0 else []


def _feed(
    entries: Iterable[Entry], problems: Iterable[str], limits: ParseLimits, url: str, about: ParsedFeed
) -> ParsedFeed:
    told = [*problems] if about.complete else [*problems, "its end is missing"]
    return replace(
        about,
        entries=tuple(bounded(entry, url, limits.max_field) for entry in entries),
        title=about.title[:AUTHOR],
        language=(about.language or "")[:LANGUAGE] or None,
        problems=tuple(dict.fromkeys(told)),
    )


def _what_else(text: str) -> str:
    head = text[:20_000]
    if _HTML.search(head):
        title = _TITLE.search(head)
        named = " ".join(title.group(1).split()) if title else ""
        return f'HTML page "{named}"' if named else "an HTML page"
    if text.startswith("<"):
        return "XML of another kind"
    return "plain text or binary data"
