"""Addresses as they are asked for. Pure."""

import re

from yarl import URL

_SENDABLE = re.compile(r"(?!.*/\.\.?(?:[/?#]|$))(?:[\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+", re.ASCII)
"""No character that must be escaped, and no part of a path that leads back."""


def as_sent(url: str) -> URL:
    """Return an address to ask for: letter by letter as it is, if that can be sent. Raises ``ValueError``.

    What is signed, and some servers, heed whether a character is escaped, though it means the same.
    """
    clean = URL(url)
    return URL(url, encoded=True) if _SENDABLE.fullmatch(url) else clean
