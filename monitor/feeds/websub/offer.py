"""What a feed says of its hub. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST = 5
"""Hubs of a feed that are looked at."""
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Offer:
    """The hubs of a feed, and the address under which they know it (``rel="self"``)."""

    hubs: tuple[str, ...] = ()
    topic: str | None = None

    def or_else(self, other: "Offer") -> "Offer":
        """Return what is said here, and what is not from the ``other`` place."""
        return Offer(self.hubs or other.hubs, self.topic or other.topic)

    @property
    def hub(self) -> str | None:
        """The hub to ask: the first, but rather one to which secrets go encrypted."""
        encrypted = [hub for hub in self.hubs if hub.lower().startswith("https:")]
        return next(iter(encrypted or self.hubs), None)


NOTHING = Offer()


def offer_of(links: Iterable[tuple[object, object]]) -> Offer:
    """Return what links say, each a relation (or several, as in HTML) and an absolute address."""
    hubs: dict[str, None] = {}
    topic = None
    for relations, target in links:
        named, address = str(relations).lower().split(), str(target)
        if not {"hub", "self"} & set(named) or not _is_usable(address):
            continue
        if "hub" in named and len(hubs) < MOST:
            hubs[address] = None
        if "self" in named:
            topic = topic or address
    return Offer(tuple(hubs), topic)


def _is_usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        web = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        return False
    return bool(web) and len(address) <= LONGEST and address.isprintable() and " " not in address
