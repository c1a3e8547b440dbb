"""How many files this process may open."""

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
    """Have each attempt to open one fail."""
    return most_files(0)
