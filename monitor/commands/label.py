"""``monitor label``: a person says of matches whether they are useful or noise."""

import getpass
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from monitor.articles.identity import SHORT_ID
from monitor.articles.normalize import characters, one_line
from monitor.commands.door import opened_data
from monitor.errors import UsageError
from monitor.model import Match
from monitor.plural import number
from monitor.store import labels, records
from monitor.store.base import Query, Store
from monitor.topics.labels import Label, Verdict, label_of

LISTED = 20
"""Matches that are shown of those labelled, and of those that an id may mean."""
LONGEST = 500
"""Characters of a note or a name."""
NO_MATCH = "this is an article that no topic matches: there is nothing to label"
_VERDICTS: dict[str, Verdict] = {"useful": "useful", "noise": "noise"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a match: the match itself, its label, or both."""

    match: Match | None
    label: Label | None

    @property
    def said(self) -> Verdict | None:
        """What was said of it, if that still stands."""
        return None if self.label is None or self.label.verdict == "withdrawn" else self.label.verdict

    def labelled(self, verdict: Verdict, by: str, at: datetime, note: str) -> Label:
        """Return its new label."""
        if self.match:
            return label_of(self.match, verdict, by, at, note)
        assert self.label
        return replace(self.label, verdict=verdict, by=by, at=at, note=note)


def label(folder: Path, words: Sequence[str], *, remove: bool, by: str | None, note: str) -> int:
    """Label matches, all or none; ``words`` are their ids, then what they are.

    Exit 2 if an id means no match, or several.
    """
    ids, verdict = _asked(words, remove=remove)
    who, why = _short(by or _user(), "--by"), _short(note, "--note")
    with opened_data(folder) as (_, backend):
        found, problems = _found(backend.store, dict.fromkeys(ids))
        if problems:
            print("\n".join(problems), file=sys.stderr)
            print("monitor: nothing was labelled", file=sys.stderr)
            return 2
        wanted = {id_: known for id_, known in found.items() if known.said or verdict != "withdrawn"}
        now = datetime.now(UTC)
        made = [known.labelled(verdict, who, now, why) for known in wanted.values()]
        labels.put(backend.store, made)
    _show(made, wanted, len(found) - len(wanted))
    return 0


def _asked(words: Sequence[str], *, remove: bool) -> tuple[list[str], Verdict]:
    """Return the ids and the verdict; raise ``UsageError`` if one of them is missing."""
    if not words:
        raise UsageError("write the ids of matches; `monitor export` shows them")
    *ids, last = words
    if remove:
        if last in _VERDICTS:
            raise UsageError(f"--remove takes a label back, whatever it is: leave {last} out")
        return _ids(words), "withdrawn"
    if last not in _VERDICTS:
        raise UsageError(f"say useful or noise after the ids, not {last!r}; --remove takes labels back")
    if not ids:
        raise UsageError(f"write the ids of matches before {last}; `monitor export` shows them")
    return _ids(ids), _VERDICTS[last]


def _ids(words: Iterable[str]) -> list[str]:
    return [characters(id_).lower() for word in words for id_ in (_from_input() if word == "-" else [word])]


def _from_input() -> list[str]:
    """Return the ids on standard input: bare ones, or in lines of `monitor export`."""
    ids: list[str] = []
    for at, line in enumerate(sys.stdin.buffer.read().decode("utf-8", "replace").splitlines(), start=1):
        if not line.lstrip().startswith("{"):
            ids += line.split()
            continue
        try:
            row = json.loads(line)
            ids.append(str(row.get("match", row)["id"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UsageError(f"standard input, line {at}: no match with an id") from error
    return ids


def _found(store: Store, ids: Iterable[str]) -> tuple[dict[str, Known], list[str]]:
    """Return what is known of each match that is meant, and why other ids mean none."""
    whole = _known(store, ids)
    found, problems = dict[str, Known](), list[str]()
    for id_ in ids:
        meant = {id_: whole[id_]} if id_ in whole else _beginning(store, id_)
        if len(meant) == 1:
            found |= meant
        else:
            problems += _problem(store, id_, meant)
    return found, problems


def _known(store: Store, ids: Iterable[str]) -> dict[str, Known]:
    matches, given = store.get(records.MATCHES, ids), store.get(records.LABELS, ids)
    return {
        id_: Known(
            records.matches.value(matches[id_]) if id_ in matches else None,
            records.labels.value(given[id_]) if id_ in given else None,
        )
        for id_ in ids
        if id_ in matches or id_ in given
    }


def _beginning(store: Store, start: str) -> dict[str, Known]:
    """Return matches whose id begins so; a few are enough to see that they are several."""
    if len(start) < SHORT_ID:
        return {}
    query = Query(begins=start, limit=LISTED)
    pages = (store.find(kind, query) for kind in (records.MATCHES, records.LABELS))
    return _known(store, dict.fromkeys(one.id for page in pages for one in page.documents))


def _problem(store: Store, id_: str, meant: dict[str, Known]) -> list[str]:
    """Return why an id does not mean one match, in lines for a terminal."""
    shown = _short(id_[:80], "the id")
    if len(id_) < SHORT_ID:
        return [f"{shown}: too short, write at least {SHORT_ID} characters of the id"]
    if meant:
        return [f"{shown}: several matches begin so:", *_listed(meant)]
    if articles := store.find(records.ARTICLES, Query(begins=id_, limit=LISTED)).documents:
        about = Query({"article": [one.id for one in articles]}, limit=LISTED)
        of_it = _known(store, [one.id for one in store.find(records.MATCHES, about).documents])
        told = "this is an article, and what is labelled are its matches:"
        return [f"{shown}: {told}", *_listed(of_it)] if of_it else [f"{shown}: {NO_MATCH}"]
    return [f"{shown}: there is no such match; `monitor export` shows matches with their ids"]


def _listed(meant: dict[str, Known]) -> list[str]:
    lines = [f"  {one}  {_line(known)}" for one, known in [*meant.items()][:LISTED]]
    return [*lines, "  ... and perhaps more"] if len(lines) == LISTED else lines


def _line(known: Known) -> str:
    topic = known.match.topic_id if known.match else known.label.topic_id if known.label else ""
    title = known.match.article.title if known.match else known.label.title if known.label else ""
    return one_line(f"{topic}  {title}", 100)[0]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user without a name, as in a container
        return f"uid {os.getuid()}"


def _short(text: str, what: str) -> str:
    """Return a text that can be stored and shown; raise ``UsageError`` if it is too long."""
    short, was_cut = one_line(text, LONGEST)
    if was_cut:
        raise UsageError(f"{what} is too long: at most {LONGEST} characters")
    return short


def _show(made: Sequence[Label], before: dict[str, Known], without: int) -> None:
    from rich.text import Text

    from monitor.commands.tables import plain, show, table

    rows = [
        (
            Text(one.id[:12]),
            Text(one.verdict + (f" (was {was})" if (was := before[one.id].said) else "")),
            plain(one.topic_id),
            plain(one.title),
        )
        for one in made[:LISTED]
    ]
    if made:
        back = made[0].verdict == "withdrawn"
        title = (
            f"{number(len(made), 'label')} taken back" if back else f"{number(len(made), 'match')} labelled"
        )
        show(table(title, ("match", "label", "topic", "title"), rows))
    if len(made) > LISTED:
        show(f"... and {len(made) - LISTED:,} more")
    if without:
        show(f"{number(without, 'match')} had no label to take back")
    if not made and not without:
        show("There was nothing to label: no id on standard input")
