"""What is put right in feedparser for speed gives what it gave."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.feeds.document.adapted import feedparser
from monitor.feeds.document.parse import ParseLimits, parse
from monitor.model import Entry

BASES = ("", "http://news.example/feed.xml", "https://news.example/a/b/feed?c=d", "ftp://news.example/feed")
PIECES = (
    "http://",
    "https://",
    "HTTP://",
    "a.example",
    "м.рф",
    ":80",
    ":x",
    "/",
    "//",
    ".",
    "..",
    "a",
    "Б",
    "%41",
)
MORE = ("?", "#", ";", "=", "&", "b=c", " ", "\n", "@", "[", "mailto:")
KEYS = (
    "category",
    "updated",
    "updated_parsed",
    "description",
    "guid",
    "url",
    "issued",
    "language",
    "type",
    "copyright",
)


@given(st.lists(st.sampled_from(PIECES + MORE), max_size=9).map("".join), st.sampled_from(BASES))
@example("http://a.example/./b/../c?", "http://news.example/feed.xml")
@example("https://a.example/b?c=1&d=%20", "https://news.example/feed.xml")
@example("http://a.example:/b\n", "http://news.example/feed.xml")
def test_addresses_are_made_absolute_as_before(address: str, base: str) -> None:
    joined = feedparser().mixin._urljoin
    assert joined(base, address) == ("" if address == "#" else joined.__wrapped__(base, address))


@pytest.mark.filterwarnings("ignore:To avoid breaking existing software:DeprecationWarning")
@given(
    st.dictionaries(
        st.sampled_from([*KEYS, "summary", "published", "published_parsed", "id", "href"]), st.text()
    )
)
def test_values_and_their_substitutes_are_found_as_before(values: dict[str, str]) -> None:
    kept = _kept(values)
    for key in KEYS:
        assert kept.get(key, "none") == (kept[key] if key in _readable(kept) else "none")


@given(st.dictionaries(st.text(), st.text() | st.none() | st.lists(st.dictionaries(st.text(), st.text()))))
def test_copies_are_equal_and_of_their_own(values: dict[str, Any]) -> None:
    kept = _kept(values)
    copied = deepcopy(kept)
    assert (copied, type(copied)) == (kept, type(kept))
    lists = [(kept[key], copied[key]) for key in dict.keys(kept) if isinstance(dict.get(kept, key), list)]
    assert all(one is not other for one, other in lists)


def _kept(values: dict[str, Any]) -> Any:
    kept = feedparser().util.FeedParserDict()
    for key, value in values.items():
        kept[key] = value
    return kept


def _readable(kept: Any) -> set[str]:
    def is_there(key: str) -> bool:
        try:
            kept[key]
        except KeyError:
            return False
        return True

    return {key for key in KEYS if is_there(key)}


READ = ("quick", "feedparser", "broken")


def read(item: str, how: str) -> Entry:
    more = "<item><title>a&nbsp;b</title></item>" if how == "broken" else ""
    feed = f"<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel><title>F</title>{item}{more}"
    document = f"{feed}</channel></rss>".encode()
    return parse(document, "", "https://e.example/", ParseLimits(), quick=how == "quick").entries[0]


@pytest.mark.parametrize("how", READ)
@pytest.mark.parametrize(
    "link",
    [
        "<link>{}&amp;ID=7</link>",
        "<link>{}&amp;amp;ID=7</link>",
        "<link>{}&#38;ID=7</link>",
        "<link>{}&#x26;ID=7</link>",
        "<link><![CDATA[{}&ID=7]]></link>",
        "<link><![CDATA[{}&amp;ID=7]]></link>",
        "<guid>{}&amp;ID=7</guid>",
        "<guid>{}&amp;amp;ID=7</guid>",
        "<guid isPermaLink='false'>{}&amp;amp;ID=7</guid>",
        "<guid><![CDATA[{}&amp;ID=7]]></guid>",
        "<a:link href='{}&amp;ID=7'/>",
        "<a:link href='{}&amp;amp;ID=7'/>",
        "<a:link href='{}&#38;ID=7'/>",
    ],
)
def test_an_address_is_the_same_however_its_signs_are_written(link: str, how: str) -> None:
    item = link.format("https://e.example/?SECTION=5")
    assert read(f"<item><title>a</title>{item}</item>", how).link == "https://e.example/?SECTION=5&ID=7"


@pytest.mark.parametrize(
    "field",
    [
        "<guid isPermaLink='false'>a?b=1&amp;c=2</guid>",
        "<guid isPermaLink='false'>a &amp;lt; b &amp;amp;lt; c &#60; d</guid>",
        "<guid isPermaLink='false'><![CDATA[a?b=1&amp;c=2&#38;d]]></guid>",
        "<author>&quot;Jo&quot; &amp;quot;Kim&amp;quot; &lt;jo@e.example&gt;</author>",
        "<pubDate>&lt;time datetime=&quot;2026-11-24T11:16:00+02:00&quot;&gt;24/11&lt;/time&gt;</pubDate>",
        "<pubDate><![CDATA[<time datetime='2026-11-24T11:16:00+02:00'>24/11</time>]]></pubDate>",
        "<link>https://e.example/?q=&quot;a&quot;</link>",
        "<guid isPermaLink='false'>a &amp;amp;lt; <b>c</b> d</guid>",
        "<author><name>Jo &amp;amp; Kim &lt;3</name></author>",
        "<a:link href='https://e.example/?q=&quot;&#1050;&quot;&amp;r=&lt;s&gt;'/>",
        "<description><p>a <a title='b &amp;lt; &#34;c&#34;' href='?d&amp;e'>f</a></p></description>",
    ],
)
def test_what_a_broken_document_says_with_references_is_what_another_says(field: str) -> None:
    item = f"<item><title>a</title>{field}</item>"
    assert read(item, "broken") == read(item, "feedparser")


def test_dates_in_an_element_of_html_are_read_in_broken_documents_too() -> None:
    date = "&lt;time datetime=&quot;2026-11-24T11:16:00+02:00&quot;&gt;24/11&lt;/time&gt;"
    published = read(f"<item><title>a</title><pubDate>{date}</pubDate></item>", "broken").published
    assert published == datetime(2026, 11, 24, 9, 16, tzinfo=UTC)
