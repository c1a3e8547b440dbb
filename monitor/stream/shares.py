"""How several processes share out work that is cut into parts, so that each part has one owner at a time.

A part belongs to whoever holds it in a group of processes; a member that dies is missed after a while, and
its parts go to the others. ``part_of`` tells what is in a part: equal keys, equal part, everywhere.

Being the owner is no lock: one that was cut off from the others may go on for a moment with what is another's
by now. Whatever is written must bear that (``Store.update`` tells).
"""

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

POLLERS = "pollers"
"""The group that shares the feeds, by host."""
KEEPERS = "keepers"
"""The group of those that may keep house: whoever has part 0 does it."""

Lost = Callable[[frozenset[int]], None]
"""Is told of parts that go to somebody else, before they do. Called from any thread; must be quick."""


@dataclass(frozen=True, slots=True)
class Member:
    """A process in a group, as whoever shares out the work sees it."""

    group: str
    process: str
    """What it calls itself: the instance, the machine, the process id."""
    host: str
    holds: tuple[int, ...]
    """Its parts or partitions, in order; none if there are fewer of them than members."""


class Shares(Protocol):
    """A member of a group. Belongs to one thread."""

    parts: int
    """Into how many the work is cut: they are numbered from 0."""

    def held(self, timeout: float) -> frozenset[int]:
        """Take part in the group for ``timeout`` seconds or less; return the parts that are ours now.

        Must be called again and again, or the group takes us for dead. Without the others in sight nothing is
        ours after a while. Raises ``Refused`` if they will not have us.
        """

    def close(self) -> None:
        """Leave the group: its other members take over at once."""


class Sole:
    """Where there is nobody else: everything is ours."""

    parts = 1

    def __init__(self) -> None:
        self._asked = False

    def held(self, timeout: float) -> frozenset[int]:
        """Return the only part there is; at once when it is asked for first."""
        if self._asked:
            time.sleep(timeout)
        self._asked = True
        return frozenset({0})

    def close(self) -> None:
        """Do nothing."""


def part_of(key: str, parts: int) -> int:
    """Return the part, of 0 to ``parts - 1``, that a key belongs to; the same in every process."""
    return zlib.crc32(key.encode()) % parts
