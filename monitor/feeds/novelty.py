"""Which of the entries that a feed shows are new or changed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.articles.build import Clean, article
from monitor.articles.identity import IDENTITY_VERSION, first_text_hash
from monitor.articles.urls import article_number
from monitor.feeds.linkage.link import Linked, linked
from monitor.feeds.linkage.traits import guid_hash, lead_hash, place_of, short_hash, traits_of
from monitor.feeds.state import Seen, SeenEntry
from monitor.model import Article, Feed

FORGET_AFTER = timedelta(days=30)
"""An entry that the feed has not shown for so long may count as new should it come back."""

REMEMBERED = 5_000
"""Entries of a feed that are remembered though it shows them no more: the latest ones."""


@dataclass(frozen=True, slots=True)
class Novelty:
    """What a poll brought: articles to publish, and what is to be remembered of the feed's entries."""

    articles: tuple[Article, ...]
    seen: Seen
    shown: frozenset[str] = frozenset()
    """The ids of the entries in the document."""
    new: frozenset[str] = frozenset()
    """The ids of the articles that were not there before."""
    repeated: int = 0
    """Entries that stand twice in the document; the first one counts."""
    forgotten: int = 0
    """Entries that are no longer remembered, since too many came and went."""

    @property
    def published(self) -> Seen:
        """Return what to remember once the articles are durable: of the entries shown, that they are."""
        entries = {
            id_: entry if entry.published or id_ not in self.shown else replace(entry, published=True)
            for id_, entry in self.seen.entries.items()
        }
        return replace(self.seen, entries=entries)


def recognized(seen: Seen) -> dict[str, str]:
    """Return the ids of those entries that a fingerprint is enough to recognize, by fingerprint."""
    if seen.identity != IDENTITY_VERSION:
        return {}
    return {
        entry.fingerprint: id_
        for id_, entry in seen.entries.items()
        if entry.fingerprint and entry.published and entry.absent_since is None
    }


def is_ambiguous(shown: Sequence[Clean], unchanged: Sequence[str], seen: Seen) -> bool:
    """Return whether an entry shares the place or the guid of an unchanged one: then all are looked at."""
    known = recognized(seen)
    ids = [known[mark] for mark in unchanged if mark in known]
    places = {place_of(id_, seen.entries[id_]) for id_ in ids}
    guids = {seen.entries[id_].guid for id_ in ids}
    return any(clean.id in places or (traits_of(clean).guid or None) in guids for clean in shown)


def novelty(
    shown: Sequence[Clean],
    feed: Feed,
    seen: Seen,
    now: datetime,
    *,
    backlog_before: datetime | None,
    unchanged: Sequence[str] = (),
) -> Novelty:
    """Compare the entries that are shown with those seen before.

    ``unchanged`` are the fingerprints of further entries, which are ``recognized`` and not ``is_ambiguous``.
    ``backlog_before`` is given at a feed's first poll: entries dated earlier are stored, but not alerted.
    An entry that was noted but never published (a crash came between) counts as new under its first dates.
    """
    known = recognized(seen)
    same = [known[mark] for mark in unchanged if mark in known]
    told = linked(shown, feed, seen, now, set(same))
    entries = {id_: seen.entries[id_] for id_ in same}
    articles, new = [], set()
    for one in told:
        entry = _remembered(one, now, backlog_before)
        entries[one.clean.id] = entry
        if not entry.published:
            made = _article(one.clean, feed, entry)
            articles.append(made)
            if one.before is None or (one.before.revision == 1 and not one.before.published):
                new.add(made.id)
    here = {one.was for one in told}
    gone = {id_: entry for id_, entry in seen.entries.items() if id_ not in here}
    absent, forgotten = _absent(gone, entries, now)
    # By id, for what comes of it must not depend on how an entry was recognized.
    after = replace(seen, entries=absent | dict(sorted(entries.items())), identity=IDENTITY_VERSION)
    repeated = len(shown) + len(same) - len(entries)
    return Novelty(tuple(articles), after, frozenset(entries), frozenset(new), repeated, forgotten)


def _remembered(one: Linked, now: datetime, backlog_before: datetime | None) -> SeenEntry:
    clean, before = one.clean, one.before
    place = one.place if one.place != clean.id else ""
    guid, title, number = guid_hash(clean.guid), short_hash(clean.title), article_number(clean.url)
    lead = lead_hash(clean)
    if before is None:
        old = backlog_before is not None and clean.published is not None and clean.published < backlog_before
        return SeenEntry(
            clean.text_hash, 1, clean.published or now, now,
            backlog=old, guid=guid, title=title, place=place,
            fingerprint=clean.fingerprint, date=clean.published, number=number,
            lead=lead,
        )  # fmt: skip
    article = before.article or (one.was if one.was != clean.id else "")
    before = replace(
        before, absent_since=None, article=article,
        guid=guid, title=title, place=place, fingerprint=clean.fingerprint, date=clean.published,
        number=number, lead=lead,
    )  # fmt: skip
    if before.text == clean.text_hash:
        return before
    if before.text == first_text_hash(clean.title, clean.summary, clean.body):
        return replace(before, text=clean.text_hash)
    # Also if it is not known to be published: it may have been, and who has a revision passes over another
    # of the same number.
    return replace(before, text=clean.text_hash, revision=before.revision + 1, published=False)


def _absent(
    known: dict[str, SeenEntry], shown: dict[str, SeenEntry], now: datetime
) -> tuple[dict[str, SeenEntry], int]:
    """Return the entries that are no longer shown, without those gone for long or too many; and how many."""
    gone = {id_: entry for id_, entry in known.items() if id_ not in shown}
    dated = {
        id_: entry if entry.absent_since else replace(entry, absent_since=now) for id_, entry in gone.items()
    }
    kept = [
        (id_, entry)
        for id_, entry in dated.items()
        if entry.absent_since is not None and now - entry.absent_since < FORGET_AFTER
    ]
    most = max(REMEMBERED, 5 * len(shown))
    kept.sort(key=lambda pair: pair[1].absent_since or now, reverse=True)
    return dict(kept[:most]), max(0, len(kept) - most)


def _article(clean: Clean, feed: Feed, entry: SeenEntry) -> Article:
    return article(
        replace(clean, id=entry.article or clean.id),
        feed,
        first_seen=entry.first_seen,
        filed=entry.filed,
        revision=entry.revision,
        backlog=entry.backlog,
    )
