"""What a message shows of an alert, made ready for a reader; layout is left to the formats. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from monitor.model import Alert, Article, Match, Severity, Span
from monitor.notify.excerpt import Excerpt, excerpt, ranges_of, snippets
from monitor.notify.untrusted import one_line, safe_link

SEVERITIES: Mapping[Severity, int] = {"critical": 0, "high": 1, "normal": 2, "low": 3}
LANGUAGES = {"en": "English", "ko": "Korean", "ru": "Russian", "uk": "Ukrainian", "und": "language unknown"}
TITLE, NAME, CLAUSE, WORD = 300, 120, 300, 80
CLAUSES, WORDS = 12, 6


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a text is shown, in characters, and how many places of the body."""

    summary: int
    around: int
    places: int


FULL = Size(summary=900, around=90, places=3)
BRIEF = Size(summary=240, around=60, places=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """A clause of the query, and the words that it found."""

    clause: str
    words: tuple[str, ...]
    """Each with its field: ``volunteers (title)``."""
    more: int
    """How many further words are not shown."""


@dataclass(frozen=True, slots=True)
class Card:
    """One alert as shown."""

    topic_id: str
    topic: str
    severity: Severity
    title: Excerpt
    outlet: str
    language: str
    published: str
    first_seen: str
    link: str | None
    link_withheld: bool
    """Whether there was a link that no reader should follow."""
    summary: Excerpt
    places: tuple[Excerpt, ...]
    """Where the body matched."""
    reasons: tuple[Reason, ...]
    reasons_more: int
    alert_id: str
    occasion: str
    watchlist: str
    score: str
    revision: int


@dataclass(frozen=True, slots=True)
class Group:
    """All alerts of a topic, newest first."""

    topic: str
    severity: Severity
    cards: tuple[Card, ...]


def card_of(alert: Alert, size: Size = FULL) -> Card:
    """Return what is shown of an alert."""
    match, article = alert.match, alert.match.article
    link = safe_link(article.url)
    reasons = _reasons(match)
    return Card(
        topic_id=one_line(alert.topic_id, NAME),
        topic=topic_name(match),
        severity=match.severity,
        title=_title(article, match.spans),
        outlet=_outlet(article),
        language=LANGUAGES.get(article.language, one_line(article.language, NAME)),
        published=_published(article),
        first_seen=moment(article.first_seen),
        link=link,
        link_withheld=bool(article.url) and link is None,
        summary=excerpt(
            article.summary, ranges_of(match.spans, "summary", len(article.summary)), size.summary
        ),
        places=_places(article, match.spans, size),
        reasons=reasons[:CLAUSES],
        reasons_more=len(reasons[CLAUSES:]),
        alert_id=one_line(alert.id, NAME),
        occasion=one_line(alert.reason, NAME),
        watchlist=one_line(match.watchlist_version, NAME),
        score=f"{match.score:.2f}",
        revision=match.revision,
    )


def groups_of(alerts: Iterable[Alert]) -> tuple[Group, ...]:
    """Return the alerts by topic: the gravest topic first, in it the newest alert first."""
    newest = sorted(alerts, key=lambda alert: _when(alert.match.article), reverse=True)
    ordered = sorted(newest, key=lambda alert: (SEVERITIES[alert.match.severity], alert.topic_id))
    return tuple(_group(tuple(members)) for _, members in groupby(ordered, key=lambda alert: alert.topic_id))


def topic_name(match: Match) -> str:
    """Return the name of the topic, or its id where it has none."""
    return one_line(match.topic_name, NAME) or one_line(match.topic_id, NAME)


def plain_title(article: Article, limit: int) -> str:
    """Return the title on one line, without marks."""
    return one_line(article.title, limit) or "(no title)"


def moment(time: datetime) -> str:
    """Return a time as people read it, in UTC, to the minute."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _group(alerts: tuple[Alert, ...]) -> Group:
    first = alerts[0].match
    return Group(topic_name(first), first.severity, tuple(card_of(alert, BRIEF) for alert in alerts))


def _when(article: Article) -> datetime:
    return article.published or article.first_seen


def _title(article: Article, spans: tuple[Span, ...]) -> Excerpt:
    shown = excerpt(article.title, ranges_of(spans, "title", len(article.title)), TITLE)
    return shown if any(piece.text.strip() for piece in shown) else excerpt("(no title)", (), TITLE)


def _outlet(article: Article) -> str:
    feed = article.feed
    about = ", ".join(one_line(part, NAME) for part in (feed.kind, feed.country) if part)
    name = one_line(feed.outlet, NAME) or one_line(feed.id, NAME)
    return f"{name} ({about})" if about else name


def _published(article: Article) -> str:
    seen = moment(article.first_seen)
    if article.published is None:
        return f"undated, first seen {seen}"
    return f"published {moment(article.published)}, first seen {seen}"


def _places(article: Article, spans: tuple[Span, ...], size: Size) -> tuple[Excerpt, ...]:
    return snippets(article.body, ranges_of(spans, "body", len(article.body)), size.around, size.places)


def _reasons(match: Match) -> tuple[Reason, ...]:
    found: dict[str, dict[str, None]] = {}
    for span in match.spans:
        found.setdefault(span.clause, {})[_word(match.article, span)] = None
    return tuple(
        Reason(one_line(clause, CLAUSE), tuple(words)[:WORDS], len(tuple(words)[WORDS:]))
        for clause, words in found.items()
    )


def _word(article: Article, span: Span) -> str:
    texts = {"title": article.title, "summary": article.summary, "body": article.body}
    word = texts.get(span.field, "")[max(span.start, 0) : max(span.end, 0)]
    return f"{one_line(word, WORD)} ({one_line(span.field, NAME)})"
