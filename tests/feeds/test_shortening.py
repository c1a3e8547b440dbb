"""What is far too long is cut, with a mark, and costs nothing that stands around it."""

import json
import time

import pytest

from monitor.feeds.document.parse import ParsedFeed, ParseLimits, parse
from monitor.feeds.document.shortening import LONGEST_TAG, LONGEST_TEXT, with_short_tags

WORDS = "word " * 400_000
HANGUL = "북한 " * 600_000
HTML = "<p>word text here</p>" * 100_000
SECOND = "<item><title>Last</title><guid>g2</guid></item>"


def read(items: str) -> ParsedFeed:
    document = (
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>T</title>{items}</channel></rss>"
    )
    return parse(document.encode(), "", "https://e.example/feed", ParseLimits())


def item(inner: str) -> str:
    date = "<pubDate>Sun, 29 Nov 2026 10:00:00 GMT</pubDate>"
    return f"<item><title>One</title>{inner}<guid isPermaLink='false'>g1</guid>{date}</item>"


@pytest.mark.parametrize(
    "text", [WORDS, HANGUL, HTML, f"<p>{WORDS}</p>", f"<p>{WORDS} x --> y", f"a<b {WORDS}"]
)
@pytest.mark.parametrize(
    "write",
    [
        "<description><![CDATA[{}]]></description>",
        "<content:encoded>a <![CDATA[{}]]> b & c</content:encoded>",
    ],
)
@pytest.mark.parametrize("more", ["", SECOND])
def test_a_long_text_in_cdata_is_cut_with_a_mark(text: str, write: str, more: str) -> None:
    found = read(item(write.format(text)) + more)
    first = found.entries[0]
    assert len(found.entries) == 1 + bool(more)
    assert "summary" in first.cut
    assert text[:100] in first.summary
    assert (first.guid, first.published_raw) == ("g1", "Sun, 29 Nov 2026 10:00:00 GMT")
    assert "of texts, what is beyond 1,500,000 characters was not read" in found.problems
    assert found.complete


@pytest.mark.parametrize("short", range(-3, 4))
@pytest.mark.parametrize("ampersand", ["", "AT&T "])
def test_an_end_that_stands_at_the_cut_is_one(short: int, ampersand: str) -> None:
    begin = f"![CDATA[{ampersand}"
    text = "x" * (LONGEST_TEXT - len(begin) + short)
    (entry,) = read(item(f"<description><{begin}{text}]]></description>").replace("One", ampersand)).entries
    assert (entry.guid, entry.cut) == ("g1", ("summary",))


@pytest.mark.parametrize("aside", [f"<!--{WORDS}-->", f"<!-- <b> {WORDS}-->", f"<?x {WORDS}?>"])
@pytest.mark.parametrize("title", ["Last", "AT&T"])
def test_a_long_comment_swallows_nothing(aside: str, title: str) -> None:
    second = SECOND.replace("Last", title)
    for items in (aside + item("") + second, item(aside) + second, item("") + second + aside):
        first, last = read(items).entries
        assert (first.title, first.guid, last.title) == ("One", "g1", title)
        assert first.published


@pytest.mark.parametrize("before", ["", "a & b ", "<i>a</i> & b <br> "])
@pytest.mark.parametrize("write", ["{}", "<![CDATA[{}]]>"])
def test_markup_is_cut_where_it_stands(before: str, write: str) -> None:
    found = read(item(f"<description>{write.format(before + HTML)}</description>") + SECOND)
    first, last = found.entries
    assert (first.guid, first.cut, last.title) == ("g1", ("summary",), "Last")
    assert first.summary.endswith("word text here</p>") or len(first.summary) == ParseLimits().max_field
    assert found.problems == ("of texts, what is beyond 1,500,000 characters was not read",)


@pytest.mark.parametrize(
    ("tag", "short"),
    [
        ("<p{}>", "<p>"),
        ("<p{} />", "<p/>"),
        ("<a:p{} b='>'>", "<a:p>"),
        ("<![CDATA[<p{}>]]>", None),
        ("<!-- <p{}> -->", None),
        ("<p {} <b>", None),
    ],
)
def test_of_a_tag_that_is_far_too_long_the_name_is_kept(tag: str, short: str | None) -> None:
    long = tag.format(" a='x'" * LONGEST_TAG)
    assert with_short_tags(f"a {long} b") == f"a {short or long} b"
    ordinary = tag.format(" a='x'")
    assert with_short_tags(f"a {ordinary} b" * 9) == f"a {ordinary} b" * 9


PICTURE = f"data:image/png;base64,{'iVBO/R+0' * 150_000}=="


@pytest.mark.parametrize(
    "html",
    [
        f'<![CDATA[start <img src="{PICTURE}"> tail]]>',
        f'<![CDATA[start <img src="{PICTURE * 2}"> tail]]>',
        f"start &lt;img src=&quot;{PICTURE}&quot;&gt; tail",
        f"start <b style='background: url({PICTURE})'/> & tail",
    ],
)
def test_a_picture_within_a_text_costs_none_of_it(html: str) -> None:
    found = read(item(f"<description>{html}</description>"))
    (entry,) = found.entries
    assert entry.cut == ()
    assert entry.summary.startswith("start <")
    assert entry.summary.endswith(" tail")
    assert found.problems == ()


def test_a_picture_in_json_costs_no_text() -> None:
    html = f'start <img src="{PICTURE}"> tail'
    document = {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "content_html": html}]}
    for text in (json.dumps(document), json.dumps(document).replace("/", "\\/")):
        (entry,) = parse(text.encode(), "", "https://e.example/feed", ParseLimits()).entries
        assert (entry.body or entry.summary, entry.cut) == ('start <img src=""> tail', ())


def test_words_about_data_addresses_stay() -> None:
    text = "a data:image/png;base64,iVBO is short " + "word " * 250_000
    (entry,) = read(item(f"<description>{text}</description>")).entries
    assert entry.summary.startswith("a data:image/png;base64,iVBO is short word")


def test_tags_that_never_end_take_no_time() -> None:
    long = ("<" + "b" * 3_000) * 600
    before = time.process_time()
    read(f"<item><title>{long}</title></item><title>")
    assert time.process_time() - before < 4.0
