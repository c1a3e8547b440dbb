"""The fields that people see of each kind of document, and above all its time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.feeds.state import FeedState
from monitor.gauges import lag_documents
from monitor.model import Delivery, DeliveryState
from monitor.store import elastic_mapping, records
from monitor.store.base import Document
from monitor.store.elastic_document import iso, source
from monitor.store.records import KINDS, Records
from monitor.stream.base import Lag
from monitor.topics.labels import label_of
from tests.samples import FEED, alert, article, match

FILED = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = (FILED + timedelta(hours=hours) for hours in (1, 2, 3))
MADE = match(article(published=FIRST, first_seen=SECOND, filed=FILED), matched=THIRD)
SENT = Delivery("d", "desk", DeliveryState.DELIVERED, FIRST, (alert(MADE),), FIRST, FILED, 2, finished=SECOND)
FAILED = replace(SENT, state=DeliveryState.FAILED, last_error="HTTP 410")
STATE = FeedState(
    "wire", FEED, FILED, "failing", FIRST, "HTTP 503",
    last_poll=THIRD, last_success=SECOND, failures=4, articles=9,
)  # fmt: skip


def fields(kind: str, document: Document) -> dict[str, Any]:
    """Return what is written, by dotted names."""
    return dict(flat(source(KINDS[kind], document, document.filed)))


def flat(value: dict[str, Any], start: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, inner in value.items():
        found += flat(inner, f"{start}{name}.") if isinstance(inner, dict) else [(start + name, inner)]
    return found


def feed(state: FeedState = STATE) -> dict[str, Any]:
    return fields(records.FEEDS, Records(records.FEEDS, FeedState).document(state))


def delivery(value: Delivery) -> dict[str, Any]:
    return fields(records.DELIVERIES, records.deliveries.document(value))


LAG = lag_documents([Lag("g", "s", 1, 2, 5)], THIRD)[0]
LABEL = records.labels.document(label_of(MADE, "noise", "ana", SECOND, "a zoo"))
TIMES: list[tuple[str, Document, datetime]] = [
    (records.ARTICLES, records.articles.document(MADE.article), FIRST),
    (records.ARTICLES, records.articles.document(replace(MADE.article, published=None)), SECOND),
    (records.MATCHES, records.matches.document(MADE), FIRST),
    (records.ALERTS, records.alerts.document(replace(alert(MADE), decided=THIRD)), THIRD),
    (records.DELIVERIES, records.deliveries.document(SENT), SECOND),
    (records.DELIVERIES, records.deliveries.document(replace(SENT, finished=None)), FIRST),
    (records.FEEDS, Records(records.FEEDS, FeedState).document(STATE), THIRD),
    (records.FEEDS, Records(records.FEEDS, FeedState).document(replace(STATE, last_poll=None)), FILED),
    (records.LAG, LAG, THIRD),
    (records.LABELS, LABEL, SECOND),
    (records.TOPICS, Document("t", FILED, {"id": "t"}), FILED),
    (records.ALERTS, Document("x", FILED, {"decided": "never", "match": "none"}), FILED),
]


@pytest.mark.parametrize(("kind", "document", "moment"), TIMES)
def test_the_time_of_a_document_is_that_of_what_it_tells(
    kind: str, document: Document, moment: datetime
) -> None:
    assert fields(kind, document)["@timestamp"] == iso(moment)


@pytest.mark.parametrize(("kind", "document", "_"), TIMES)
def test_every_field_is_one_of_the_indices(kind: str, document: Document, _: datetime) -> None:
    assert fields(kind, document).keys() <= elastic_mapping.fields().keys()


def test_a_feed_tells_how_it_fares() -> None:
    found = feed()
    wanted = {
        "event.kind": "state",
        "event.reason": "HTTP 503",
        "monitor.health": "failing",
        "monitor.feed.id": "wire",
        "monitor.feed.kind": "wire",
        "monitor.feed.country": "US",
        "monitor.feed.family": "Wire Group",
        "monitor.feed.failures": 4,
        "monitor.feed.articles": 9,
        "monitor.feed.since": iso(FIRST),
        "monitor.feed.last_success": iso(SECOND),
        "news.feed_title": "The Wire",
        "news.language": "en",
        "url.full": "https://wire.example/feed",
        "url.domain": "wire.example",
    }
    assert wanted.items() <= found.items()
    assert "monitor.feed.next_poll" not in found


def test_a_delivery_tells_of_which_topics_it_is_and_why_it_failed() -> None:
    wanted = {
        "event.created": iso(FIRST),
        "event.end": iso(SECOND),
        "event.reason": "HTTP 410",
        "monitor.attempts": 2,
        "monitor.state": "failed",
        "monitor.receiver": "desk",
        "rule.id": ["troops"],
    }
    assert wanted.items() <= delivery(FAILED).items()
    assert "event.reason" not in delivery(SENT)


def test_an_alert_has_the_fields_of_its_match_and_article() -> None:
    found = fields(records.ALERTS, records.alerts.document(alert(MADE)))
    wanted = {"rule.id": "troops", "news.title": "Troops in Kursk", "monitor.feed.kind": "wire"}
    assert wanted.items() <= found.items()


def test_a_label_tells_who_said_what_of_which_topic() -> None:
    wanted = {
        "event.reason": "a zoo",
        "monitor.id": MADE.id,
        "monitor.terms": ["troops"],
        "monitor.verdict": "noise",
        "news.feed_title": "The Wire",
        "news.language": "en",
        "news.title": "Troops in Kursk",
        "rule.id": "troops",
        "rule.version": "v1",
        "user.name": "ana",
    }
    assert wanted.items() <= fields(records.LABELS, LABEL).items()


def test_a_topic_without_a_name_is_called_by_its_id() -> None:
    found = fields(records.MATCHES, records.matches.document(replace(MADE, topic_name="")))
    assert found["rule.name"] == "troops"


@pytest.mark.parametrize("number", ["9", 9.5, True, None, [9], 1 << 63])
def test_a_number_that_is_none_does_not_spoil_a_document(number: object) -> None:
    body = {"feed": {"id": "wire"}, "articles": number, "polls": 1}
    found = fields(records.FEEDS, Document("wire", FILED, body))
    assert "monitor.feed.articles" not in found
    assert found["monitor.feed.polls"] == 1
