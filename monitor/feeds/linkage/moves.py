"""Who has left one place for another. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.articles.build import Clean
from monitor.articles.identity import IDENTITY_VERSION, first_text_hash
from monitor.articles.urls import article_number
from monitor.feeds.linkage.pairing import Key, Name, name_of, paired
from monitor.feeds.linkage.traits import (
    by_other_clocks,
    first_date,
    head_of,
    is_exact,
    remembered,
    short_hash,
    traits_of,
)
from monitor.feeds.state import Seen, SeenEntry


def moved(
    left: Sequence[Clean],
    shown: Sequence[Clean],
    seen: Seen,
    gone: Mapping[str, SeenEntry],
    *,
    dated: bool,
    stay: int,
) -> dict[Name, str]:
    """Return which of those that are gone from their places are shown elsewhere, by id.

    Where others ``stay``, an entry leaves its place when it takes the new one: of what has been gone for
    longer, words are not enough, for flashes and alarms have those of the one before. A new version of our
    rules changes ids and hashes; then the words are enough.
    """
    words_do = seen.identity != IDENTITY_VERSION or not dated
    are_moving = len(left) >= stay
    here, before = _shown_counts(shown), _seen_counts(seen)

    def wanted(clean: Clean) -> list[Key]:
        guid, date, head = short_hash(clean.guid), clean.published, head_of(traits_of(clean))
        is_named = bool(traits_of(clean).guid)
        number = "" if is_named else article_number(clean.url)
        texts = clean.text_hash, first_text_hash(clean.title, clean.summary, clean.body)
        is_numbered, is_told = here.numbers[number] == 1, dated and is_exact(date)
        return [
            *(("text", text, "date", date) if date else None for text in texts),
            *(("text", text, "guid", guid) if guid else None for text in texts),
            *(("text", text) if words_do or date is None else None for text in texts),
            ("guid", guid, date) if here.guids[guid] == 1 else None,
            ("title", *head) if is_told and here.heads[head] == 1 else None,
            ("number", number, date) if is_numbered else None,
            ("number", number) if is_numbered else None,
            ("date", date) if is_told and not is_named and here.dates[date] == 1 else None,
        ]

    def offered(entry: SeenEntry) -> list[Key]:
        text, guid, head, number = entry.text, entry.guid, head_of(remembered(entry)), entry.number
        dates = dict.fromkeys((head[1], first_date(entry), entry.filed, *by_other_clocks(entry)))
        has_left = not stay or entry.absent_since is None
        words_tell = words_do or (has_left and are_moving) or not entry.title  # as older rules left it
        is_guid, is_number = before.guids[guid] == 1, before.numbers[number] == 1
        return [
            *(("text", text, "date", date) for date in dates if words_tell or is_exact(date)),
            ("text", text, "guid", guid) if words_tell or is_guid else None,
            ("text", text) if words_tell else None,
            *(("guid", guid, date) for date in dates if is_guid),
            ("title", *head) if before.heads[head] == 1 else None,
            *(("number", number, date) for date in dates if is_number),
            ("number", number) if has_left and is_number else None,
            ("date", head[1]) if stay and has_left and before.dates[head[1]] == 1 else None,
        ]

    return paired(
        {name_of(clean): wanted(clean) for clean in left},
        {id_: offered(entry) for id_, entry in gone.items()},
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many entries have the same. What is not there is nowhere."""

    guids: Counter[object]
    heads: Counter[object]
    numbers: Counter[object]
    dates: Counter[object]


def _shown_counts(shown: Sequence[Clean]) -> _Counts:
    """Count in a document: of what stands twice there, once is enough."""
    return _Counts(
        _counter({(clean.id, short_hash(clean.guid)) for clean in shown}),
        _counter({(clean.id, head_of(traits_of(clean))) for clean in shown}),
        _counter({(clean.id, article_number(clean.url)) for clean in shown}),
        _counter({(clean.id, clean.published) for clean in shown}),
    )


def _seen_counts(seen: Seen) -> _Counts:
    """Count in what was shown before. A guid or number of an entry that is there may have had another one."""
    there = [pair for pair in seen.entries.items() if pair[1].absent_since is None]
    gone = [pair for pair in seen.entries.items() if pair[1].absent_since is not None]
    return _Counts(
        _counter((id_, one.guid) for id_, one in there) | _counter((id_, one.guid) for id_, one in gone),
        _counter((id_, head_of(remembered(one))) for id_, one in seen.entries.items()),
        _counter((id_, one.number) for id_, one in there) | _counter((id_, one.number) for id_, one in gone),
        _counter((id_, remembered(one).date) for id_, one in there),
    )


def _counter(pairs: Iterable[tuple[str, object]]) -> Counter[object]:
    return Counter(value for _, value in pairs if value)
