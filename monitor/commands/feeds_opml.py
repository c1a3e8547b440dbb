"""``monitor feeds import`` and ``monitor feeds export``: lists of feeds from and for other programs."""

import codecs
import fcntl
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

from monitor.config import feedlist, replacing, yaml
from monitor.config.codes import LANGUAGES
from monitor.config.document import Document
from monitor.config.load import feeds_of, load
from monitor.config.newfeeds import IsThere, NewFeeds, NotTaken
from monitor.config.reading import NotRegular, read, reason
from monitor.config.settings import FeedSettings
from monitor.config.sources import Kind
from monitor.config.words import UNPRINTABLE, one_line, printable, shown
from monitor.errors import ConfigError, MonitorError, ParseError, UsageError
from monitor.feeds import opml
from monitor.feeds.document.links import fetchable
from monitor.feeds.opml import OURS, Outline
from monitor.plural import number

LARGEST = 5_000_000
"""Bytes of an OPML file; about 25,000 feeds."""
_OWN = ("id", "country", "kind", "family", "interval", "enabled", "full_text", "note")
"""What OPML has no place for."""
_SWITCHES = ("enabled", "full_text")
_SCRAPED = re.compile(r"\+(?:XPath|DotNotation)", re.IGNORECASE)
"""In the type of what FreshRSS makes entries of by rules of its own."""
TRIES = 5
"""How often a list may change right while feeds are being added to it."""


def import_(file: Path, into: Path | None) -> int:
    """Print the feeds of an OPML file as YAML, or add them to a feeds.yaml; exit 1 if none can be taken.

    Raises ``MonitorError`` for a file that cannot be read as OPML, and for a list that cannot be added to.
    """
    if into and into.is_dir():
        raise UsageError(f"{printable(str(into))}: this is a folder; name the feeds.yaml in it")
    outlines = _outlines(file)
    if into:
        added, there = _added(file, outlines, into)
    else:
        feeds, there = _taken(file, outlines, NewFeeds())
        added = len(feeds)
        print(feedlist.HEAD + feedlist.written(feeds), end="")
    skipped = len(outlines) - added - there
    print(f"{number(added, 'feed')} added, {there:,} there already, {skipped:,} skipped", file=sys.stderr)
    return 0


def _added(file: Path, outlines: Iterable[Outline], into: Path) -> tuple[int, int]:
    """Add the feeds to a list; return how many were added, and how many were there already."""
    with _turn(into.resolve().parent):
        for _ in range(TRIES):
            document = yaml.load(into, printable(str(into))) if os.path.lexists(into) else None
            listed = feeds_of(document, into.parent) if document else ()
            feeds, there = _taken(file, outlines, NewFeeds(listed))
            if not feeds or _put(into, document, listed, feeds):
                return len(feeds), there
            print(f"{printable(str(into))}: it was changed just now: once more", file=sys.stderr)
    raise MonitorError(f"{printable(str(into))}: it changes all the time; nothing is added")


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until no other import is at a list in this folder: each is to see what those before have added."""
    try:
        place = os.open(folder, os.O_RDONLY)
    except OSError:  # who writes there will say what is wrong
        yield
        return
    try:
        with suppress(OSError):  # some file systems of the network know no locks
            fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _outlines(file: Path) -> list[Outline]:
    name = printable(str(file))
    try:
        body = read(file, LARGEST)
    except NotRegular as error:
        raise UsageError(f"{name}: this is {error}; name an OPML file") from error
    except OSError as error:
        raise UsageError(f"{name}: it cannot be read ({reason(error)})") from error
    if len(body) > LARGEST:
        raise MonitorError(f"{name}: it is larger than {LARGEST // 1_000_000} MB; split it")
    try:
        return opml.read(body)
    except ParseError as error:
        raise MonitorError(f"{name}: {printable(str(error))}") from error


def _taken(file: Path, outlines: Iterable[Outline], new: NewFeeds) -> tuple[list[FeedSettings], int]:
    """Return the feeds that can be taken, and how many are there already; say of each other one why not.

    Raises ``MonitorError`` if there is neither.
    """
    feeds: list[FeedSettings] = []
    there = 0
    for outline in outlines:
        values, why = _values(outline), _no_feed(outline)
        if not why:
            try:
                feeds.append(new.take(values))
                continue
            except NotTaken as error:
                there += isinstance(error, IsThere)
                why = str(error)
        place = f"{printable(str(file))}:{outline.line}"
        print(f"{place}: skipped: {shown(str(values['outlet']))}: {why}", file=sys.stderr)
    if not feeds and not there:
        raise MonitorError(f"{printable(str(file))}: there is no feed in it that can be taken")
    return feeds, there


def _no_feed(outline: Outline) -> str:
    """Return why an outline is no feed at all; nothing if it may be one."""
    if outline.commented:
        return "it is commented out"
    kind = outline.attributes.get("type", "")
    if kind.lower() == "include":
        return "it refers to another file, which is not fetched: import that one too"
    if _SCRAPED.search(kind):
        return f"it is no feed, but what FreshRSS makes one of ({shown(kind)})"
    return "" if outline.attributes.get("xmlurl", "").strip() else "it has no xmlUrl"


def _values(outline: Outline) -> dict[str, object]:
    """Return what an outline says of a feed, as feeds.yaml would."""
    said = {name: UNPRINTABLE.sub(" ", value) for name, value in outline.attributes.items()}
    url = fetchable(said.get("xmlurl", "").strip())
    tidy = str if OURS + "id" in said else one_line  # a list of our own comes back as it was
    names = map(tidy, (said.get("title", ""), said.get("text", ""), _host(url)))
    values: dict[str, object] = {"outlet": next((name for name in names if name.strip()), "?"), "url": url}
    language = said.get("language", "").strip().lower().partition("-")[0]
    if language in LANGUAGES:
        values["language"] = language
    own = {name: said[OURS + name] for name in _OWN if OURS + name in said}
    values |= {name: value == "true" if name in _SWITCHES else value for name, value in own.items()}
    return values | _of_groups(outline.groups, values)


def _of_groups(groups: Iterable[str], values: Mapping[str, object]) -> dict[str, object]:
    """Return what the groups tell: a kind if one is called so, and their names as a note."""
    names = [one_line(name) for name in groups]
    told: dict[str, object] = {}
    kinds = [kind for name in names if (kind := name.lower().replace(" ", "-")) in get_args(Kind)]
    if kinds and "kind" not in values:
        told["kind"] = kinds[-1]
    if names and "note" not in values:
        told["note"] = f"from the group {' / '.join(names)}"
    return told


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _put(
    into: Path, document: Document | None, listed: tuple[FeedSettings, ...], feeds: list[FeedSettings]
) -> bool:
    """Write the list, once it is certain that it will be read as it was and with the new feeds.

    Return whether that was done: not if the file is no longer the one that was read.
    """
    try:
        text = feedlist.with_feeds(document, feeds) if document else feedlist.HEAD + feedlist.written(feeds)
    except UsageError as error:
        raise UsageError(f"{into}: {error}") from error
    try:
        is_right = feeds_of(yaml.parse(text, str(into)), into.parent) == (*listed, *feeds)
    except ConfigError:
        is_right = False
    if not is_right:
        raise MonitorError(
            f"{into}: its list cannot be added to: leave --into out, and paste what is printed"
        )
    try:
        if not _is_as_read(into, document):
            return False
        replacing.replace(into, text)
    except OSError as error:
        raise MonitorError(f"{into}: it cannot be written ({reason(error)}); nothing is changed") from error
    return True


def _is_as_read(into: Path, document: Document | None) -> bool:
    """Return whether a list is still what was read of it; ``None``: that it is not there."""
    if document is None:
        return not os.path.lexists(into)
    body = into.read_bytes() if into.is_file() else b""
    return body.removeprefix(codecs.BOM_UTF8) == document.source.text.encode()


def export(folder: Path, *, as_opml: bool) -> int:
    """Print the feeds of the list as OPML, or as the YAML of feeds.yaml with every id written out."""
    configuration = load(folder, os.environ, secrets=False)
    feeds = configuration.feeds
    if secret := sum(bool(feed.headers or feed.login) for feed in feeds):
        told = number(secret, "feed")
        print(f"warning: {told} with headers or a login, which are left out", file=sys.stderr)
    if as_opml:
        title = f"Feeds of {configuration.settings.instance}"
        print(opml.write(title, map(_attributes, feeds)), end="")
    else:
        print(feedlist.HEAD + feedlist.written(feeds), end="")
    return 0


def _attributes(feed: FeedSettings) -> dict[str, str]:
    """Return a feed as an outline has it: what OPML knows first, then what only monitor does."""
    known = {"text": feed.outlet, "title": feed.outlet, "type": "rss", "xmlUrl": feed.url}
    known |= {"language": feed.language} if feed.language else {}
    known |= {"category": f"/{feed.kind}"} if feed.kind else {}
    values = {"id": feed.id} | feed.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    own = {OURS + name: values[name] for name in _OWN if name in values}
    return known | {
        name: str(value).lower() if isinstance(value, bool) else value for name, value in own.items()
    }
