"""Who has left one place for another. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import TypeVar

from monitor.articles.build import Clean
from monitor.articles.identity import IDENTITY_VERSION, article_id, first_text_hash
from monitor.articles.urls import article_number, calls_it_article, twin_url
from monitor.feeds.linkage.pairing import MANY, Key, Name, name_of, paired
from monitor.feeds.linkage.traits import (
    Traits,
    by_other_clocks,
    first_date,
    guid_hash,
    has_words_of_its_own,
    head_of,
    is_exact,
    opening_of,
    place_of,
    remembered,
    second_of,
    short_hash,
    tells_hour,
    traits_of,
)
from monitor.feeds.state import Seen, SeenEntry

_Sides = Mapping[str, Sequence[object]]
"""What an entry has under each of the names that rules speak of; of dates, for one, it may have several."""
_N = TypeVar("_N")
_SO = (True,)
_OF_ZONES = timedelta(minutes=15)
"""By so much, or a multiple, time zones differ."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """What two have in common that are one article, and which of it no third one may have.

    What only has to be so, as that an entry has left its place just now, counts as had by both.
    """

    common: tuple[str, ...]
    alone: tuple[str, ...]

    def keys(self, sides: _Sides) -> list[Key]:
        """Return what an entry has of what the rule asks for."""
        return list(product(*(sides[name] for name in self.common)))


def _rule(common: str, *, alone: str = "") -> _Rule:
    return _Rule(tuple(common.split()), tuple(alone.split()))


_RULES = (
    # The words and more.
    _rule("text moment"),
    _rule("text hour just_left"),
    _rule("text date words_tell"),
    _rule("text guid", alone="guid"),
    _rule("text guid words_tell"),
    _rule("text set_clock just_left"),
    _rule("text twin"),
    # The words alone.
    _rule("text undated words_tell"),
    _rule("text date just_left by_words_only"),
    _rule("text undated just_left by_words_only"),
    # Other words.
    _rule("guid hour", alone="guid"),
    _rule("guid title guids_differ", alone="guid"),
    _rule("guid lead guids_differ", alone="guid lead"),
    _rule("title moment", alone="head"),
    _rule("title twin just_left"),
    _rule("title undated just_left site_moves", alone="title"),
    _rule("lead moment unnamed just_left beside_others", alone="lead"),
    _rule("opening unnamed just_left beside_others", alone="opening"),
    _rule("second untold unnamed just_left beside_others", alone="second"),
    _rule("number moment", alone="number"),
    _rule("number title just_left", alone="number"),
    _rule("number lead just_left", alone="number lead"),
    _rule("articles_number just_left", alone="number"),
)
"""What the package tells under 3 and 4, the strongest first.

``moment`` and ``hour`` are dates that say so much, ``head`` is headline and date; ``set_clock`` is a date by
a clock that was set since; ``by_words_only`` is what has no address, and another guid at each fetch; ``twin``
is the address but for its ``www.``, if one alone stood there; ``untold`` is what has no text that we know of.
"""
_MARKS = ("guid", "title", "lead", "head", "number", "opening", "second")
"""What may be had by one alone."""


@dataclass(frozen=True, slots=True)
class _Poll:
    """What holds for all entries of a poll."""

    words_do: bool
    """Whether words are enough: our rules are new, or all dates are that of the document."""
    dated: bool
    guids_stay: bool
    guids_differ: bool
    """Whether there are several: one may be that of the feed."""
    others_stay: bool
    places: Mapping[str, int]
    """Where entries stood before, and how many. A number tells who has a new address."""
    has_leads: bool
    """Whether it is remembered how texts begin; older versions did not."""
    moves: bool
    """Whether most entries have new places at once."""
    clock: timedelta | None
    """By what the clock of the site was set, if it was."""


def moved(
    left: Sequence[Clean],
    shown: Sequence[Clean],
    seen: Seen,
    here: Collection[str],
    *,
    dated: bool,
    guids_stay: bool,
) -> dict[Name, str]:
    """Return which of those that are gone from their places are shown elsewhere, by id.

    ``here`` are those that are in theirs. Where there are any, an entry leaves its place when it takes the
    new one: of what has been gone for longer, words are not enough, for flashes and alarms have those of the
    one before. A new version of our rules changes ids and hashes; then the words are enough.
    """
    if len(here) == len(seen.entries):
        return {}
    last = [entry for id_, entry in seen.entries.items() if entry.absent_since is None and id_ not in here]
    poll = _Poll(
        words_do=seen.identity != IDENTITY_VERSION or not dated,
        dated=dated,
        guids_stay=guids_stay,
        guids_differ=len({clean.guid for clean in shown} - {None}) > 1 or bool(here),
        others_stay=bool(here),
        places=Counter(place_of(id_, entry) for id_, entry in seen.entries.items()),
        has_leads=any(entry.lead for entry in seen.entries.values()),
        moves=_have_moved(left, last, len(here)),
        clock=_clock(left, last),
    )
    new = {name_of(clean): _of_shown(clean, poll) for clean in left}
    alike = _alike(new.values(), seen)
    single = _single(shown, alike, here)
    others = [pair for pair in alike.items() if pair[0] not in here]
    gone = sorted(others, key=lambda pair: pair[1].absent_since is not None)
    old = {id_: _of_seen(id_, entry, poll) for id_, entry in gone}
    pairs: dict[Name, str] = {}
    for rule in _RULES:
        wanted = {name: [keys] for name, keys in _keys(rule, new, single).items()}
        found = paired(wanted, _keys(rule, old, single))
        pairs |= found
        new = {name: sides for name, sides in new.items() if name not in found}
        for id_ in found.values():
            del old[id_]
    return pairs


def _alike(new: Iterable[_Sides], seen: Seen) -> dict[str, SeenEntry]:
    """Return those remembered that have anything in common with the new ones."""
    had = {value for sides in new for trait in ("text", "twin", *_MARKS) for value in sides[trait]}
    return {
        id_: entry
        for id_, entry in seen.entries.items()
        if not had.isdisjoint((entry.text, place_of(id_, entry), *_marks_of_seen(entry)))
    }


def _keys(
    rule: _Rule, entries: Mapping[_N, _Sides], single: Mapping[str, set[object]]
) -> dict[_N, list[Key]]:
    return {
        name: keys
        for name, sides in entries.items()
        if all(single[trait].issuperset(sides[trait]) for trait in rule.alone) and (keys := rule.keys(sides))
    }


def _of_shown(clean: Clean, poll: _Poll) -> _Sides:
    traits, date, twin = traits_of(clean), clean.published, twin_url(clean.url)
    number = "" if traits.guid or clean.id in poll.places else article_number(clean.url)
    opening, second = _times(traits) if poll.dated else (None, None)
    return {
        "text": (clean.text_hash, first_text_hash(clean.title, clean.summary, clean.body)),
        "guid": _there(guid_hash(clean.guid)),
        "title": _there(traits.title),
        "lead": _there(traits.lead),
        "head": _there(head_of(traits)),
        "opening": _there(opening),
        "second": _there(second),
        "number": _there(number),
        "articles_number": _there(number if calls_it_article(clean.url) else ""),
        "date": _there(date),
        "hour": _there(date if poll.dated and tells_hour(date) else None),
        "moment": _there(date if poll.dated and is_exact(date) else None),
        "set_clock": _there(date),
        "undated": _SO if date is None or poll.words_do else (),
        "twin": _there(twin and article_id(twin, "", None, "")),
        "untold": () if traits.lead and poll.has_leads else _SO,
        "unnamed": () if traits.guid else _SO,
        "by_words_only": () if clean.url or poll.guids_stay else _SO,
        "words_tell": _SO,
        "just_left": _SO,
        "guids_differ": _SO,
        "beside_others": _SO,
        "site_moves": _SO,
    }


def _of_seen(id_: str, entry: SeenEntry, poll: _Poll) -> _Sides:
    traits, place = remembered(entry), place_of(id_, entry)
    dates = _there(*dict.fromkeys((traits.date, first_date(entry), entry.filed, *by_other_clocks(entry))))
    just_left = not poll.others_stay or entry.absent_since is None
    is_of_old_rules = not entry.title
    words_tell = poll.words_do or (just_left and poll.moves) or is_of_old_rules
    set_clock = traits.date and (
        traits.date.replace(second=0) if traits.date.second else None,
        traits.date + poll.clock if poll.clock else None,
    )
    return {
        "text": (entry.text,),
        "guid": _there(entry.guid),
        "title": _there(entry.title),
        "lead": _there(entry.lead),
        "head": _there(head_of(traits)),
        "opening": _there(opening_of(traits)),
        "second": _there(second_of(traits)),
        "number": _there(entry.number),
        "articles_number": _there(entry.number),
        "date": dates,
        "hour": dates,
        "moment": dates,
        "set_clock": _there(*(set_clock or ())),
        "undated": _SO,
        "twin": [place] if poll.places[place] == 1 else (),
        "untold": () if entry.lead else _SO,
        "unnamed": _SO,
        "by_words_only": _SO,
        "words_tell": _SO if words_tell else (),
        "just_left": _SO if just_left else (),
        "guids_differ": _SO if poll.guids_differ else (),
        "beside_others": _SO if poll.others_stay else (),
        "site_moves": _SO if poll.moves else (),
    }


def _there(*values: object) -> Sequence[object]:
    return [value for value in values if value]


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
    document = {(clean.id, _marks_of_shown(clean)) for clean in shown}
    document |= {(place_of(id_, alike[id_]), _marks_of_seen(alike[id_])) for id_ in here if id_ in alike}
    last = [_marks_of_seen(entry) for entry in alike.values() if entry.absent_since is None]
    gone = [_marks_of_seen(entry) for entry in alike.values() if entry.absent_since is not None]
    single: dict[str, set[object]] = {}
    for number, trait in enumerate(_MARKS):
        now = Counter(value for _, value in {(place, marks[number]) for place, marks in document})
        before = Counter(marks[number] for marks in last) | Counter(marks[number] for marks in gone)
        single[trait] = {value for value, count in now.items() if count == before[value] == 1}
    return single


def _marks_of_shown(clean: Clean) -> tuple[object, ...]:
    traits = traits_of(clean)
    number = article_number(clean.url)
    return guid_hash(clean.guid), traits.title, traits.lead, head_of(traits), number, *_times(traits)


def _marks_of_seen(entry: SeenEntry) -> tuple[object, ...]:
    traits = remembered(entry)
    return entry.guid, entry.title, entry.lead, head_of(traits), entry.number, *_times(traits)


def _times(traits: Traits) -> tuple[object, object]:
    return opening_of(traits), second_of(traits)
