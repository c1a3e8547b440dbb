"""Markup to plain text that is safe to store, match and show; and dates that can be true. Pure."""

import html
import re
import unicodedata
from datetime import UTC, datetime, timedelta

import nh3

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = timedelta(days=2)
MARK = "…"
PASSES = 4
"""Some feeds escape what was escaped before; deeper nests than this are not unfolded."""

_BREAKS = re.compile(
    r"<\s*/?\s*(?:br|p|div|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|section|article|hr|dd|dt|figure|figcaption)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:#\d|#[xX][0-9a-fA-F]|[a-zA-Z][a-zA-Z0-9]*;)")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


def _table() -> dict[int, str | None]:
    """Return what becomes of odd characters: invisible ones go, spaces and ends of lines turn plain."""
    table: dict[int, str | None] = {}
    for code in (*range(0xD800), *range(0xE000, 0x10000), *range(0xE0000, 0xE0080)):
        category = unicodedata.category(chr(code))
        if category in {"Cc", "Cf"}:
            table[code] = None
        elif category == "Zs":
            table[code] = " "
        elif category in {"Zl", "Zp"}:
            table[code] = "\n"
    for code in (0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)):
        table[code] = None
    table |= {ord("\t"): " ", ord("\n"): "\n", ord("\r"): "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n"}
    return table


_CHARACTERS = _table()


def plain_text(markup: str, limit: int) -> tuple[str, bool]:
    """Return the text of ``markup`` (HTML or plain) in NFC, and whether it had to be cut at ``limit``.

    The result has no markup, entities, control or invisible characters; spaces are single, and lines end
    where blocks ended. A cut is made at the end of a word and marked with ``…``.
    """
    text = _SURROGATES.sub("\ufffd", markup)
    for _ in range(PASSES):
        if not _MARKUP.search(text):
            break
        text = _without_markup(text)
    return _cut(_without_oddities(text), limit)


def one_line(text: str) -> str:
    """Return plain text as a single line."""
    return text.replace("\n", " ")


def sane_date(published: datetime | None, now: datetime) -> datetime | None:
    """Return the date in UTC if it can be true: from 1990 on, and at most two days ahead of ``now``."""
    if published is None:
        return None
    try:
        moment = published.astimezone(UTC) if published.tzinfo else published.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None
    return moment if EARLIEST <= moment <= now + LATEST else None


def _without_markup(text: str) -> str:
    spaced = _BREAKS.sub(lambda found: "\n" + found.group(), text)
    return html.unescape(nh3.clean(spaced, tags=set(), clean_content_tags={"script", "style", "template"}))


def _without_oddities(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        text = _SURROGATES.sub("\ufffd", text).translate(_CHARACTERS)
        text = unicodedata.normalize("NFC", text)
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _cut(text: str, limit: int) -> tuple[str, bool]:
    if len(text) <= limit:
        return text, False
    head = text[:limit]
    space = max(head.rfind(" "), head.rfind("\n"))
    return (head[:space] if space > limit // 2 else head).rstrip() + MARK, True
