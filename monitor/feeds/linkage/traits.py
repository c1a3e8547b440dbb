"""What tells entries apart, and who they are taken for by it. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from monitor.articles.build import Clean
from monitor.articles.urls import canonical_url
from monitor.feeds.linkage.pairing import Key
from monitor.feeds.state import SeenEntry

_NEWSML_VERSION = re.compile(r"[0-9]{1,3}[NUA]?", re.IGNORECASE)
"""What RFC 3085 ends guids with: ``urn:newsml:reuters.com:20261129:nL70:2``."""
_LEAD = 80
"""Characters; edits add at the end."""
_CLOCKS = (2, 3, 9)
"""Hours by which the clocks of ``localtime`` are ahead of UTC."""


def short_hash(text: str | None) -> str:
    """Return what is remembered of a guid or of a headline: of none, nothing."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16] if text else ""


def guid_hash(guid: str | None) -> str:
    """Return what is remembered of a guid: of NewsML's all but the number of the version."""
    article, _, version = (guid or "").rpartition(":")
    is_newsml = "newsml" in article.lower() and _NEWSML_VERSION.fullmatch(version)
    return short_hash(article if is_newsml else guid)


def is_long(clean: Clean) -> bool:
    """Return whether the text below the headline is longer than those of alarms."""
    text = clean.summary or clean.body
    return len(text) >= _LEAD and text != clean.title


def lead_hash(clean: Clean) -> str:
    """Return what is remembered of how the text below a headline begins."""
    return short_hash((clean.summary or clean.body)[:_LEAD])


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells entries apart: hashes, and a date."""

    text: str
    guid: str
    title: str
    date: datetime | None
    lead: str

    def shared(self, *, by_words: bool) -> list[Key]:
        """Return what those in one document have in common that are the same.

        Words are enough only ``by_words``: an alarm has those of the last one, but a moment of its own.
        """
        if by_words or not (self.guid or is_exact(self.date)):
            return [("text", self.text), *self._by_head()]
        return [*self._by_words_and_guid(), *self._by_words_and_moment(), *self._by_head()]

    def wanted(self) -> list[list[Key]]:
        """Return what it has in common with the one that it was before, in ranks: the strongest first."""
        guided, exact = bool(self.guid), self._exactness()
        words = [self._by_words_and_day(guided=guided), self._by_words(guided=guided, exact=exact)]
        more = [self._by_words_and_both(), self._by_words_and_moment(), self._by_words_and_guid()]
        return [*more, *([key] for key in (*words, *self._by_head()))]

    def offered(self, *, has_left: bool) -> list[Key]:
        """Return by what others may find it: by the words alone only if it was still there a poll ago.

        Words are not enough if both have guids, or both have dates and one of these is a moment: those are
        others then.
        """
        guided = (False,) if self.guid else (False, True)
        exact = ((0, 1, 2), (0, 1), (0,))[self._exactness()]
        days = [self._by_words_and_day(guided=one) for one in guided]
        words = [self._by_words(guided=one, exact=other) for one in guided for other in exact]
        more = [*self._by_words_and_both(), *self._by_words_and_moment(), *self._by_words_and_guid()]
        return [*more, *days, *(words if has_left else []), *self._by_guid(), *self._by_title()]

    def alone(self) -> list[Key]:
        """Return what tells it apart if no other has it."""
        guid: list[Key] = [("guid", self.guid)] if self.guid else []
        return [*guid, ("date", self.date)] if is_exact(self.date) else guid

    def _by_words_and_both(self) -> list[Key]:
        return [(*key, self.date) for key in self._by_words_and_guid()] if is_exact(self.date) else []

    def _by_words_and_moment(self) -> list[Key]:
        return [("text", self.text, "date", self.date)] if is_exact(self.date) else []

    def _by_words_and_guid(self) -> list[Key]:
        return [("text", self.text, "guid", self.guid)] if self.guid else []

    def _by_words_and_day(self, *, guided: bool) -> Key:
        return "text", self.text, "day", self.date, guided

    def _by_words(self, *, guided: bool, exact: int) -> Key:
        return "text", self.text, guided, exact

    def _exactness(self) -> int:
        return 0 if self.date is None else 2 if is_exact(self.date) else 1

    def _by_head(self) -> list[Key]:
        return self._by_guid() if self.guid else self._by_title()

    def _by_guid(self) -> list[Key]:
        return [("guid", self.guid, "title", self.title), ("guid", self.guid, "date", self.date)]

    def _by_title(self) -> list[Key]:
        return [("title", self.title, self.date)]


def traits_of(clean: Clean, *, shared: bool = False) -> Traits:
    """Return the traits; a guid that is only the address in other words, or the place itself, is none.

    Where a place is shared, guids may be the parts of one page: it is the fragment that tells them apart.
    """
    address = canonical_url(clean.url) if clean.guid and clean.url else None
    says_more = clean.guid and address and canonical_url(clean.guid) != address
    is_part = shared and clean.guid and "#" in clean.guid
    guid = clean.guid if says_more or is_part else None
    title, lead = short_hash(clean.title), lead_hash(clean)
    return Traits(clean.text_hash, guid_hash(guid), title, clean.published, lead)


def stands_by_guid(clean: Clean) -> bool:
    """Return whether the guid itself is the place: there is no address, or only that of the site."""
    return bool(clean.guid) and not (clean.url and canonical_url(clean.url))


def remembered(entry: SeenEntry) -> Traits:
    """Return the traits that an entry was shown with last."""
    return Traits(entry.text, entry.guid, entry.title, entry.date or first_date(entry), entry.lead)


def place_of(id_: str, entry: SeenEntry) -> str:
    """Return where an entry stood that is remembered under an id."""
    return entry.place or id_


def first_date(entry: SeenEntry) -> datetime | None:
    """Return the date that an entry was shown with first; ``None`` if it had none."""
    return None if entry.filed == entry.first_seen else entry.filed  # so it is if there was no date


def has_words_of_its_own(lead: str, title: str) -> bool:
    """Return whether the text says more than the headline: flashes and alarms mostly repeat it, or have none.

    Both are hashes.
    """
    return bool(lead) and lead != title


def opening_of(traits: Traits) -> tuple[str, datetime] | None:
    """Return how a text begins, and its second; many texts begin alike, and many are of one minute."""
    second = second_of(traits)
    return (traits.lead, second) if second else None


def second_of(traits: Traits) -> datetime | None:
    """Return a date that tells the second."""
    return traits.date if traits.date and traits.date.second else None


def head_of(traits: Traits) -> tuple[str, datetime | None]:
    """Return what stands above a text."""
    return traits.title, traits.date


def by_other_clocks(entry: SeenEntry) -> list[datetime]:
    """Return what its date may be by now, if it was seen when a date without a zone was taken for UTC."""
    return [] if entry.date else [entry.filed - timedelta(hours=ahead) for ahead in _CLOCKS]


def tells_hour(date: datetime | None) -> bool:
    """Return whether a date is more than a day, in any of our zones."""
    if date is None or is_exact(date):
        return date is not None
    return all((date.hour + ahead) % 24 for ahead in (0, *_CLOCKS))


def is_exact(date: datetime | None) -> bool:
    """Return whether a date says more than the hour."""
    return date is not None and bool(date.minute or date.second)


def all_differ(*pairs: tuple[object, object]) -> bool:
    """Return whether all are known on both sides, and no two the same."""
    return all(ours and theirs and ours != theirs for ours, theirs in pairs)
