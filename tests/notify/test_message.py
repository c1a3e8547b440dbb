"""What a message says: escaped, marked, counted."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Span
from monitor.notify.message import SUBJECT, SUMMARY, MessageText, header_text, pieces, render, safe_link
from tests.notify.servers import delivery
from tests.samples import FEED, NOW, alert, article, match

EVIL = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "</title><img src=x onerror=alert(1)>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "</td></div></body></html><iframe src=//evil.example>",
    "{{ 7 * 7 }}{% for x in y %}{{ instance.__class__ }}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\"' onmouseover=alert(1) x='",
    "<!--",
]
TAGS = set("html head meta title style body div p h2 a mark strong".split())
TEXT = st.text(st.sampled_from("ab 북й🇰\n"), max_size=40)
SPANS = st.lists(
    st.builds(
        Span, st.sampled_from(["title", "summary"]), st.integers(0, 50), st.integers(0, 50), st.just("c")
    ),
    max_size=6,
)


class Page(HTMLParser):
    """Collects the tags, links and attributes that a mail program would heed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "a":
            self.links.append(dict(attrs)["href"])


def marks(text: str) -> list[str]:
    return [html.unescape(one) for one in re.findall("<mark[^>]*>(.*?)</mark>", text, re.DOTALL)]


def message(*spans: Span, **of: Any) -> MessageText:
    return render(delivery(alert(match(article(**of), spans=spans))), "here")


def digest(*topics: str) -> MessageText:
    """Render a digest of one article a topic, each an hour newer than the one before."""
    made = [
        alert(match(article(f"n{n}", f"News {n}", published=NOW + timedelta(hours=n)), topic=topic))
        for n, topic in enumerate(topics)
    ]
    return render(delivery(*made, digest=True), "here")


@pytest.mark.parametrize("text", EVIL)
def test_words_of_strangers_stay_words(text: str) -> None:
    feed = replace(FEED, outlet=text, kind=text, country=text)
    of = match(
        article(title=text, summary=text, feed=feed),
        topic_name=text,
        spans=(Span("title", 1, 4, text), Span("summary", 0, 9, text)),
    )
    shown = render(delivery(alert(of)), "here")
    page = Page(shown.html)
    assert page.tags <= TAGS
    assert page.attributes <= {"lang", "charset", "name", "content", "style", "class", "href"}
    assert "49" not in shown.html
    assert text in html.unescape(re.sub("</?mark[^>]*>", "", shown.html))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        " https://evil.example",
        "https://a.example/\nhttps://b.example",
        "https://a.example/ onclick=alert(1)",
        'https://a.example/"onclick="alert(1)',
        "https://a.example/<script>",
        "java\nscript:alert(1)",
        "",
        None,
    ],
)
def test_only_whole_web_addresses_become_links(url: str | None) -> None:
    shown = message(url=url)
    assert safe_link(url) is None
    assert Page(shown.html).links == []
    assert not url or url not in shown.text


@pytest.mark.parametrize(
    "url", ["https://a.example/?a=1&b='2'#c", "HTTP://a.example", "https://북한.example/뉴스"]
)
def test_web_addresses_become_links_as_they_are(url: str) -> None:
    shown = message(url=url)
    assert Page(shown.html).links == [url]
    assert url in shown.text.splitlines()


def test_evidence_is_marked_at_its_code_points() -> None:
    shown = message(
        Span("title", 3, 6, "북한군"), Span("summary", 0, 2, "КНДР"), title="🇰🇵 북한군", summary="КНДР"
    )
    assert marks(shown.html) == ["북한군", "КН"]
    assert "🇰🇵 *북한군*" in shown.text
    assert "*КН*ДР" in shown.text


def test_evidence_that_overlaps_is_marked_once() -> None:
    spans = (Span("title", 0, 12, "a"), Span("title", 6, 19, "b"), Span("title", 2, 4, "c"))
    shown = message(*spans, title="North Korean troops")
    assert marks(shown.html) == ["North Korean troops"]
    assert "*North Korean troops*" in shown.text


def test_evidence_beyond_the_cut_is_marked_up_to_it() -> None:
    shown = message(Span("summary", SUMMARY - 3, SUMMARY + 50, "a"), summary="x" * 2 * SUMMARY)
    assert marks(shown.html) == ["xxx"]
    assert "*xxx*…" in shown.text


def test_a_long_summary_is_cut_and_says_so() -> None:
    assert f"{'x' * SUMMARY}…" in message(summary="x" * (SUMMARY + 1)).text
    assert "x…" not in message(summary="x" * SUMMARY).text


@given(TEXT, SPANS, st.integers(1, 45))
def test_the_pieces_are_the_text_with_what_is_covered_marked(text: str, spans: list[Span], most: int) -> None:
    found = pieces(text, spans, "title", most)
    kept = text if len(text) <= most else text[:most].rstrip()
    assert "".join(piece.text for piece in found) == kept + ("…" if len(text) > most else "")
    marked = [piece.marked for piece in found for _ in piece.text]
    covered = {n for span in spans if span.field == "title" for n in range(span.start, span.end)}
    assert marked == [n in covered and n < len(kept) for n in range(len(marked))]
    assert all(one.marked != two.marked for one, two in pairwise(found))


@given(st.text(st.characters(codec=None)), st.integers(1, 200))
def test_a_header_is_one_short_line_that_is_sent_as_it_is(text: str, most: int) -> None:
    line = header_text(text, most)
    assert len(line) <= most
    assert line.encode().decode() == line
    assert line == " ".join(line.split())
    assert "=?" not in line
    assert header_text(line, most) == line


def test_one_alert_has_its_topic_and_title_as_subject() -> None:
    assert message(title="북한군 파병").subject == "[Troops] 북한군 파병"


def test_a_long_title_is_cut_in_the_subject() -> None:
    subject = message(title="long " * 100).subject
    assert len(subject) <= SUBJECT
    assert subject.endswith("long…")


@pytest.mark.parametrize(
    ("topics", "subject"),
    [
        (("troops",), "1 new match: Troops"),
        (("troops", "labor", "troops"), "3 new matches: Troops, Labor"),
    ],
)
def test_a_digest_counts_what_is_in_it(topics: tuple[str, ...], subject: str) -> None:
    shown = digest(*topics)
    assert shown.subject == subject
    assert f"{len(topics)} new match" in shown.html
    assert f"{len(topics)} new match" in shown.text


def test_a_digest_is_grouped_by_topic_with_the_newest_first() -> None:
    lines = [line.strip() for line in digest("troops", "labor", "troops").text.splitlines()]
    shown = [line for line in lines if line.startswith(("TROOPS", "LABOR", "*News"))]
    assert shown == ["LABOR", "*News 1*", "TROOPS", "*News 2*", "*News 0*"]
    assert [line for line in lines if re.match("[0-9]  ", line)] == ["1  Labor", "2  Troops"]


def test_an_undated_article_is_sorted_and_shown_by_its_first_sight() -> None:
    undated = alert(match(article("u", "Undated", published=None, first_seen=NOW + timedelta(hours=1))))
    shown = render(delivery(alert(), undated, digest=True), "here")
    assert "undated, first seen 2026-03-01 13:00 UTC" in shown.text
    assert shown.text.index("*Undate*d") < shown.text.index("Kursk")


def test_an_article_without_a_title_is_called_untitled() -> None:
    shown = message(title="", summary="Seen.", url=None)
    assert shown.subject == "[Troops] untitled"
    assert "untitled" in shown.html


def test_without_a_summary_the_body_leads() -> None:
    shown = message(Span("body", 0, 4, "news"), summary="", body="News from Kursk")
    assert marks(shown.html) == ["News"]


def test_why_it_came_and_what_was_sent_is_told() -> None:
    shown = message(
        Span("title", 0, 6, "@troops"), Span("title", 7, 9, "@troops"), Span("title", 10, 12, "in")
    )
    for part in (shown.text, html.unescape(shown.html)):
        assert "Matched: @troops; in" in part
        assert "The Wire (wire, US, en)" in part
        assert "high" in part
        assert "watchlist v1" in part
        assert "delivery d1" in part


def test_a_lone_surrogate_does_not_keep_a_message_from_being_sent() -> None:
    shown = message(title="a\ud800b", summary="\udfff", url="https://a.example/\ud800")
    assert (shown.text + shown.html + shown.subject).encode()
