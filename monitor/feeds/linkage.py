"""Which of the entries that a feed shows is which of those it showed before. Pure.

Addresses, guids, dates and words all change at times, and all repeat themselves at others, so no single one
of them decides. The *place* of an entry is its address; without one its guid, and without that its words.

1. What stands alone in its place is what stood there alone before: an edit may change all the rest. Only if
   guid, date and headline are all others is it another article, on a page that shows one after the other; but
   not if its address has a number, for such are articles, or if no guid of the document is known.
2. Several in one place, as on a page of alarms, are told apart: by the guid, if no other there has it, or
   together with headline or date; where the guid says no more than the place, by headline and date, or by a
   moment that no other there has. Words alone never make one of two that have moments of their own.
3. What has a new place is an entry whose own is gone if it has the words and the date of that one, or the
   words and the guid, or the guid and the date (or no date as before), or a headline and moment that no other
   has. So it is if the address has the same number, or the moment is the same to the second or minute, in the
   very poll in which that one has left its place; by the moment only beside others that stay in theirs.
4. Words are enough without a date, or with one that is only a day, where most entries of a document have new
   places at once. Elsewhere they are not: flashes and alarms have the words of the ones before.

Of dates, the one that was shown last counts, and where an entry has a new place also its first one. Where all
are of the moment at which the document was made they tell nothing, and words are enough.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from urllib.parse import urldefrag

from monitor.articles.build import Clean
from monitor.articles.identity import IDENTITY_VERSION, article_id, first_text_hash
from monitor.articles.urls import article_number, canonical_url
from monitor.feeds.stamps import are_stamped
from monitor.feeds.state import Seen, SeenEntry
from monitor.model import Feed

Key = tuple[object, ...] | None
"""What two may have in common."""
MANY = 3
"""Entries of one place; two may be versions of one."""
_CLOCKS = (2, 3, 9)
"""Hours by which the clocks of ``localtime`` are ahead of UTC."""
Name = tuple[str, str, str | None, datetime | None]
"""What names an article within a document: its place, the hash of its text, its guid and date."""


@dataclass(frozen=True, slots=True)
class Linked:
    """An article that is shown. ``clean.id`` is what to remember it under, ``before`` what is remembered."""

    clean: Clean
    place: str
    before: SeenEntry | None
    was: str
    """The id under which that is remembered."""


def linked(
    shown: Sequence[Clean], feed: Feed, seen: Seen, now: datetime, same: Collection[str] = ()
) -> list[Linked]:
    """Return the articles that are shown ``now``, each once: of several versions the first one counts.

    ``same`` are the ids of further entries, shown as they were and each alone in its place. Who shares a
    place loses its fingerprint: to know which one it is takes all of them.
    """
    places: dict[str, list[Clean]] = {}
    for clean in shown:
        places.setdefault(clean.id, []).append(clean)
    articles = {place: _articles(group) for place, group in places.items()}
    before = _by_place(seen, same)
    found: dict[Name, str] = {}
    guids_stay = bool(same) or _guids_stay(shown, seen)
    for place, group in articles.items():
        found |= _in_place(group, before.get(place, {}), guids_stay=guids_stay)
    here = {*same, *found.values()}
    left = [clean for group in articles.values() for clean in group if _name(clean) not in found]
    others = [pair for pair in seen.entries.items() if pair[0] not in here]
    gone = dict(sorted(others, key=lambda pair: pair[1].absent_since is not None))
    if left:
        dated = bool(same) or not are_stamped([clean.published for clean in shown], now)
        found |= _moved(left, shown, seen, gone, dated=dated, stay=len(here))
    ids = _Ids(feed, seen, places)
    result: list[Linked] = []
    for clean in _in_order(shown, articles):
        was = found.get(_name(clean), "")
        shared = len(articles[clean.id]) > 1 or clean.id in before
        id_ = was if was in here else ids.new(clean, was, shared=shared)
        result.append(Linked(replace(clean, id=id_), clean.id, seen.entries.get(was), was))
    return result


def apart(shown: Sequence[Clean], feed: Feed, now: datetime) -> list[Clean]:
    """Return the articles that a first document of a feed shows, with the ids that they get."""
    return [one.clean for one in linked(shown, feed, Seen(feed.id, now, identity=IDENTITY_VERSION), now)]


def place_of(id_: str, entry: SeenEntry) -> str:
    """Return where an entry stood that is remembered under an id."""
    return entry.place or id_


def short_hash(text: str | None) -> str:
    """Return what is remembered of a guid or of a headline: of none, nothing."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16] if text else ""


@dataclass(frozen=True, slots=True)
class _Traits:
    """What tells entries of one place apart: hashes, and a date."""

    text: str
    guid: str
    title: str
    date: datetime | None

    def shared(self, *, by_words: bool) -> list[Key]:
        """Return what those in one document have in common that are the same.

        Words are enough only ``by_words``: an alarm has those of the last one, but a moment of its own.
        """
        words: list[Key] = [] if _is_exact(self.date) and not by_words else [("text", self.text)]
        return [*self._by_words(), *words, *self._by_head()]

    def wanted(self) -> list[Key]:
        """Return what it has in common with the one that it was before, the strongest first."""
        words: list[Key] = [] if self.guid and _is_exact(self.date) else [("text", self.text)]
        return [*self._by_words(), *words, *self._by_head()]

    def offered(self, *, has_left: bool) -> list[Key]:
        """Return by what others may find it: by the words alone only if it was still there a poll ago."""
        words: list[Key] = [("text", self.text)] if has_left else []
        return [*self._by_words(), *words, *self._by_guid(), *self._by_title()]

    def alone(self) -> list[Key]:
        """Return what tells it apart if no other has it."""
        guid: list[Key] = [("guid", self.guid)] if self.guid else []
        return [*guid, ("date", self.date)] if _is_exact(self.date) else guid

    def _by_words(self) -> list[Key]:
        guid: list[Key] = [("text", self.text, "guid", self.guid)] if self.guid else []
        return [*guid, ("text", self.text, "date", self.date)]

    def _by_head(self) -> list[Key]:
        return self._by_guid() if self.guid else self._by_title()

    def _by_guid(self) -> list[Key]:
        return [("guid", self.guid, "title", self.title), ("guid", self.guid, "date", self.date)]

    def _by_title(self) -> list[Key]:
        return [("title", self.title, self.date)]


def _traits(clean: Clean, *, shared: bool = False) -> _Traits:
    """Return the traits; a guid that is only the address in other words, or the place itself, is none.

    Where a place is shared, guids may be the parts of one page: it is the fragment that tells them apart.
    """
    says_more = clean.guid and clean.url and canonical_url(clean.guid) != canonical_url(clean.url)
    is_part = shared and clean.guid and "#" in clean.guid
    guid = clean.guid if says_more or is_part else None
    return _Traits(clean.text_hash, short_hash(guid), short_hash(clean.title), clean.published)


def _remembered(entry: SeenEntry) -> _Traits:
    return _Traits(entry.text, entry.guid, entry.title, entry.date or _first_date(entry))


def _first_date(entry: SeenEntry) -> datetime | None:
    return None if entry.filed == entry.first_seen else entry.filed  # so it is if there was no date


def _head(traits: _Traits) -> tuple[str, datetime | None]:
    """Return what stands above a text."""
    return traits.title, traits.date


def _by_other_clocks(entry: SeenEntry) -> list[datetime]:
    """Return what its date may be by now, if it was seen when a date without a zone was taken for UTC."""
    return [] if entry.date else [entry.filed - timedelta(hours=ahead) for ahead in _CLOCKS]


def _is_exact(date: datetime | None) -> bool:
    """Return whether a date says more than the hour."""
    return date is not None and bool(date.minute or date.second)


def _name(clean: Clean) -> Name:
    return clean.id, clean.text_hash, clean.guid, clean.published


def _all_traits(group: Sequence[Clean]) -> list[_Traits]:
    """Return the traits of all in a place. A guid that many of them have tells none apart."""
    traits = [_traits(clean, shared=len(group) > 1) for clean in group]
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for one in traits:
        titles[one.guid].add(one.title)
    return [replace(one, guid="") if len(titles[one.guid]) >= MANY else one for one in traits]


def _articles(group: Sequence[Clean]) -> list[Clean]:
    """Return the articles in one place, of each the first version: what has anything in common is one.

    Also by way of a third, for the order in the document must not count (a union of disjoint sets).
    """
    if len(group) == 1:
        return list(group)
    leader = list(range(len(group)))

    def first(number: int) -> int:
        while leader[number] != number:
            leader[number] = number = leader[leader[number]]
        return number

    # A page has one address for all of its notices; an article may be offered under several.
    by_words = len({urldefrag(clean.url or "").url for clean in group}) > 1
    by_key: dict[Key, int] = {}
    for number, traits in enumerate(_all_traits(group)):
        for key in traits.shared(by_words=by_words):
            one, other = sorted((first(by_key.setdefault(key, number)), first(number)))
            leader[other] = one
    alone = len({clean.fingerprint for clean in group}) == 1
    firsts = [clean for number, clean in enumerate(group) if first(number) == number]
    return firsts if alone else [replace(clean, fingerprint="") for clean in firsts]


def _by_place(seen: Seen, same: Collection[str]) -> dict[str, dict[str, SeenEntry]]:
    found: dict[str, dict[str, SeenEntry]] = {}
    for id_, entry in seen.entries.items():
        if id_ not in same:
            found.setdefault(place_of(id_, entry), {})[id_] = entry
    return found


def _in_place(
    group: Sequence[Clean], before: Mapping[str, SeenEntry], *, guids_stay: bool
) -> dict[Name, str]:
    """Return which of those remembered of a place are shown there, by id."""
    if not before:
        return {}
    traits = {_name(clean): one for clean, one in zip(group, _all_traits(group), strict=True)}
    pairs = _paired(*_with_the_unique(traits, before))
    alone = _alone(before)
    if pairs or len(group) > 1 or alone is None:
        return pairs
    ((name, now),) = traits.items()
    is_page = guids_stay and not article_number(group[0].url)
    return {} if is_page and _is_another(now, before[alone]) else {name: alone}


def _alone(before: Mapping[str, SeenEntry]) -> str | None:
    """Return the id of what was the only one in its place, or the last one of two versions."""
    last = [id_ for id_, entry in before.items() if entry.absent_since is None]
    ids = list(before) if len(before) == 1 else last if len(before) < MANY else []
    return ids[0] if len(ids) == 1 else None


def _with_the_unique(
    shown: Mapping[Name, _Traits], before: Mapping[str, SeenEntry]
) -> tuple[dict[Name, list[Key]], dict[str, list[Key]]]:
    """Return what is wanted and offered in a place; a guid or a moment that no other has is enough."""
    known = {id_: _remembered(entry) for id_, entry in before.items()}
    here, there = (Counter(key for one in some.values() for key in one.alone()) for some in (shown, known))
    unique = {key for key in here if here[key] == there[key] == 1}
    return (
        {
            name: one.wanted() + [key for key in one.alone()[: 1 if one.guid else None] if key in unique]
            for name, one in shown.items()
        },
        {
            id_: one.offered(has_left=before[id_].absent_since is None) + one.alone()
            for id_, one in known.items()
        },
    )


def _guids_stay(shown: Sequence[Clean], seen: Seen) -> bool:
    """Return whether guids tell anything: there are feeds that make new ones at each fetch."""
    known = {entry.guid for entry in seen.entries.values()}
    return len(shown) < MANY or any(short_hash(clean.guid) in known for clean in shown)


def _is_another(now: _Traits, entry: SeenEntry) -> bool:
    """Return whether all is new where one alone stood and stands, and there is enough to tell by.

    Of what was gone in between, as an alarm that was over, the headline may be the same.
    """
    before = _remembered(entry)
    told = [(now.guid, before.guid), (now.date, before.date)]
    if entry.absent_since is None:
        told.append((now.title, before.title))
    is_new = all(ours and theirs and ours != theirs for ours, theirs in told)
    return is_new and (now.text != before.text or entry.absent_since is not None)


def _moved(
    left: Sequence[Clean],
    shown: Sequence[Clean],
    seen: Seen,
    gone: Mapping[str, SeenEntry],
    *,
    dated: bool,
    stay: int,
) -> dict[Name, str]:
    """Return which of those that are gone from their places are shown elsewhere, by id.

    Where others ``stay``, an entry leaves its place when it takes the new one: of what has been gone for
    longer, words are not enough, for flashes and alarms have those of the one before. A new version of our
    rules changes ids and hashes; then the words are enough.
    """
    words_do = seen.identity != IDENTITY_VERSION or not dated
    are_moving = len(left) >= stay
    here, before = _shown_counts(shown), _seen_counts(seen)

    def wanted(clean: Clean) -> list[Key]:
        guid, date, head = short_hash(clean.guid), clean.published, _head(_traits(clean))
        number = article_number(clean.url)
        texts = clean.text_hash, first_text_hash(clean.title, clean.summary, clean.body)
        is_numbered, is_exact = here.numbers[number] == 1, dated and _is_exact(date)
        return [
            *(("text", text, "date", date) if date else None for text in texts),
            *(("text", text, "guid", guid) if guid else None for text in texts),
            *(("text", text) if words_do or date is None else None for text in texts),
            ("guid", guid, date) if here.guids[guid] == 1 else None,
            ("title", *head) if is_exact and here.heads[head] == 1 else None,
            ("number", number, date) if is_numbered else None,
            ("number", number) if is_numbered else None,
            ("date", date) if is_exact and here.dates[date] == 1 else None,
        ]

    def offered(entry: SeenEntry) -> list[Key]:
        text, guid, head, number = entry.text, entry.guid, _head(_remembered(entry)), entry.number
        dates = dict.fromkeys((head[1], _first_date(entry), entry.filed, *_by_other_clocks(entry)))
        has_left = not stay or entry.absent_since is None
        words_tell = words_do or (has_left and are_moving) or not entry.title  # as older rules left it
        is_guid, is_number = before.guids[guid] == 1, before.numbers[number] == 1
        return [
            *(("text", text, "date", date) for date in dates if words_tell or _is_exact(date)),
            ("text", text, "guid", guid) if words_tell or is_guid else None,
            ("text", text) if words_tell else None,
            *(("guid", guid, date) for date in dates if is_guid),
            ("title", *head) if before.heads[head] == 1 else None,
            *(("number", number, date) for date in dates if is_number),
            ("number", number) if has_left and is_number else None,
            ("date", head[1]) if stay and has_left and before.dates[head[1]] == 1 else None,
        ]

    return _paired(
        {_name(clean): wanted(clean) for clean in left},
        {id_: offered(entry) for id_, entry in gone.items()},
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many entries have the same. What is not there is nowhere."""

    guids: Counter[object]
    heads: Counter[object]
    numbers: Counter[object]
    dates: Counter[object]


def _shown_counts(shown: Sequence[Clean]) -> _Counts:
    """Count in a document: of what stands twice there, once is enough."""
    return _Counts(
        _counter({(clean.id, short_hash(clean.guid)) for clean in shown}),
        _counter({(clean.id, _head(_traits(clean))) for clean in shown}),
        _counter({(clean.id, article_number(clean.url)) for clean in shown}),
        _counter({(clean.id, clean.published) for clean in shown}),
    )


def _seen_counts(seen: Seen) -> _Counts:
    """Count in what was shown before. A guid or number of an entry that is there may have had another one."""
    there = [pair for pair in seen.entries.items() if pair[1].absent_since is None]
    gone = [pair for pair in seen.entries.items() if pair[1].absent_since is not None]
    return _Counts(
        _counter((id_, one.guid) for id_, one in there) | _counter((id_, one.guid) for id_, one in gone),
        _counter((id_, _head(_remembered(one))) for id_, one in seen.entries.items()),
        _counter((id_, one.number) for id_, one in there) | _counter((id_, one.number) for id_, one in gone),
        _counter((id_, _remembered(one).date) for id_, one in there),
    )


def _counter(pairs: Iterable[tuple[str, object]]) -> Counter[object]:
    return Counter(value for _, value in pairs if value)


def _paired(wanted: Mapping[Name, Sequence[Key]], offered: Mapping[str, Sequence[Key]]) -> dict[Name, str]:
    """Pair those that have a key in common, each at most once; the first keys of all before the second."""
    by_key: defaultdict[Key, list[str]] = defaultdict(list)
    for id_, keys in reversed([*offered.items()]):
        for key in keys:
            by_key[key].append(id_)
    pairs: dict[Name, str] = {}
    taken: set[str] = set()
    for rank in range(max(map(len, wanted.values()), default=0)):
        for name, keys in wanted.items():
            key = keys[rank] if rank < len(keys) and name not in pairs else None
            free = by_key.get(key, []) if key else []
            while free and free[-1] in taken:
                free.pop()
            if free:
                pairs[name] = free.pop()
                taken.add(pairs[name])
    return pairs


def _in_order(shown: Sequence[Clean], articles: Mapping[str, Sequence[Clean]]) -> list[Clean]:
    """Return the articles of all places in the order of the document."""
    chosen = {_name(clean): clean for group in articles.values() for clean in group}
    return list({_name(clean): chosen[_name(clean)] for clean in shown if _name(clean) in chosen}.values())


class _Ids:
    """Gives ids to what is not remembered in its place; no two articles of a feed have the same."""

    def __init__(self, feed: Feed, seen: Seen, places: Collection[str]) -> None:
        self._feed = feed
        self._seen = seen
        self._places = places
        self._taken = {*seen.entries, *(entry.article for entry in seen.entries.values())}

    def new(self, clean: Clean, was: str, *, shared: bool) -> str:
        """Return the id by the place if that is its own, else by a guid that no other has, else by the words.

        ``was`` is the id it had in another place: it may have its very first one again.
        """
        first = self._seen.entries[was].article if was else ""
        if not shared and (clean.id == first or clean.id not in self._taken):
            return self._take(clean.id)
        by_guid = article_id(None, self._feed.id, clean.guid, "") if _traits(clean).guid else clean.id
        if by_guid not in self._taken and by_guid not in self._places:
            return self._take(by_guid)
        words = f"{clean.id} {clean.text_hash}"
        ids = (article_id(None, self._feed.id, None, words + "+" * number) for number in count())
        return self._take(next(id_ for id_ in ids if id_ not in self._taken))

    def _take(self, id_: str) -> str:
        self._taken.add(id_)
        return id_
