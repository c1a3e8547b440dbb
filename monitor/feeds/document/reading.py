"""A document -> clean entries: parsing, then normalising. Pure, runs in the cage."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.articles.build import Clean, clean, fingerprint
from monitor.feeds.document.localtime import in_local_time
from monitor.feeds.document.parse import ParseLimits, parse
from monitor.feeds.document.stamps import are_stamped
from monitor.feeds.document.wishes import NO_WISHES, Wishes
from monitor.feeds.websub.offer import NOTHING, HubOffer
from monitor.model import Entry, Feed


@dataclass(frozen=True, slots=True)
class Document:
    """What was fetched, from which feed and when. ``now`` is aware.

    ``known`` are the fingerprints of entries that need not be made clean again.
    """

    body: bytes
    content_type: str
    url: str
    feed: Feed
    now: datetime
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched; ``limit`` is how many characters of its article are wanted.

    ``None`` asks not for its article, but for the feeds that it offers.
    """

    body: bytes
    content_type: str
    url: str
    limit: int | None


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """The usable entries of a document, in its order. ``complete`` is whether its end was there."""

    entries: tuple[Clean, ...]
    shown: int
    """Entries in the document, the unusable ones too."""
    format: str
    title: str = ""
    complete: bool = True
    problems: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    """The fingerprints of the entries that are known; they are not among the others."""
    fingerprints: tuple[str, ...] = ()
    """Of all entries in the document, in its order; only where each was read for itself (``quick``)."""
    quick: bool = False
    """Whether what one entry was read as does not depend on the others, but for ``stamped``."""
    stamped: bool = False
    """Whether all dates are that of the document (``stamps``), so that they are in no fingerprint."""
    wishes: Wishes = NO_WISHES
    offer: HubOffer = NOTHING
    """What the document says of its hub."""


def read(document: Document, limits: ParseLimits) -> ReadFeed:
    """Return what the document holds; raise ``ParseError`` if it cannot be read, ``NotAFeed`` if it is none.

    An entry that cannot be used is left out and counted in ``problems``; the others are kept.
    """
    parsed = parse(document.body, document.content_type, document.url, limits)
    feed = replace(document.feed, language=document.feed.language or parsed.language)
    dated = [in_local_time(entry, feed) for entry in parsed.entries]
    stamped = are_stamped([entry.published for entry in dated], document.now)
    marked = [(fingerprint(entry, dated=not stamped), entry) for entry in dated]
    fresh = [(mark, entry) for mark, entry in marked if mark not in document.known]
    entries, problems = _cleaned(fresh, feed, document.now)
    return ReadFeed(
        entries,
        shown=len(parsed.entries),
        format=parsed.format,
        title=parsed.title,
        complete=parsed.complete,
        problems=(*parsed.problems, *problems),
        unchanged=tuple(mark for mark, _ in marked if mark in document.known),
        fingerprints=tuple(mark for mark, _ in marked) if parsed.quick else (),
        quick=parsed.quick,
        stamped=stamped,
        wishes=parsed.wishes,
        offer=parsed.offer,
    )


def _cleaned(
    marked: Sequence[tuple[str, Entry]], feed: Feed, now: datetime
) -> tuple[tuple[Clean, ...], list[str]]:
    cleaned: list[Clean] = []
    empty, broken = 0, Counter[str]()
    for mark, entry in marked:
        try:
            one = clean(entry, feed, now)
        except MemoryError:
            raise
        except Exception as error:  # whatever one entry does to us, the others are kept
            broken[type(error).__name__] += 1
            continue
        if one is None:
            empty += 1
        else:
            cleaned.append(replace(one, fingerprint=mark))
    problems = [f"entries with neither words nor an address: {empty}"] if empty else []
    problems += [f"entries that could not be made clean ({name}): {count}" for name, count in broken.items()]
    return tuple(cleaned), problems
