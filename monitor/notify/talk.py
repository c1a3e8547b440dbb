"""SMTP with an end: ``smtplib`` alone waits for ever on a server that answers a byte at a time."""

import smtplib
import socket
import time
from collections.abc import Callable

LENGTH = 2
"""How many times its timeout a talk may last, connecting included: less than a delivery's lease."""
ANSWERS = 64 * 1024
"""Bytes of the server's answers that are read in one talk at most."""


class Endless(OSError):
    """The answers go on and on."""


class _Connected(smtplib.SMTP):
    """Connects within the time of the whole talk, however many addresses the server has."""

    _ends = 0.0

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._ends = time.monotonic() + LENGTH * timeout
        failure: OSError = TimeoutError()
        for family, kind, protocol, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(min(timeout, self._time_left()))
                connection.connect(place)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        raise failure

    def _time_left(self) -> float:
        """Return the seconds that are left; raise ``TimeoutError`` if there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Talk(_Connected):
    """A talk with a mail server. Its timeout holds for each step, ``LENGTH`` times that for all of it."""

    _bytes_left = ANSWERS

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer."""
        if self.file is None and self.sock is not None:
            self.file = _Lines(self.sock, self._receive)
        return super().getreply()

    def _receive(self, connection: socket.socket) -> bytes:
        """Return what comes next; raise ``OSError`` if it is too late or too much."""
        connection.settimeout(min(self.timeout, self._time_left()))
        if self._bytes_left <= 0:
            raise Endless
        data = connection.recv(4096)
        self._bytes_left -= len(data)
        return data


class TlsTalk(Talk, smtplib.SMTP_SSL, _Connected):
    """The same, encrypted from the start."""


class _Lines:
    """What ``smtplib`` reads the answers from. What a plain connection left behind is not read after TLS."""

    def __init__(self, connection: socket.socket, receive: Callable[[socket.socket], bytes]) -> None:
        self._connection = connection
        self._receive = receive
        self._buffer = b""

    def readline(self, most: int) -> bytes:
        while b"\n" not in self._buffer and len(self._buffer) < most:
            data = self._receive(self._connection)
            if not data:
                break
            self._buffer += data
        end = min(self._buffer.find(b"\n") + 1 or len(self._buffer), most)
        line, self._buffer = self._buffer[:end], self._buffer[end:]
        return line

    def close(self) -> None:
        """Nothing to do: the connection is closed by its owner."""
