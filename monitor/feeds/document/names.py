"""The names that feedparser has for the elements of a document, by its namespaces. Pure.

feedparser goes by prefixes of its own, and mixes them up with those of the document in places. Where both
could come to mean different things, the document is not ``plain``.
"""

from functools import cache

from monitor.feeds.document.lenient import borrowed

_VERSIONS = {
    "http://my.netscape.com/rdf/simple/0.9/": "rss090",
    "http://purl.org/rss/1.0/": "rss10",
    "http://www.w3.org/2005/atom": "atom10",
}
_XLINK = "http://www.w3.org/1999/xlink"
_ANY_VERSION = "backend.userland.com/rss"


class NotPlain(Exception):
    """What only feedparser knows how to take."""


class Names:
    """The namespaces of one document, as they are declared."""

    def __init__(self) -> None:
        self.version = ""
        """What the first telling declaration says of the format."""
        self._bound: dict[str, tuple[str, str]] = {}
        self._in_use: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}

    def declare(self, prefix: str, uri: str) -> None:
        """Take a declaration; raise ``NotPlain`` if feedparser could mix it up with another one."""
        lower = uri.lower()
        if not uri:
            return
        if _ANY_VERSION in lower or uri == _XLINK or len(uri.split()) != 1:
            raise NotPlain
        self.version = self.version or _VERSIONS.get(lower, "")
        known = borrowed().namespaces.get(lower)
        own = prefix.lower()
        if prefix and self._bound.setdefault(own, (prefix, uri)) != (prefix, uri):
            raise NotPlain
        if own in _standard() and known is not None and known.lower() != own:
            raise NotPlain
        means = own if known is None else known.lower()
        if means and self._in_use.setdefault(means, known or uri) != (known or uri):
            raise NotPlain
        if prefix:
            self._prefixes.setdefault(uri, own)

    def key(self, tag: str) -> str:
        """Return feedparser's name for an element, ``dc_creator`` for one; raise ``NotPlain`` without one."""
        if tag[0] != "{":
            return tag.lower()
        uri, _, name = tag[1:].rpartition("}")
        prefix = borrowed().namespaces.get(uri.lower())
        if prefix is None:
            prefix = self._prefixes.get(uri)
            if prefix is None:
                raise NotPlain
        return f"{prefix}_{name}".lower() if prefix else name.lower()


@cache
def _standard() -> frozenset[str]:
    return frozenset(prefix.lower() for prefix in borrowed().namespaces.values() if prefix)
