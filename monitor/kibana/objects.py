"""All that monitor has in Kibana. Made for the prefix of the indices, which also begins every id."""

from collections.abc import Mapping

from monitor.kibana.operations import FAILED, FEED_LIST, OPERATIONS
from monitor.kibana.panels import Json
from monitor.kibana.saved import View, dashboard_json, line, search_json, view_json
from monitor.kibana.watch import LATEST, WATCH
from monitor.store.records import ALERTS, ARTICLES, DELIVERIES, FEEDS, LAG, MATCHES

_OF_ARTICLES: Mapping[str, str] = {
    "news.title": "Title",
    "news.language": "Language",
    "news.feed_title": "Outlet",
    "monitor.feed.id": "Feed",
    "monitor.feed.kind": "Kind of outlet",
    "url.full": "Link",
}
_OF_MATCHES = {
    **_OF_ARTICLES,
    "rule.id": "Topic (id)",
    "rule.name": "Topic",
    "monitor.terms": "Terms",
    "monitor.score": "Score",
}
VIEWS = (
    View(ARTICLES, _OF_ARTICLES),
    View(MATCHES, _OF_MATCHES),
    View(ALERTS, {**_OF_MATCHES, "monitor.state": "State", "event.reason": "Reason"}),
    View(
        DELIVERIES,
        {
            "monitor.receiver": "Receiver",
            "monitor.state": "State",
            "monitor.attempts": "Tries",
            "event.reason": "Reason",
            "event.created": "Created",
            "event.end": "Finished",
            "rule.id": "Topics (ids)",
        },
    ),
    View(
        FEEDS,
        {
            "monitor.feed.id": "Feed",
            "news.feed_title": "Outlet",
            "monitor.health": "Health",
            "event.reason": "Reason",
            "monitor.feed.failures": "Failures in a row",
            "monitor.feed.articles": "Articles",
            "monitor.feed.last_success": "Last success",
            "monitor.feed.next_poll": "Next poll",
            "url.full": "Address",
        },
    ),
    View(
        LAG,
        {
            "monitor.lag.group": "Group",
            "monitor.lag.stream": "Stream",
            "monitor.lag.partition": "Partition",
            "monitor.lag.behind": "Behind",
            "monitor.lag.total": "Behind in all partitions",
        },
    ),
)
SEARCHES = (LATEST, FEED_LIST, FAILED)
DASHBOARDS = (WATCH, OPERATIONS)


def objects(prefix: str) -> list[Json]:
    """Return the saved objects for the indices of ``prefix``; what is referred to comes first."""
    return [
        *(view_json(view, prefix) for view in VIEWS),
        *(search_json(search, prefix) for search in SEARCHES),
        *(dashboard_json(dashboard, prefix) for dashboard in DASHBOARDS),
    ]


def ndjson(prefix: str) -> str:
    """Return the saved objects as a file to import."""
    return "".join(line(one) for one in objects(prefix))
