"""Dates as feeds of our languages write them, in feeds that are read the quick way and those that are not."""

from datetime import UTC, datetime

import pytest

from monitor.feeds.parse import ParseLimits, parse

DATES = {
    "Tue, 24 Nov 2026 12:16:00 KST": "2026-11-24 03:16",
    "Tue, 24 Nov 2026 12:16:00 MSK": "2026-11-24 09:16",
    "Tue, 24 Nov 2026 12:16:00 EET": "2026-11-24 10:16",
    "Tue, 24 Nov 2026 12:16:00 UTC+03:00": "2026-11-24 09:16",
    "Tue, 24 Nov 2026 12:16:00 GMT+3": "2026-11-24 09:16",
    "Tue Nov 24 12:16:00 KST 2026": "2026-11-24 03:16",
    "Tue Nov 24 2026 12:16:00 GMT+0900 (KST)": "2026-11-24 03:16",
    "2026-11-24 12:16:00 KST": "2026-11-24 03:16",
    "2026-11-24T12:16:00KST": "2026-11-24 03:16",
    "2026/11/24 12:16:00": "2026-11-24 12:16",
    "2026.11.24 12:16": "2026-11-24 12:16",
    "2026.11.24. 12:16": "2026-11-24 12:16",
    "2026. 11. 24. 오후 3:16": "2026-11-24 06:16",
    "2026년 11월 24일 12:16": "2026-11-24 03:16",
    "2026년 11월 24일 (화) 오후 12시 16분": "2026-11-24 03:16",
    "2026-11-24 오전 11:53:12": "2026-11-24 02:53",
    "24.11.2026 12:16": "2026-11-24 12:16",
    "24.11.2026 12:16 +0300": "2026-11-24 09:16",
    "24 ноября 2026 г. 12:16": "2026-11-24 12:16",
    "24 ноября 2026, 12:16 МСК": "2026-11-24 09:16",
    "Вт, 24 ноя 2026 12:16:00 +0300": "2026-11-24 09:16",
    "Вівторок, 24 листопада 2026 року о 12:16": "2026-11-24 12:16",
    "3 трав. 2026": "2026-05-03 00:00",
    "20261124T121600Z": "2026-11-24 12:16",
    "20261124T1216+0300": "2026-11-24 09:16",
    "20261124121600": "2026-11-24 12:16",
    "20261124": "2026-11-24 00:00",
    "1795522560": "2026-11-24 12:16",
    "1795522560.25": "2026-11-24 12:16",
    "1795522560000": "2026-11-24 12:16",
    "화, 24 11월 2026 12:16:00 +0900": "2026-11-24 03:16",
    "화요일, 24 11월 2026 12:16:00": "2026-11-24 03:16",
    "1795522560000000": None,
    "2026": None,
    "2026-W48-2": None,
    "2026/13/24 12:16": None,
    "31.02.2026 12:16": None,
    "24 абв 2026": None,
    "2026/11/24 25:16": None,
    "2026/" + "1" * 100_000: None,
    "2026년" * 10_000: None,
}


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("raw", DATES, ids=lambda raw: raw[:40])
def test_a_date_is_what_its_author_meant_or_none(raw: str, quick: bool) -> None:
    body = (
        f"<rss version='2.0'><channel><item><title>t</title><pubDate>{raw}</pubDate></item></channel></rss>"
    )
    (entry,) = parse(body.encode(), "", "https://e.example/feed", ParseLimits(), quick=quick).entries
    meant = DATES[raw]
    found = entry.published and entry.published.replace(second=0)
    assert found == (datetime.fromisoformat(meant).replace(tzinfo=UTC) if meant else None)
