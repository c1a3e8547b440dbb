"""Reads files that the user named, however odd what stands there."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.config.faults import fault
from monitor.errors import check_room


class NotRegular(Exception):
    """What stands there is no regular file; the text says what it is."""


def read(path: Path, limit: int) -> bytes:
    """Return what a regular file holds, of a larger one ``limit`` bytes and one more.

    Anything else could make us wait for ever, as a pipe that nobody writes to, or never end.
    Raises OSError or NotRegular, and ``Unavailable`` as ``room`` does.
    """
    try:
        with room(), open(path, "rb", opener=_opener) as file:
            return file.read(limit + 1)
    except ValueError:  # a NUL in the name
        raise FileNotFoundError(0, "no such file") from None


def read_named(path: Path, limit: int, instead: str) -> bytes:
    """Return what a file holds that a setting names; raise a fault (``config.faults``) if that cannot be.

    ``instead`` says what to name where this is no regular file.
    """
    try:
        return read(path, limit)
    except NotRegular as error:
        raise fault(f"names what is {error}", instead) from None
    except OSError as error:
        raise fault(
            f"names a file that cannot be read ({reason(error)})", "check the path and its permissions"
        ) from None


@contextmanager
def room() -> Iterator[None]:
    """Raise ``Unavailable`` if too many files are open already: nothing is wrong with this one."""
    try:
        yield
    except OSError as error:
        check_room(error)
        raise


def reason(error: OSError) -> str:
    """Return why, for people."""
    return error.strerror or type(error).__name__


def _opener(name: str, flags: int) -> int:
    descriptor = os.open(name, flags | os.O_NONBLOCK)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    raise NotRegular("a folder" if stat.S_ISDIR(mode) else "not a regular file")
