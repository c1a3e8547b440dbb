"""Matching alone, against the plain evaluator that the tests compare it with; and the command for it."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.commands.lines import json_line
from monitor.config.samples import sample
from monitor.model import Topic, Watchlist
from monitor.topics.found import Text
from monitor.topics.matcher import CompiledWatchlist, compile_watchlist
from monitor.topics.query import parse
from tests.benchmarks.conftest import Figure, Note
from tests.benchmarks.corpus import entry, queries
from tests.benchmarks.topics import texts, wanted, yaml_of
from tests.topics import naive

pytestmark = pytest.mark.benchmark
ARTICLES = 10_000
TEXTS = 2_000
"""Each is new to the matcher, so that words are stemmed as they are in a service's day."""


def test_matching_alone(note: Note) -> None:
    topics = tuple(Topic(f"t{n}", query) for n, query in enumerate(queries()))
    texts = [Text(one.title, one.summary, "", "en") for one in (entry(n) for n in range(TEXTS))]
    compiled = compile_watchlist(Watchlist("bench", topics))
    fast = _seconds(compiled, texts)
    plain = time.process_time()
    nodes = [parse(topic.query) for topic in topics]
    for text in texts[:20]:
        for node in nodes:
            naive.holds(node, text, {})
    slow = (time.process_time() - plain) / 20
    ratio = slow / (fast / TEXTS)
    note(Figure("matching alone, 100 topics", TEXTS / fast, "texts/s", f"{ratio:,.0f}x the plain evaluator"))


def test_matching_the_shipped_watchlist(note: Note) -> None:
    from ruamel.yaml import YAML

    shipped = YAML(typ="safe").load(sample("watchlist.yaml"))
    topics = tuple(Topic(one["id"], one["query"]) for one in shipped["topics"])
    entities = {
        name: {lang: tuple(terms) for lang, terms in by.items()} for name, by in shipped["entities"].items()
    }
    begun = time.process_time()
    compiled = compile_watchlist(Watchlist("shipped", topics, entities))
    note(Figure("compiling the shipped watchlist", (time.process_time() - begun) * 1000, "ms"))
    texts = [Text(one.title, one.summary, "", "en") for one in (entry(n) for n in range(TEXTS))]
    note(Figure("matching the shipped watchlist", TEXTS / _seconds(compiled, texts), "texts/s"))


def test_match_command(tmp_path: Path, note: Note) -> None:
    made = [one.topic for one in wanted(texts(3_000), 1_000)]
    (tmp_path / "watchlist.yaml").write_text(yaml_of(made), "utf-8")
    items = [{"id": n, "title": text[:60], "body": text} for n, text in enumerate(texts(ARTICLES))]
    lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
    command: list[str | Path] = [Path(sys.executable).with_name("monitor"), "match", "--config", tmp_path]
    start = _cpu_of(command, "")
    seconds = _cpu_of(command, lines) - start
    begun = time.process_time()
    for line in lines.splitlines():
        json_line(json.loads(line))
    share = (time.process_time() - begun) / seconds
    what = "monitor match, 1,000 topics"
    note(Figure(what, ARTICLES / seconds, "articles/s CPU", f"{share:.0%} of it reading and writing JSON"))
    assert share < 0.2


def _cpu_of(command: Sequence[str | Path], text: str) -> float:
    """Return the processor's seconds that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, input=text.encode(), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _seconds(compiled: CompiledWatchlist, texts: list[Text]) -> float:
    begun = time.process_time()
    for text in texts:
        compiled.match(text)
    return time.process_time() - begun
