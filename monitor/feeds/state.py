"""What is remembered of a feed between polls.

Two documents a feed: how it fares (kind ``feeds``, for people to see), and which entries it has shown (kind
``seen``). They are written in an order that loses nothing::

    seen, with new entries marked as not yet published     fixes their dates and revisions
    stream.publish(articles)
    seen, all published
    feed, with ETag and body hash                          only now may the server say "not modified"

A crash before the last step means that the same body is fetched and compared again.

In a cluster a feed has one owner, but one that was cut off may still be at it when the next one begins. So a
document is written only as it was read: whoever finds it changed meanwhile is ``Overtaken``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.articles.identity import IDENTITY_VERSION
from monitor.errors import Overtaken
from monitor.feeds.document.wishes import Wishes
from monitor.feeds.timing.pulse import Pulse
from monitor.feeds.trust import Trust
from monitor.model import Feed, Health
from monitor.store import records
from monitor.store.base import Added, Document, Store, Stored
from monitor.store.records import Records


@dataclass(frozen=True, slots=True)
class FeedState:
    """How a feed fares. ``since`` is when its health last changed, ``reason`` why in plain words."""

    id: str
    feed: Feed
    filed: datetime
    """When it was first polled."""
    health: Health = "new"
    since: datetime | None = None
    reason: str = ""
    last_poll: datetime | None = None
    last_success: datetime | None = None
    introduced: datetime | None = None
    """When the whole document at this address was first taken: only then the first poll is over."""
    last_change: datetime | None = None
    next_poll: datetime | None = None
    failures: int = 0
    """In a row."""
    out_of_reach: bool = False
    """Whether no server was there at the last poll."""
    polls: int = 0
    articles: int = 0
    revisions: int = 0
    backlog: int = 0
    """Articles that were already old at the first poll."""
    etag: str | None = None
    last_modified: str | None = None
    validated_by: str | None = None
    """The origin that ETag and date came from; ``None`` if it is not known, or the feed's own."""
    body_hash: str | None = None
    moved_to: str | None = None
    """Where the server says the feed has moved for good."""
    shown: int | None = None
    """Entries in the document that was taken last."""
    problems: tuple[str, ...] = ()
    """What was wrong with that document."""
    unread: str = ""
    """Why pages were not read of the articles that came last, if some were not."""
    pulse: Pulse = field(default_factory=Pulse)
    wishes: Wishes = field(default_factory=Wishes)
    trust: Trust = field(default_factory=Trust)

    @property
    def is_first_poll(self) -> bool:
        """Return whether the feed has still to show all of itself."""
        return self.introduced is None


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry that the feed has shown. ``filed``, ``first_seen`` and ``backlog`` never change."""

    text: str
    """Hash of its text, to notice edits."""
    revision: int
    filed: datetime
    first_seen: datetime
    backlog: bool = False
    published: bool = False
    """Whether this revision is durable in the stream."""
    absent_since: datetime | None = None
    article: str = ""
    """The id it was first published under, if it has another one now."""
    guid: str = ""
    """A short hash of its guid."""
    title: str = ""
    """A short hash of its headline."""
    place: str = ""
    """The id that its address, or else its guid or its words, would give it, if it has another one."""
    fingerprint: str = ""
    """That of the entry (``articles.build``), if it alone tells which entry it is."""
    date: datetime | None = None
    """The date it was shown with last; ``filed`` is of the first one."""
    number: str = ""
    """That of its address (``articles.urls``)."""
    lead: str = ""
    """A short hash of how the text below its headline begins."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All entries that a feed has shown lately, by article id."""

    id: str
    filed: datetime
    entries: dict[str, SeenEntry] = field(default_factory=dict)
    identity: int = 1
    """The version of the rules that made the ids (``articles.identity``)."""


_states = Records(records.FEEDS, FeedState)
_seen = Records(records.SEEN, Seen)


def overtaken(id_: str) -> Overtaken:
    """Return that a feed's documents are not as they were read."""
    return Overtaken(f"what is known of {id_} was changed meanwhile, by a command or another process")


def afresh(state: FeedState) -> FeedState:
    """Return the state of a feed that is to be asked as if never before; its entries stay known."""
    return replace(
        state,
        health="new",
        since=None,
        reason="",
        next_poll=None,
        failures=0,
        etag=None,
        last_modified=None,
        validated_by=None,
        body_hash=None,
        unread="",
        trust=Trust(),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """How a feed fares, and the version under which the store has that; ``None`` if it has nothing."""

    state: FeedState
    version: int | None


@dataclass(frozen=True, slots=True)
class KnownSeen:
    """Which entries a feed has shown, and the version under which the store has that."""

    seen: Seen
    version: int | None


class FeedStates:
    """Reads and writes both documents. Blocking. Writing raises ``Overtaken``: see above."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, feed: Feed, now: datetime) -> Known:
        """Return how a feed fares, or a fresh start. The feed's description is always the one given."""
        (known,) = self.read_all([feed], now)
        return known

    def read_all(self, feeds: Sequence[Feed], now: datetime) -> list[Known]:
        """Return how several feeds fare, as ``read`` does of one."""
        stored = self._store.get(records.FEEDS, [feed.id for feed in feeds])
        return [known_of(feed, _read(stored.get(feed.id), feed, now)) for feed in feeds]

    def polled(self, ids: list[str]) -> dict[str, FeedState]:
        """Return how the feeds fare, those that were ever polled."""
        found = {id_: _states.readable(one) for id_, one in self._store.get(records.FEEDS, ids).items()}
        return {id_: state for id_, state in found.items() if state}

    def write(self, known: Known) -> int | None:
        """Save how a feed fares, if that is still as it was read.

        Return its new version; ``None`` if it is new to the store: then the next reading tells it.
        """
        document = _states.document(known.state)
        if known.version is None:
            self._add(records.FEEDS, document)
            return None
        return self._update(records.FEEDS, document, known.version)

    def write_all(self, known: Sequence[Known]) -> list[int | None]:
        """Save how several feeds fare that are in the store; return of each its new version.

        ``None`` if it is no longer as it was read.
        """
        changes = [(_states.document(one.state), one.version or 0) for one in known]
        return self._store.update_all(records.FEEDS, changes)

    def read_seen(self, feed: Feed, now: datetime) -> KnownSeen:
        """Return which entries a feed has shown: a long document, read only when there is something new."""
        stored = self._store.get(records.SEEN, [feed.id]).get(feed.id)
        if stored is None:
            return KnownSeen(Seen(feed.id, now, identity=IDENTITY_VERSION), None)
        return KnownSeen(_seen.value(stored), stored.version)

    def write_seen(self, known: KnownSeen) -> KnownSeen:
        """Save which entries a feed has shown, if that is still as it was read; return it as it is now."""
        document = _seen.document(known.seen)
        if known.version is not None:
            return KnownSeen(known.seen, self._update(records.SEEN, document, known.version))
        self._add(records.SEEN, document)
        return KnownSeen(known.seen, self._store.get(records.SEEN, [document.id])[document.id].version)

    def _add(self, kind: str, document: Document) -> None:
        if self._store.add(kind, [document]) != [Added.NEW]:
            raise overtaken(document.id)

    def _update(self, kind: str, document: Document, version: int) -> int:
        written = self._store.update(kind, document, version)
        if written is None:
            raise overtaken(document.id)
        return written


def known_of(feed: Feed, known: Known) -> Known:
    """Return what is known of a feed as it is described now; at a new address it begins afresh."""
    state = known.state
    if state.feed == feed:
        return known
    if state.feed.url != feed.url:
        state = replace(afresh(state), moved_to=None, introduced=None)
    return replace(known, state=replace(state, feed=feed))


def _read(stored: Stored | None, feed: Feed, now: datetime) -> Known:
    """Return how a feed fares; afresh if it was never polled, or what is stored of that cannot be read."""
    state = _states.readable(stored) or FeedState(feed.id, feed, now)
    return Known(state, stored.version if stored else None)
