"""Who stands in one place, and who of those stood there before. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urldefrag

from monitor.articles.build import Clean
from monitor.feeds.linkage.pairing import MANY, Key, Name, name_of, paired
from monitor.feeds.linkage.traits import (
    Traits,
    all_differ,
    is_exact,
    is_long,
    remembered,
    stands_by_guid,
    traits_of,
)
from monitor.feeds.linkage.whole import Whole
from monitor.feeds.state import SeenEntry


def _all_traits(group: Sequence[Clean]) -> list[Traits]:
    """Return the traits of all in a place. A guid that many of them have tells none apart."""
    traits = [traits_of(clean, shared=len(group) > 1) for clean in group]
    heads: defaultdict[str, set[object]] = defaultdict(set)
    for one in traits:
        heads[one.guid].add((one.title, one.date if is_exact(one.date) else None))
    return [replace(one, guid="") if len(heads[one.guid]) >= MANY else one for one in traits]


def articles_in(group: Sequence[Clean]) -> list[Clean]:
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


def found_in_place(group: Sequence[Clean], before: Mapping[str, SeenEntry], whole: Whole) -> dict[Name, str]:
    """Return which of those remembered of a place are shown there, by id.

    Guids and dates that are new at each fetch tell nothing: what has them is known by its words.
    """
    if not before:
        return {}
    traits = {name_of(clean): one for clean, one in zip(group, _all_traits(group), strict=True)}
    guids_tell = whole.guids_stay and not whole.guids_number
    telling = {
        name: replace(one, guid=one.guid if guids_tell else "", date=one.date if whole.dated else None)
        for name, one in traits.items()
    }
    long = {clean.text_hash for clean in group if is_long(clean)}
    pairs = paired(*_with_the_unique(telling, before, long))
    by_guid = stands_by_guid(group[0])
    alone = _alone(before, by_guid=by_guid)
    if pairs or len(group) > 1 or alone is None:
        return pairs
    ((name, now),) = traits.items()
    is_another = whole.shows_other if by_guid else _is_another
    is_new = whole.guids_stay and is_another(now, before[alone])
    return {} if is_new else {name: alone}


def _alone(before: Mapping[str, SeenEntry], *, by_guid: bool) -> str | None:
    """Return the id of what was the only one in its place, or the last one of two versions.

    Where that is a guid others may have had it before, as many as may be.
    """
    last = [id_ for id_, entry in before.items() if entry.absent_since is None]
    ids = list(before) if len(before) == 1 else last if by_guid or len(before) < MANY else []
    return ids[0] if len(ids) == 1 else None


def _with_the_unique(
    shown: Mapping[Name, Traits], before: Mapping[str, SeenEntry], long: Collection[str]
) -> tuple[dict[Name, list[list[Key]]], dict[str, list[Key]]]:
    """Return what is wanted and offered in a place; a guid or a moment that no other has is enough.

    So are ``long`` texts without guids where no headline ever came again, as those of alarms do.
    """
    known = {id_: remembered(entry) for id_, entry in before.items()}
    here, there = (Counter(key for one in some.values() for key in one.alone()) for some in (shown, known))
    unique = {key for key in here if here[key] == there[key] == 1}
    by_text = _long_and_alone(shown.values(), known.values(), long)
    return (
        {
            name: [
                *one.wanted(),
                *([key] for key in one.alone()[: 1 if one.guid else None] if key in unique),
                [] if one.guid else by_text.get(one.text, []),
            ]
            for name, one in shown.items()
        },
        {
            id_: [
                *one.offered(has_left=before[id_].absent_since is None),
                *one.alone(),
                *(by_text.get(one.text, []) if before[id_].absent_since is None else []),
            ]
            for id_, one in known.items()
        },
    )


def _long_and_alone(
    shown: Collection[Traits], known: Collection[Traits], long: Collection[str]
) -> dict[str, list[Key]]:
    """Return what the long texts are known by, if none begins as another does and no headline came again."""
    if len({one.title for one in known}) < len(known):
        return {}
    here, there = (Counter(one.lead for one in some) for some in (shown, known))
    return {
        one.text: [("long text", one.text)]
        for one in shown
        if one.text in long and here[one.lead] == there[one.lead] == 1
    }


def _is_another(now: Traits, entry: SeenEntry) -> bool:
    """Return whether all is new where one alone stood and stands, and there is enough to tell by.

    Of what was gone in between, as an alarm that was over, the headline may be the same, and its moment is
    enough where there is no guid.
    """
    before = remembered(entry)
    guid, date, title = (now.guid, before.guid), (now.date, before.date), (now.title, before.title)
    if entry.absent_since is None:
        return now.text != before.text and all_differ(guid, date, title)
    return is_exact(now.date) and all_differ(*([guid] if any(guid) else []), date)
