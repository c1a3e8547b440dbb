"""What is known of an entry under the names that the rules speak of. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.articles.build import Clean
from monitor.articles.identity import article_id, first_text_hash
from monitor.articles.urls import article_number, calls_it_article, twin_url
from monitor.feeds.linkage.rules import Sides
from monitor.feeds.linkage.traits import (
    Traits,
    by_other_clocks,
    first_date,
    guid_hash,
    head_of,
    is_exact,
    is_long,
    opening_of,
    place_of,
    remembered,
    second_of,
    tells_hour,
    traits_of,
)
from monitor.feeds.state import SeenEntry

_SO = (True,)


@dataclass(frozen=True, slots=True)
class Poll:
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
    keeps_leads: bool
    """Whether nothing stays in its place, and most have leads of those that have left theirs just now."""
    last_date: datetime | None
    """The latest of those, by the clock of the site: what is news since then has a later one."""


def of_shown(clean: Clean, poll: Poll) -> Sides:
    """Return what an entry has that is shown and not known in its place."""
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
        "tale": _there(traits.lead if is_long(clean) else ""),
        "earlier": [is_exact(date)] if date and poll.last_date and date <= poll.last_date else (),
        "keeps_leads": _SO,
    }


def of_seen(id_: str, entry: SeenEntry, poll: Poll) -> Sides:
    """Return what one has that is remembered and gone from its place."""
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
        "tale": _there(entry.lead),
        "earlier": (True, False) if is_exact(traits.date) else _SO,  # of two days none tells
        "keeps_leads": _SO if poll.keeps_leads and entry.absent_since is None else (),
    }


def _there(*values: object) -> Sequence[object]:
    return [value for value in values if value]


def marks_of_shown(clean: Clean) -> tuple[object, ...]:
    """Return the marks (``rules.MARKS``) of an entry that is shown."""
    traits = traits_of(clean)
    number = article_number(clean.url)
    return guid_hash(clean.guid), traits.title, traits.lead, head_of(traits), number, *_times(traits)


def marks_of_seen(entry: SeenEntry) -> tuple[object, ...]:
    """Return those of one that is remembered."""
    traits = remembered(entry)
    return entry.guid, entry.title, entry.lead, head_of(traits), entry.number, *_times(traits)


def _times(traits: Traits) -> tuple[object, object]:
    return opening_of(traits), second_of(traits)
