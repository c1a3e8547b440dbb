"""The port of the documents: what was read, matched, decided and sent.

A document belongs to a *kind* (``records.KINDS`` says what each kind's fields are) and has an id that is
unique within it. Its ``body`` is JSON.

What is promised:

- ``add`` of an id and revision that is known changes nothing and says so; a newer revision replaces the body.
- An id that was pruned but is still remembered counts as known: it is not added again.
- ``get`` sees one's own writes at once; ``find`` and ``count`` see them after a short while. So what ``find``
  shows may have changed: read it again by id, or ``update``, before acting on it; and a loop that finds,
  changes and finds again must go forward by its cursor, or it meets the same documents for ever.
- ``update`` writes only if nobody else has written since the document was read.
- What ``add`` and ``update`` have reported survives kill -9 and, with the default settings, loss of power.

A known gap: in Elasticsearch, an id that two processes add in the same instant under dates of
*different* months is there twice; but its date is fixed once, and its partition has one reader.

Errors: ``StoreUnavailable`` when the store cannot be reached or does not write now (nothing is lost, try
again); ``PoisonError`` if it will never take a document as it is (all others of the call are written);
``StoreRefused`` if it will not have us.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

from monitor.closing import Closing

Body = Mapping[str, Any]
"""A JSON object."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is handed in."""

    id: str
    filed: datetime
    body: Body
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept. ``version`` changes at every write, no one knows to what; hand it to ``update``."""

    kind: str
    id: str
    filed: datetime
    revision: int
    version: int
    body: Body


class Added(StrEnum):
    """What ``add`` did with a document."""

    NEW = "new"
    KNOWN = "known"
    REVISED = "revised"
    PRUNED = "pruned"
    """Its retention has ended, yet its id is remembered."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which documents of a kind are meant, and in which order.

    ``where`` compares the kind's facets: one value, or any of several. ``any_of`` has terms of which one must
    be in the text, as ``topics.candidates`` and ``topics.search`` make them: a term is words that must all be
    there, a word is tokens of which one must, and a token that ends with ``*`` is a prefix. What was indexed
    under other rules than those of today is always among what is found: its tokens may be others, so whoever
    asks looks at the text itself. ``since`` and ``until`` (exclusive)
    bound ``filed``. ``due`` keeps documents whose ``due`` is not later, ``begins`` those whose id begins so.
    """

    where: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    any_of: Sequence[Sequence[Sequence[str]]] | None = None
    since: datetime | None = None
    until: datetime | None = None
    due: datetime | None = None
    begins: str | None = None
    order: Literal["newest", "oldest", "due"] = "newest"
    limit: int = 100
    after: str | None = None
    """The ``Page.next`` of the page before."""


@dataclass(frozen=True, slots=True)
class Page:
    """Documents in order; ``next`` continues where the page ends, if there is more."""

    documents: tuple[Stored, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """What a kind of documents takes on a server."""

    documents: int
    bytes: int


class Store(Closing, Protocol):
    """The documents. Safe to share between threads."""

    def add(self, kind: str, documents: Sequence[Document]) -> list[Added]:
        """Write documents once each; return what became of each, in order."""

    def get(self, kind: str, ids: Iterable[str]) -> dict[str, Stored]:
        """Return those of the ids that are there."""

    def update(self, kind: str, document: Document, version: int) -> int | None:
        """Replace a document if its version is still ``version``, and return its new version.

        ``None`` if another was faster.
        """

    def update_all(self, kind: str, changes: Sequence[tuple[Document, int]]) -> list[int | None]:
        """Replace several documents, each with its version as ``update`` does; each id at most once."""

    def find(self, kind: str, query: Query) -> Page:
        """Return the documents that ``query`` means."""

    def count(self, kind: str, query: Query, by: str | None = None) -> dict[str, int]:
        """Count documents by the facet ``by``, by ``day`` (of ``filed``), or all under ``""``."""

    def prune(self, kind: str, before: datetime, remember: Iterable[str] = ()) -> int:
        """Delete documents filed before ``before`` and return how many.

        The ids in ``remember`` go on counting as known after their deletion, until a later prune of that
        kind no longer names them.
        """

    def reindex(self, kind: str) -> Iterator[int]:
        """Index anew, a portion at a time, the texts that were indexed under older rules; yield of how many.

        Each portion is durable when it is yielded: to stop is safe at any time, and so is to begin again.
        Nothing else of a document changes, and what others write meanwhile stands.
        """

    def check(self) -> None:
        """Raise ``StoreUnavailable``, or ``Refused``, if documents can be neither read nor written now."""

    def close(self) -> None:
        """Let go of everything. Closing twice is fine; use after closing is an error."""
