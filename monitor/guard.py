"""HTTP that does not connect to private addresses, whatever a name, a redirect or a spelling leads to.

The check is made on the resolved address right before each connection (aiohttp's ``socket_factory``), so a
name that answers differently the second time gains nothing. Hosts on the allow list may be private: whether
the host now asked for is one is noted at the start of each request, in the request's own context. A kept
connection is only ever used again for the host and port it was opened for.
"""

import ipaddress
import re
import socket
from collections.abc import Collection
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache, partial
from typing import cast

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

from monitor.names import Resolver
from monitor.wire import BUFFER, Wire

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Place = tuple[str, int | None]
"""A host and one port of it, or all."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Networks with IPv6 alone reach all of IPv4 through it (DNS64): it is as open as the address within."""
_COMPATIBLE = ipaddress.ip_network("::/96")
_AZURE = ipaddress.ip_network("168.63.129.16/32")
"""The host of Azure's machines for metadata and more; those of other clouds have private addresses."""
_6TO4 = ipaddress.ip_network("2002::/16")
"""Given up (RFC 7526): what leads there today is a relay of somebody's own."""
_CLOSED = (
    _AZURE,
    _6TO4,
    ipaddress.ip_network("100.64.0.0/10"),
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("198.18.0.0/15"),
    ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("3fff::/20"),
    ipaddress.ip_network("fec0::/10"),
)
LONGEST_HEADER = 64 * 1024
"""Bytes: policies and cookies of honest sites are long."""
MOST_HEADERS = 600
TRIES = 10
"""Connections to one place that may turn out to be spoiled."""
_SENDABLE = re.compile(r"(?!.*/\.\.?(?:[/?#]|$))(?:[\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+", re.ASCII)
"""No character that must be escaped, and no part of a path that leads back."""
_PORT = re.compile(r"(?P<host>.*):(?P<port>[0-9]{1,5})", re.DOTALL)
_allowed: ContextVar[bool] = ContextVar("allowed", default=False)
_repeated: ContextVar[bool] = ContextVar("repeated", default=False)
"""A request like the one that is to be made has just had no answer."""


class AddressRefused(OSError):
    """The address is private, and its host is not on the allow list."""

    SIGN = "is not a public address"

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} {self.SIGN}")


def is_public(address: str) -> bool:
    """Return whether ``address`` (an IP address in any usual form) is one of the open internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_open(one) for one in (ip, *_within(ip)))


def _within(ip: Address) -> list[Address]:
    """Return the IPv4 addresses that an IPv6 address leads to."""
    if ip.version == 4:
        return []
    found: list[Address | None] = [ip.ipv4_mapped, *(ip.teredo or ())]
    if ip in _NAT64 or ip in _COMPATIBLE:
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [one for one in found if one is not None]


def _is_open(ip: Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip in _NAT64):
        return True  # judged by the IPv4 address within
    closed = any(ip in network for network in _CLOSED if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not closed


class _Connector(aiohttp.TCPConnector):
    """Reuses no kept connection on which something came unasked: it would answer the next request.

    Nor any, if a request that went over one is to be repeated, for who has closed one has closed the others.
    """

    def __init__(self, limit: int, *, keep: bool) -> None:
        super().__init__(
            limit=limit,
            force_close=not keep,
            socket_factory=_open_socket,
            resolver=Resolver(),
            ttl_dns_cache=60,
        )
        self._factory = cast("partial[ResponseHandler]", partial(Wire, loop=self._loop))

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - as it is called there
    ) -> Connection:
        """Return a connection on which nothing is waiting to be read."""
        is_new_wanted = _repeated.get()
        _repeated.set(False)
        tries = 0
        while tries < TRIES:
            connection = await super().connect(req, traces, timeout)
            wire = cast("Wire", connection.protocol)
            is_left = is_new_wanted and wire.used
            if not is_left and not wire.should_close:
                wire.begin()
                return connection
            connection.close()
            tries += not is_left
        raise aiohttp.ServerDisconnectedError("the server speaks unasked")


def guarded_session(allow_hosts: Collection[str], *, limit: int, keep: bool = True) -> aiohttp.ClientSession:
    """Return a session that refuses private addresses, keeps no cookies and heeds no proxy variables.

    ``allow_hosts`` holds ``host`` or ``host:port``. ``limit`` does not count the connections that it would
    ``keep`` for a while after a request. A refused connection raises
    ``aiohttp.ClientConnectorError``; ``refusal`` tells it from others. Needs the running event loop.
    """
    allowed = frozenset(map(_place, allow_hosts))

    async def note(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        _allowed.set(_is_allowed(request.url, allowed))
        try:
            return await send(request)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            _repeated.set(True)  # by aiohttp, once, if the request may be
            raise

    return aiohttp.ClientSession(
        connector=_Connector(limit, keep=keep),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        read_bufsize=BUFFER,
        max_field_size=LONGEST_HEADER,
        max_headers=MOST_HEADERS,
        trust_env=False,
        middlewares=[note],
    )


def as_sent(url: str) -> URL:
    """Return an address to ask for: letter by letter as it is, if that can be sent. Raises ``ValueError``.

    What is signed, and some servers, heed whether a character is escaped, though it means the same.
    """
    clean = URL(url)
    return URL(url, encoded=True) if _SENDABLE.fullmatch(url) else clean


def _is_allowed(url: URL, allowed: Collection[Place]) -> bool:
    """Return whether the host of ``url``, at any port or at this one, is on the allow list."""
    host = _host(url.raw_host or "")
    return (host, None) in allowed or (host, url.port) in allowed


def _place(written: str) -> Place:
    """Return which host, and which port of it, is meant by ``host``, ``host:port`` or ``[host]:port``."""
    found = None if _is_address(written) else _PORT.fullmatch(written)
    host, port = (found["host"], int(found["port"])) if found else (written, None)
    return _host(host.removeprefix("[").removesuffix("]")), port


@lru_cache(maxsize=20_000)
def _host(name: str) -> str:
    """Return a host in its one spelling: ASCII, addresses as short as they can be."""
    name = name.lower().rstrip(".")
    with suppress(ValueError):
        return ipaddress.ip_address(name).compressed
    with suppress(ValueError):  # no host: it allows nothing
        return URL.build(host=name).raw_host or ""
    return name


def _is_address(text: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(text))
    return False


def refusal(error: BaseException) -> str | None:
    """Return in plain words that a connection was refused by the guard, or ``None`` if it was not.

    Only why there is no connection is read, for what other errors say a server may have written.
    """
    if not isinstance(error, aiohttp.ClientConnectorError):
        return None
    # It is one reason among others, if a name has several addresses. Errors of certificates have none.
    before, sign, _ = str(getattr(error, "os_error", "")).partition(f" {AddressRefused.SIGN}")
    return before.rpartition(" ")[2] + sign if sign else None


def _open_socket(info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
    family, kind, protocol, _, place = info
    address = str(place[0])
    if not _allowed.get() and not is_public(address):
        raise AddressRefused(address)
    return socket.socket(family=family, type=kind, proto=protocol)
