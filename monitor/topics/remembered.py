"""What is worked out once for each spelling, as long as there is room."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Remembered(dict[str, T]):
    """Text -> what ``work_out`` makes of it, worked out when first asked for by ``[]``.

    At most ``most`` texts are kept, then it begins afresh; what is longer than ``longest`` characters hardly
    comes again, and is never kept. Threads may share it: at worst something is worked out twice.
    """

    def __init__(self, work_out: Callable[[str], T], most: int, longest: int) -> None:
        super().__init__()
        self._work_out = work_out
        self._most = most
        self._longest = longest

    def __missing__(self, text: str) -> T:
        made = self._work_out(text)
        if len(text) <= self._longest:
            if len(self) >= self._most:
                self.clear()
            self[text] = made
        return made
