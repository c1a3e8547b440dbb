"""What an explanation is made of: the parts of a query, and what became of each."""

from dataclasses import dataclass

from monitor.model import Span


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a query and what became of it."""

    query: str
    """The part as text."""
    matched: bool
    spans: tuple[Span, ...]
    """The words that made it match; for NOT see its child."""
    children: tuple["Step", ...]
    operator: str = ""
    """How the children are put together: AND, OR, NOT, NEAR/n or title: — empty for a leaf."""
    note: str = ""
    """What a yes or no does not tell, such as how far apart the two sides of NEAR are."""
    name: str = ""
    """``query:name`` if this is a named query."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A way in which a query would match: had the missing parts turned out the other way."""

    missing: tuple[Step, ...]
    """One that matched is to go: it stands below a NOT."""
    there: tuple[Step, ...]
    """The parts of this way that are there."""

    @property
    def parts(self) -> int:
        """How many parts this way has."""
        return len(self.missing) + len(self.there)
