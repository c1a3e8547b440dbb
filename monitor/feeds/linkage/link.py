"""The articles that a feed shows, linked to what is remembered of them. Pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.articles.build import Clean
from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.linkage.ids import Ids
from monitor.feeds.linkage.moves import moved
from monitor.feeds.linkage.pairing import Name, name_of
from monitor.feeds.linkage.places import articles_in, found_in_place
from monitor.feeds.linkage.traits import place_of, traits_of
from monitor.feeds.linkage.whole import whole_of
from monitor.feeds.state import Seen, SeenEntry
from monitor.model import Feed


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
    shown = _once(shown, others=bool(same))
    places: dict[str, list[Clean]] = {}
    for clean in shown:
        places.setdefault(clean.id, []).append(clean)
    articles = {place: articles_in(group) for place, group in places.items()}
    before = _by_place(seen, same)
    found: dict[Name, str] = {}
    whole = whole_of(shown, articles, before, seen, now, len(same))
    for place, group in articles.items():
        found |= found_in_place(group, before.get(place, {}), whole)
    here = {*same, *found.values()}
    left = [clean for group in articles.values() for clean in group if name_of(clean) not in found]
    if left:
        found |= moved(left, shown, seen, here, whole)
    ids = Ids(feed, seen, places)
    result: list[Linked] = []
    for clean in _in_order(shown, articles):
        was = found.get(name_of(clean), "")
        shared = len(articles[clean.id]) > 1 or clean.id in before
        id_ = was if was in here else ids.new(clean, was, shared=shared)
        result.append(Linked(replace(clean, id=id_), clean.id, seen.entries.get(was), was))
    return result


def apart(shown: Sequence[Clean], feed: Feed, now: datetime) -> list[Clean]:
    """Return the articles that a first document of a feed shows, with the ids that they get."""
    return [one.clean for one in linked(shown, feed, Seen(feed.id, now, identity=IDENTITY_VERSION), now)]


def _once(shown: Sequence[Clean], *, others: bool) -> Sequence[Clean]:
    """Return the entries without those that repeat an earlier one under another address.

    They have its guid, its words and its date, and nothing else has that guid. It loses its fingerprint: to
    see them as one takes all of them. There are ``others`` whose guids are not theirs.
    """
    of_guid = defaultdict[str, list[Clean]](list)
    for clean in shown:
        of_guid[clean.guid or ""].append(clean)
    if not others and len(of_guid) == 1:
        return shown
    first = {guid: group[0] for guid, group in of_guid.items() if guid and _are_one(group)}
    return [
        replace(clean, fingerprint="") if clean.guid in first else clean
        for clean in shown
        if clean.guid not in first or clean.id == first[clean.guid].id
    ]


def _are_one(group: Sequence[Clean]) -> bool:
    """Return whether entries with one guid are the same, each under its own address."""
    return (
        len({clean.id for clean in group}) > 1
        and len({(clean.text_hash, clean.published) for clean in group}) == 1
        and all(traits_of(clean).guid for clean in group)
    )


def _by_place(seen: Seen, same: Collection[str]) -> dict[str, dict[str, SeenEntry]]:
    found: dict[str, dict[str, SeenEntry]] = {}
    for id_, entry in seen.entries.items():
        if id_ not in same:
            found.setdefault(place_of(id_, entry), {})[id_] = entry
    return found


def _in_order(shown: Sequence[Clean], articles: Mapping[str, Sequence[Clean]]) -> list[Clean]:
    """Return the articles of all places in the order of the document."""
    chosen = {name_of(clean): clean for group in articles.values() for clean in group}
    names = dict.fromkeys(map(name_of, shown))
    return [chosen[name] for name in names if name in chosen]
