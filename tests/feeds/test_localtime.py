"""Dates without a zone, by the clock of the outlet's country."""

from datetime import UTC, datetime

import pytest

from monitor.feeds.document.localtime import in_local_time
from monitor.feeds.document.parse import ParseLimits
from monitor.feeds.document.reading import Document, read
from monitor.model import Entry, Feed

WALL = datetime(2026, 11, 29, 21, 14, tzinfo=UTC)


def moved(raw: str, country: str | None, language: str | None = None) -> float:
    """Return by how many hours a date is moved."""
    feed = Feed("f", "https://x.example/feed", "X", language, country)
    found = in_local_time(Entry(published=WALL, published_raw=raw), feed).published
    assert found is not None
    return (WALL - found).total_seconds() / 3600


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-29 21:14:09", "2026-11-29T21:14", "2026-11-29", "2026.11.29. 21:14", "20261129211409",
        "20261129T211409", "Sun, 29 Nov 2026 21:14:09", "Nov 29, 2026 9:14 PM", "29.11.2026 21:14",
        "29 ноября 2026 г. 21:14", "21:14, 29 ноября 2026", "2026-11-29 21:14:09.123",
        "21:14 Nov 29, 2026",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("country", "language", "hours"),
    [("KR", "en", 9), ("KP", "ko", 9), (None, "ko-KR", 9), ("RU", "ru", 3), ("UA", "uk", 2), ("US", "ko", 0)],
)
def test_what_names_no_zone_is_by_the_clock_of_the_place(
    raw: str, country: str | None, language: str, hours: int
) -> None:
    assert moved(raw, country, language) == hours


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-29 21:14:09 KST", "2026-11-29T21:14:09Z", "2026-11-29T21:14:09.5+09:00",
        "20261129T2114+0900",
        "Sun, 29 Nov 2026 21:14:09 +0900", "Sun, 29 Nov 2026 21:14:09 GMT", "Sun Nov 29 21:14:09 KST 2026",
        "29.11.2026 21:14 (МСК)", "9:14 PM EST", "1795522560", "2026년 11월 29일",
        "Nov 29, 2026 9:14 p.m. EST", "29 Nov 2026 21:14 UT", "29 Nov 2026 21:14 ET", "Sun, 29 Nov 2026 GMT",
        "29 Nov 2026 21:14:09 A",
    ],
)  # fmt: skip
def test_what_names_a_zone_is_left_as_it_was_read(raw: str) -> None:
    assert moved(raw, "KR") == 0


def test_other_places_may_have_many_clocks() -> None:
    assert moved("2026-11-29 21:14:09", None, "en") == moved("2026-11-29 21:14:09", "US") == 0


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("country", ["KR", "RU", "UA"])
def test_a_date_at_the_end_of_time_costs_no_other_entry(year: int, country: str) -> None:
    raw = f"{year:04}-{'01-01T00:00:00' if year == 1 else '12-31T23:59:59'}"
    items = "".join(
        f"<item><title>{date}</title><pubDate>{date}</pubDate></item>" for date in (raw, "2026-11-29")
    )
    feed = Feed("f", "https://x.example/feed", "X", country=country)
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    found = read(Document(body, "text/xml", feed.url, feed, WALL), ParseLimits())
    assert [one.published is not None for one in found.entries] == [False, True]


def test_summer_is_heeded() -> None:
    entry = Entry(published=datetime(2026, 7, 1, 12, tzinfo=UTC), published_raw="01.07.2026 12:00")
    found = in_local_time(entry, Feed("f", "https://x.example/", "X", "uk", "UA"))
    assert found.published == datetime(2026, 7, 1, 9, tzinfo=UTC)


def test_a_korean_feed_is_read_in_korean_time() -> None:
    item = "<item><title>북한군 파병</title><pubDate>2026-11-29 21:14:09</pubDate></item>"
    body = f"<rss version='2.0'><channel><language>ko</language>{item}</channel></rss>".encode()
    feed = Feed("f", "https://x.example/feed", "X")
    (entry,) = read(Document(body, "text/xml", feed.url, feed, WALL), ParseLimits()).entries
    assert entry.published == datetime(2026, 11, 29, 12, 14, 9, tzinfo=UTC)
