"""Makes text from outside fit for people to read: a title may hold anything. Pure."""

import re
from urllib.parse import urlsplit

MARK = "…"
LONGEST_LINK = 2_000

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""No glyph of their own, but able to turn the reading direction or to hide text."""
_SPACES = re.compile(r"\s+")


def encodable(text: str) -> str:
    """Return ``text`` with lone surrogates replaced, so that UTF-8 can hold it. Keeps every offset."""
    return _SURROGATES.sub("\ufffd", text)


def clean(text: str) -> str:
    """Return ``text`` on one line, without control, invisible or direction-turning characters."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", _CONTROLS.sub(" ", encodable(text))))


def one_line(text: str, limit: int) -> str:
    """Return ``text`` cleaned and of at most ``limit`` characters; a cut shows as ``…``."""
    cut = clean(text[: limit * 4]).strip()
    if len(cut) <= limit and len(text) <= limit * 4:
        return cut
    return cut[: limit - 1].rstrip() + MARK


def header_text(text: str, limit: int) -> str:
    """Return ``text`` as one line that a mail header can hold.

    Encoded words (RFC 2047) are broken up: Python decodes them when a header is set, and what they hide
    (a line end, say) would become part of the header.
    """
    return one_line(text.replace("=?", "= ?"), limit)


def safe_link(url: str | None) -> str | None:
    """Return ``url`` if a reader may be sent there, else ``None``.

    Only http and https; no user name, which could pass for the host; nothing that breaks a line.
    """
    if not url or len(url) > LONGEST_LINK or clean(url) != url or " " in url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
    except ValueError:
        return None
    return url if usable else None
