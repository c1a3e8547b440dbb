"""What travels on which stream: the schema, the key, and how a value too large for it is made smaller."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from monitor.articles.cut import cut_alert, cut_article, cut_match
from monitor.model import Alert, Article, FeedHealth, Match
from monitor.stream import codec
from monitor.stream.codec import Codec

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Contract(Generic[T]):
    """The contract of one stream."""

    stream: str
    says: str
    """What its messages tell, for readers of the contract."""
    codec: Codec[T]
    key: Callable[[T], str]
    keyed_by: str
    cut: Callable[[T, Callable[[T], bool]], T]
    """Returns the value cut as little as needed to fit, as far as it can be cut."""


def _whole(health: FeedHealth, fits: Callable[[FeedHealth], bool]) -> FeedHealth:  # noqa: ARG001
    return health


ARTICLE: Contract[Article] = Contract(
    codec.ARTICLES,
    "New and changed articles, as feeds show them.",
    codec.article_codec,
    lambda article: article.id,
    "the article's id",
    cut_article,
)
MATCH: Contract[Match] = Contract(
    codec.MATCHES,
    "Articles that a topic was looking for, with the evidence.",
    codec.match_codec,
    lambda match: match.topic_id,
    "the topic's id",
    cut_match,
)
ALERT: Contract[Alert] = Contract(
    codec.ALERTS,
    "Alerts that were handed to receivers.",
    codec.alert_codec,
    lambda alert: alert.topic_id,
    "the topic's id",
    cut_alert,
)
FEED: Contract[FeedHealth] = Contract(
    codec.FEEDS,
    "The health of feeds, told when it changes. The last message of a feed is how it fares now.",
    codec.feed_codec,
    lambda health: health.id,
    "the feed's id",
    _whole,
)
CONTRACTS: tuple[Contract[Any], ...] = (ARTICLE, MATCH, ALERT, FEED)
