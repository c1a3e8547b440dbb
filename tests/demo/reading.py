"""Reads a rendered sample as a feed reader does, for the tests."""

import io
import json
from dataclasses import dataclass
from typing import Any

import feedparser

from monitor.demo.samples import Sample


@dataclass(frozen=True, slots=True)
class Read:
    """A feed as read; ``entries`` are (guid, link, title, summary, date as written)."""

    format: str
    encoding: str
    well_formed: bool
    title: str
    language: str
    entries: tuple[tuple[str | None, str | None, str, str, str | None], ...]


def read(sample: Sample) -> Read:
    """Return the sample as feedparser sees it, or as JSON where it is a JSON Feed."""
    return _read_json(sample) if "json" in sample.content_type else _read_xml(sample)


def _read_json(sample: Sample) -> Read:
    feed: dict[str, Any] = json.loads(sample.body)
    entries = tuple(
        (str(item["id"]), item["url"], item["title"], item["summary"], item.get("date_published"))
        for item in feed["items"]
    )
    return Read("json", "utf-8", True, feed["title"], feed["language"], entries)


def _read_xml(sample: Sample) -> Read:
    feed = feedparser.parse(
        io.BytesIO(sample.body),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": sample.content_type},
    )
    entries = tuple(
        (
            entry.get("id"),
            entry.get("link"),
            entry.get("title", ""),
            entry.get("summary", ""),
            entry.get("published") or entry.get("updated"),
        )
        for entry in feed.entries
    )
    return Read(feed.version, feed.encoding, not feed.bozo, feed.feed.title, feed.feed.language, entries)
