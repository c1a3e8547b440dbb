"""What the system lets this process have: files and memory, and how to make do with little."""

import ctypes
import resource
import threading
from contextlib import suppress

FILES = 8192
RESERVED = 50
"""Files for everything but polls: databases, parsers, deliveries, the log."""
PER_POLL = 5
"""Files for one poll under way: its connection, and two databases with their logs in its thread."""
IDLE = 1000
"""Files for connections that are kept for the next request: those of all polls of a quarter of a minute."""
STACK = 1024 * 1024
_ARENA_MAX = -8
"""What glibc's mallopt calls the number of its arenas."""


def allow_many_files() -> None:
    """Raise this process's own limit of open files as far as it may: each feed asked for takes one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def fitted(concurrency: int) -> int:
    """Return how many things at once the limit of open files has room for, at most ``concurrency``."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return concurrency
    return max(1, min(concurrency, (soft - RESERVED) // PER_POLL))


def has_room_for_idle(concurrency: int) -> bool:
    """Return whether connections may be kept open beside so many polls at once."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft == resource.RLIM_INFINITY or soft >= RESERVED + PER_POLL * concurrency + IDLE


def spare_addresses() -> None:
    """Where the address space is limited, have threads reserve little of it. Called before there are any.

    Each would set 8 MB aside for its stack and 64 MB for what it allocates, though it uses next to nothing.
    """
    if resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
        return
    threading.stack_size(STACK)
    with suppress(AttributeError, OSError):  # only glibc has arenas
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
