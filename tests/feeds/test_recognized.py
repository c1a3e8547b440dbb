"""Entries that are recognized as they are need not be made clean again, and nothing else comes of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from monitor.articles.build import fingerprint
from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.document.reading import Document, ReadFeed, read
from monitor.feeds.novelty import Novelty, is_ambiguous, novelty, recognized
from monitor.feeds.state import Seen
from monitor.model import Entry
from tests.samples import FEED, NOW

Item = tuple[str, str, str, int]
NOTHING = Seen(FEED.id, NOW, identity=IDENTITY_VERSION)

A = "https://x.example/a"
items = st.tuples(
    st.sampled_from(["", "", "https://x.example/a", "https://x.example/b", "https://x.example/c"]),
    st.sampled_from(["", "", "g1", "g2", "g3"]),
    st.sampled_from(["one", "two", "&lt;b&gt;one&lt;/b&gt;", "three", ""]),
    st.integers(0, 2),
)
polls = st.lists(st.lists(items, max_size=5), min_size=2, max_size=5)


def shown(document: Sequence[Item], known: frozenset[str] = frozenset()) -> ReadFeed:
    text = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>Sun, 0{day + 1} Feb 2026 12:00:00 GMT</pubDate></item>"
        for link, guid, title, day in document
    )
    body = f"<rss version='2.0'><channel><title>T</title>{text}</channel></rss>".encode()
    return read(Document(body, "", "https://x.example/", FEED, NOW, known), ParseLimits())


def in_full(document: Sequence[Item], seen: Seen, day: int) -> Novelty:
    found = shown(document)
    return novelty(found.entries, FEED, seen, NOW + timedelta(days=day), backlog_before=None)


def by_what_is_known(document: Sequence[Item], seen: Seen, day: int) -> Novelty:
    """Compare as the poller does it."""
    found = shown(document, frozenset(recognized(seen)))
    event(f"unchanged: {len(found.unchanged)}")
    if is_ambiguous(found.entries, found.unchanged, seen):
        event("ambiguous")
        found = shown(document)
    now = NOW + timedelta(days=day)
    return novelty(found.entries, FEED, seen, now, backlog_before=None, unchanged=found.unchanged)


def bare(seen: Seen) -> Seen:
    """Return what is remembered but for the fingerprints."""
    return replace(seen, entries={id_: replace(one, fingerprint="") for id_, one in seen.entries.items()})


@example([[("", "", "one", 0)], [("", "g1", "one", 1), ("", "", "one", 0)], [("", "g2", "one", 0)]])
@example([[(A, "g1", "one", 0)], [(A, "g1", "one", 0), (A, "g2", "two", 0)]])
@example([[(A, "g1", "one", 0)], [(A, "g1", "two", 0), (A, "g1", "one", 0)]])
@example([[(A, "g1", "one", 0)], [(A, "g1", "one", 0), ("https://x.example/b", "g1", "one", 0)]])
@example(
    [
        [(A, "g1", "one", 0), ("https://x.example/b", "g1", "one", 0), ("", "g2", "two", 0)],
        [(A, "g1", "one", 0)],
    ]
)
@settings(max_examples=300, deadline=None)
@given(polls)
def test_what_is_recognized_comes_to_the_same_as_what_is_read(documents: list[list[Item]]) -> None:
    seen, other = NOTHING, NOTHING
    for day, document in enumerate(documents):
        full, quick = in_full(document, seen, day), by_what_is_known(document, other, day)
        assert quick.articles == full.articles
        assert (quick.new, quick.shown) == (full.new, full.shown)
        assert (quick.repeated, quick.forgotten) == (full.repeated, full.forgotten)
        seen, other = bare(full.published), quick.published
        assert bare(other) == seen


def test_entries_that_were_published_are_recognized_and_only_those() -> None:
    document = [("https://x.example/a", "g1", "one", 0), ("https://x.example/b", "g2", "two", 0)]
    first = in_full(document, NOTHING, 0)
    assert recognized(first.seen) == {}, "it is not known whether they were published"
    known = recognized(first.published)
    assert len(known) == 2
    again = shown(document, frozenset(known))
    assert (again.entries, len(again.unchanged), again.shown) == ((), 2, 2)
    assert recognized(replace(first.published, identity=IDENTITY_VERSION - 1)) == {}
    gone = in_full([], first.published, 1)
    assert recognized(gone.published) == {}


def test_an_edit_of_anything_that_counts_changes_the_fingerprint() -> None:
    entry = Entry("g", "https://x.example/", "title", "summary", "body", published=NOW)
    edits: list[dict[str, Any]] = [
        {"guid": "h"}, {"link": None}, {"title": "titles"}, {"summary": "summary "}, {"body": ""},
        {"title": "titl", "summary": "esummary"}, {"guid": None, "link": "ghttps://x.example/"},
            {"published": None},
    ]  # fmt: skip
    marks = {fingerprint(entry)} | {fingerprint(replace(entry, **edit)) for edit in edits}
    assert len(marks) == 1 + len(edits)
    assert fingerprint(replace(entry, authors=("A",))) in marks
    assert fingerprint(replace(entry, published=None)) == fingerprint(entry, dated=False)
