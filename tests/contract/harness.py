"""What each implementation of a port brings to its contract suite."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.store.base import Store
from monitor.store.sqlite import SqliteStore
from monitor.stream.base import Stream
from monitor.stream.sqlite import SqliteStream


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self, now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)) -> None:
        self.time = now
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, by: timedelta) -> None:
        self.time += by
        self.seconds += by.total_seconds()


@dataclass(frozen=True)
class StreamHarness:
    """Opens one and the same log again and again."""

    open: Callable[[], Stream]
    clock: TestClock
    publisher: str
    """Python source that opens the same log as ``stream``, in another process."""


@dataclass(frozen=True)
class StoreHarness:
    """Opens one and the same store; ``settle`` returns when ``find`` sees all that was written."""

    open: Callable[[], Store]
    settle: Callable[[], None]


def sqlite_stream(folder: Path) -> StreamHarness:
    clock = TestClock()
    path = folder / "stream.db"
    source = (
        "from pathlib import Path; from monitor.clock import SystemClock; "
        "from monitor.stream.sqlite import SqliteStream; "
        f"stream = SqliteStream(Path({str(path)!r}), SystemClock())"
    )
    return StreamHarness(lambda: SqliteStream(path, clock), clock, source)


def sqlite_store(folder: Path) -> StoreHarness:
    return StoreHarness(lambda: SqliteStore(folder / "store.db"), lambda: None)
