"""The pipeline on the real servers, against what the servers do alone, and what holds it back.

All figures are of one run: what Elasticsearch does in a second differs by half from one minute to the next.
The rates are articles a second throughout, and an article's matches are written with it.
"""

import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elasticsearch.helpers import streaming_bulk

from monitor.articles.build import article, clean
from monitor.model import Article, Feed, Match, Topic, Watchlist
from monitor.pipeline import Watch, matches_of
from monitor.store import records
from monitor.store.elastic import ElasticStore
from monitor.store.elastic_document import source
from monitor.store.elastic_mapping import index_of
from monitor.stream import codec
from monitor.stream.kafka import KafkaStream
from monitor.topics.matcher import compile_watchlist
from tests.benchmarks.cluster import (
    Corner,
    configure,
    corner,
    received,
    receiver,
    roles,
    servers,
    until,
    used,
)
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.corpus import queries, site
from tests.benchmarks.news import news
from tests.journeys.world import SECRET

pytestmark = [pytest.mark.benchmark, pytest.mark.servers]
FEEDS, ENTRIES = 200, 50
MANY = FEEDS * ENTRIES
CORES = os.cpu_count() or 1
WARM_FEEDS = 200
WARM = WARM_FEEDS * ENTRIES
"""Articles that pass first: what was just started takes a quarter of what it takes later."""
REST = ("match", "match", "alert")
"""Two match: while one waits for Elasticsearch the other computes."""
BATCH = 200
FEED = Feed("bench", "https://news.example/feed", "News")
PARALLEL = ((1, 4), (2, 4), (4, 4), (2, 1), (2, 8))
"""Matchers and partitions."""
QUARTER = 0.25
"""Of what Elasticsearch takes alone: the goal. What keeps the pipeline from it stands in the table."""
FLOOR = 0.05
"""Below this share something is wrong, however busy the machine is."""


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    with receiver() as url:
        yield url


def test_kafka_alone(note: Note) -> None:
    with corner(partitions=4) as here, KafkaStream(here.kafka) as stream:
        _publish(stream, articles(WARM, start=MANY))
        seconds = _publish(stream, articles(MANY))
        note(Figure("Kafka alone: publish", MANY / seconds, "articles/s"))
        consumer, there = stream.consumer("bench", codec.ARTICLES), 0
        first = consumer.poll(BATCH, 10)  # by when the group has settled
        begun = time.perf_counter()
        while got := consumer.poll(BATCH, 0):
            consumer.commit(got)
            there += len(got)
        note(Figure("Kafka alone: poll and commit", there / (time.perf_counter() - begun), "articles/s"))
        assert there + len(first) == MANY + WARM


@pytest.mark.parametrize(("matchers", "partitions"), PARALLEL)
def test_matchers(matchers: int, partitions: int, tmp_path: Path, hook: str, note: Note) -> None:
    with corner(partitions) as here, KafkaStream(here.kafka) as stream:
        folder = configure(tmp_path / "config", here, [], hook)
        warm, measured = articles(WARM, start=MANY), articles(MANY)
        with roles(folder, *["match"] * matchers) as processes:
            until(lambda: here.members("matcher") == matchers, "all matchers in their group")
            _publish(stream, warm)
            until(lambda: here.indexed(records.ARTICLES) >= WARM, "warm")
            kinds = servers() | {"match": processes}
            before, begun = used(kinds), time.time()
            _publish(stream, measured)
            seconds = until(lambda: here.indexed(records.ARTICLES) >= WARM + MANY, "all matched") - begun
            after = used(kinds)
        note(
            Figure(
                f"{matchers} matchers, {partitions} partitions", MANY / seconds, "articles/s",
                _spent(before, after, seconds),
            )
        )  # fmt: skip


@pytest.mark.parametrize("alerting", ["nobody is told", "a webhook for each match"])
def test_pipeline_against_elasticsearch_alone(alerting: str, tmp_path: Path, hook: str, note: Note) -> None:
    found = len(matches(articles(MANY, start=WARM)))
    before_it = _elasticsearch_alone()
    told = None if alerting == "nobody is told" else hook
    with corner(partitions=4) as here, site(tmp_path / "site", WARM_FEEDS + FEEDS, ENTRIES, news) as urls:
        polling, others = (
            configure(tmp_path / one, here, urls[:WARM_FEEDS], told) for one in ("poll", "rest")
        )
        with roles(polling, "poll") as poller, roles(others, *REST) as rest:
            until(lambda: here.indexed(records.ARTICLES) >= WARM, "warm")
            until(lambda: here.indexed(records.ALERTS) >= here.indexed(records.MATCHES), "all decided")
            already, there = received(hook), here.indexed(records.MATCHES)
            kinds = servers() | {"poll": poller, "match": rest[:-1], "alert": rest[-1:]}
            before = used(kinds)
            configure(polling, here, urls, told)  # which the poller takes up by itself
            until(lambda: here.indexed(records.ARTICLES) >= WARM + MANY, "all archived")
            ended = until(lambda: here.indexed(records.MATCHES) >= there + found, "all matched")
            after = used(kinds)
            webhooks = received(hook) - already
        seconds = ended - _first_fetch(here)
    alone = max(before_it, _elasticsearch_alone())
    rate = MANY / seconds
    room = f"a quarter of it leaves {1000 * CORES / (QUARTER * alone):.2f} ms of CPU an article"
    note(Figure("Elasticsearch bulk alone, the same documents", alone, "articles/s", room))
    ratio = f"{rate / alone:.2f} of bulk alone; {_spent(before, after, seconds)}"
    note(Figure(f"entries fetched -> articles and matches, {alerting}", rate, "articles/s", ratio))
    note(Figure("  webhooks received by then", webhooks, "", f"of {found} matches"))
    assert rate >= FLOOR * alone


def articles(count: int, start: int = 0) -> list[Article]:
    """Return made-up articles."""
    now = datetime.now(UTC)
    cleaned = (clean(news(n), FEED, now) for n in range(start, start + count))
    return [
        article(one, FEED, first_seen=now, filed=now, revision=1, backlog=False) for one in cleaned if one
    ]


def matches(found_in: Sequence[Article]) -> list[Match]:
    """Return what the benchmarks' topics find in articles."""
    now = datetime.now(UTC)
    listed = Watchlist("bench", tuple(Topic(f"t{n}", query) for n, query in enumerate(queries())))
    topics = {topic.id: topic for topic in listed.topics}
    watch = Watch(compile_watchlist(listed), topics, dict.fromkeys(topics, now), {})
    return [match for one in found_in for match in matches_of(one, watch, now)]


def _elasticsearch_alone() -> float:
    """Return how many articles a second the client's own bulk writes, with their matches."""
    with corner(partitions=1) as here:
        with ElasticStore(here.elastic) as store:
            store.setup()
        for start, count in ((MANY, WARM), (0, MANY)):
            written = articles(count, start)
            kinds = {
                records.ARTICLES: [records.articles.document(one) for one in written],
                records.MATCHES: [records.matches.document(one) for one in matches(written)],
            }
            actions = [
                {
                    "_op_type": "create",
                    "_index": index_of(here.elastic.prefix, kind, one.filed),
                    "_id": one.id,
                    "_source": source(records.KINDS[kind], one, one.filed),
                }
                for kind, documents in kinds.items()
                for one in documents
            ]
            begun = time.perf_counter()
            done = sum(1 for _ in streaming_bulk(here.client, actions, chunk_size=500))
            seconds = time.perf_counter() - begun
            assert done == len(actions)
        return MANY / seconds


def _publish(stream: KafkaStream, all_: list[Article]) -> float:
    messages = [codec.article_codec.encode(one.id, one) for one in all_]
    begun = time.perf_counter()
    for start in range(0, len(messages), BATCH):
        stream.publish(codec.ARTICLES, messages[start : start + BATCH])
    return time.perf_counter() - begun


def _first_fetch(here: Corner) -> float:
    """Return when the first of the feeds that are measured was fetched."""
    with ElasticStore(here.elastic) as store:
        states = store.get(records.FEEDS, [f"f{WARM_FEEDS + n}" for n in range(FEEDS)])
    return min(datetime.fromisoformat(one.body["last_poll"]).timestamp() for one in states.values())


def _spent(before: dict[str, float], after: dict[str, float], seconds: float) -> str:
    """Return who used how much of the processor, and how much of it that was."""
    spent = {kind: used_now - before.get(kind, 0.0) for kind, used_now in after.items()}
    each = ", ".join(f"{kind} {1000 * one / MANY:.2f}" for kind, one in sorted(spent.items()))
    return f"ms of CPU an article: {each}; {sum(spent.values()) / seconds:.1f} of {CORES} cores"
