"""The shipped watchlist, compiled for tests."""

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from monitor.model import Topic, Watchlist
from monitor.topics.found import Text
from monitor.topics.matcher import CompiledWatchlist, compile_watchlist

SHIPPED = Path(__file__).parents[2] / "config" / "watchlist.yaml"
BOTH, TROOPS, LABOUR = "north-korea-russia", "troop-deployment", "donbass-labor"


@cache
def shipped_entities() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the terms by entity and language."""
    return {
        name: {language: tuple(terms) for language, terms in by_language.items()}
        for name, by_language in YAML(typ="safe").load(SHIPPED)["entities"].items()
    }


@cache
def shipped() -> CompiledWatchlist:
    """Return the three topics, ready to match."""
    file = YAML(typ="safe").load(SHIPPED)
    topics = tuple(Topic(topic["id"], topic["query"]) for topic in file["topics"])
    return compile_watchlist(Watchlist("shipped", topics, shipped_entities(), file["queries"]))


def topics_of(language: str, title: str, summary: str = "", body: str = "") -> set[str]:
    """Return the ids of the topics that a text is on."""
    return {hit.topic_id for hit in shipped().match(Text(title, summary, body, language))}
