"""A document -> clean entries: parsing, then normalising. Pure, runs in the cage."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.articles.build import Clean, clean
from monitor.feeds.parse import ParsedFeed, ParseLimits, parse
from monitor.model import Feed


@dataclass(frozen=True, slots=True)
class Document:
    """What was fetched, from which feed and when. ``now`` is aware."""

    body: bytes
    content_type: str
    url: str
    feed: Feed
    now: datetime


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


def read(document: Document, limits: ParseLimits) -> ReadFeed:
    """Return what the document holds; raise ``ParseError`` if it is no feed.

    An entry that cannot be used is left out and counted in ``problems``; the others are kept.
    """
    parsed = parse(document.body, document.content_type, document.url, limits)
    feed = replace(document.feed, language=document.feed.language or parsed.language)
    entries, problems = _cleaned(parsed, feed, document.now)
    return ReadFeed(
        entries,
        len(parsed.entries),
        parsed.format,
        parsed.title,
        parsed.complete,
        (*parsed.problems, *problems),
    )


def _cleaned(parsed: ParsedFeed, feed: Feed, now: datetime) -> tuple[tuple[Clean, ...], list[str]]:
    cleaned: list[Clean] = []
    empty, broken = 0, Counter[str]()
    for entry in parsed.entries:
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
            cleaned.append(one)
    problems = [f"entries with neither words nor an address: {empty}"] if empty else []
    problems += [f"entries that could not be made clean ({name}): {count}" for name, count in broken.items()]
    return tuple(cleaned), problems
