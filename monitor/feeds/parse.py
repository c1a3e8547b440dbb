"""A document -> the entries in it. Pure, runs in the cage.

Well-formed feeds go a quick way (``plain``), which gives what feedparser gives; all others are feedparser's.
"""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html.entities import html5
from typing import Any

from monitor.errors import NotAFeed
from monitor.feeds import lenient, plain
from monitor.feeds.bounds import AUTHOR, LANGUAGE, bounded
from monitor.feeds.charset import decoded, without_declaration
from monitor.feeds.entries import entry_of, of_text, sound
from monitor.feeds.jsonfeed import json_entries
from monitor.feeds.rescue import is_swallowed, rescued
from monitor.feeds.websub.offer import NOTHING, Offer, offer_of
from monitor.feeds.wishes import NO_WISHES, Wishes, wishes_of
from monitor.model import Entry
from monitor.plural import number

_CLOSING = re.compile(r"</\s*(?:[\w.-]+:)?(rss|feed|rdf|channel|cdf)\s*>", re.IGNORECASE)
_RDF = re.compile(r"<\s*(?:[\w.-]+:)?rdf[\s>]", re.IGNORECASE)
_ENTRY = re.compile(r"<\s*(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_OPENING = re.compile(r"<\s*(?:[\w.-]+:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>\s*([^<]{0,200})", re.IGNORECASE)
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ASIDE = r"<!\[CDATA\[.*?(?:\]\]>|$)|<!--.*?(?:-->|$)"
_ASIDES = re.compile(_ASIDE, re.DOTALL)
_OLD_NAMES = "|".join(name for name in html5 if not name.endswith(";"))
_BARE = re.compile(
    rf"{_ASIDE}|&(?!(?:#[0-9]{{1,20}}|#[xX][0-9a-fA-F]{{1,20}}|[A-Za-z][A-Za-z0-9]{{0,31}});"
    rf"|(?:{_OLD_NAMES})(?![A-Za-z0-9=]))",
    re.DOTALL,
)
"""An ampersand that begins no reference, as HTML sees it (`&eacute` may end so), or a stretch without any."""
_BLANK = "\ufeff \t\r\n"
_NO_CHARACTER = re.compile(
    r"&#(?:(?:0*(?:5529[6-9]|55[3-9]\d\d|5[67]\d{3})|[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2});"
    r"|(?:0*[1-9]\d{6,}|[xX]0*(?:[1-9a-fA-F][0-9a-fA-F]{6,}|(?:1[1-9a-fA-F]|[2-9a-fA-F][0-9a-fA-F])[0-9a-fA-F]{4}));?)"
)
"""Numbers of surrogates, and those too large for a character: feedparser would stumble over them."""
_DOCTYPE = re.compile(r"""<!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*+(?:\[.*?\]\s*)?>""", re.DOTALL)
_LONGEST_TEXT = 1_500_000
"""Characters between two tags that are read: the parser would take its time for the others in vain."""
_CUT_ENTITY = re.compile("&[^&;]{0,10}$")
_LONG_TEXT = re.compile(rf"(?<![^<])[^<]{{{_LONGEST_TEXT},}}+")
_TAIL = 100
"""Characters in which the end of a document mostly stands."""
_HEAD = 10_000
"""Characters in which a document type begins."""
_END = re.compile(r"</\s*(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTRY_END = re.compile("</(?:item|entry)>")


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
    offer: Offer = NOTHING
    """What it says of its hub."""
    quick: bool = field(default=False, compare=False)
    """Whether it went the quick way."""


def parse(body: bytes, content_type: str, url: str, limits: ParseLimits, *, quick: bool = True) -> ParsedFeed:
    """Return what the feed ``body`` holds; raise ``NotAFeed`` if it is none, else ``ParseError``.

    A bad entry is left out and counted in ``problems``; the others are kept. Without ``quick`` all is left to
    feedparser, which changes nothing but the time it takes.
    """
    whole = decoded(body, content_type).lstrip(_BLANK)
    short = _with_short_texts(whole)
    text, left = _first_entries(short, limits.max_entries)
    if quick and text.startswith("<") and _OPENING.search(text):
        result = plain.read(_utf8(text), url)
        if result is not None and not is_swallowed(text, len(result["entries"])):
            return _parsed(result, text, url, limits, left=left, cut=short != whole, quick=True)
    text = _UNSAFE.sub(" ", _SURROGATES.sub("\ufffd", text)).lstrip(_BLANK)
    if not text:
        raise NotAFeed("the document is empty")
    if text[0] in "{[":
        title, language, offer, entries, problems = json_entries(text, limits.max_entries)
        about = ParsedFeed((), "JSON Feed", title, language, offer=offer)
        return _feed(entries, problems, limits, url, about)
    if not _OPENING.search(text):
        raise NotAFeed(_what_else(text))
    result = _read_leniently(text, url)
    if not result.get("version") and not result["entries"]:
        raise NotAFeed(_what_else(text))
    return _parsed(result, text, url, limits, left=left, cut=short != whole)


def _read_leniently(text: str, url: str) -> dict[str, Any]:
    """Return what feedparser gives, and of a broken document also the entries that it has lost."""

    def read(document: str) -> dict[str, Any]:
        return lenient.read(_utf8(_BARE.sub(_with_sign, document) if "&" in document else document), url)

    result = read(text)
    if lenient.is_broken(result) or is_swallowed(text, len(result["entries"])):
        saved = rescued(text, len(result["entries"]), lambda piece: read(piece)["entries"])
        result["entries"] = saved or result["entries"]
        result["rescued"] = bool(saved)
    return result


def _with_sign(found: re.Match[str]) -> str:
    """Return the reference for an ampersand that stands for itself: `?a=1&lang=ru` has no angle in it."""
    return "&amp;" if found[0] == "&" else found[0]


def _first_entries(text: str, most: int) -> tuple[str, int]:
    """Return XML without its entries beyond the first ones, and how many they are: reading takes its time."""
    if text.count("</item>") + text.count("</entry>") <= most:
        return text, 0
    ends = [found.end() for found in _ENTRY_END.finditer(text)]
    return text[: ends[most - 1]] + text[ends[-1] :], len(ends) - most


def _with_short_texts(text: str) -> str:
    """Return XML in which texts are cut that are far longer than any field may be."""
    if len(text) <= _LONGEST_TEXT or text[0] in "{[":
        return text
    return _LONG_TEXT.sub(lambda found: _CUT_ENTITY.sub("", found[0][:_LONGEST_TEXT]), text)


def _utf8(text: str) -> bytes:
    sane = _NO_CHARACTER.sub("\ufffd", without_declaration(_without_doctype(text)))
    return sane.encode("utf-8", "surrogatepass")


def _without_doctype(text: str) -> str:
    """Return XML that declares no entities: what they stand for can be huge, and feeds do without."""
    start = text.find("<!DOCTYPE", 0, _HEAD)
    found = _DOCTYPE.match(text, start) if start >= 0 else None
    return text[:start] + text[found.end() :] if found else text


def _parsed(
    result: dict[str, Any],
    text: str,
    url: str,
    limits: ParseLimits,
    *,
    left: int,
    cut: bool,
    quick: bool = False,
) -> ParsedFeed:
    problems = (
        ["an element was not closed: the entries were read each for itself"] if result.get("rescued") else []
    )
    entries: list[Entry] = []
    for raw in result["entries"][: limits.max_entries]:
        try:
            # A plain dict, for feedparser's own looks for substitutes of what is missing, and warns of it.
            entries.append(entry_of(raw if quick else dict(raw)))
        except (ValueError, TypeError, AttributeError, OverflowError, KeyError) as error:
            problems.append(f"an entry could not be read: {type(error).__name__}")
    left += max(0, len(result["entries"]) - limits.max_entries)
    if left:
        problems.append(f"{number(left, 'entry')} beyond the first {limits.max_entries} not taken")
    if cut:
        problems.append(f"of texts, what is beyond {_LONGEST_TEXT:,} characters was not read")
    complete = quick or _is_complete(text)
    if not complete and len(entries) > 1 and _is_unfinished(text, len(entries)):
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


def _is_complete(text: str) -> bool:
    """Return whether the end of a feed that is not well-formed is there, after its entries, in no comment."""
    closing = _last(_CLOSING, text, max(0, len(text) - _TAIL)) or _last(_CLOSING, text)
    aside = _last(_ASIDES, text)
    if closing is None or (aside and aside[0].startswith("<!--") and not aside[0].endswith("-->")):
        return False
    if closing[1].lower() == "channel" and _RDF.search(text, 0, _HEAD):
        return False  # there it ends before the entries
    return not _ENTRY.search(text, closing.end())


def _is_unfinished(text: str, found: int) -> bool:
    """Return whether the last of the entries ``found`` begins, but does not end."""
    bare = _ASIDES.sub("", text)
    begins = list(_ENTRY.finditer(bare))
    return len(begins) == found and not _END.search(bare, begins[-1].end())


def _last(pattern: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
    found = deque(pattern.finditer(text, start), maxlen=1)
    return found[0] if found else None


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
