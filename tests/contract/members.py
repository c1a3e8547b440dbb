"""Members of a group, each in a thread of its own, as in the service."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from monitor.errors import StreamUnavailable
from monitor.stream.base import Message, Record, Stream


def messages(start: str, count: int) -> list[Message]:
    """Return messages that begin so, numbered; see ``Member.texts``."""
    return [Message(str(n), f"{start} {n}".encode()) for n in range(count)]


class Member(threading.Thread):
    """Reads, and commits what it read, until its block ends; then leaves the group."""

    def __init__(self, stream: Stream, name: str, group: str = "g") -> None:
        super().__init__(daemon=True)
        self.commits = True
        self.records: list[Record] = []
        self.troubles: list[str] = []
        self._consumer = stream.consumer(group, name)
        self._stop_it = threading.Event()

    def run(self) -> None:
        while not self._stop_it.is_set():
            try:
                records = self._consumer.poll(100, 0.1)
                self.records += records
                if self.commits and records:
                    self._consumer.commit(records)
            except StreamUnavailable as error:
                self.troubles.append(str(error))
        self._consumer.close()

    def texts(self, start: str = "") -> list[str]:
        """Return the texts it read that begin so."""
        return [text for record in self.records if (text := record.value.decode()).startswith(start)]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_it.set()
        self.join(30)


def until(holds: Callable[[], object], seconds: float = 90) -> None:
    """Wait until it holds; fail if that takes too long."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)
