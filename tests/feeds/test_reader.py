"""What a feed shows as before is not read again, and nothing else comes of it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.cage import Cage
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.document.reading import Document, ReadFeed, read
from monitor.feeds.fetching.fetch import Fetched
from monitor.feeds.novelty import Novelty, novelty
from monitor.feeds.outline import outline
from monitor.feeds.reader import Reader, outlined
from monitor.feeds.state import Seen
from tests.samples import FEED, NOW

NOTHING = Seen(FEED.id, NOW, identity=IDENTITY_VERSION)
URL = "https://x.example/feed"
LIMITS = ParseLimits()
items = st.sampled_from(
    [
        f"<item><title>{title}</title>{link}{more}</item>"
        for title in ("one", "two", "<![CDATA[<b>one</b> <item>]]>", "")
        for link in ("", "<link>/a</link>", "<link>https://x.example/b</link>")
        for more in (
            "",
            "<pubDate>Sun, 01 Feb 2026 12:00:00 GMT</pubDate>",
            "<!-- <item> -->",
            "<description/>",
            "<description><![CDATA[x]] ></description>",
            "<description><![CDATA[x]]></description>",
            "<slash:comments>1</slash:comments>",
            "<slash:comments>2</slash:comments>",
            "<description><![CDATA[<slash:comments>1</slash:comments>]]></description>",
            "<description><![CDATA[<slash:comments>2</slash:comments>]]></description>",
        )
    ]
)
between = st.sampled_from(["", "", "", " \n", "<!-- </item> -->", "words", "<ttl>5</ttl>"])
heads = st.sampled_from(
    [
        "<rss version='2.0'><channel><title>T</title>",
        "<rss version='2.0'><channel><lastBuildDate>1</lastBuildDate>",
        "<rss version='2.0'><channel><lastBuildDate>2</lastBuildDate>",
        "<!DOCTYPE rss><rss version='2.0'><channel>",
        "<rss version='2.0' xml:base='https://y.example/'><channel>",
        "<rss version='2.0'><channel><!-- <item> -->",
        "<rss version='2.0' xmlns:slash='http://purl.org/rss/1.0/modules/slash/'><channel>",
        "<rss version='2.0'><channel><title xmlns='urn:x'>T</title><lastBuildDate>1</lastBuildDate>",
        "<rss version='2.0'><channel><title xmlns='urn:x'>T</title><lastBuildDate>2</lastBuildDate>",
        "<rss version='2.0'><channel><title>A &bad B</title>",
    ]
)
tails = st.sampled_from(
    ["</channel></rss>", "</channel></rss><!-- cached -->", "</channel>", "<title>T</title></channel></rss>"]
)


@dataclass(frozen=True)
class Shown:
    """A document, as it comes over the line."""

    body: bytes
    url: str = URL

    @property
    def fetched(self) -> Fetched:
        return Fetched(self.url, 200, self.body, "text/xml")

    @property
    def hashed(self) -> str:
        return sha256(self.body).hexdigest()


@st.composite
def documents(draw: st.DrawFn) -> Shown:
    body = "".join(f"{draw(items)}{draw(between)}" for _ in range(draw(st.integers(0, 5))))
    url = draw(st.sampled_from([URL, URL, URL, "https://z.example/feed"]))
    return Shown(f"{draw(heads)}{body}{draw(tails)}".encode(), url)


polls = st.lists(documents(), min_size=1, max_size=3).flatmap(
    lambda some: st.lists(st.sampled_from(some) | documents(), min_size=2, max_size=6)
)
"""Feeds show much of what they showed."""


def document(*entries: str, built: int = 1) -> Shown:
    head = f"<rss version='2.0'><channel><lastBuildDate>{built}</lastBuildDate>"
    return Shown(f"{head}{''.join(entries)}</channel></rss>".encode())


def entry(number: int, more: str = "") -> str:
    return f"<item><title>Entry {number}</title><link>https://x.example/{number}</link>{more}</item>\n"


def odd(*entries: str, built: int = 1, title: str = "T") -> Shown:
    """Return what only feedparser reads."""
    head = f"<title xmlns='urn:x'>{title}</title>"
    shown = document(*entries, built=built)
    return replace(shown, body=shown.body.replace(b"<channel>", f"<channel>{head}".encode()))


def in_full(shown: Shown, seen: Seen, day: int) -> Novelty:
    found = read(Document(shown.body, "text/xml", shown.url, FEED, NOW), LIMITS)
    return novelty(found.entries, FEED, seen, NOW + timedelta(days=day), backlog_before=None)


def bare(seen: Seen) -> Seen:
    """Return what is remembered but for the fingerprints."""
    return replace(seen, entries={id_: replace(one, fingerprint="") for id_, one in seen.entries.items()})


async def follow(shown: Sequence[Shown]) -> None:
    """Poll as the poller does, and compare each poll with one that reads everything."""
    seen, other, before = NOTHING, NOTHING, None
    reader = Reader(Open(1, 10, 512_000_000, LIMITS))
    for day, one in enumerate(shown):
        full = in_full(one, seen, day)
        if reader.shows_the_same(FEED, outlined(one.fetched), one.hashed, before):
            event("the same")
            assert not full.articles
            assert bare(other) == bare(full.published)
        else:
            found = await reader.read(one.fetched, outlined(one.fetched), one.hashed, FEED, other, NOW)
            event(f"unchanged: {bool(found.unchanged)}")
            now = NOW + timedelta(days=day)
            quick = novelty(found.entries, FEED, other, now, backlog_before=None, unchanged=found.unchanged)
            assert quick.articles == full.articles
            assert (quick.new, quick.shown) == (full.new, full.shown)
            assert quick.repeated == full.repeated
            other = quick.published
            assert bare(other) == bare(full.published)
        seen, before = bare(full.published), one.hashed


@example([document(entry(1), entry(2)), document(entry(1), entry(2), built=2), document(entry(3), entry(1))])
@example([document(entry(1), entry(1)), document(entry(1), entry(2)), document(entry(2), entry(1), built=2)])
@settings(max_examples=300, deadline=None)
@given(polls)
def test_what_was_shown_before_comes_to_the_same_as_what_is_read(shown: list[Shown]) -> None:
    asyncio.run(follow(shown))


def test_only_what_is_new_goes_into_the_cage() -> None:
    first, then = document(entry(1), entry(2)), document(entry(3), entry(2), entry(1), built=2)

    async def run() -> tuple[ReadFeed, int]:
        async with Counting(1, 10, 512_000_000, LIMITS) as cage:
            reader = Reader(cage)
            read = await reader.read(first.fetched, outlined(first.fetched), first.hashed, FEED, NOTHING, NOW)
            seen = novelty(read.entries, FEED, NOTHING, NOW, backlog_before=None).published
            return await reader.read(
                then.fetched, outlined(then.fetched), then.hashed, FEED, seen, NOW
            ), cage.bytes

    found, sent = asyncio.run(run())
    assert [one.title for one in found.entries] == ["Entry 3"]
    assert len(found.unchanged) == 2
    assert found.shown == 3
    assert sent == len(first.body) + len(document(entry(3), built=2).body.rstrip())


def dated(number: int, at: datetime) -> str:
    return entry(number, f"<pubDate>{format_datetime(at)}</pubDate>")


def test_entries_of_one_moment_are_no_stamp_beside_those_that_are_left_out() -> None:
    old = [dated(n, NOW - timedelta(hours=n)) for n in range(1, 6)]
    new = [dated(n, NOW) for n in (10, 11, 12)]
    found, whole = after(document(*old), document(*new, *old, built=2))
    assert found.fingerprints == whole.fingerprints
    assert [one.fingerprint for one in found.entries] == list(whole.fingerprints[:3])


def after(first: Shown, then: Shown) -> tuple[ReadFeed, ReadFeed]:
    """Return what is read of a document after another one, and what all of it is read as."""

    async def run() -> ReadFeed:
        reader = Reader(Open(1, 10, 512_000_000, LIMITS))
        read = await reader.read(first.fetched, outlined(first.fetched), first.hashed, FEED, NOTHING, NOW)
        seen = novelty(read.entries, FEED, NOTHING, NOW, backlog_before=None).published
        return await reader.read(then.fetched, outlined(then.fetched), then.hashed, FEED, seen, NOW)

    return asyncio.run(run()), read(Document(then.body, "text/xml", then.url, FEED, NOW), LIMITS)


class Marks(tuple[bytes, ...]):
    """Marks that are not gone through to find one: there may be thousands, and as many to be found."""

    __slots__ = ()

    def __contains__(self, mark: object) -> bool:
        raise AssertionError


def test_marks_are_looked_up_not_gone_through() -> None:
    first, then = document(entry(1), entry(2)), document(entry(3), entry(2), built=2)

    async def run() -> ReadFeed:
        reader = Reader(Open(1, 10, 512_000_000, LIMITS))
        read = await reader.read(first.fetched, outlined(first.fetched), first.hashed, FEED, NOTHING, NOW)
        seen = novelty(read.entries, FEED, NOTHING, NOW, backlog_before=None).published
        found = outlined(then.fetched)
        assert found
        return await reader.read(
            then.fetched, replace(found, marks=Marks(found.marks)), then.hashed, FEED, seen, NOW
        )

    assert [one.title for one in asyncio.run(run()).entries] == ["Entry 3"]


@pytest.mark.parametrize(("more", "is_found"), [(0, True), (1, False)])
@pytest.mark.parametrize("name", ["item", "entry"])
def test_entries_begin_within_the_first_20_000_bytes_or_only_a_parser_finds_them(
    name: str, more: int, is_found: bool
) -> None:
    head = "<rss><channel>".ljust(20_000 + more)
    body = f"{head}<{name}><title>T</title></{name}></channel></rss>"
    assert (outline(body.encode(), "") is not None) == is_found


def test_a_document_without_entries_is_not_gone_through() -> None:
    body = b"<ite" * 4_000_000
    before = time.process_time()
    for _ in range(20):
        assert outline(body, "") is None
    assert time.process_time() - before < 0.5


def test_a_document_that_shows_the_same_is_not_read_at_all() -> None:
    first, then, less = (
        document(entry(1), entry(2)),
        document(entry(1), entry(2), built=2),
        document(entry(1)),
    )

    async def run() -> list[bool]:
        async with Cage(1, 10, 512_000_000, LIMITS) as cage:
            reader = Reader(cage)
            same = [reader.shows_the_same(FEED, outlined(first.fetched), first.hashed, None)]
            await reader.read(first.fetched, outlined(first.fetched), first.hashed, FEED, NOTHING, NOW)
            # Until the poll has ended well, the feed's state is that of another document.
            same.append(reader.shows_the_same(FEED, outlined(then.fetched), then.hashed, None))
            same.append(reader.shows_the_same(FEED, outlined(then.fetched), then.hashed, first.hashed))
            same.append(reader.shows_the_same(FEED, outlined(less.fetched), less.hashed, then.hashed))
            return same

    assert asyncio.run(run()) == [False, False, True, False]


def same(*shown: Shown) -> list[bool]:
    """Return whether each document but the first shows the same as the first, which is read."""
    first, *others = shown

    async def run() -> list[bool]:
        reader = Reader(Open(1, 10, 512_000_000, LIMITS))
        await reader.read(first.fetched, outlined(first.fetched), first.hashed, FEED, NOTHING, NOW)
        found, before = [], first.hashed
        for one in others:
            found.append(reader.shows_the_same(FEED, outlined(one.fetched), one.hashed, before))
            before = one.hashed if found[-1] else before
        return found

    return asyncio.run(run())


def test_what_only_counts_does_not_count() -> None:
    counters = (
        "<slash:comments>{}</slash:comments>",
        "<thr:total> {} </thr:total>",
        '<media:group><media:starRating count="{0}" average="5.00" min="1" max="5"/></media:group>',
        '<media:group><media:statistics views="{0}"/></media:group>',
    )
    for counter in counters:
        before, after = (entry(1, counter.format(count)) for count in (7, 12))
        assert same(document(before), document(after)) == [True], counter
        assert same(odd(before), odd(after)) == [True], counter


def test_what_a_text_says_of_a_counter_counts() -> None:
    before, after, shut = (
        entry(1, f"<description><![CDATA[{text}<slash:comments>{count}</slash:comments>]]></description>")
        for count, text in ((7, ""), (12, ""), (12, "<![CDATA[ ]]>]]<![CDATA["))
    )
    assert same(document(before), document(after)) == [False]
    assert same(document(before), document(shut)) == [False]
    words = "<description>&lt;slash:comments>{}&lt;/slash:comments></description>"
    assert same(document(entry(1, words.format(7))), document(entry(1, words.format(12)))) == [False]


def test_what_only_feedparser_reads_shows_the_same_if_only_words_of_its_head_differ() -> None:
    one, two = entry(1), entry(2)
    shown = (
        odd(one, two),
        odd(one, two, built=2),
        odd(one, two, title="U"),
        odd(one, two, title="U<!-- 7 -->"),
    )
    assert same(*shown) == [True, True, True]
    others = (
        odd(two, one),
        odd(one),
        odd(one, two, two),
        odd(one, two, title="U & T"),
        odd(one, two, title="<!-- -- -->"),
    )
    assert same(odd(one, two), *others) == [False, False, False, False, False]


def test_new_wishes_to_those_who_poll_are_read() -> None:
    wishes = (
        "<ttl>{}</ttl>",
        "<skipHours><hour>{}</hour></skipHours>",
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>{}</sy:updateFrequency>",
    )
    for wish in wishes:
        for make in (document, odd):
            before, after = (
                replace(shown, body=shown.body.replace(b"<channel>", f"<channel>{wish.format(n)}".encode()))
                for n, shown in ((5, make(entry(1))), (7, make(entry(1))))
            )
            assert same(before, after) == [False], wish


class Counting(Cage):
    """A cage that counts what is put into it."""

    bytes = 0

    async def read(self, document: Document) -> ReadFeed:
        """Read as ever."""
        self.bytes += len(document.body)
        return await super().read(document)


class Open(Cage):
    """The parser without its processes, which take longer to start than to read so little."""

    async def read(self, document: Document) -> ReadFeed:
        """Read here."""
        return read(document, LIMITS)
