"""What operators read of feeds, by mail and by webhook."""

import json
from dataclasses import replace

import pytest

from monitor.alerts.route import notices_of
from monitor.model import Delivery, FeedHealth, FeedNotice
from monitor.notify.notice import LISTED, render_notice
from monitor.notify.webhook import LARGEST, event
from tests.notify.test_message import EVIL, TAGS, Page
from tests.samples import NOW

FEED = FeedHealth("wire", "https://wire.example/feed", "The Wire", "failing", NOW, "HTTP 503 Busy", NOW, 3)


def delivery(*feeds: FeedHealth, title: str = "The Wire fails") -> Delivery:
    (one,) = notices_of(FeedNotice("n1", title, feeds, NOW), ["ops"], NOW)
    return one


def test_a_mail_says_which_feed_since_when_why_and_what_to_do() -> None:
    gone = replace(FEED, id="old", outlet="Old News", health="gone", reason="HTTP 410; it is asked no more")
    message = render_notice(delivery(gone, FEED, title="1 feed is gone, 1 feed fails"), "here")
    assert message.subject == "[here] 1 feed is gone, 1 feed fails"
    for body in (message.text, message.html):
        for words in (
            "The Wire (wire)",
            "HTTP 503 Busy",
            "2026-03-01 12:00 UTC",
            "HTTP 410; it is asked no more",
        ):
            assert words in body
        assert "monitor feeds retry ID" in body
        assert "https://wire.example/feed" in body
    assert message.text.index("GONE") < message.text.index("FAILING")


def test_very_many_feeds_are_counted() -> None:
    feeds = [replace(FEED, id=f"f{n}") for n in range(LISTED + 7)]
    message = render_notice(delivery(*feeds), "here")
    assert "And 7 more" in message.text
    assert "And 7 more" in message.html


@pytest.mark.parametrize("evil", EVIL)
def test_words_of_strangers_are_inert(evil: str) -> None:
    bad = replace(FEED, outlet=evil, reason=evil, url=evil, id=evil)
    message = render_notice(delivery(bad, title=evil), "here")
    page = Page(message.html)
    assert page.tags <= TAGS
    assert page.links == []
    assert not any(name.startswith("on") for name in page.attributes)


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: v@evil.test", "=?utf-8?q?=0D=0ABcc=3A_v=40evil.test?=", "a\u2028b"]
)
def test_a_name_adds_no_header(evil: str) -> None:
    subject = render_notice(delivery(FEED, title=evil), "here").subject
    assert not {"\r", "\n", "\u2028"} & set(subject)
    assert "=?" not in subject


def test_a_webhook_gets_an_event_of_its_own_type() -> None:
    body = json.loads(event(delivery(FEED), "here"))
    assert (body["type"], body["source"], body["subject"]) == (
        "io.monitor.feeds.changed",
        "/monitor/here",
        "feeds",
    )
    assert body["data"] == {
        "notice": "n1",
        "title": "The Wire fails",
        "count": 1,
        "left_out": 0,
        "feeds": [
            {
                "id": "wire",
                "outlet": "The Wire",
                "url": "https://wire.example/feed",
                "health": "failing",
                "since": "2026-03-01T12:00:00+00:00",
                "reason": "HTTP 503 Busy",
            }
        ],
    }


def test_a_webhook_stays_small_and_counts_what_is_left_out() -> None:
    feeds = [
        replace(FEED, id=f"f{n}", reason="북" * 10_000, url=f"https://x.example/{n}") for n in range(2000)
    ]
    body = event(delivery(*feeds, title="x" * 10_000), "here")
    data = json.loads(body)["data"]
    assert len(body) < LARGEST
    assert len(data["feeds"]) + data["left_out"] == data["count"] == 2000
    assert len(data["feeds"]) > 5


def test_each_operator_has_a_delivery_under_an_id_of_its_own() -> None:
    notice = FeedNotice("n1", "The Wire fails", (FEED,), NOW)
    made = notices_of(notice, ["ops", "desk"], NOW)
    assert len({one.id for one in made}) == 2
    assert notices_of(notice, ["ops", "desk"], NOW) == made
