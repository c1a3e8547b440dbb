"""Who has left one place for another. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from monitor.articles.build import Clean
from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.linkage.pairing import MANY, Key, Name, name_of, paired
from monitor.feeds.linkage.rules import MARKS, RULES, Rule, Sides
from monitor.feeds.linkage.signs import Poll, marks_of_seen, marks_of_shown, of_seen, of_shown
from monitor.feeds.linkage.traits import (
    has_words_of_its_own,
    lead_hash,
    place_of,
    remembered,
    short_hash,
)
from monitor.feeds.linkage.whole import Whole
from monitor.feeds.state import Seen, SeenEntry

_N = TypeVar("_N")
_OF_ZONES = timedelta(minutes=15)
"""By so much, or a multiple, time zones differ."""


def moved(
    left: Sequence[Clean],
    shown: Sequence[Clean],
    seen: Seen,
    here: Collection[str],
    whole: Whole,
) -> dict[Name, str]:
    """Return which of those that are gone from their places are shown elsewhere, by id.

    ``here`` are those that are in theirs. Where there are any, an entry leaves its place when it takes the
    new one: of what has been gone for longer, words are not enough, for flashes and alarms have those of the
    one before. A new version of our rules changes ids and hashes; then the words are enough.
    """
    if len(here) == len(seen.entries):
        return {}
    last = [entry for id_, entry in seen.entries.items() if entry.absent_since is None and id_ not in here]
    poll = Poll(
        words_do=seen.identity != IDENTITY_VERSION or not whole.dated,
        dated=whole.dated,
        guids_stay=whole.guids_stay,
        guids_differ=len({clean.guid for clean in shown} - {None}) > 1 or bool(here),
        others_stay=bool(here),
        places=Counter(place_of(id_, entry) for id_, entry in seen.entries.items()),
        has_leads=any(entry.lead for entry in seen.entries.values()),
        moves=whole.guids_number or _have_moved(left, last, len(here)),
        clock=_clock(left, last),
        keeps_leads=not here
        and _most_are_of([lead_hash(clean) for clean in left], [entry.lead for entry in last]),
        last_date=max((date for entry in last if (date := remembered(entry).date)), default=None),
    )
    new = {name_of(clean): of_shown(clean, poll) for clean in left}
    alike = _alike(new.values(), seen)
    single = _single(shown, alike, here)
    others = [pair for pair in alike.items() if pair[0] not in here]
    gone = sorted(others, key=lambda pair: pair[1].absent_since is not None)
    old = {id_: of_seen(id_, entry, poll) for id_, entry in gone}
    pairs: dict[Name, str] = {}
    for rule in RULES:
        wanted = {name: [keys] for name, keys in _keys(rule, new, single).items()}
        found = paired(wanted, _keys(rule, old, single))
        pairs |= found
        new = {name: sides for name, sides in new.items() if name not in found}
        for id_ in found.values():
            del old[id_]
    return pairs


def _alike(new: Iterable[Sides], seen: Seen) -> dict[str, SeenEntry]:
    """Return those remembered that have anything in common with the new ones."""
    had = {value for sides in new for trait in ("text", "twin", *MARKS) for value in sides[trait]}
    return {
        id_: entry
        for id_, entry in seen.entries.items()
        if not had.isdisjoint((entry.text, place_of(id_, entry), *marks_of_seen(entry)))
    }


def _keys(rule: Rule, entries: Mapping[_N, Sides], single: Mapping[str, set[object]]) -> dict[_N, list[Key]]:
    return {
        name: keys
        for name, sides in entries.items()
        if all(single[trait].issuperset(sides[trait]) for trait in rule.alone) and (keys := rule.keys(sides))
    }


def _have_moved(left: Sequence[Clean], last: Sequence[SeenEntry], stay: int) -> bool:
    """Return whether most have the headlines of those that have left their places just now.

    Flashes have one headline, or few, however many of them there are. Where most are new, those count that
    come again with texts of their own.
    """
    titles = {entry.title for entry in last}
    same = [title for clean in left if (title := short_hash(clean.title)) in titles]
    if len(left) >= stay and len(set(same)) >= MANY and 2 * len(same) >= len(left):
        return True
    leads = {entry.lead for _, entry in _again(left, last) if has_words_of_its_own(entry.lead, entry.title)}
    all_of_two = 1 < len(leads) == len(left) == len(last)
    return len(leads) >= stay and (len(leads) >= MANY or all_of_two)


def _most_are_of(leads: Sequence[str], last: Collection[str]) -> bool:
    """Return whether most of the leads, and many different ones, are some of the last."""
    same = {lead for lead in leads if lead} & {*last}
    return len(same) >= MANY and 2 * len(same) >= len(leads)


def _again(left: Sequence[Clean], last: Sequence[SeenEntry]) -> list[tuple[Clean, SeenEntry]]:
    """Return those that have the words of one that has left its place just now, and nobody else has them."""
    here, there = Counter(clean.text_hash for clean in left), Counter(entry.text for entry in last)
    entries = {entry.text: entry for entry in last if here[entry.text] == there[entry.text] == 1}
    return [(clean, entries[clean.text_hash]) for clean in left if clean.text_hash in entries]


def _clock(left: Sequence[Clean], last: Sequence[SeenEntry]) -> timedelta | None:
    """Return by what most dates differ from those that the same words had before, if it is by the same.

    Where most are new, clocks are set as time zones differ: alarms may all be given at once, and again.
    """
    differ = Counter(
        clean.published - date
        for clean, entry in _again(left, last)
        if clean.published and (date := remembered(entry).date)
    )
    ((clock, number),) = differ.most_common(1) or [(timedelta(), 0)]
    if number < MANY or 2 * number < differ.total():
        return None
    return clock if 2 * number >= len(left) or not clock % _OF_ZONES else None


def _single(
    shown: Sequence[Clean], alike: Mapping[str, SeenEntry], here: Collection[str]
) -> dict[str, set[object]]:
    """Return what only one entry has that is shown, and only one that was there, and only one that had gone.

    Of what stands twice in the document, once is enough. An entry may be remembered twice, as there and as
    gone, if it was not known again.
    """
    document = {(clean.id, marks_of_shown(clean)) for clean in shown}
    document |= {(place_of(id_, alike[id_]), marks_of_seen(alike[id_])) for id_ in here if id_ in alike}
    last = [marks_of_seen(entry) for entry in alike.values() if entry.absent_since is None]
    gone = [marks_of_seen(entry) for entry in alike.values() if entry.absent_since is not None]
    single: dict[str, set[object]] = {}
    for number, trait in enumerate(MARKS):
        now = Counter(value for _, value in {(place, marks[number]) for place, marks in document})
        before = Counter(marks[number] for marks in last) | Counter(marks[number] for marks in gone)
        single[trait] = {value for value, count in now.items() if count == before[value] == 1}
    return single
