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

RULES = 2
"""Grows when an entry comes out of ``clean`` with another text than before."""
TITLE = 1_000
SUMMARY = 20_000
BODY = 200_000
"""Characters kept of each field."""
GUID = 2_100
AUTHORS = 20
TITLE_FROM_SUMMARY = 120


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


def fingerprint(entry: Entry) -> str:
    """Return a short hash of all that an entry's id and text are made of.

    Within a feed, an entry that has the fingerprint of an earlier one comes out with its id and its text.
    """
    parts = (entry.guid or "", entry.link or "", entry.title, entry.summary, entry.body)
    head = f"{RULES} {IDENTITY_VERSION} {' '.join([str(len(part)) for part in parts])} "
    data = (head + "".join(parts)).encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=8).hexdigest()


def clean(entry: Entry, feed: Feed, now: datetime) -> Clean | None:
    """Return the entry made clean, or ``None`` if it has neither words nor an address."""
    title, title_cut = one_line(entry.title, TITLE)
    summary, summary_cut = plain_text(entry.summary, SUMMARY)
    body, body_cut = plain_text(entry.body, BODY)
    title = title or _title_from(summary or body)
    if body == summary:
        body = ""
    url = web_url(entry.link) if entry.link else None
    if not title and not url:
        return None
    guid = plain_text(entry.guid, GUID)[0] if entry.guid else None
    cuts = {"title": title_cut, "summary": summary_cut, "body": body_cut}
    return Clean(
        id=article_id(entry.link, feed.id, entry.guid, f"{title}\n{summary}\n{body}"),
        text_hash=text_hash(title, summary, body),
        title=title,
        summary=summary,
        body=body,
        language=detect(title, summary or body, entry.language or feed.language),
        url=url,
        guid=guid,
        published=sane_date(entry.published, now),
        authors=tuple(one_line(name, TITLE)[0] for name in entry.authors[:AUTHORS]),
        cut=tuple(dict.fromkeys((*entry.cut, *(name for name, was_cut in cuts.items() if was_cut)))),
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
