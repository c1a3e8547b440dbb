"""Which addresses are asked at all, where redirects lead, and what became of a request. Pure."""

import re
import socket
from contextlib import suppress
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from monitor.errors import FetchError, FetchRefused
from monitor.feeds.fetching.reasons import invalid, is_out_of_reach, why
from monitor.guard import refusal

_LOGIN = re.compile(r"^(\s*[a-z]+:/*)[^/?#]*@", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def check_address(url: str) -> None:
    """Raise ``FetchRefused`` unless this is a web address with a host, ``FetchError`` if it is no address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError("not a usable address", url=url) from error
    if parts.scheme not in {"http", "https"}:
        kind = f"{parts.scheme}: addresses" if parts.scheme else "addresses without http:// or https://"
        raise FetchRefused(f"{kind} are not fetched, only http and https", url=url, reached=None)
    if not host:
        raise FetchRefused("the address has no host", url=url, reached=None)


def without_login(url: str) -> str:
    """Return an address as people may see it."""
    return _LOGIN.sub(r"\1", url)


def target(url: str, response: aiohttp.ClientResponse) -> str:
    """Return where a redirect leads; raise ``FetchError`` if it does not say that."""
    location = response.headers.get("Location", "").strip()
    if not location:
        raise FetchError(f"HTTP {response.status} without saying where to", url=url, status=response.status)
    if len(location) > 4096 or not location.isprintable():
        raise FetchError(f"HTTP {response.status} to an unreadable address", url=url, status=response.status)
    return urljoin(url, location).split("#")[0]


def plain(error: aiohttp.ClientError, url: str, allowed_by: str, unverified_by: str = "") -> FetchError:
    """Return what became of a request.

    ``allowed_by`` names the setting that allows private addresses, ``unverified_by`` the one that lets the
    server at ``url`` be without a valid certificate, if there is one.
    """
    refused = refusal(error)
    if refused:
        reason = f"{_private(error, url, refused)} in {allowed_by} if you trust it"
        return FetchRefused(reason, url=url, reached=None)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return FetchError(_distrusted(error, url, unverified_by), url=url)
    return FetchError(why(error), url=url, reached=not is_out_of_reach(error))


def _private(error: aiohttp.ClientError, url: str, refused: str) -> str:
    """Return what was refused, and which host is to be allowed: by name unless that of ``url``."""
    host = error.host if isinstance(error, aiohttp.ClientConnectorError) else None
    if host is None or host == URL(url).raw_host:
        return f"{refused}; allow its host"
    named = "where it leads, " if _is_address(host) else f"it leads to {host}, and "
    return f"{named}{refused}; allow that host"


def _is_address(host: str) -> bool:
    """Return whether a host is no name, but an address in some spelling."""
    with suppress(OSError):
        return bool(socket.inet_aton(host))
    return ":" in host


def _distrusted(error: aiohttp.ClientConnectorCertificateError, url: str, unverified_by: str) -> str:
    """Return what is wrong with a certificate, and whose it is where that is not the server at ``url``."""
    asked = URL(url)
    if (asked.scheme, asked.raw_host, asked.port) != ("https", error.host.lower(), error.port):
        return f"the certificate of {error.host}:{error.port}, where it leads, {invalid(error)}"
    hint = f"; set `{unverified_by}` for this feed if you trust it all the same" if unverified_by else ""
    return f"the certificate {invalid(error)}{hint}"
