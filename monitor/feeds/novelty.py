"""Which of the entries that a feed shows are new or changed. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from monitor.articles.build import Clean, article
from monitor.articles.identity import IDENTITY_VERSION, article_id, first_text_hash
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


def is_ambiguous(shown: Sequence[Clean], unchanged: Sequence[str], feed: Feed, seen: Seen) -> bool:
    """Return whether an entry shares an id with an unchanged one: then all must be looked at."""
    known = recognized(seen)
    ids = {known[mark] for mark in unchanged if mark in known}
    return any(clean.id in ids for clean in (*shown, *apart(shown, feed)))


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
    told = apart(shown, feed)
    known = recognized(seen)
    same = [known[mark] for mark in unchanged if mark in known]
    moved = _moved(told, seen, same)
    entries = {id_: seen.entries[id_] for id_ in same}
    articles, new = [], set()
    for clean in told:
        if clean.id in entries:
            continue
        before = seen.entries.get(clean.id) or moved.get(clean.id)
        entry = _remembered(clean, before, now, backlog_before)
        entries[clean.id] = entry
        if not entry.published:
            made = _article(clean, feed, entry)
            articles.append(made)
            if before is None or (before.revision == 1 and not before.published):
                new.add(made.id)
    absent, forgotten = _absent(seen, entries, now)
    # By id, for what comes of it must not depend on how an entry was recognized.
    after = replace(seen, entries=absent | dict(sorted(entries.items())), identity=IDENTITY_VERSION)
    repeated = len(told) + len(same) - len(entries)
    return Novelty(tuple(articles), after, frozenset(entries), frozenset(new), repeated, forgotten)


def apart(shown: Sequence[Clean], feed: Feed) -> list[Clean]:
    """Return the entries with ids of their own where several share one address or guid.

    A page that gathers many notices is the address of each; then the guid tells them apart. Where the guid
    is all they have and it is the same for several, their words do. Such entries lose their fingerprints.
    """
    marks: defaultdict[str, set[str]] = defaultdict(set)
    guids: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for clean in shown:
        known = guids[clean.id].setdefault(clean.text_hash, clean.guid or "")
        guids[clean.id][clean.text_hash] = min(known, clean.guid or "")
        marks[clean.id].add(clean.fingerprint)

    def own_id(clean: Clean) -> str:
        """Return the id; the same words twice under one address or guid are one article shown twice."""
        texts = guids[clean.id]
        if len(texts) > 1 and len(set(texts.values())) > 1 and texts[clean.text_hash]:
            return article_id(None, feed.id, texts[clean.text_hash], "")
        if len(texts) > 1 and clean.url is None:
            return article_id(None, feed.id, None, clean.text_hash)
        return clean.id

    def is_alone(clean: Clean) -> bool:
        return len(guids[clean.id]) == len(marks[clean.id]) == 1

    return [clean if is_alone(clean) else replace(clean, id=own_id(clean), fingerprint="") for clean in shown]


def _moved(shown: Sequence[Clean], seen: Seen, same: Sequence[str]) -> Mapping[str, SeenEntry]:
    """Return what is remembered of entries under another id, by the id they have now.

    Feeds change guids, addresses and dates, and a new version of our rules changes ids: what has the text,
    and the date or the guid, of an entry that is no longer there under its old id is that entry.
    """
    here = {*same, *(clean.id for clean in shown)}
    gone = {entry.text: (id_, entry) for id_, entry in seen.entries.items() if id_ not in here}
    moved = {}
    for clean in shown:
        if clean.id in seen.entries:
            continue
        id_, entry = gone.get(clean.text_hash) or gone.get(_first_hash(clean)) or ("", None)
        if entry is None:
            continue
        is_same = clean.published in (None, entry.filed) or (clean.guid and _hash(clean.guid) == entry.guid)
        if is_same or seen.identity != IDENTITY_VERSION:
            moved[clean.id] = replace(entry, article=entry.article or id_, text=clean.text_hash)
    return moved


def _first_hash(clean: Clean) -> str:
    return first_text_hash(clean.title, clean.summary, clean.body)


def _hash(guid: str) -> str:
    return sha256(guid.encode("utf-8", "replace")).hexdigest()[:16]


def _remembered(
    clean: Clean, before: SeenEntry | None, now: datetime, backlog_before: datetime | None
) -> SeenEntry:
    if before is None:
        old = backlog_before is not None and clean.published is not None and clean.published < backlog_before
        guid = _hash(clean.guid) if clean.guid else ""
        return SeenEntry(
            clean.text_hash, 1, clean.published or now, now,
            backlog=old, guid=guid, fingerprint=clean.fingerprint,
        )  # fmt: skip
    before = replace(before, absent_since=None, fingerprint=clean.fingerprint)
    if before.text == clean.text_hash:
        return before
    # Also if it is not known to be published: it may have been, and who has a revision passes over another
    # of the same number.
    return replace(before, text=clean.text_hash, revision=before.revision + 1, published=False)


def _absent(seen: Seen, shown: dict[str, SeenEntry], now: datetime) -> tuple[dict[str, SeenEntry], int]:
    """Return the entries that are no longer shown, without those gone for long or too many; and how many."""
    gone = {id_: entry for id_, entry in seen.entries.items() if id_ not in shown}
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
