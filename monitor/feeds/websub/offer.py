"""What a feed says of its hub. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

MOST = 5
"""Hubs of a feed that are looked at."""
LONGEST = 2_000
MOST_HEADERS = 50
LONGEST_HEADERS = 16_000
"""Of what ``Link`` headers say so much is read, in characters: a hub is named at the front, or nearly."""
_LINK = re.compile(r"""<([^<>]*)>((?:[^<"]|"[^"]*")*)""")
_WORD = re.compile(r""";\s*([\w*-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s;,"']*)""")


@dataclass(frozen=True, slots=True)
class HubOffer:
    """The hubs of a feed, and the address under which they know it (``rel="self"``)."""

    hubs: tuple[str, ...] = ()
    topic: str | None = None

    def or_else(self, other: "HubOffer") -> "HubOffer":
        """Return what is said here, and what is not from the ``other`` place."""
        return HubOffer(self.hubs or other.hubs, self.topic or other.topic)

    @property
    def to_ask(self) -> tuple[str, ...]:
        """The hubs to ask, the next if one does not take it: those to which secrets go encrypted, if any."""
        encrypted = tuple(hub for hub in self.hubs if hub.lower().startswith("https:"))
        return encrypted or self.hubs


NOTHING = HubOffer()


def offer_of(links: Iterable[tuple[object, object]]) -> HubOffer:
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
    return HubOffer(tuple(hubs), topic)


def links_of(headers: Iterable[str], base: str) -> Iterator[tuple[str, str]]:
    """Yield each link that ``Link`` headers of an answer from ``base`` name: its relation and its address."""
    return ((words.get("rel", ""), address) for words, address in named_links(headers, base))


def named_links(headers: Iterable[str], base: str) -> Iterator[tuple[dict[str, str], str]]:
    """Yield of each such link all that is said of it, and its address."""
    for target, rest in _LINK.findall(", ".join(islice(headers, MOST_HEADERS))[:LONGEST_HEADERS]):
        words = {name.lower(): value.strip("\"'") for name, value in reversed(_WORD.findall(rest))}
        try:
            yield words, urljoin(base, target.strip())
        except ValueError:  # no address: the others may be
            continue


def _is_usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        web = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        return False
    return bool(web) and len(address) <= LONGEST and address.isprintable() and " " not in address
