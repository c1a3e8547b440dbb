"""What a delivery says: subject, text and HTML. Pure.

All words of an article come from strangers. Here they are cleaned for a mail header (one line, no control or
encoded words), escaped in HTML by the template, and only http and https addresses become links.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from monitor.alerts.edits import EDITED
from monitor.model import Alert, Article, Delivery, Match, Span

SUBJECT = 150
SUMMARY = 600
NOTE = 300
CLAUSES = 8
_ENCODED_WORD = re.compile(r"=\?")
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MessageText:
    """A message ready for any channel."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked if it is evidence."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Item:
    """An alert as the templates show it."""

    title: tuple[Piece, ...]
    summary: tuple[Piece, ...]
    byline: str
    when: str
    link: str | None
    note: str
    clauses: tuple[str, ...]
    severity: str
    topic: str
    reference: str


def render(delivery: Delivery, instance: str) -> MessageText:
    """Return the message of one alert, or of a digest of many."""
    matches = [alert.match for alert in delivery.alerts]
    if delivery.is_digest:
        count = len(matches)
        topics = ", ".join(dict.fromkeys(match.topic_name for match in matches))
        subject = f"{count} new match{'es' if count != 1 else ''}: {topics}"
    else:
        edited = "Edited: " if _note(delivery.alerts[0]) else ""
        subject = f"[{matches[0].topic_name}] {edited}{matches[0].article.title or 'untitled'}"
    facts = {
        "instance": instance,
        "digest": delivery.is_digest,
        "count": len(matches),
        "groups": _groups(delivery.alerts),
        "version": ", ".join(sorted({match.watchlist_version for match in matches})),
        "reference": delivery.id,
    }
    return filled("message", subject, facts)


def filled(template: str, subject: str, facts: Mapping[str, object]) -> MessageText:
    """Return the message that a pair of templates, one for text and one for HTML, makes of ``facts``."""
    text = _templates().get_template(f"{template}.txt").render(facts)
    html = _templates().get_template(f"{template}.html").render(facts)
    return MessageText(header_text(subject, SUBJECT), _encodable(text.strip() + "\n"), _encodable(html))


def header_text(text: str, most: int) -> str:
    """Return ``text`` fit for a mail header: one line of visible characters, nothing that decodes to more."""
    visible = "".join(" " if _is_control(character) else character for character in text)
    plain = _ENCODED_WORD.sub("= ?", " ".join(visible.split()))
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def safe_link(url: str | None) -> str | None:
    """Return the address if it may become a link."""
    return url if url and _LINK.fullmatch(url) else None


def pieces(text: str, spans: Iterable[Span], field: str, most: int) -> tuple[Piece, ...]:
    """Return the text (cut at ``most`` characters) as runs, with those that ``spans`` cover marked."""
    kept = text if len(text) <= most else text[:most].rstrip()
    shown = kept if len(text) <= most else kept + "…"
    found: list[Piece] = []
    place = 0
    for start, end in _merged(spans, field, len(kept)):
        found += [Piece(shown[place:start], marked=False), Piece(shown[start:end], marked=True)]
        place = end
    return tuple(piece for piece in (*found, Piece(shown[place:], marked=False)) if piece.text)


def _merged(spans: Iterable[Span], field: str, length: int) -> Iterator[tuple[int, int]]:
    """Yield the runs that the spans of a field cover, in order; those that overlap or touch are one run."""
    start = end = 0
    for span in sorted((s for s in spans if s.field == field), key=lambda s: s.start):
        if span.start > end:
            if start < end:
                yield start, end
            start = end = min(span.start, length)
        end = max(end, min(span.end, length))
    if start < end:
        yield start, end


def _groups(alerts: Iterable[Alert]) -> list[tuple[str, list[Item]]]:
    """Return the alerts by topic, each topic's newest first."""
    groups: dict[str, list[Alert]] = {}
    for alert in alerts:
        groups.setdefault(alert.match.topic_name, []).append(alert)
    return [
        (name, [_item(one) for one in sorted(some, key=_date, reverse=True)])
        for name, some in sorted(groups.items())
    ]


def _date(alert: Alert) -> datetime:
    return alert.match.article.published or alert.match.article.first_seen


def _note(alert: Alert) -> str:
    """Return what an edit has changed, if that is what the alert is about."""
    return header_text(alert.reason, NOTE) if alert.reason.startswith(EDITED) else ""


def _item(alert: Alert) -> Item:
    match, article = alert.match, alert.match.article
    return Item(
        title=pieces(article.title or "untitled", match.spans, "title", 300),
        summary=pieces(article.summary, match.spans, "summary", SUMMARY) or _lead(match),
        byline=_byline(article),
        when=_when(article),
        link=safe_link(article.url),
        note=_note(alert),
        clauses=tuple(dict.fromkeys(span.clause for span in match.spans))[:CLAUSES],
        severity=match.severity,
        topic=match.topic_name,
        reference=match.id,
    )


def _lead(match: Match) -> tuple[Piece, ...]:
    return pieces(match.article.body, match.spans, "body", SUMMARY)


def _byline(article: Article) -> str:
    feed = article.feed
    about = ", ".join(part for part in (feed.kind, feed.country, article.language) if part)
    return f"{feed.outlet} ({about})" if about else feed.outlet


def _when(article: Article) -> str:
    if article.published is None:
        return f"undated, first seen {moment_text(article.first_seen)}"
    return moment_text(article.published)


def moment_text(moment: datetime) -> str:
    """Return a moment (aware, in UTC) for people."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _encodable(text: str) -> str:
    """Return ``text`` without lone surrogates: one of them would keep the whole message from being sent."""
    return text.encode("utf-8", "replace").decode()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.notify"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
