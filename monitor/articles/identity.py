"""Which things are the same thing: ids that come out alike on every machine and at every try. Pure.

A change of these rules would make known articles look new. So they carry a version, and golden ids in the
tests notice any change.
"""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, unquote, urlsplit

IDENTITY_VERSION = 1

_TRACKING = re.compile(
    r"utm_\w+|at_\w+|mc_[ce]id|(?:fb|g|y|ms|tw|dc|ga|wbra|gbra)clid|igshid|_openstat|yclid|_ga|_gl|mkt_tok|"
    r"ref_src|ref_url|cmpid|cmp|ns_(?:campaign|mchannel|source|linkname|fee)|xtor|traffic_source|guccounter|"
    r"smid|smtyp|partner|from_rss|rss|feed_?id|share_?id|fbc\w*|spm|src_?rss",
    re.IGNORECASE,
)
_SAFE_PATH = "/:@!$&'()*+,;=~-._"
_SAFE_QUERY = "/:@!$'()*,;~-._?"
_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str | None) -> str | None:
    """Return the form in which all spellings of an article's address are equal, or ``None``.

    Scheme, host, default port, tracking parameters, fragment, percent-encoding and the order of parameters
    make no difference. An address that is only a host is no address of an article.
    """
    try:
        parts = urlsplit((url or "").strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _PORTS or not host:
        return None
    query = _query(parts.query)
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""
    path = _encoded(parts.path, _SAFE_PATH)
    if path.strip("/") == "" and not query and not fragment:
        return None
    default = port in {None, _PORTS[parts.scheme.lower()]}
    place = _host(host) if default else f"{_host(host)}:{port}"
    return f"//{place}{path.rstrip('/') or '/'}{'?' + query if query else ''}{fragment}"


def article_id(url: str | None, feed_id: str, guid: str | None, text: str) -> str:
    """Return the id of an article: of its address, else of feed and guid, else of feed and text."""
    address = canonical_url(url)
    if address:
        return _hash("article", "url", address)
    if guid:
        return _hash("article", "guid", feed_id, guid)
    return _hash("article", "text", feed_id, text)


def match_id(article: str, topic_id: str) -> str:
    """Return the id of the match of an article and a topic."""
    return _hash("match", article, topic_id)


def alert_id(topic_id: str, subject: str, reason: str) -> str:
    """Return the id of the alert on a subject (an article's id) for a reason."""
    return _hash("alert", topic_id, subject, reason)


def delivery_id(alert: str, receiver: str) -> str:
    """Return the id of the delivery of an alert to a receiver."""
    return _hash("delivery", alert, receiver)


def digest_id(receiver: str, parts: Iterable[str]) -> str:
    """Return the id of a receiver's digest."""
    return _hash("digest", receiver, *parts)


def text_hash(title: str, summary: str, body: str) -> str:
    """Return what changes when an article is edited (16 hexadecimal digits)."""
    return _hash("text", title, summary, body)[:16]


def _hash(*parts: str) -> str:
    """Hash the parts so that no two lists of parts can be confused."""
    digest = hashlib.sha256(f"v{IDENTITY_VERSION}".encode())
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]


def _host(host: str) -> str:
    host = host.rstrip(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=None)
    kept = sorted(pair for pair in pairs if not _TRACKING.fullmatch(pair[0]))
    return "&".join(f"{quote(name, _SAFE_QUERY)}={quote(value, _SAFE_QUERY)}" for name, value in kept)


def _encoded(path: str, safe: str) -> str:
    return quote(unquote(path, errors="surrogateescape"), safe, errors="surrogateescape")
