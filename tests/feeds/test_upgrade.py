"""A store that an older version has written: its articles are not news once more.

The rules of that time are written out here, as far as they made the documents.
"""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from monitor.articles.identity import IDENTITY_VERSION
from monitor.feeds.state import FeedStates
from monitor.store import records
from monitor.store.base import Document
from tests.feeds.test_poller import NEW, Desk, serve
from tests.samples import NOW

FILED = "2026-03-01T11:00:00Z"
"""What ``NEW`` says."""
TITLES = {
    "by address": "Address",
    "by guid": "Guid",
    "by text": "Words",
    "by number": "Number",
    "by session": "Session",
}
TEXT = "Some words of the summary"


def hash_of_version_1(*parts: str) -> str:
    digest = sha256(b"v1")
    for part in parts:
        digest.update(len(part.encode()).to_bytes(8, "big") + part.encode())
    return digest.hexdigest()[:32]


def hash_of_version_2(*parts: str) -> str:
    digest = sha256()
    for part in parts:
        digest.update(b"%d:" % len(part.encode()) + part.encode())
    return digest.hexdigest()[:32]


def ids_of_version_1(site: str) -> dict[str, str]:
    return {
        "by address": hash_of_version_1("article", "url", "//e.example/news/a,b?id=1"),
        "by guid": hash_of_version_1("article", "guid", "feed", "tag:e.example,1"),
        "by text": hash_of_version_1("article", "text", "feed", f"Words\n{TEXT}\n"),
        "by number": hash_of_version_1("article", "url", f"//{site.partition('//')[2]}/7"),
        "by session": hash_of_version_1("article", "url", "//e.example/v;jsessionid=1?id=5"),
    }


def ids_of_version_2(site: str) -> dict[str, str]:
    return {
        "by address": hash_of_version_2("article url", "https://e.example/news/a%2Cb?id=1"),
        "by guid": hash_of_version_2("article guid", "feed", "tag:e.example,1"),
        "by text": hash_of_version_2("article text", "feed", f"Words\n{TEXT}\n"),
        # A guid without a link was taken for an address on the feed's host.
        "by number": hash_of_version_2("article url", f"https://{site.partition('//')[2]}/7"),
        "by session": hash_of_version_2("article url", "https://e.example/v;jsessionid=1?id=5"),
    }


def ids_of_version_3(site: str) -> dict[str, str]:
    return ids_of_version_2(site) | {
        "by address": hash_of_version_2("article url", "https://e.example/news/a,b?id=1"),
        "by number": hash_of_version_2("article guid", "feed", "7"),
    }


def ids_of_version_4(site: str) -> dict[str, str]:
    return ids_of_version_3(site) | {
        "by session": hash_of_version_2("article url", "https://e.example/v?id=5"),
    }


Hash = Callable[..., str]
OLD: dict[int, tuple[Hash, Callable[[str], dict[str, str]], dict[str, Any]]] = {
    1: (hash_of_version_1, ids_of_version_1, {}),  # before there was a version in the document
    2: (hash_of_version_2, ids_of_version_2, {"identity": 2}),
    3: (
        hash_of_version_2,
        ids_of_version_3,
        {"identity": 3},
    ),  # dates without a zone were UTC, sessions counted
    4: (
        hash_of_version_2,
        ids_of_version_4,
        {"identity": 4},
    ),  # an &amp; too many stayed, texts were read otherwise
}


@pytest.fixture
def desk(tmp_path: Path, httpserver: HTTPServer) -> Desk:
    return Desk(tmp_path, httpserver)


def leave(desk: Desk, site: str, version: int) -> dict[str, str]:
    """Put into the store what an old version had seen; return the ids by what they are made of."""
    hashed, ids_of, told = OLD[version]
    ids = ids_of(site)
    entries = {
        ids[how]: {
            "text": hashed("text", title, TEXT, "")[:16], "revision": 1, "filed": FILED, "first_seen": FILED,
            "backlog": False, "published": True, "absent_since": None,
        }
        for how, title in TITLES.items()
    }  # fmt: skip
    body = {"id": "feed", "filed": FILED, "entries": entries} | told
    desk.store.add(records.SEEN, [Document("feed", NOW, body)])
    state = {
        "id": "feed", "feed": {"id": "feed", "url": f"{site}/feed", "outlet": "Outlet"}, "filed": FILED,
        "health": "healthy", "last_poll": FILED, "last_success": FILED, "polls": 3, "articles": len(entries),
        "skipped": 0, "etag": None, "body_hash": None,
    }  # fmt: skip
    desk.store.add(records.FEEDS, [Document("feed", NOW, state)])
    return ids


def shown(change: str = "", leave_out: str = "", new: str = "") -> str:
    """Return the feed today: ``change`` is the title of an entry that was edited."""
    about = {
        "Address": "<link>https://e.example/news/a,b?utm_source=rss&amp;id=1</link>",
        "Guid": "<guid isPermaLink='false'>tag:e.example,1</guid>",
        "Words": "",
        "Number": "<guid>7</guid>",
        "Session": "<link>https://e.example/v;jsessionid=1?id=5</link>",
    } | ({new: "<guid isPermaLink='false'>new</guid>"} if new else {})
    items = "".join(
        f"<item><title>{title}{' corrected' if title == change else ''}</title>{rest}"
        f"<description>{TEXT}</description><pubDate>{NEW}</pubDate></item>"
        for title, rest in about.items()
        if title != leave_out
    )
    return f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>"


@pytest.mark.parametrize("version", OLD)
def test_what_an_older_version_has_seen_is_not_news(desk: Desk, httpserver: HTTPServer, version: int) -> None:
    ids = leave(desk, httpserver.url_for(""), version)
    serve(httpserver, shown())
    assert (desk.poll().articles, desk.published()) == (0, [])
    seen = FeedStates(desk.store).read_seen(desk.subscription().feed, NOW).seen
    assert seen.identity == IDENTITY_VERSION
    serve(httpserver, shown(new="Later"), etag='"2"')
    assert desk.poll().articles == 1
    serve(httpserver, shown(change="Guid", new="Later"), etag='"3"')
    desk.poll()
    later, edited = desk.published()
    assert (later.title, later.revision) == ("Later", 1)
    assert (edited.id, edited.title, edited.revision) == (ids["by guid"], "Guid corrected", 2)


@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("title", TITLES.values())
def test_what_comes_back_after_the_upgrade_is_known_as_well(
    desk: Desk, httpserver: HTTPServer, version: int, title: str
) -> None:
    leave(desk, httpserver.url_for(""), version)
    serve(httpserver, shown(leave_out=title))
    desk.poll()
    serve(httpserver, shown(), etag='"2"')
    desk.poll()
    assert desk.published() == []


def test_a_store_of_today_is_made_by_these_rules_no_more(desk: Desk, httpserver: HTTPServer) -> None:
    """If this fails, the rules have changed: then the version grows, and these are old rules to be tested."""

    async def once() -> set[str]:
        async with desk.poller() as poller:
            await poller.poll(desk.subscription())
        return set(FeedStates(desk.store).read_seen(desk.subscription().feed, NOW).seen.entries)

    serve(httpserver, shown())
    entries = asyncio.run(once())
    assert IDENTITY_VERSION == 5
    assert entries == set(ids_of_version_4(httpserver.url_for("")).values())


def test_dates_that_are_read_in_another_zone_since_make_nothing_news(
    desk: Desk, httpserver: HTTPServer
) -> None:
    leave(desk, httpserver.url_for(""), 3)
    items = "".join(
        f"<item><title>{title}</title><guid isPermaLink='false'>new {title}</guid><link>/{title}</link>"
        f"<description>{TEXT}</description><pubDate>2026-03-01 11:00:00</pubDate></item>"
        for title in TITLES.values()
    )
    serve(httpserver, f"<rss version='2.0'><channel><language>ko</language>{items}</channel></rss>")
    assert desk.poll().entries == len(TITLES)
    assert desk.published() == []
