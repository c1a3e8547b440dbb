"""The dashboard *Watch*: what was found, of which topics, in which languages, by whom."""

from monitor.kibana.columns import VALUE, count, top, unique
from monitor.kibana.panels import Listing, Row, cloud, number, ranking, table, timeline
from monitor.kibana.saved import Dashboard, Search
from monitor.store.records import ALERTS, ARTICLES, MATCHES

LATEST = Search(
    id="latest-matches",
    title="Latest matches",
    description="The newest articles that topics were looking for, with the words that made them match.",
    kind=MATCHES,
    columns=("rule.name", "news.language", "news.feed_title", "news.title", "monitor.terms", "url.full"),
)

_MATCHES = count("Matches")
_TOPIC = top("rule.name", "Topic")
_LANGUAGE = top("news.language", "Language")
_OUTLET = top("news.feed_title", "Outlet", 15)

WATCH = Dashboard(
    id="watch",
    title="Watch",
    description="What the topics of the watchlist found: when, in which language, by which outlet.",
    since="now-7d",
    rows=(
        Row(
            6,
            (
                number("matches", "Matches", MATCHES, _MATCHES),
                number("outlets", "Outlets with matches", MATCHES, unique("news.feed_title", "Outlets")),
                number("articles", "Articles read", ARTICLES, count("Articles")),
                number("alerts", "Alerts sent", ALERTS, count("Alerts"), 'monitor.state: "sent"'),
            ),
        ),
        Row(13, (timeline("over-time", "Matches over time, by topic", MATCHES, _MATCHES, _TOPIC),)),
        Row(
            13,
            (
                timeline(
                    "languages-over-time", "Matches over time, by language", MATCHES, _MATCHES, _LANGUAGE
                ),
                ranking("outlets-by-topic", "Outlets, by topic", MATCHES, _OUTLET, _MATCHES, _TOPIC),
            ),
        ),
        Row(
            13,
            (
                table(
                    "topics",
                    "Topics, by language",
                    MATCHES,
                    {"by": _TOPIC, "language": _LANGUAGE},
                    {VALUE: _MATCHES, "outlets": unique("news.feed_title", "Outlets")},
                ),
                cloud("terms", "Terms that matched", MATCHES, top("monitor.terms", "Term", 40), _MATCHES),
                ranking("kinds", "Kinds of outlets", MATCHES, top("monitor.feed.kind", "Kind"), _MATCHES),
            ),
        ),
        Row(22, (Listing("latest", LATEST.id),)),
    ),
)
