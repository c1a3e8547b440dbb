"""What feedparser makes of texts, addresses and dates, with short cuts for the usual ones. Pure."""

import re
from contextlib import suppress
from functools import lru_cache
from typing import Any

from monitor.feeds.document.lenient import borrowed
from monitor.feeds.document.ordinary_dates import ordinary

_CONTROLS = re.compile("[\x80-\x9f]")
_PART = r"[A-Za-z0-9._~!$&'()*+,=:@%/-]"
_WHOLE = re.compile(
    rf"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{{1,5}})?(?:/{_PART}*)?(?:\?[?{_PART[1:]}+)?(?:#{_PART}+)?",
    re.ASCII,
)
"""Addresses that no resolving changes."""
_NAME = re.compile("[A-Za-z0-9_-]+")
_ENTITY = re.compile("&([A-Za-z0-9_]+);")


def text(raw: str) -> str:
    """Return a text without white space around it, and with its characters set right."""
    return _righted(raw.strip())


def address(base: str, raw: str) -> str:
    """Return an address made absolute."""
    return _righted(resolved(base, stripped) if (stripped := raw.strip()) else "")


def linked(base: str, raw: str) -> str:
    """Return the address in a link's text: its & may have become entities."""
    found = address(base, raw)
    return _ENTITY.sub(r"&\1", found.replace("&amp;", "&")) if "&" in found else found


def resolved(base: str, uri: str) -> str:
    """Return an address made absolute, and otherwise as it stands."""
    if is_whole(uri):
        return uri
    return _folder(base) + uri if _NAME.fullmatch(uri) else borrowed().resolve(base, uri)


def is_whole(uri: str) -> bool:
    """Return whether this is a web address that resolving would not change."""
    return _WHOLE.fullmatch(uri) is not None


def date(value: str) -> Any:  # noqa: ANN401 - feedparser's tuples are untyped
    """Return a date as an aware datetime or as a tuple in UTC, ``None`` if it cannot be read."""
    return ordinary(value) or borrowed().date(value)


@lru_cache(maxsize=100)
def _folder(base: str) -> str:
    """Return what plain names are resolved to, without the name."""
    return borrowed().resolve(base, "x").removesuffix("x")


def _righted(value: str) -> str:
    """Return UTF-8 that was taken for Latin-1, and characters of Windows, as what they were meant to be."""
    if value.isascii():
        return value
    with suppress(UnicodeError):
        value = value.encode("iso-8859-1").decode("utf-8")
    return value.translate(borrowed().characters) if _CONTROLS.search(value) else value
