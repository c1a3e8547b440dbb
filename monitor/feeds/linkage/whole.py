"""What all of a document tells of the entry in each place. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from monitor.articles.build import Clean
from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.document.stamps import are_stamped
from monitor.feeds.linkage.pairing import MANY
from monitor.feeds.linkage.traits import (
    Traits,
    all_differ,
    guid_hash,
    is_exact,
    lead_hash,
    remembered,
    stands_by_guid,
    traits_of,
)
from monitor.feeds.state import Seen, SeenEntry

_K = TypeVar("_K")
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Whole:
    """What holds for all entries of a document."""

    guids_stay: bool
    """Whether guids tell anything: there are feeds that make new ones at each fetch."""
    dated: bool
    """Whether dates do: there are feeds that date all by the fetch."""
    guids_number: bool
    """Whether most that stand by their guids, or share a page, are told anew at once: those number a list.

    By other rules than those by which they were read before, all may seem so.
    """
    kept: Collection[tuple[str, datetime | None]]
    """Words with the moment that they had before as well, in whatever place."""
    own_leads: Collection[str]
    """How but one text begins, of all that are shown or remembered."""

    def shows_other(self, now: Traits, entry: SeenEntry) -> bool:
        """Return whether another article stands by a guid: one that has come from elsewhere, or is told anew.

        Of one alone it is not enough that all is new if no moment is known: guids may be those of articles,
        which are edited.
        """
        before = remembered(entry)
        if not {(now.text, now.date), (before.text, before.date)}.isdisjoint(self.kept):
            return True
        have_moments = self.dated and is_exact(now.date) and is_exact(before.date)
        return (self.guids_number or have_moments) and _is_told_anew(now, before, self.own_leads)


def whole_of(
    shown: Sequence[Clean],
    articles: Mapping[str, Sequence[Clean]],
    before: Mapping[str, Mapping[str, SeenEntry]],
    seen: Seen,
    now: datetime,
    same: int,
) -> Whole:
    """Return what the entries ``shown`` tell together; so many further ones are the ``same`` as before."""
    known = [remembered(entry) for entry in seen.entries.values()]
    here, there = Counter(map(lead_hash, shown)), Counter(one.lead for one in known)
    own_leads = {lead for lead, count in here.items() if lead and count == 1 and there[lead] <= 1}
    exact = {(clean.text_hash, clean.published) for clean in shown if is_exact(clean.published)}
    return Whole(
        guids_stay=bool(same) or _guids_stay(shown, seen),
        dated=bool(same) or not are_stamped([clean.published for clean in shown], now),
        guids_number=seen.identity == IDENTITY_VERSION and _guids_number(articles, before, own_leads, same),
        kept=exact & {(one.text, one.date) for one in known},
        own_leads=own_leads,
    )


def _guids_stay(shown: Sequence[Clean], seen: Seen) -> bool:
    """Return whether guids tell anything: there are feeds that make new ones at each fetch.

    Where they do not, words and moments are known though no guid is; else all entries are new. Some new ones
    may have the words of the ones before, as flashes do.
    """
    entries = seen.entries.values()
    guids = {entry.guid for entry in entries}
    if len(shown) < MANY or any(guid_hash(clean.guid) in guids for clean in shown):
        return True
    texts = {entry.text for entry in entries}
    moments = {date for entry in entries if is_exact(date := remembered(entry).date)}
    known = {one.text_hash for one in shown if one.text_hash in texts or one.published in moments}
    return len(known) < min(MANY, len({one.text_hash for one in shown}))


def _guids_number(
    articles: Mapping[str, Sequence[Clean]],
    before: Mapping[str, Mapping[str, SeenEntry]],
    own_leads: Collection[str],
    same: int,
) -> bool:
    here = _alone(
        ((place, guid_hash(clean.guid)), clean)
        for place, group in articles.items()
        for clean in group
        if len(group) > 1 or stands_by_guid(clean)
    )
    there = _alone(
        ((place, entry.guid), entry)
        for place, entries in before.items()
        for entry in entries.values()
        if entry.absent_since is None
    )
    anew = [
        _is_told_anew(traits_of(clean), remembered(there[key]), own_leads)
        for key, clean in here.items()
        if key[1] and key in there
    ]
    return sum(anew) >= MANY and 2 * sum(anew) >= len(anew) + same


def _alone(some: Iterable[tuple[_K, _V]]) -> dict[_K, _V]:
    """Return those whose key no other has."""
    pairs = list(some)
    count = Counter(key for key, _ in pairs)
    return {key: value for key, value in pairs if count[key] == 1}


def _is_told_anew(now: Traits, before: Traits, own_leads: Collection[str]) -> bool:
    """Return whether headline, text and moment are others; that texts begin as all do says nothing."""
    begins_alike = now.lead == before.lead and now.lead in own_leads
    at_once = is_exact(now.date) and now.date == before.date
    return all_differ((now.title, before.title)) and not begins_alike and not at_once
