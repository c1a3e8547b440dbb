"""The sample feeds are what they claim to be."""

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.demo.samples import FEEDS, SampleFeed, fill, moment, names, render

from .expected import EXPECTED, FOREIGN_LABOR, LABOR, ONE_ARTICLE, RUSSIA, TROOPS
from .reading import Read, read

NOW = datetime(2026, 11, 24, 12, 0, 30, 5, tzinfo=UTC)
MALFORMED = "crossroads-digest"
KINDS = {
    "state",
    "government",
    "wire",
    "public-broadcaster",
    "independent",
    "specialist",
    "think-tank",
    "tabloid",
    "aggregator",
}
VERSIONS = {".rss": "rss20", ".atom": "atom10", ".rdf": "rss10", ".json": "json"}
INVISIBLE = {"no-break space": "\u00a0", "soft hyphen": "\u00ad", "zero-width space": "\u200b"}


@pytest.fixture(scope="module")
def feeds() -> dict[str, Read]:
    return {name: read(render(name, NOW)) for name in names()}


@pytest.fixture(scope="module")
def text(feeds: dict[str, Read]) -> str:
    """All titles and summaries."""
    return "\n".join(f"{entry[2]}\n{entry[3]}" for feed in feeds.values() for entry in feed.entries)


@pytest.mark.parametrize("feed", FEEDS, ids=names())
def test_a_feed_has_the_format_language_and_title_that_its_record_names(
    feed: SampleFeed, feeds: dict[str, Read]
) -> None:
    got = feeds[feed.id]
    assert got.format == VERSIONS["." + feed.file.rsplit(".", 1)[1]]
    assert got.language.split("-")[0] == feed.language
    assert got.title == feed.outlet
    assert feed.kind in KINDS
    assert len(got.entries) >= 6


@pytest.mark.parametrize("feed", [feed for feed in FEEDS if feed.id != MALFORMED], ids=lambda feed: feed.id)
def test_a_feed_is_well_formed_in_the_encoding_it_declares(feed: SampleFeed, feeds: dict[str, Read]) -> None:
    assert (feeds[feed.id].well_formed, feeds[feed.id].encoding) == (True, feed.encoding)


def test_old_encodings_are_real() -> None:
    """The bytes are not UTF-8, and say in the prolog what they are."""
    for name, encoding in (("strezhen-tv", "windows-1251"), ("saebyeok-naru", "euc-kr")):
        body = render(name, NOW).body
        assert f'encoding="{encoding}"'.encode() in body
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")


def test_a_content_type_may_leave_the_encoding_to_the_document() -> None:
    types = {feed.id: feed.content_type for feed in FEEDS}
    assert types["saebyeok-naru"] == "application/rss+xml"
    assert types["strezhen-tv"] == "application/rss+xml; charset=windows-1251"


def test_there_are_140_entries_and_two_feeds_of_each_language(feeds: dict[str, Read]) -> None:
    assert sum(len(feed.entries) for feed in feeds.values()) >= 140
    assert min(Counter(feed.language for feed in FEEDS)[code] for code in ("en", "ru", "uk", "ko")) >= 2


def test_every_kind_of_outlet_is_there() -> None:
    assert {feed.kind for feed in FEEDS} == KINDS


def test_ids_and_files_are_unique() -> None:
    assert len(set(names())) == len({feed.file for feed in FEEDS}) == len(FEEDS)


def test_the_malformed_feed_shows_all_its_entries_to_a_lenient_reader(feeds: dict[str, Read]) -> None:
    got = feeds[MALFORMED]
    titles = [entry[2] for entry in got.entries]
    assert not got.well_formed
    assert len(got.entries) == 13
    assert any("<script>" in title for title in titles)
    assert any("\x0b" in title for title in titles)
    assert "" in titles
    assert "javascript:alert('summit')" in {entry[1] for entry in got.entries}


def test_no_address_depends_on_where_the_samples_are_served(feeds: dict[str, Read]) -> None:
    links = {entry[1] for got in feeds.values() for entry in got.entries if entry[1]}
    assert not [link for link in links if not link.startswith(("https://", "http://", "javascript:"))]


def test_no_token_is_left() -> None:
    for feed in FEEDS:
        assert b"{{" not in render(feed.id, NOW).body


def test_links_lead_to_invented_hosts_only() -> None:
    known = {"purl.org", "www.w3.org", "jsonfeed.org"}
    for feed in FEEDS:
        hosts = set(re.findall(r"https?://([^/\"<?]+)", render(feed.id, NOW).body.decode(feed.encoding)))
        assert {host for host in hosts - known if not host.endswith(".example")} == set()


@pytest.mark.parametrize("character", INVISIBLE.values(), ids=INVISIBLE)
def test_rare_characters_occur(character: str, text: str) -> None:
    assert character in text


def test_decomposed_hangul_and_homoglyphs_occur(text: str) -> None:
    assert unicodedata.normalize("NFD", "북한군") in text
    assert "К" + "H" + "ДР" in text


def test_dates_are_fresh_old_future_missing_and_garbage(feeds: dict[str, Read]) -> None:
    written = [entry[4] for feed in feeds.values() for entry in feed.entries]
    dates = [date for date in map(_date, written) if date]
    assert sum(timedelta() <= NOW - date < timedelta(days=1) for date in dates) >= 80
    assert sum(NOW - date > timedelta(days=14) for date in dates) >= 8
    assert sum(date > NOW for date in dates) == 1
    assert sum(date is None for date in written) >= 5
    assert len([date for date in written if date]) - len(dates) >= 3


def test_dates_move_with_the_clock() -> None:
    assert render("pereveslo", NOW).body != render("pereveslo", NOW + timedelta(hours=1)).body


def test_an_expected_row_names_an_entry(feeds: dict[str, Read]) -> None:
    keys = {(name, entry[0] or entry[1]) for name, feed in feeds.items() for entry in feed.entries}
    assert {(row.feed, row.key) for row in EXPECTED} - keys == set()


def test_expected_rows_are_unique_and_leave_hard_negatives(feeds: dict[str, Read]) -> None:
    rows = {(row.feed, row.key) for row in EXPECTED}
    assert len(rows) == len(EXPECTED)
    assert sum(len(feed.entries) for feed in feeds.values()) - len(rows) >= 60


def test_every_topic_is_expected_in_every_language() -> None:
    language = {feed.id: feed.language for feed in FEEDS}
    seen = {(language[row.feed], topic) for row in EXPECTED for topic in row.topics}
    topics = RUSSIA | TROOPS | LABOR | FOREIGN_LABOR
    assert seen == {(code, topic) for code in ("en", "ru", "uk", "ko") for topic in topics}


@pytest.mark.parametrize("story", ["volunteers-100k", "workers-1000-donbas"])
def test_the_two_stories_of_the_beginning_are_told_in_every_language(story: str) -> None:
    language = {feed.id: feed.language for feed in FEEDS}
    assert {language[row.feed] for row in EXPECTED if row.story == story} == {"en", "ru", "uk", "ko"}


def test_entries_of_one_article_agree_on_topics_and_story() -> None:
    verdict = {(row.feed, row.key): (row.topics, row.story) for row in EXPECTED}
    for group in ONE_ARTICLE:
        assert len({verdict[entry] for entry in group}) == 1


def test_entries_of_one_article_have_one_link_but_for_tracking(feeds: dict[str, Read]) -> None:
    links = {
        (name, entry[0] or entry[1]): str(entry[1]).split("?")[0]
        for name, feed in feeds.items()
        for entry in feed.entries
    }
    for group in ONE_ARTICLE:
        assert len({links[entry] for entry in group if entry[1]}) == 1


def test_an_unknown_sample_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        render("no-such-outlet", NOW)


@pytest.mark.parametrize(
    "source", ["{{rfc 822}}", "{{iso 3h}}", "{{rfc822 -}}", "{{char zz}}", "{{iso -3x}}"]
)
def test_a_token_that_cannot_be_read_is_a_value_error(source: str) -> None:
    with pytest.raises(ValueError):
        fill(source, NOW, "utf-8")


def test_tokens_become_text() -> None:
    now = NOW.replace(microsecond=0)
    assert fill("{{rfc822 -1d2h +0900}}", now, "utf-8") == "Mon, 23 Nov 2026 19:00:30 +0900"
    assert (
        fill("{{iso +30m}}|{{char 41}}|{{encoding}}", now, "koi8-r") == "2026-11-24T12:30:30+00:00|A|koi8-r"
    )


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(-12, 14))
def test_a_moment_is_the_distance_from_now_in_any_zone(
    days: int, hours: int, minutes: int, zone: int
) -> None:
    got = moment(f"-{days}d{hours}h{minutes}m {zone * 100:+05d}", NOW)
    assert NOW - got == timedelta(days=days, hours=hours, minutes=minutes)
    assert got.tzinfo == timezone(timedelta(hours=zone))


def _date(written: str | None) -> datetime | None:
    """Return the date if it can be read, as RFC 822 or ISO 8601."""
    if not written:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(written)
        except ValueError:
            continue
    return None
