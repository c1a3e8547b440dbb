"""Feeds that lie about what is new and when it was: each article is there once, however often it is shown."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from monitor.model import Article
from tests.feeds.test_poller import NEW, Desk
from tests.hostile.server import Server, Talk, http, item, rss
from tests.samples import NOW

Change = Callable[[int], str]


@pytest.fixture
def desk(tmp_path: Path, site: Server) -> Desk:
    site.url = site.url.replace("127.0.0.1", "localhost")
    return Desk(tmp_path, site)  # type: ignore[arg-type] # it only asks for addresses


def dated(title: str, rest: str) -> str:
    return item(title, f"<pubDate>{NEW}</pubDate>{rest}")


def changing(site: Server, body: Change, path: str = "/feed") -> None:
    """Serve another body at every poll."""
    polls = count()

    def answer(talk: Talk) -> None:
        talk.say(http(body(next(polls)), "200 OK", "Content-Type: text/xml"))

    site.put(answer, path)


def polled(desk: Desk, times: int = 3) -> list[Article]:
    """Poll several times; return the articles, after seeing that only the first poll brought any."""
    brought = [desk.poll().articles for _ in range(times)]
    assert brought[0] > 0
    assert brought[1:] == [0] * (times - 1), brought
    return desk.published()


STABLE: dict[str, tuple[Change, int]] = {
    "a guid that repeats": (
        lambda n: rss(*(dated(f"t{k}", "<guid>g</guid>") for k in range(3))) + f"<!--{n}-->",
        3,
    ),
    "guids that change at every fetch": (
        lambda n: rss(*(dated(f"t{k}", f"<guid>{n}-{k}</guid>") for k in range(3))),
        3,
    ),
    "tracking that changes at every fetch": (
        lambda n: rss(
            *(
                dated(f"t{k}", f"<link>https://e.example/{k}?utm_source=x{n}&amp;fbclid={n}</link>")
                for k in range(3)
            )
        ),
        3,
    ),
    "neither guid nor link": (lambda n: rss(*(dated(f"t{k}", "") for k in range(3))) + f"<!--{n}-->", 3),
    "an order that changes": (
        lambda n: rss(
            *(dated(f"t{k}", f"<guid>{k}</guid>") for k in (range(3) if n % 2 else range(2, -1, -1)))
        ),
        3,
    ),
    "very long marks": (
        lambda n: (
            rss(
                *(
                    dated("t" * 300_000, f"<guid>{'g' * 100_000}{k}</guid><link>x:{'l' * 100_000}</link>")
                    for k in "ab"
                )
            )
            + f"<!--{n}-->"
        ),
        2,
    ),
    "the same words twice": (
        lambda n: rss(*(dated("same", "<link>https://e.example/1</link>") for _ in range(3))) + f"<!--{n}-->",
        1,
    ),
    "dates that change at every fetch": (
        lambda n: rss(item("t", f"<guid>1</guid><pubDate>Sun, 01 Mar 2026 11:{n:02}:00 GMT</pubDate>")),
        1,
    ),
}


@pytest.mark.parametrize("what", STABLE)
def test_each_article_is_there_once(desk: Desk, site: Server, what: str) -> None:
    body, articles = STABLE[what]
    changing(site, body)
    found = polled(desk)
    assert len(found) == len({one.id for one in found}) == articles


def test_the_same_guid_in_two_feeds_is_two_articles(desk: Desk, site: Server) -> None:
    for path in ("/one", "/two"):
        site.put(http(rss(dated(f"news of {path}", "<guid>1</guid>"))), path)
        desk.poll(path)
    assert len({one.id for one in desk.published()}) == 2


def test_an_edit_is_a_revision_of_the_same_article(desk: Desk, site: Server) -> None:
    changing(site, lambda n: rss(dated(f"title {n}", "<guid>1</guid>")))
    assert [desk.poll().articles for _ in range(3)] == [1, 1, 1]
    found = desk.published()
    assert len({one.id for one in found}) == 1
    assert [(one.title, one.revision) for one in found] == [("title 0", 1), ("title 1", 2), ("title 2", 3)]
    assert len({one.filed for one in found}) == 1


def test_a_redirect_changes_no_identity(desk: Desk, site: Server) -> None:
    site.put(http(rss(dated("t", "<guid>1</guid>"))))
    desk.poll()
    site.put(http(b"", "301 Moved Permanently", "Location: /new"))
    site.put(http(rss(dated("t", "<guid>1</guid>"), end="</channel></rss> ")), "/new")
    assert desk.poll().articles == 0
    assert desk.state().moved_to == site.url_for("/new")
    assert desk.state().feed.url == site.url_for("/feed")
    site.put(http(b"", "302 Found", "Location: /other"))
    site.put(http(rss(dated("t", "<guid>1</guid>"), end="</channel></rss>  ")), "/other")
    assert desk.poll().articles == 0
    assert desk.state().moved_to == site.url_for("/new")


SILLY = [
    "0000-00-00",
    "0001-01-01",
    "99999-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2099-01-01T00:00:00Z",
    "30 Feb 2026 12:00:00 GMT",
    "Mon, 00 Jan 0000 00:00:00 GMT",
    "Sun, 01 Mar 2026 12:00:00 +9999",
    "Sun, 01 Mar 2026 25:61:61 GMT",
    "2026-03-01T12:00:00+99:99",
    "2026-13-45",
    "20260301",
    "1772366400",
    "٢٠٢٦-٠٣-٠١",
    "00:00",
    "1e999",
    "tomorrow",
    "-1",
    "{}",
]


def test_a_silly_date_stores_the_entry_all_the_same(desk: Desk, site: Server) -> None:
    items = (item(f"t{n}", f"<guid>{n}</guid><pubDate>{raw}</pubDate>") for n, raw in enumerate(SILLY))
    site.put(http(rss(*items)))
    desk.poll()
    found = desk.published()
    assert len(found) == len(SILLY)
    for one in found:
        assert datetime(1990, 1, 1, tzinfo=NOW.tzinfo) <= one.filed <= NOW + timedelta(days=2)
        assert one.published is None or one.published == one.filed
        assert not (one.backlog and one.published is None)


def test_an_entry_that_is_dated_back_is_news_when_it_comes(desk: Desk, site: Server) -> None:
    site.put(http(rss(dated("first", "<guid>1</guid>"))))
    desk.poll()
    old = "Thu, 01 Jan 2026 10:00:00 GMT"
    site.put(
        http(rss(dated("first", "<guid>1</guid>"), item("late", f"<guid>2</guid><pubDate>{old}</pubDate>")))
    )
    desk.poll()
    assert [(one.title, one.backlog) for one in desk.published()] == [("first", False), ("late", False)]


def test_json_ids_of_every_kind_are_told_apart(desk: Desk, site: Server) -> None:
    ids = [1, "1 ", 1.5, None, "x" * 100_000, "x" * 100_001, "", "\ud800", -0.0]
    items = [{"id": one, "title": f"t{n}"} for n, one in enumerate(ids)]
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": items})
    changing(site, lambda n: body + " " * n)
    assert len({one.id for one in polled(desk)}) == len(ids)
