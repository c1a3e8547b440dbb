"""How many files this process may open."""

import os
import resource
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager


@contextmanager
def most_files(soft: int) -> Iterator[None]:
    """Set the limit; what is open stays so."""
    before, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, hard))


def no_more_files() -> AbstractContextManager[None]:
    """Have each attempt to open one fail; those that are open go on, also in other threads."""
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    return most_files(free)
