"""Which of the entries that a feed shows are new or changed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.articles.build import Clean, article
from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.state import Seen, SeenEntry
from monitor.model import Article, Feed

FORGET_AFTER = timedelta(days=30)
"""An entry that the feed has not shown for so long may count as new should it come back."""


@dataclass(frozen=True, slots=True)
class Novelty:
    """What a poll brought: articles to publish, and what is to be remembered of the feed's entries."""

    articles: tuple[Article, ...]
    seen: Seen

    @property
    def published(self) -> Seen:
        """Return what to remember once the articles are durable."""
        entries = {id_: replace(entry, published=True) for id_, entry in self.seen.entries.items()}
        return replace(self.seen, entries=entries)


def novelty(
    shown: Sequence[Clean], feed: Feed, seen: Seen, now: datetime, *, backlog_before: datetime | None
) -> Novelty:
    """Compare the entries that are shown with those seen before.

    ``backlog_before`` is given at a feed's first poll: entries dated earlier are stored, but not alerted.
    An entry that was noted but never published (a crash came between) counts as new under its first dates.
    After a change of the identity rules an entry is known by its text as well, and never alerts again.
    """
    seen = _renamed(shown, seen)
    entries: dict[str, SeenEntry] = {}
    articles = []
    for clean in shown:
        if clean.id in entries:
            continue  # shown twice in one document: the first one counts
        entry = _remembered(clean, seen.entries.get(clean.id), now, backlog_before)
        entries[clean.id] = entry
        if not entry.published:
            articles.append(_article(clean, feed, entry))
    return Novelty(tuple(articles), replace(seen, entries=_absent(seen, entries, now) | entries))


def _renamed(shown: Sequence[Clean], seen: Seen) -> Seen:
    """Return what was seen under the ids of the rules in force."""
    if seen.identity == IDENTITY_VERSION:
        return seen
    by_text = {entry.text: id_ for id_, entry in seen.entries.items()}
    entries = dict(seen.entries)
    for clean in shown:
        before = by_text.get(clean.text_hash)
        if clean.id not in entries and before in entries:
            entries[clean.id] = replace(entries.pop(before), backlog=True)
    return replace(seen, entries=entries, identity=IDENTITY_VERSION)


def _remembered(
    clean: Clean, before: SeenEntry | None, now: datetime, backlog_before: datetime | None
) -> SeenEntry:
    if before is None:
        old = backlog_before is not None and clean.published is not None and clean.published < backlog_before
        return SeenEntry(clean.text_hash, 1, clean.published or now, now, backlog=old)
    if before.text == clean.text_hash:
        return replace(before, absent_since=None)
    revision = before.revision + 1 if before.published else before.revision
    return replace(before, text=clean.text_hash, revision=revision, published=False, absent_since=None)


def _absent(seen: Seen, shown: dict[str, SeenEntry], now: datetime) -> dict[str, SeenEntry]:
    """Return the entries that are no longer shown, without those gone for long."""
    gone = {id_: entry for id_, entry in seen.entries.items() if id_ not in shown}
    dated = {id_: replace(entry, absent_since=entry.absent_since or now) for id_, entry in gone.items()}
    return {
        id_: entry
        for id_, entry in dated.items()
        if entry.absent_since is not None and now - entry.absent_since < FORGET_AFTER
    }


def _article(clean: Clean, feed: Feed, entry: SeenEntry) -> Article:
    return article(
        clean,
        feed,
        first_seen=entry.first_seen,
        filed=entry.filed,
        revision=entry.revision,
        backlog=entry.backlog,
    )
