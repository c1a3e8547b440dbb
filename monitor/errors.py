"""Everything that monitor raises on purpose.

::

    MonitorError
     +-- ConfigError             the configuration files; carries every problem found        exit 2
     +-- QueryError              a query that cannot be read; knows the place
     |    +-- Dangling           it names a query that is not there, or has a mistake of its own
     +-- UsageError              a command was asked for something that cannot be            exit 2
     +-- Refused                 waiting is no use, and no message is to blame: a person must act
     |    +-- DataFolderError    the data folder cannot be used (busy, newer, broken, read-only)
     |    +-- StoreRefused       the server of the store will not have us (login, rights, version)
     |    +-- StreamRefused      the brokers will not have us (login, rights)
     +-- FetchError              a feed could not be fetched
     |    +-- FetchRefused       monitor will not ask: the address is not allowed
     +-- ParseError              what was fetched cannot be read
     |    +-- NotAFeed           it is something else
     +-- PoisonError             a message that can never be handled; goes to the dead letters
     +-- FloodError              too many bad messages in a row: the stage stops
     +-- Unavailable             retryable: something outside is away; nothing was lost
          +-- StreamUnavailable
          +-- StoreUnavailable
          +-- Overtaken          another process has done it meanwhile

Whether a retry is of use is told by the type: ``Unavailable`` and nothing else.
"""

import errno
from dataclasses import dataclass


class MonitorError(Exception):
    """The root."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the configuration: where, what is wrong, what to write."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    excerpt: str = ""
    """The line with a caret under the place, where that helps."""
    warning: bool = False

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.message}"
        if self.hint:
            text += f"; {self.hint}"
        return f"{text}\n{self.excerpt}" if self.excerpt else text


class ConfigError(MonitorError):
    """The configuration cannot be used. ``problems`` has every mistake, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class QueryError(MonitorError):
    """A query cannot be read. ``offset`` and ``end`` are code points in the query's text."""

    def __init__(self, message: str, offset: int, end: int | None = None, hint: str = "") -> None:
        self.message = message
        self.offset = offset
        self.end = offset + 1 if end is None else end
        self.hint = hint
        super().__init__(f"{message}; {hint}" if hint else message)


class Dangling(QueryError):
    """A query names another that is not there, or has a mistake, which is told where that stands."""


class UsageError(MonitorError):
    """A command was asked for something that cannot be."""


class Refused(MonitorError):
    """Waiting is no use, and no message is to blame. The text says why and what to do."""


class DataFolderError(Refused):
    """The data folder cannot be used."""


class StoreRefused(Refused):
    """The server of the store will not have us."""


class StreamRefused(Refused):
    """The brokers will not have us."""


class FetchError(MonitorError):
    """A feed could not be fetched. ``status`` is the HTTP status if there was one.

    ``permanent_url`` is where lasting redirects lead, if the way to the answer begins with such. ``reached``
    is whether there was a server, ``None`` if that cannot be told.
    """

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        permanent_url: str | None = None,
        reached: bool | None = True,
    ) -> None:
        self.url = url
        self.reached = reached
        self.status = status
        self.permanent_url = permanent_url
        self.retry_after = retry_after
        """Seconds the server asked to wait."""
        super().__init__(message)


class FetchRefused(FetchError):
    """The address is one that monitor does not connect to."""


class ParseError(MonitorError):
    """The document cannot be read, or parsing it took too much time or memory."""


class NotAFeed(ParseError):
    """The document is of another kind; ``found`` says of which."""

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(f"not a feed ({found})")


class PoisonError(MonitorError):
    """A message can never be handled, however often it is tried."""


class FloodError(MonitorError):
    """Too many messages in a row were bad: the fault is probably ours, so the stage stops."""


class Unavailable(MonitorError):
    """Something outside is away. Nothing was lost; try again later."""


class StreamUnavailable(Unavailable):
    """The stream does not answer."""


class StoreUnavailable(Unavailable):
    """The store does not answer."""


class Overtaken(Unavailable):
    """Another process has done it meanwhile: what is there now is its work."""


def check_room(error: BaseException) -> None:
    """Raise ``Unavailable`` if an error comes of too many open files; nothing else is wrong."""
    if getattr(error, "errno", None) in {errno.EMFILE, errno.ENFILE}:
        raise Unavailable("too many files and connections are open: raise `ulimit -n`") from error
