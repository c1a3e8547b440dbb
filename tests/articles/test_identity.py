"""Ids that never change by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import identity
from monitor.articles.urls import article_number, canonical_url, web_url


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a/b?id=1&page=2",
        "http://news.example/a/b?id=1&page=2",
        "HTTPS://News.Example:443/a/b?page=2&id=1",
        "https://news.example./a/b?id=1&page=2#comments",
        "https://news.example/a/b/?id=1&utm_source=rss&page=2&fbclid=x&gclid=y",
        "https://user@news.example/a/%62?id=1&page=2",
        "https://news.example/a/b;jsessionid=A1.node1?id=1&page=2&PHPSESSID=9&ASPSESSIONIDCQ=x",
        "https://www.google.com/url?rct=j&url=https://news.example/a/b%3Fid%3D1%26page%3D2&usg=AOv",
        "http://www.bing.com/news/apiclick.aspx?tid=7&url=https%3a%2f%2fnews.example%2fa%2fb%3fid%3d1%26page%3d2",
    ],
)
def test_spellings_of_one_address_are_one(url: str) -> None:
    assert canonical_url(url) == "https://news.example/a/b?id=1&page=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/a?id=1", "https://news.example/a?id=2"),
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/a", "https://news.example:8080/a"),
        ("https://news.example/#!/one", "https://news.example/#!/two"),
        ("https://google.example/url?url=https://a.example/1&id=1", "https://a.example/1"),
    ],
)
def test_different_addresses_stay_different(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://news.example/article-15338901/North-Korea-sends-1000-troops.html", "15338901"),
        ("https://news.example/20261129/slug-12345.html", "12345"),
        ("https://news.example/politics/765432-slug?cid=7654321#xtor=10000", "765432"),
        ("https://news.example/cat/123456/slug-765432", "765432"),
        ("https://news.example/654321-765432", "765432"),
        ("https://news.example/?p=123456&day=2026-11-29", "123456"),
        ("https://news.example/topic/123456/kim-visits", ""),
        ("https://news.example/news?cid=1234567", ""),
        ("https://news.example/section-100200300/54321.html", "54321"),
        ("https://news.example/live-1234567/post-one", ""),
        ("https://news.example/board?id=55555&no=12345", ""),
        ("https://news.example/kim-offers-100000-volunteers-to-moscow/", ""),
        ("https://news.example/202611/29/slug", ""),
        ("https://news.example/20261129101500/a12345b", ""),
        ("https://12345.example:54321/slug", ""),
        (None, ""),
    ],
)
def test_the_number_of_an_article_is_one_that_is_no_date(url: str | None, number: str) -> None:
    assert article_number(url) == number


def test_raw_and_encoded_paths_are_one() -> None:
    raw = canonical_url("https://новини.example/новости/北")
    assert raw == canonical_url(
        "https://xn--b1amarcd.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%E5%8C%97"
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not a url",
        "ftp://x/y",
        "javascript:alert(1)",
        "https://news.example/",
        "https://[::1",
        "http:///x",
    ],
)
def test_what_is_no_address_of_an_article_gives_none(url: str) -> None:
    assert canonical_url(url) is None


@given(st.text(max_size=60))
def test_canonical_addresses_are_stable(path: str) -> None:
    once = canonical_url(f"https://news.example/{path}")
    if once is not None:
        assert canonical_url(once) == once


def test_the_rules_in_their_order() -> None:
    by_url = identity.article_id("https://a.example/1", "f", "guid", "text")
    assert by_url == identity.article_id("http://a.example/1/", "other feed", "other", "other")
    by_guid = identity.article_id(None, "f", "guid", "text")
    assert by_guid == identity.article_id("https://a.example/", "f", "guid", "other")
    assert by_guid != identity.article_id(None, "other feed", "guid", "text")
    by_text = identity.article_id(None, "f", None, "text")
    assert by_text != identity.article_id(None, "f", None, "other")


def test_joined_parts_cannot_be_confused() -> None:
    assert identity.match_id("ab", "c") != identity.match_id("a", "bc")
    assert identity.digest_id("r", ["a", "b"]) != identity.digest_id("r", ["ab"])


def test_the_rules_have_not_changed_unnoticed() -> None:
    """Golden ids: if one differs, known articles would count as new. Then IDENTITY_VERSION must grow too."""
    assert identity.IDENTITY_VERSION == 5
    assert [
        identity.article_id("https://news.example/a?id=1", "feed", None, ""),
        identity.article_id(None, "feed", "guid-1", ""),
        identity.match_id("article", "topic"),
        identity.delivery_id("alert", "desk"),
    ] == GOLDEN


GOLDEN = [
    "fe9ecc6bd07f3866ba3b5a21085ecf13",
    "6d6f209dad297e27c02a530bf9936dc3",
    "fa9d7f31d8e241c5a2be88a185701d5b",
    "c3acc62170ae3e3c64e96f9d8c85e4f6",
]


@pytest.mark.parametrize(
    ("raw", "link"),
    [
        ("https://user:secret@news.example:443/a b?q=1#top", "https://news.example/a%20b?q=1#top"),
        (" http://news.example/новость\n", "http://news.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"),
        ("https://новини.example:8443/1", "https://xn--b1amarcd.example:8443/1"),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("//news.example/a", None),
        ("https://[::1", None),
        ("http://[2001:DB8::1]:8080/a?b=1", "http://[2001:db8::1]:8080/a?b=1"),
        ("http://[2001:db8::1]:80/a", "http://[2001:db8::1]/a"),
    ],
)
def test_a_link_keeps_its_target_and_loses_its_login(raw: str, link: str | None) -> None:
    assert web_url(raw) == link


@given(st.text(max_size=60))
def test_a_link_is_ascii_and_stable(path: str) -> None:
    link = web_url(f"https://news.example/{path}")
    assert link is None or (link.isascii() and web_url(link) == link)
