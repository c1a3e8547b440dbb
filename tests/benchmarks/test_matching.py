"""Matching alone, against the plain evaluator that the tests compare it with."""

import time

import pytest

from monitor.config.samples import sample
from monitor.model import Topic, Watchlist
from monitor.topics.matcher import CompiledWatchlist, Text, compile_watchlist
from monitor.topics.query import parse
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.corpus import entry, queries
from tests.topics import naive

pytestmark = pytest.mark.benchmark
TEXTS = 2_000
"""Each is new to the matcher, so that words are stemmed as they are in a service's day."""


def test_matching_alone(note: Note) -> None:
    topics = tuple(Topic(f"t{n}", query) for n, query in enumerate(queries()))
    texts = [Text(one.title, one.summary, "", "en") for one in (entry(n) for n in range(TEXTS))]
    compiled = compile_watchlist(Watchlist("bench", topics))
    fast = _seconds(compiled, texts)
    plain = time.perf_counter()
    nodes = [parse(topic.query) for topic in topics]
    for text in texts[:20]:
        for node in nodes:
            naive.holds(node, text, {})
    slow = (time.perf_counter() - plain) / 20
    ratio = slow / (fast / TEXTS)
    note(Figure("matching alone, 100 topics", TEXTS / fast, "texts/s", f"{ratio:,.0f}x the plain evaluator"))


def test_matching_the_shipped_watchlist(note: Note) -> None:
    from ruamel.yaml import YAML

    shipped = YAML(typ="safe").load(sample("watchlist.yaml"))
    topics = tuple(Topic(one["id"], one["query"]) for one in shipped["topics"])
    entities = {
        name: {lang: tuple(terms) for lang, terms in by.items()} for name, by in shipped["entities"].items()
    }
    begun = time.perf_counter()
    compiled = compile_watchlist(Watchlist("shipped", topics, entities))
    note(Figure("compiling the shipped watchlist", (time.perf_counter() - begun) * 1000, "ms"))
    texts = [Text(one.title, one.summary, "", "en") for one in (entry(n) for n in range(TEXTS))]
    note(Figure("matching the shipped watchlist", TEXTS / _seconds(compiled, texts), "texts/s"))


def _seconds(compiled: CompiledWatchlist, texts: list[Text]) -> float:
    begun = time.perf_counter()
    for text in texts:
        compiled.match(text)
    return time.perf_counter() - begun
