"""The dashboard *Operations*: whether feeds answer, alerts arrive, and the stages keep up."""

from monitor.kibana.columns import count, last, most, top
from monitor.kibana.panels import Listing, Row, number, ranking, timeline
from monitor.kibana.saved import Dashboard, Search
from monitor.store.records import ALERTS, ARTICLES, DELIVERIES, FEEDS, LAG
from monitor.stream.codec import REPLAY_GROUP

FEED_LIST = Search(
    id="feeds",
    title="Feeds, the failing ones first",
    description="How each feed that was polled lately fares.",
    kind=FEEDS,
    columns=(
        "monitor.feed.id",
        "news.feed_title",
        "monitor.health",
        "monitor.feed.since",
        "event.reason",
        "monitor.feed.failures",
        "monitor.feed.articles",
        "monitor.feed.last_success",
        "monitor.feed.next_poll",
        "url.full",
    ),
    order="monitor.feed.failures",
)
FAILED = Search(
    id="failed-deliveries",
    title="Deliveries that failed",
    description="Messages that were given up, and why; `monitor deadletters replay` tries them again.",
    kind=DELIVERIES,
    columns=("monitor.receiver", "rule.id", "event.reason", "monitor.attempts", "event.created"),
    where='monitor.state: "failed"',
)

_BEHIND = most("monitor.lag.total", "Messages behind")
_REPLAY = f'monitor.lag.group: "{REPLAY_GROUP}"'
_STATE = top("monitor.state", "State", 5)
_RECEIVER = top("monitor.receiver", "Receiver", 15)

OPERATIONS = Dashboard(
    id="operations",
    title="Operations",
    description="How monitor itself fares: feeds, deliveries, dead letters, and how far stages are behind.",
    since="now-24h",
    rows=(
        Row(
            6,
            (
                number("polled", "Feeds polled", FEEDS, count("Feeds")),
                number("failing", "Feeds that fail", FEEDS, count("Feeds"), 'monitor.health: "failing"'),
                number("quiet", "Silent feeds", FEEDS, count("Feeds"), 'monitor.health: "quiet"'),
                number(
                    "failed", "Deliveries that failed", DELIVERIES, count("Deliveries"),
                    'monitor.state: "failed"',
                ),
                number(
                    "dead-letters", "Dead letters that wait", LAG, last("monitor.lag.total", "Dead letters"),
                    _REPLAY,
                ),
                number("behind", "Furthest behind", LAG, _BEHIND, f"not {_REPLAY}"),
            ),
        ),
        Row(
            12,
            (
                ranking("health", "Feed health", FEEDS, top("monitor.health", "Health"), count("Feeds")),
                ranking(
                    "reasons", "Why feeds fail", FEEDS, top("event.reason", "Reason"), count("Feeds"),
                    where='monitor.health: "failing"',
                ),
                ranking(
                    "per-feed", "Articles a feed", ARTICLES, top("monitor.feed.id", "Feed", 20),
                    count("Articles"),
                ),
            ),
        ),
        Row(
            12,
            (
                timeline("read", "Articles read", ARTICLES, count("Articles")),
                timeline(
                    "lag", "Messages behind, by group", LAG, _BEHIND, top("monitor.lag.group", "Group"),
                    "line",
                ),
            ),
        ),
        Row(
            12,
            (
                timeline("deliveries", "Deliveries, by state", DELIVERIES, count("Deliveries"), _STATE),
                ranking("receivers", "Receivers", DELIVERIES, _RECEIVER, count("Deliveries"), _STATE),
                ranking(
                    "withheld", "Why alerts were withheld", ALERTS, top("event.reason", "Reason"),
                    count("Alerts"), where='monitor.state: "withheld"',
                ),
            ),
        ),
        Row(14, (Listing("feeds", FEED_LIST.id), Listing("failed-list", FAILED.id)), (2, 1)),
    ),
)  # fmt: skip
