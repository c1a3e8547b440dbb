"""What tells entries apart, and who they are taken for by it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from monitor.articles.build import Clean
from monitor.articles.urls import canonical_url
from monitor.feeds.linkage.pairing import Key
from monitor.feeds.state import SeenEntry

_CLOCKS = (2, 3, 9)
"""Hours by which the clocks of ``localtime`` are ahead of UTC."""


def short_hash(text: str | None) -> str:
    """Return what is remembered of a guid or of a headline: of none, nothing."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16] if text else ""


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells entries of one place apart: hashes, and a date."""

    text: str
    guid: str
    title: str
    date: datetime | None

    def shared(self, *, by_words: bool) -> list[Key]:
        """Return what those in one document have in common that are the same.

        Words are enough only ``by_words``: an alarm has those of the last one, but a moment of its own.
        """
        if by_words or not (self.guid or is_exact(self.date)):
            return [("text", self.text), *self._by_head()]
        words = self._by_words()
        return [*(words if is_exact(self.date) else words[:1]), *self._by_head()]

    def wanted(self) -> list[Key]:
        """Return what it has in common with the one that it was before, the strongest first."""
        words: list[Key] = [] if self.guid and is_exact(self.date) else [("text", self.text)]
        return [*self._by_words(), *words, *self._by_head()]

    def offered(self, *, has_left: bool) -> list[Key]:
        """Return by what others may find it: by the words alone only if it was still there a poll ago."""
        words: list[Key] = [("text", self.text)] if has_left else []
        return [*self._by_words(), *words, *self._by_guid(), *self._by_title()]

    def alone(self) -> list[Key]:
        """Return what tells it apart if no other has it."""
        guid: list[Key] = [("guid", self.guid)] if self.guid else []
        return [*guid, ("date", self.date)] if is_exact(self.date) else guid

    def _by_words(self) -> list[Key]:
        guid: list[Key] = [("text", self.text, "guid", self.guid)] if self.guid else []
        return [*guid, ("text", self.text, "date", self.date)]

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
    says_more = clean.guid and clean.url and canonical_url(clean.guid) != canonical_url(clean.url)
    is_part = shared and clean.guid and "#" in clean.guid
    guid = clean.guid if says_more or is_part else None
    return Traits(clean.text_hash, short_hash(guid), short_hash(clean.title), clean.published)


def remembered(entry: SeenEntry) -> Traits:
    """Return the traits that an entry was shown with last."""
    return Traits(entry.text, entry.guid, entry.title, entry.date or first_date(entry))


def first_date(entry: SeenEntry) -> datetime | None:
    """Return the date that an entry was shown with first; ``None`` if it had none."""
    return None if entry.filed == entry.first_seen else entry.filed  # so it is if there was no date


def head_of(traits: Traits) -> tuple[str, datetime | None]:
    """Return what stands above a text."""
    return traits.title, traits.date


def by_other_clocks(entry: SeenEntry) -> list[datetime]:
    """Return what its date may be by now, if it was seen when a date without a zone was taken for UTC."""
    return [] if entry.date else [entry.filed - timedelta(hours=ahead) for ahead in _CLOCKS]


def is_exact(date: datetime | None) -> bool:
    """Return whether a date says more than the hour."""
    return date is not None and bool(date.minute or date.second)
