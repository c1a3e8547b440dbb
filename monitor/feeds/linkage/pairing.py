"""Entries that are shown, paired with those remembered by what they have in common. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.articles.build import Clean

Key = tuple[object, ...]
"""What two may have in common."""
MANY = 3
"""Entries; so many have something in common by no chance, and two in one place may be versions of one."""
Name = tuple[str, str, str | None, datetime | None]
"""What names an article within a document: its place, the hash of its text, its guid and date."""


def name_of(clean: Clean) -> Name:
    """Return what names an article within its document."""
    return clean.id, clean.text_hash, clean.guid, clean.published


def paired(
    wanted: Mapping[Name, Sequence[Sequence[Key]]], offered: Mapping[str, Sequence[Key]]
) -> dict[Name, str]:
    """Pair those that have a key in common, each at most once; the first keys of all before the second.

    Keys are wanted in ranks, of which each may have none or several.
    """
    by_key: defaultdict[Key, list[str]] = defaultdict(list)
    for id_, keys in reversed([*offered.items()]):
        for key in keys:
            by_key[key].append(id_)
    pairs: dict[Name, str] = {}
    taken: set[str] = set()
    for rank in range(max(map(len, wanted.values()), default=0)):
        for name, ranks in wanted.items():
            for key in ranks[rank] if rank < len(ranks) and name not in pairs else ():
                free = by_key.get(key, [])
                while free and free[-1] in taken:
                    free.pop()
                if free:
                    pairs[name] = free.pop()
                    taken.add(pairs[name])
                    break
    return pairs
