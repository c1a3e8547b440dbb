"""The shipped watchlist on items as feeds have them."""

import pytest

from tests.topics.fed_astray import ASTRAY
from tests.topics.fed_listed import LISTED, TOGETHER
from tests.topics.fed_near import NEAR
from tests.topics.fed_right import RIGHT
from tests.topics.fed_sideways import SIDEWAYS
from tests.topics.shipped import topics_of

GROUPS: list[tuple[tuple[str, tuple[str, ...]], str]] = [*RIGHT.items(), *SIDEWAYS.items(), *TOGETHER.items()]
GROUPS += [((language, ()), lines) for items in (ASTRAY, NEAR, LISTED) for language, lines in items.items()]
CASES = [
    (language, set(topics), *line.strip().split(" // "))
    for (language, topics), lines in GROUPS
    for line in lines.strip().splitlines()
]


@pytest.mark.parametrize(("language", "topics", "title", "summary"), CASES)
def test_item_is_on_these_topics(language: str, topics: set[str], title: str, summary: str) -> None:
    assert topics_of(language, title, summary) == topics
