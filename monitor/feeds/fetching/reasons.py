"""Why there is no answer, in plain words: errors of HTTP and of TLS as people can read them. Pure."""

import html
import os
import re
import ssl

import aiohttp

from monitor.articles.normalize import one_line
from monitor.wire import Flooded

LONGEST = 200
"""Characters."""
READ = 10 * LONGEST
"""Characters of a server's words that are looked at, of perhaps very many: all others wait meanwhile."""
_QUOTED = re.compile(r"(?: when reading)?: (?:bytearray\()?b['\"].*")


def why(error: aiohttp.ClientError) -> str:
    """Return why there is no answer, on one line."""
    match error:
        case Flooded():
            return str(error)
        case aiohttp.ClientConnectorDNSError():
            return f"the host {error.host} is not found (no network, or no such name)"
        case aiohttp.ClientSSLError():
            return _of_tls(error)
        case aiohttp.ServerTimeoutError():
            return "no connection in time"
        case aiohttp.ClientConnectorError():
            return f"no connection to {error.host}:{error.port}: {_of_system(error.os_error)}"
        case aiohttp.ServerDisconnectedError():
            return "the server closed the connection without an answer"
        case aiohttp.ClientPayloadError():
            return "the answer was cut off or garbled"
        case aiohttp.InvalidURL():
            return "not a usable address"
        case aiohttp.ClientResponseError():
            return f"not a proper HTTP answer ({_of_http(error.message)})"
        case _:
            return f"the connection failed: {_of_system(error)}"


def is_out_of_reach(error: aiohttp.ClientError) -> bool:
    """Return whether there was no connection to any server, be it its fault or that of the line."""
    if isinstance(error, aiohttp.ClientSSLError):
        return False
    return isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)


def said(text: str | None) -> str:
    """Return words of a server as they may stand in a log: one short line of plain characters."""
    return one_line(html.escape((text or "")[:READ]), LONGEST)[0]


def invalid(error: aiohttp.ClientConnectorCertificateError) -> str:
    """Return what is wrong with a certificate, behind whose it is."""
    cause = error.certificate_error
    words = cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else str(cause)
    return f"is not valid: {said(words).rstrip('.')}"


def _of_tls(error: aiohttp.ClientSSLError) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"the certificate {invalid(error)}"
    cause = error.os_error
    words = cause.reason.replace("_", " ").lower() if isinstance(cause, ssl.SSLError) else _of_system(cause)
    return f"no TLS connection: {said(words)}"


def _of_system(error: BaseException) -> str:
    number = getattr(error, "errno", None)
    return os.strerror(number).lower() if number and number > 0 else "it broke off"


def _of_http(message: str) -> str:
    """Return what is wrong with an answer, without the bytes that the library quotes."""
    words = _QUOTED.sub("", message[:READ].partition("\n")[0]).strip(" :.")
    return said(words) or "unreadable"
