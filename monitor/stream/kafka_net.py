"""Connections of kafka-python that tell at once when the brokers will not have us.

kafka-python 3.0.12 takes a refusal for an outage: it tries again until it says that it took too long. And an
answer that comes together with the end of the connection, as that to a wrong password does, it throws away.
"""

import socket
import ssl
from collections.abc import Collection
from contextlib import suppress
from enum import Enum
from typing import Any, TypeAlias
from weakref import WeakSet

from kafka import errors as kafka
from kafka.net.compat import KafkaNetClient
from kafka.net.inet import create_connection
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector
from kafka.net.transport import KafkaSSLTransport, KafkaTCPTransport

Untyped: TypeAlias = Any
REFUSALS = (
    kafka.SaslAuthenticationFailedError,
    kafka.UnsupportedSaslMechanismError,
    kafka.IllegalSaslStateError,
    kafka.AuthorizationError,
)
ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError, ssl.SSLWantReadError)
"""Errors of TLS that only say that the other side went away."""

PATIENCE = 2.0
"""Seconds that a place has to say whether it speaks TLS."""


class Answer(Enum):
    """Who is at a place."""

    NOBODY = "nobody"
    SOMEBODY = "somebody"
    TLS = "somebody who speaks TLS"


class TlsRefused(kafka.KafkaError):  # type: ignore[misc]  # kafka-python is untyped
    """The other side does not speak TLS as we do, or we do not trust it."""


def client(**settings: object) -> Untyped:
    """Return a client for a producer, a consumer or an admin client to work with."""
    net = _Selector(**settings)
    return KafkaNetClient(net=net, manager=_Connections(net, **settings))


def who_answers(places: Collection[str]) -> tuple[Answer, str]:
    """Say whether anybody answers at one of these places, and if nobody does, why not.

    Whose certificate is shown does not matter: nothing is told or believed.
    """
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    answer, reason = Answer.NOBODY, ""
    for place in places:
        host, port = _host_and_port(place)
        try:
            with socket.create_connection((host, port), timeout=PATIENCE) as link:
                answer = Answer.SOMEBODY
                with suppress(OSError, ValueError), context.wrap_socket(link, server_hostname=host):
                    return Answer.TLS, ""
        except OSError as error:
            reason = reason or (error.strerror or "it takes too long").lower()
    return answer, reason


def _host_and_port(place: str) -> tuple[str, int]:
    host, _, port = place.rpartition(":")
    return host.strip("[]"), int(port)


class _Selector(NetworkSelector):  # type: ignore[misc]  # kafka-python is untyped
    """Ends the connections that are still there when it ends.

    kafka-python leaves those to the garbage collector that were being made, or had something to say yet.
    """

    def __init__(self, **settings: object) -> None:
        self._links = WeakSet[socket.socket]()
        super().__init__(**settings)

    def wait_write(self, link: socket.socket, timeout_at: float | None = None) -> Untyped:
        self._links.add(link)  # each waits for this before it is made, and before it first says something
        return super().wait_write(link, timeout_at)

    def close(self) -> None:
        left = list(self._links)
        super().close()
        for link in left:
            link.close()


class _Connections(KafkaConnectionManager):  # type: ignore[misc]  # kafka-python is untyped
    """Raises a broker's refusal at the next use of its connection, rather than asking it again."""

    def __init__(self, net: Untyped, **settings: object) -> None:
        self._refusals: dict[Untyped, Exception] = {}
        super().__init__(net, **settings)

    def get_connection(self, node_id: Untyped, *rest: object, **more: object) -> Untyped:
        connection = super().get_connection(node_id, *rest, **more)
        connection.init_future.add_errback(lambda error: self._note(node_id, error))
        return connection

    def maybe_raise_auth_failure(self, node_id: Untyped) -> None:
        if refusal := self._refusals.get(node_id):
            raise refusal.with_traceback(None)  # or it would grow with every try

    async def _build_transport(self, node: Untyped, timeout_at: float | None = None) -> Untyped:
        options, proxy = self.config["socket_options"], self.config["proxy_url"]
        opened: Untyped = await create_connection(
            self._net, node.host, node.port, options, proxy_url=proxy, timeout_at=timeout_at
        )
        try:
            opened = self._transport(opened, node.host)
            await opened.handshake()
        except Exception as error:
            opened.close()
            if isinstance(error, ssl.SSLError) and not isinstance(error, ENDED):
                raise TlsRefused(_words(error)) from error
            raise kafka.KafkaConnectionError(f"no connection to {node.host}: {error}") from error
        return opened

    def _transport(self, link: socket.socket, host: str) -> Untyped:
        if not self.ssl_enabled:
            return _Plain(self._net, link, host=host)
        options = {name: value for name, value in self.config.items() if name.startswith("ssl_")}
        return _Secured(self._net, link, host=host, **options)

    def _note(self, node_id: Untyped, error: Exception) -> None:
        if isinstance(error, (*REFUSALS, TlsRefused)):
            self._refusals[node_id] = error


class _Plain(KafkaTCPTransport):  # type: ignore[misc]  # kafka-python is untyped
    def _sock_recv(self) -> tuple[bytes, Untyped]:
        return _data_first(*super()._sock_recv())


class _Secured(KafkaSSLTransport):  # type: ignore[misc]  # kafka-python is untyped
    def _sock_recv(self) -> tuple[bytes, Untyped]:
        return _data_first(*super()._sock_recv())


def _data_first(data: bytes, error: Untyped) -> tuple[bytes, Untyped]:
    """Have an error wait until what came before it is read; it shows again at the next try."""
    return data, None if data else error


def _words(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.reason or str(error)).lower().replace("_", " ")
