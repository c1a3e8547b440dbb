"""Counts in words."""

import pytest

from monitor.plural import number


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (0, "feed", "0 feeds"),
        (1, "feed", "1 feed"),
        (1, "match", "1 match"),
        (2000, "match", "2,000 matches"),
        (2, "entry", "2 entries"),
        (3, "delivery", "3 deliveries"),
    ],
)
def test_a_noun_goes_with_its_count(count: int, noun: str, said: str) -> None:
    assert number(count, noun) == said
