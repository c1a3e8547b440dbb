"""Which feeds a page offers, whatever the page is like."""

import asyncio
from html import escape

import pytest

from monitor.errors import ParseError
from monitor.feeds.cage import Cage
from monitor.feeds.document.links import LARGEST, MOST, Link, feed_links
from monitor.feeds.document.parse import ParseLimits

URL = "https://news.example/world/today.html"
RSS = 'rel="alternate" type="application/rss+xml"'


def urls(page: str) -> list[str]:
    return [link.url for link in feed_links(page, URL).links]


def test_the_three_types_are_found_in_the_order_of_the_page() -> None:
    page = """<html><head><title>x</title>
      <link rel="alternate" type="application/atom+xml" href="/a.atom" title="News &amp; more">
      <LINK REL='Home Alternate' TYPE='Application/RSS+XML; charset=utf-8' HREF='b.rss'>
      <link rel=alternate type=application/feed+json href=https://feeds.example/c.json />
    """
    assert feed_links(page, URL).links == (
        Link("https://news.example/a.atom", "News & more"),
        Link("https://news.example/world/b.rss"),
        Link("https://feeds.example/c.json"),
    )


@pytest.mark.parametrize(
    "kind", ["text/xml", "application/xml", "application/rdf+xml", "Text/XML; charset=utf-8"]
)
def test_types_that_say_little_are_taken_too(kind: str) -> None:
    assert urls(f'<link rel="alternate" type="{kind}" href="/f">') == ["https://news.example/f"]


def test_addresses_are_relative_to_the_first_base() -> None:
    page = f'<link {RSS} href="f"><base href="/deep/er/"><base href="https://other.example/">'
    assert urls(page) == ["https://news.example/deep/er/f"]


def test_the_same_feed_is_there_once() -> None:
    page = (
        f'<link {RSS} href="/f" title="first"><link {RSS} href="https://NEWS.example/f#top" title="second">'
    )
    assert feed_links(page, URL).links == (Link("https://news.example/f", "first"),)


@pytest.mark.parametrize(
    "page",
    [
        '<link rel="stylesheet" type="application/rss+xml" href="/f">',
        '<link rel="alternate" type="text/html" href="/f">',
        '<link rel="alternate" type="application/json" href="/wp-json/">',
        f"<link {RSS}>",
        f'<link {RSS} href="">',
        f'<link {RSS} href="javascript:alert(1)">',
        f'<link {RSS} href="file:///etc/passwd">',
        f'<link {RSS} href="https://[half/f">',
        f'<!-- <link {RSS} href="/f"> -->',
        f"<script>'<link {RSS} href=\"/f\">'</script>",
        f'<link {RSS} href="/{"a" * 10_000}">',
        "",
        "no markup",
    ],
)
def test_nothing_else_is_taken_for_a_feed(page: str) -> None:
    assert urls(page) == []


def test_a_login_in_an_address_is_not_taken_over() -> None:
    assert urls(f'<link {RSS} href="https://me:secret@news.example/f">') == ["https://news.example/f"]


def test_what_is_left_out_is_said() -> None:
    many = "".join(f'<link {RSS} href="/{number}">' for number in range(MOST + 7))
    found = feed_links(many, URL)
    assert len(found.links) == MOST
    assert found.problems == (f"7 feeds beyond the first {MOST} were left out",)
    late = " " * LARGEST + f'<link {RSS} href="/f">'
    assert "only the first 2,000,000 characters" in feed_links(late, URL).problems[0]


@pytest.mark.parametrize(
    ("href", "is_likely"),
    [
        ("/news.rss", True),
        ("/rss/politics", True),
        ("feed/", True),
        ("/?feed=rss2", True),
        ("https://rss.example/all", True),
        ("/export/news.xml?lang=ru", True),
        ("feed://news.example/all", True),
        ("/feedback", False),
        ("/press", False),
        ("/xml/news.html", False),
        ("feed:javascript:alert(1)", False),
    ],
)
def test_links_that_look_like_a_feed_are_told_apart_from_offers(href: str, is_likely: bool) -> None:
    found = feed_links(f'<a href="{href}">x</a>', URL)
    assert (found.links, len(found.likely)) == ((), int(is_likely))


def test_json_that_a_page_offers_may_be_a_feed() -> None:
    found = feed_links('<link rel="alternate" type="application/json" href="/posts.json" title="All">', URL)
    assert (found.links, found.likely) == ((), (Link("https://news.example/posts.json", "All"),))


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ("0; url=/en/", "/en/"),
        ("0;URL='/en/?a=1;b'", "/en/?a=1;b"),
        (' 5 , url = "en/" x', "/world/en/"),
        ("0;/en/#top", "/en/"),
        ("600", None),
        ("", None),
        ("0; url=", None),
        ("0; url=''", None),
        ("300; url=today.html#news", None),
        ("0; url=javascript:alert(1)", None),
        ("0; url=https://[half/", None),
        ("0; url=file:///etc/passwd", None),
    ],
)
def test_where_a_page_leads_on_to_is_told_unless_that_is_itself(content: str, path: str | None) -> None:
    page = f"<meta http-equiv=Refresh content='{escape(content)}'>"
    assert feed_links(page, URL).leads_to == (f"https://news.example{path}" if path else None)


def test_a_refresh_of_many_blanks_costs_no_more_than_its_length() -> None:
    blanks = " " * (LARGEST // 2)
    assert feed_links(f'<meta http-equiv="refresh" content="{blanks}{blanks[:-100]}">', URL).leads_to is None


def test_depth_is_nothing_to_it() -> None:
    deep = "<div>" * 200_000
    assert urls(f'{deep}<link {RSS} href="/f">') == ["https://news.example/f"]


def test_a_page_that_takes_too_long_is_ended_in_the_cage_which_goes_on() -> None:
    slow = b"<!--" * 400_000

    async def run() -> tuple[Link, ...]:
        async with Cage(1, 2.0, 512_000_000, ParseLimits()) as cage:
            with pytest.raises(ParseError, match="more than 2 s"):
                await cage.feed_links(slow, "text/html", URL)
            return (await cage.feed_links(f'<link {RSS} href="/f">'.encode(), "", URL)).links

    assert asyncio.run(run()) == (Link("https://news.example/f"),)
