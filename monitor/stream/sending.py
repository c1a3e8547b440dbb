"""Publishes values; one that is too large never holds up the others.

    publish all -> too large -> one by one -> as it is -> half as large -> ... -> dead letters

How large a message may be is the stream's secret (a broker counts compressed batches), so it is tried out.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

import structlog

from monitor.errors import PoisonError
from monitor.stream.base import Stream
from monitor.stream.codec import SOURCE
from monitor.stream.contract import Contract
from monitor.stream.letters import bury, unsent

T = TypeVar("T")


class Sender(Generic[T]):
    """Publishes the values of one contract on behalf of ``role``."""

    def __init__(self, contract: Contract[T], stream: Stream, role: str, source: str = SOURCE) -> None:
        self._contract = contract
        self._stream = stream
        self._role = role
        self._source = source
        self._log = structlog.get_logger("stream").bind(stream=contract.stream)

    def send(self, values: Sequence[T]) -> None:
        """Publish the values; all are durable when this returns, in the stream or as dead letters.

        A value that the stream finds too large is cut and says so; a dead letter is what cannot be cut
        enough. Raises ``StreamUnavailable``: then send all of them again.
        """
        encode, key, source = self._contract.codec.encode, self._contract.key, self._source
        try:
            self._stream.publish(self._contract.stream, [encode(key(one), one, source) for one in values])
        except PoisonError:
            for value in values:
                self._send_one(value)

    def _send_one(self, value: T) -> None:
        contract, reason = self._contract, ""
        whole = contract.codec.encode(contract.key(value), value, self._source)
        for version in self._versions(value):
            message = contract.codec.encode(whole.key, version, self._source)
            try:
                self._stream.publish(contract.stream, [message])
            except PoisonError as error:
                reason = str(error)
                continue
            if version is not value:
                self._log.warning("message.cut", key=whole.key, size=len(whole.value), to=len(message.value))
            return
        bury(self._stream, [unsent(whole, contract.stream, self._role, f"PoisonError: {reason}")])
        self._log.error("message.unsent", key=whole.key, size=len(whole.value), reason=reason)

    def _versions(self, value: T) -> Iterator[T]:
        """Return the value, then ones at most half as large each, until nothing more can be cut."""
        size, smaller = self._contract.codec.size, sys.maxsize
        while (now := size(value)) < smaller:
            yield value
            value, smaller = self._cut(value, now // 2), now

    def _cut(self, value: T, room: int) -> T:
        return self._contract.cut(value, lambda one: self._contract.codec.size(one) <= room)
