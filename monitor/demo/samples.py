"""The sample feeds: invented outlets, and their feeds as bytes in the encoding they declare.

The sources in ``feeds/`` are UTF-8 text with tokens, so that the samples are always fresh and an editor
shows every character that matters::

    {{rfc822 -3h20m +0900}}   the date so long before now, in that zone (UTC where none is named)
    {{iso +2d}}               the same as ISO 8601
    {{char 00ad}}             one character by its code point: invisible ones, homoglyphs, control characters
    {{nfd 북한}}              the text in normalization form D
    {{encoding}}              the encoding the feed declares
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files
from pathlib import PurePath

_TOKEN = re.compile(r"\{\{(\w+)(?: ([^{}]*))?\}\}")
_WHEN = re.compile(
    r"(?P<sign>[+-])(?=\d)(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?"
    r"(?: (?P<zone>[+-]\d{4}))?"
)
_MEDIA_TYPES = {
    ".rss": "application/rss+xml",
    ".rdf": "application/rdf+xml",
    ".atom": "application/atom+xml",
    ".json": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class SampleFeed:
    """An invented outlet and its feed. ``id`` to ``kind`` and ``family`` are those of ``model.Feed``."""

    id: str
    outlet: str
    language: str
    country: str
    kind: str
    file: str
    family: str | None = None
    encoding: str = "utf-8"
    """What the bytes are in. The document declares it where its format can."""
    charset_in_header: bool = True
    """Whether the server names the encoding as well."""

    @property
    def content_type(self) -> str:
        """Return the Content-Type header of the feed."""
        media_type = _MEDIA_TYPES[PurePath(self.file).suffix]
        return f"{media_type}; charset={self.encoding}" if self.charset_in_header else media_type


@dataclass(frozen=True, slots=True)
class Sample:
    """What the outlet's server answers. ``name`` is the id of the sample feed."""

    name: str
    content_type: str
    body: bytes


FEEDS: tuple[SampleFeed, ...] = (
    SampleFeed("morning-lantern", "Morning Lantern", "en", "US", "tabloid", "morning-lantern.rss", "lantern"),
    SampleFeed("evening-lantern", "Evening Lantern", "en", "US", "tabloid", "evening-lantern.rss", "lantern"),
    SampleFeed("meridian-wire", "Meridian Wire", "en", "GB", "wire", "meridian-wire.atom"),
    SampleFeed("yalu-ledger", "Yalu Ledger", "en", "KR", "specialist", "yalu-ledger.rss"),
    SampleFeed("orrery-institute", "Orrery Institute", "en", "US", "think-tank", "orrery-institute.json"),
    SampleFeed("crossroads-digest", "Crossroads Digest", "en", "US", "aggregator", "crossroads-digest.rss"),
    SampleFeed(
        "strezhen-tv", "Телеканал «Стрежень»", "ru", "RU", "state", "strezhen-tv.rss", encoding="windows-1251"
    ),
    SampleFeed("dalnyaya-pristan", "Дальняя пристань", "ru", "RU", "independent", "dalnyaya-pristan.rss"),
    SampleFeed("azimut", "Агентство «Азимут»", "ru", "RU", "wire", "azimut.rdf"),
    SampleFeed("azov-renewal", "Дирекция обновления Приазовья", "ru", "RU", "government", "azov-renewal.rss"),
    SampleFeed("podilskyi-obrii", "Подільський обрій", "uk", "UA", "independent", "podilskyi-obrii.rss"),
    SampleFeed("pereveslo", "Перевесло", "uk", "UA", "public-broadcaster", "pereveslo.atom"),
    SampleFeed(
        "saebyeok-naru",
        "새벽나루신문",
        "ko",
        "KR",
        "independent",
        "saebyeok-naru.rss",
        encoding="euc-kr",
        charset_in_header=False,
    ),
    SampleFeed("naruteo", "나루터통신", "ko", "KR", "wire", "naruteo.rdf"),
    SampleFeed("taedong-bulletin", "대동강소식", "ko", "KP", "state", "taedong-bulletin.rss"),
)


def names() -> tuple[str, ...]:
    """Return the ids of all sample feeds, in the order of ``FEEDS``."""
    return tuple(feed.id for feed in FEEDS)


def render(name: str, now: datetime) -> Sample:
    """Return the sample feed of this id as its outlet serves it at ``now`` (aware).

    Raises KeyError for an unknown id.
    """
    feed = {feed.id: feed for feed in FEEDS}[name]
    source = files("monitor.demo").joinpath("feeds", feed.file).read_text(encoding="utf-8")
    text = fill(source, now.astimezone(UTC).replace(microsecond=0), feed.encoding)
    return Sample(name, feed.content_type, text.encode(feed.encoding))


def fill(source: str, now: datetime, encoding: str) -> str:
    """Return ``source`` with every token replaced. Raises ValueError for a token that is not known."""
    writers: Mapping[str, Callable[[str], str]] = {
        "rfc822": lambda when: format_datetime(moment(when, now)),
        "iso": lambda when: moment(when, now).isoformat(),
        "char": lambda code: chr(int(code, 16)),
        "nfd": lambda text: unicodedata.normalize("NFD", text),
        "encoding": lambda _: encoding,
    }

    def write(token: re.Match[str]) -> str:
        kind, argument = token[1], token[2] or ""
        if kind not in writers:
            raise ValueError(f"unknown token {token[0]}")
        return writers[kind](argument)

    return _TOKEN.sub(write, source)


def moment(when: str, now: datetime) -> datetime:
    """Return the time that ``when`` names, e.g. ``-1d3h20m`` or ``-5h +0900``: a distance and a zone.

    Raises ValueError when it names none.
    """
    found = _WHEN.fullmatch(when)
    if not found:
        raise ValueError(f"not a distance in time: {when!r}")
    days, hours, minutes = (int(part or 0) for part in found.group("days", "hours", "minutes"))
    distance = timedelta(days=days, hours=hours, minutes=minutes)
    there = now - distance if found["sign"] == "-" else now + distance
    return there.astimezone(datetime.strptime(found["zone"] or "+0000", "%z").tzinfo)
