"""What goes wrong in asking a web server, in plain words; and which addresses are asked at all. Pure."""

import html
import os
import ssl
from urllib.parse import urljoin, urlsplit

import aiohttp

from monitor.articles.normalize import one_line
from monitor.errors import FetchError, FetchRefused
from monitor.guard import refusal

LONGEST_REASON = 200


def check_scheme(url: str) -> None:
    """Raise ``FetchRefused`` unless this is a web address with a host."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise FetchRefused(f"{parts.scheme or 'no'}: addresses are not fetched, only http and https", url=url)
    if not parts.hostname:
        raise FetchRefused("the address has no host", url=url)


def target(url: str, response: aiohttp.ClientResponse) -> str:
    """Return where a redirect leads; raise ``FetchError`` if it does not say that."""
    location = response.headers.get("Location", "").strip()
    if not location:
        raise FetchError(f"HTTP {response.status} without saying where to", url=url, status=response.status)
    if len(location) > 4096 or not location.isprintable() or "\udc80" <= max(location) <= "\udcff":
        raise FetchError(f"HTTP {response.status} to an unreadable address", url=url, status=response.status)
    return urljoin(url, location).split("#")[0]


def plain(error: aiohttp.ClientError, url: str, allowed_by: str) -> FetchError:
    """Return what became of a request; ``allowed_by`` names the setting that allows private addresses."""
    refused = refusal(error)
    if refused:
        return FetchRefused(f"{refused}; allow its host in {allowed_by} if you trust it", url=url)
    return FetchError(_reason(error), url=url)


def _reason(error: aiohttp.ClientError) -> str:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return f"the host {error.host} is not found (no network, or no such name)"
        case aiohttp.ClientConnectorCertificateError():
            cause = error.certificate_error
            why = cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else cause
            return f"the certificate is not valid: {why}"
        case aiohttp.ClientConnectorSSLError():
            return f"no TLS connection: {error.os_error}"
        case aiohttp.ServerTimeoutError():
            return "no connection in time"
        case aiohttp.ClientConnectorError():
            why = os.strerror(error.os_error.errno) if error.os_error.errno else error.os_error
            return f"no connection to {error.host}:{error.port}: {why}"
        case aiohttp.ServerDisconnectedError():
            return "the server closed the connection without an answer"
        case aiohttp.ClientPayloadError():
            return "the answer was cut off or garbled"
        case aiohttp.InvalidURL():
            return "not a usable address"
        case aiohttp.ClientResponseError():
            return f"not a proper HTTP answer: {said(error.message.partition(chr(10))[0]) or 'unreadable'}"
        case _:
            return f"the connection failed: {type(error).__name__} {said(str(error))}".strip()


def said(text: str | None) -> str:
    """Return words of a server as they may stand in a log: one short line of plain characters."""
    return one_line(html.escape(text or ""), LONGEST_REASON)[0]
