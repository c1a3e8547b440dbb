"""Articles, matches and alerts made shorter, for what takes no more. Pure.

What was cut says so in ``cut``, and evidence in what is gone goes with it: spans stay true.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace

from monitor.model import Alert, Article, Match, Span

ORDER = ("body", "summary", "authors", "title")
"""What is cut first: by the title a reader knows what it is about. Ids and addresses are never cut."""


def cut_article(article: Article, fits: Callable[[Article], bool]) -> Article:
    """Return the article cut as little as needed to fit, or with nothing left to cut if it never does."""
    for field in ORDER:
        if fits(article):
            break
        article = _cut_field(article, field, fits)
    return article


def cut_match(match: Match, fits: Callable[[Match], bool]) -> Match:
    """Return the match with its article cut as little as needed to fit, as far as that can be."""
    return about(match, cut_article(match.article, lambda article: fits(about(match, article))))


def cut_alert(alert: Alert, fits: Callable[[Alert], bool]) -> Alert:
    """Return the alert with its article cut as little as needed to fit, as far as that can be."""
    return replace(alert, match=cut_match(alert.match, lambda match: fits(replace(alert, match=match))))


def about(match: Match, article: Article) -> Match:
    """Return the match with a shorter version of its article."""
    return replace(match, article=article, spans=within(match.spans, article))


def within(spans: Sequence[Span], article: Article) -> tuple[Span, ...]:
    """Return the spans that lie within the article's fields."""
    return tuple(span for span in spans if span.end <= len(getattr(article, span.field)))


def shortened(article: Article, field: str, length: int) -> Article:
    """Return the article with the first ``length`` characters (or names) of a field, and its mark."""
    marks = tuple(dict.fromkeys((*article.cut, field)))
    return replace(article, **{field: getattr(article, field)[:length]}, cut=marks)


def _cut_field(article: Article, field: str, fits: Callable[[Article], bool]) -> Article:
    length = len(getattr(article, field))
    if not length:
        return article
    first_too_long = bisect_left(
        range(length), True, key=lambda kept: not fits(shortened(article, field, kept))
    )
    return shortened(article, field, max(0, first_too_long - 1))
