"""What the kinds of documents are, and how values become documents and back."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

import structlog
from pydantic import TypeAdapter

from monitor.model import Alert, Article, Delivery, Match
from monitor.store.base import Added, Body, Document, Stored
from monitor.topics.labels import Label

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of documents: ``facets`` are what it is counted and chosen by, as paths into the body."""

    name: str
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: tuple[str, ...] = ()
    """Body fields that full-text search looks into."""
    due: bool = False
    """Whether the body has a time ``due`` that documents are chosen by."""


ARTICLES = "articles"
MATCHES = "matches"
ALERTS = "alerts"
DELIVERIES = "deliveries"
FEEDS = "feeds"
SEEN = "seen"
TOPICS = "topics"
RECEIVERS = "receivers"
LAG = "lag"
LABELS = "labels"
VIGIL = "vigil"
LEASES = "leases"

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            ARTICLES,
            {"feed": ("feed", "id"), "outlet": ("feed", "outlet"), "language": ("language",)},
            text=("title", "summary", "body"),
        ),
        Kind(
            MATCHES,
            {
                "topic": ("topic_id",),
                "article": ("article", "id"),
                "language": ("article", "language"),
                "outlet": ("article", "feed", "outlet"),
            },
        ),
        Kind(ALERTS, {"topic": ("topic_id",), "state": ("state",), "subject": ("subject",)}),
        Kind(DELIVERIES, {"receiver": ("receiver",), "state": ("state",), "digest": ("digest",)}, due=True),
        Kind(FEEDS, {"health": ("health",)}),
        Kind(SEEN),
        Kind(TOPICS),
        Kind(RECEIVERS),
        Kind(LAG),
        Kind(VIGIL),
        Kind(LEASES),
        Kind(
            LABELS,
            {
                "topic": ("topic_id",),
                "verdict": ("verdict",),
                "language": ("language",),
                "outlet": ("outlet",),
            },
        ),
    )
}


def facet(body: Body, path: tuple[str, ...]) -> str | None:
    """Return the body's value at ``path`` as text, or ``None``."""
    value: object = body
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return None if value is None else str(value)


def searchable(kind: Kind, body: Body) -> str:
    """Return the text that full-text search looks into."""
    return "\n".join(str(body.get(name) or "") for name in kind.text)


def fate(document: Document, known: Mapping[str, int], pruned: AbstractSet[str]) -> Added:
    """Decide on a document, given the revisions that are known and the ids that are remembered."""
    if document.id in pruned:
        return Added.PRUNED
    revision = known.get(document.id)
    if revision is None:
        return Added.NEW
    return Added.REVISED if document.revision > revision else Added.KNOWN


class Records(Generic[T]):
    """Documents of one kind that hold values of one type.

    The value's type has ``id`` and ``filed``, and may have ``revision``.
    """

    def __init__(self, kind: str, type_: type[T]) -> None:
        self.kind = kind
        self._adapter = TypeAdapter(type_)

    def document(self, value: T) -> Document:
        """Return the document that keeps ``value``."""
        id_: str = value.id  # type: ignore[attr-defined]
        filed: datetime = value.filed  # type: ignore[attr-defined]
        body = self._adapter.dump_python(value, mode="json")
        return Document(id_, filed, body, revision=getattr(value, "revision", 1))

    def value(self, stored: Stored) -> T:
        """Return the value that ``stored`` keeps."""
        return self._adapter.validate_python(stored.body)

    def readable(self, stored: Stored | None) -> T | None:
        """Return the value, ``None`` if there is none or it cannot be read, which the log then tells.

        For what is worth less than all that would stand still for it.
        """
        try:
            return self.value(stored) if stored else None
        except ValueError as error:
            reason = str(error).partition("\n")[0]
            structlog.get_logger("store").error(
                "document.unreadable", kind=self.kind, id=stored and stored.id, reason=reason
            )
            return None


articles = Records(ARTICLES, Article)
matches = Records(MATCHES, Match)
alerts = Records(ALERTS, Alert)
deliveries = Records(DELIVERIES, Delivery)
labels = Records(LABELS, Label)
