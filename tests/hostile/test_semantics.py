"""What servers say by status and headers, and how the next poll follows from it."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.feeds.test_poller import MINUTE, Desk
from tests.hostile.server import GOOD, Server, http, item, rss
from tests.samples import NOW

DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path, site: Server) -> Desk:
    site.url = site.url.replace("127.0.0.1", "localhost")
    return Desk(tmp_path, site)  # type: ignore[arg-type] # it only asks for addresses


@pytest.mark.parametrize("status", [400, 401, 403, 404, 451, 429, 500, 502, 503, 504, 999])
def test_failures_wait_longer_and_longer_up_to_the_cap(desk: Desk, site: Server, status: int) -> None:
    site.put(http(b"", f"{status} No"))
    waits = [desk.poll().next_poll - NOW for _ in range(7)]
    assert waits[:3] == [30 * MINUTE, 60 * MINUTE, 120 * MINUTE]
    assert waits[-1] == timedelta(hours=6)
    site.put(http(GOOD))
    assert desk.poll().outcome == "changed"
    assert (desk.state().health, desk.state().failures) == ("healthy", 0)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("3600", 60 * MINUTE),
        ("0", 30 * MINUTE),
        ("-5", 30 * MINUTE),
        ("99999999999999999999", DAY),
        ("9" * 5000, DAY),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 30 * MINUTE),
        ("Wed, 21 Oct 2199 07:28:00 GMT", DAY),
        ("Wed, 99 Oct 2199", 30 * MINUTE),
        ("soon", 30 * MINUTE),
        ("1.5", 30 * MINUTE),
        ("٣٦٠٠".encode().decode("latin-1"), 30 * MINUTE),
        ("", 30 * MINUTE),
    ],
)
def test_the_wish_to_wait_is_heeded_within_a_day(
    desk: Desk, site: Server, status: str, asked: str, wait: timedelta
) -> None:
    site.put(http(b"", status, f"Retry-After: {asked}"))
    assert abs(desk.poll().next_poll - NOW - wait) < 2 * MINUTE


def test_a_server_that_always_says_not_modified_keeps_its_articles(desk: Desk, site: Server) -> None:
    site.put(http(GOOD, "200 OK", 'ETag: "a"'))
    assert desk.poll().articles == 1
    site.put(http(b"", "304 Not Modified"))
    assert [desk.poll().outcome for _ in range(3)] == ["not modified"] * 3
    assert desk.state().health == "healthy"


@pytest.mark.parametrize("etag", ['"' + "e" * 60_000 + '"', '"a\x01b"', '"\xff\xfe"', "W/" + "x" * 2000])
def test_an_etag_that_cannot_be_sent_back_is_not_kept(desk: Desk, site: Server, etag: str) -> None:
    site.put(http(GOOD, "200 OK", f"ETag: {etag}"))
    for _ in range(2):
        desk.poll()
    assert desk.state().etag is None
    assert "if-none-match" not in site.asked[-1].lower()


@pytest.mark.parametrize(
    "answer",
    [
        b'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: 9000\r\n\r\n' + GOOD.encode(),
        http(rss(item("Good news"), end=""), "200 OK", 'ETag: "a"'),
        http(b"<html>", "200 OK", 'ETag: "a"'),
        http(b"", "200 OK", 'ETag: "a"'),
    ],
    ids=["cut by the wire", "cut by its author", "a page", "empty"],
)
def test_what_was_not_whole_is_asked_for_again(desk: Desk, site: Server, answer: bytes) -> None:
    site.put(answer)
    desk.poll()
    assert (desk.state().etag, desk.state().body_hash) == (None, None)
    site.put(http(GOOD, "200 OK", 'ETag: "a"'))
    desk.poll()
    assert "if-none-match" not in site.asked[-1].lower()
    assert {one.title for one in desk.published()} == {"Good news"}


def test_one_failure_among_many_polls_is_forgotten(desk: Desk, site: Server) -> None:
    for number in range(6):
        site.put(http(b"", "500 Oops") if number % 2 else http(rss(item(f"t{number}"))))
        desk.poll()
    site.put(http(rss(item("last"))))
    assert desk.poll().next_poll == NOW + 15 * MINUTE
    assert {one.title for one in desk.published()} == {"t0", "t2", "t4", "last"}
