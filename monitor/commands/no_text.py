"""What cannot be an article's text, whatever letters its bytes make: feeds, PDFs, pictures. Pure."""

import re

from monitor.feeds.document.jsonfeed import VERSION

_FEED = re.compile(
    r"\s*(?:<\?.{0,1000}?\?>\s*|<!--.{0,10000}?-->\s*|<!DOCTYPE[^>]{0,1000}>\s*)*+<(?:rss|feed|rdf:RDF)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_JSON_FEED = re.compile(rf'\s*\{{.{{0,10000}}?"version"\s*:\s*"{re.escape(VERSION)}', re.DOTALL)
_ODD = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\ufffd]")
"""Not the escape: what terminals show in colour is text."""
_FEW, _SHARE = 3, 50
"""Fewer odd characters, or one among so many, are slips; where there are more, they are no text."""
_ENOUGH = 20_000
"""Characters by which to judge."""


def why_no_text(raw: bytes, text: str) -> str | None:
    """Return what a document is instead of a text, and what to give; ``text`` is how its bytes decode."""
    if raw.startswith(b"%PDF-"):
        return "it is a PDF: give the text that is in it"
    text = text.removeprefix("\ufeff")
    if _FEED.match(text) or _JSON_FEED.match(text):
        return "it is a feed: give the address of one of its articles"
    head = text[:_ENOUGH]
    odd = len(_ODD.findall(head))
    if odd >= _FEW and odd * _SHARE > len(head):
        return "it is no text, but binary data"
    return None
