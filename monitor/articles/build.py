"""Entry -> article, in two steps. Pure.

First every entry is made clean, which gives its id and the hash of its text; those tell what is new. Then the
new and changed ones become articles, with the dates that were fixed when they were first seen.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from monitor.articles.identity import IDENTITY_VERSION, article_id, text_hash
from monitor.articles.language import detect
from monitor.articles.normalize import ELLIPSIS, one_line, plain_text, sane_date
from monitor.articles.urls import web_url
from monitor.model import Article, Entry, Feed

RULES = 4
"""Grows when an entry comes out of ``clean`` with another text than before."""
TITLE = 1_000
SUMMARY = 20_000
BODY = 200_000
"""Characters kept of each field."""
GUID = 2_100
AUTHORS = 20
TITLE_FROM_SUMMARY = 120


@dataclass(frozen=True, slots=True)
class Texts:
    """What an entry says, as it is stored and matched: plain text, its language, and which fields are cut."""

    title: str
    summary: str
    body: str
    language: str
    cut: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clean:
    """An entry as plain text, with its identity."""

    id: str
    text_hash: str
    title: str
    summary: str
    body: str
    language: str
    url: str | None
    guid: str | None
    published: datetime | None
    authors: tuple[str, ...]
    cut: tuple[str, ...]
    fingerprint: str = ""
    """That of the entry it was made of."""


def fingerprint(entry: Entry, *, dated: bool = True) -> str:
    """Return a short hash of all that an entry's id, text and, where ``dated``, its date are made of.

    Within a feed, an entry that has the fingerprint of an earlier one comes out as that one did.
    """
    date = entry.published.isoformat() if dated and entry.published else ""
    parts = (entry.guid or "", entry.link or "", date, entry.title, entry.summary, entry.body)
    head = f"{RULES} {IDENTITY_VERSION} {' '.join([str(len(part)) for part in parts])} "
    data = (head + "".join(parts)).encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=8).hexdigest()


def texts(title: str, summary: str, body: str, language: str | None) -> Texts:
    """Return an entry's fields made clean; ``language`` is what the entry, or its feed, says of itself.

    What has no title has the beginning of its text as one; a body that only repeats the summary goes.
    """
    title, title_cut = one_line(title, TITLE)
    summary, summary_cut = plain_text(summary, SUMMARY)
    body, body_cut = plain_text(body, BODY)
    title = title or _title_from(summary or body)
    if body == summary:
        body = ""
    cuts = {"title": title_cut, "summary": summary_cut, "body": body_cut}
    cut = tuple(name for name, was_cut in cuts.items() if was_cut)
    return Texts(title, summary, body, detect(title, summary or body, language), cut)


def clean(entry: Entry, feed: Feed, now: datetime) -> Clean | None:
    """Return the entry made clean, or ``None`` if it has neither words nor an address."""
    said = texts(entry.title, entry.summary, entry.body, entry.language or feed.language)
    url = web_url(entry.link) if entry.link else None
    if not said.title and not url:
        return None
    guid = plain_text(entry.guid, GUID)[0] if entry.guid else None
    return Clean(
        id=article_id(entry.link, feed.id, entry.guid, f"{said.title}\n{said.summary}\n{said.body}"),
        text_hash=text_hash(said.title, said.summary, said.body),
        title=said.title,
        summary=said.summary,
        body=said.body,
        language=said.language,
        url=url,
        guid=guid,
        published=sane_date(entry.published, now),
        authors=tuple(one_line(name, TITLE)[0] for name in entry.authors[:AUTHORS]),
        cut=tuple(dict.fromkeys((*entry.cut, *said.cut))),
    )


def article(
    clean: Clean, feed: Feed, *, first_seen: datetime, filed: datetime, revision: int, backlog: bool
) -> Article:
    """Return the article; the dates and the revision are what was noted when it was first seen."""
    return Article(
        id=clean.id,
        revision=revision,
        feed=feed,
        title=clean.title,
        summary=clean.summary,
        body=clean.body,
        language=clean.language,
        url=clean.url,
        guid=clean.guid,
        published=clean.published,
        first_seen=first_seen,
        filed=filed,
        authors=clean.authors,
        backlog=backlog,
        cut=clean.cut,
    )


def _title_from(text: str) -> str:
    line = text.replace("\n", " ")
    if len(line) <= TITLE_FROM_SUMMARY:
        return line
    return line[:TITLE_FROM_SUMMARY].rsplit(" ", 1)[0] + ELLIPSIS
