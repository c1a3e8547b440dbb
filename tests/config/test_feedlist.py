"""Feeds are written as feeds.yaml has them, and added to one without touching the rest of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.config import yaml
from monitor.config.addresses import same_url
from monitor.config.feedlist import HEAD, with_feeds, written
from monitor.config.load import feeds_of
from monitor.config.newfeeds import IsThere, NewFeeds, NotTaken
from monitor.config.samples import sample
from monitor.config.settings import FeedSettings
from monitor.errors import UsageError
from tests.config.feeds import feed_lists

NEW = FeedSettings(outlet="New", url="https://new.example/f")
ENTRY = "  - id: new\n    outlet: New\n    url: 'https://new.example/f'\n"


def read(text: str) -> tuple[FeedSettings, ...]:
    return feeds_of(yaml.parse(text, "feeds.yaml"), Path())


def added(text: str) -> str:
    """Add a feed, and see that the others are as they were."""
    after = with_feeds(yaml.parse(text, "feeds.yaml"), [NEW])
    assert read(after) == (*read(text), NEW)
    return after


@given(feed_lists())
def test_what_is_written_is_read_as_it_was(feeds: list[FeedSettings]) -> None:
    assert read(HEAD + written(feeds)) == tuple(feeds)


def test_the_shipped_list_is_written_as_its_authors_wrote_it() -> None:
    shipped = sample("feeds.yaml")
    lines = written(read(shipped)).splitlines()
    assert len(lines) > 600
    assert set(lines) <= set(shipped.splitlines())


def test_headers_and_logins_are_not_written() -> None:
    feed = FeedSettings(outlet="New", url="https://new.example/f", headers={"X-Key": "${KEY}"})
    assert written([feed]) == ENTRY


@pytest.mark.parametrize(
    "word", ["no", "null", "true", "12", "1e5", "007", "1_0", "- x", "a: b", "a #b", "'", "", "@x"]
)
def test_words_that_yaml_takes_for_something_else_are_in_quotes(word: str) -> None:
    feed = FeedSettings(id="x", outlet=f"{word}" or "x", url="https://x.example/it's", note=word or None)
    assert read(HEAD + written([feed])) == (feed,)


@pytest.mark.parametrize(
    "word",
    ["no", "Yes", "ON", "off", "y", "N", "null", "Null", "0x1F", "012", "0b11", "12:30", "12:30:00", "1_000",
     "2026-03-01", "2026-03-01 12:00", "1e5", "1.5", "007"],
)  # fmt: skip
def test_words_that_yaml_1_1_takes_for_something_else_are_in_quotes_too(word: str) -> None:
    feed = FeedSettings(id="x", outlet=word, url="https://x.example/", note=word)
    text = written([feed])
    assert f"outlet: '{word}'" in text
    assert f"note: '{word}'" in text
    read_by_1_1 = YAML(typ="safe", pure=True)
    read_by_1_1.version = (1, 1)
    assert read_by_1_1.load(text)[0]["outlet"] == word


@pytest.mark.parametrize("word", ["Novosti", "yes we can", "On air", "BBC", "Radio 1", "20 Minuten"])
def test_other_words_are_in_none(word: str) -> None:
    assert f"outlet: {word}\n" in written([FeedSettings(id="x", outlet=word, url="https://x.example/")])


OLD = '  - outlet: Old   # as they call it\n    url: "https://old.example/f"  # quoted\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("# top\n", "\n# the end\n"),
        ("", "\n\n"),
    ],
)
def test_everything_else_stays_as_it_is(before: str, after: str) -> None:
    text = f"{before}version: 1\n\nfeeds:  # all\n{OLD}{after}"
    found = added(text)
    assert found.replace(ENTRY, "") == text
    assert found.rstrip("\n").endswith(ENTRY.rstrip("\n"))


def test_what_stands_above_the_next_key_stays_there() -> None:
    text = f"feeds:\n{OLD}  # of the list\n\n# of the version\nversion: 1\n"
    assert added(text) == f"feeds:\n{OLD}  # of the list\n{ENTRY}\n# of the version\nversion: 1\n"


def test_the_indentation_of_the_list_is_kept() -> None:
    text = "version: 1\nfeeds:\n- outlet: Old\n  url: https://old.example/f"
    assert added(text) == text + "\n- id: new\n  outlet: New\n  url: 'https://new.example/f'\n"


def test_ends_of_lines_are_kept() -> None:
    found = added(f"version: 1\nfeeds:\n{OLD}".replace("\n", "\r\n"))
    assert found.count("\r\n") == found.count("\n")


@pytest.mark.parametrize(
    "empty", ["feeds:", "feeds: []", "feeds:  # none yet", "feeds: [ ] # none", "feeds:\n  # - id: x"]
)
def test_an_empty_list_is_begun(empty: str) -> None:
    assert ENTRY in added(f"{empty}\nversion: 1\n")


def test_a_list_is_made_where_there_is_none() -> None:
    text = with_feeds(yaml.parse("version: 1", "feeds.yaml"), [NEW])
    assert read(text) == (NEW,)


@pytest.mark.parametrize(
    "feeds",
    ["[{outlet: Old, url: https://old.example/f}]", "\n  -\n    outlet: Old\n    url: https://old.example/f"],
)
def test_a_list_of_another_shape_is_left_alone(feeds: str) -> None:
    document = yaml.parse(f"version: 1\nfeeds: {feeds}\n", "feeds.yaml")
    with pytest.raises(UsageError, match="leave --into out"):
        with_feeds(document, [NEW])


def test_the_same_feed_is_not_taken_twice_however_its_address_is_written() -> None:
    new = NewFeeds([FeedSettings(id="old", outlet="Old", url="https://old.example")])
    with pytest.raises(IsThere, match="already that of `old`"):
        new.take({"outlet": "Another", "url": "https://OLD.example:443/#x"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://пример.рф/x", "https://xn--e1afmkfd.xn--p1ai/x"),
        ("https://ПРИМЕР.рф:443/x", "https://пример.рф/x"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://a.example./x", "https://a.example/x"),
        ("https://a.example/лента", "https://a.example/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"),
        ("https://a.example/?q=лента", "https://a.example/?q=%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"),
        ("https://a.example/~me", "https://a.example/%7Eme"),
        ("https://a.example/%d0%bb", "https://a.example/%D0%BB"),
        ("http://[::1]:80", "http://[::1]/"),
    ],
)
def test_spellings_of_what_is_asked_for_are_one_address(one: str, other: str) -> None:
    assert same_url(one) == same_url(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x", "http://a.example/x"),
        ("https://a.example/x", "https://a.example:444/x"),
        ("https://a.example/x", "https://a.example/X"),
        ("https://a.example/x", "https://a.example/x/"),
        ("https://a.example/a/b", "https://a.example/a%2Fb"),
        ("https://a.example/?q=a+b", "https://a.example/?q=a%2Bb"),
        ("https://a.example/?a=1&b=2", "https://a.example/?b=2&a=1"),
        ("https://straße.example/", "https://strasse.example/"),
    ],
)
def test_what_servers_may_tell_apart_are_two_addresses(one: str, other: str) -> None:
    assert same_url(one) != same_url(other)


def test_hosts_that_have_no_name_in_ascii_are_told_apart_all_the_same() -> None:
    new = NewFeeds()
    for url in (f"https://{'ä' * 63}.example/", f"https://{'ö' * 63}.example/"):
        assert new.take({"outlet": "A", "url": url}).url == url


def test_ids_are_made_from_titles_and_differ() -> None:
    def ids() -> list[str]:
        new = NewFeeds([FeedSettings(outlet="Wire", url="https://wire.example/")])
        urls = [f"https://wire.example/{number}" for number in range(3)]
        return [
            new.take({"outlet": outlet, "url": url}).id
            for outlet, url in zip(("Wire", "wire!", "Вести"), urls, strict=True)
        ]

    assert ids() == ids() == ["wire-2", "wire-3", "wire-example"]


def test_a_number_fits_behind_the_longest_id() -> None:
    new = NewFeeds()
    taken = [new.take({"outlet": "a" * 200, "url": f"https://a.example/{number}"}).id for number in range(3)]
    assert [len(id_) for id_ in taken] == [100, 98, 98]


@given(st.text(min_size=8, max_size=50))
def test_why_an_address_is_not_taken_does_not_repeat_it(url: str) -> None:
    said = ""
    try:
        NewFeeds().take({"outlet": "x", "url": url})
    except NotTaken as error:
        said = str(error)
    assert url not in said
