"""What is closed at the end of a ``with`` block."""

from types import TracebackType
from typing import Protocol, Self


class Closing(Protocol):
    """Something to inherit from for what has a ``close``."""

    def close(self) -> None:
        """Let go of everything."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
