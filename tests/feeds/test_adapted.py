"""What is put right in feedparser for speed gives what it gave."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.feeds.document.adapted import feedparser

BASES = ("", "http://news.example/feed.xml", "https://news.example/a/b/feed?c=d", "ftp://news.example/feed")
PIECES = (
    "http://",
    "https://",
    "HTTP://",
    "a.example",
    "м.рф",
    ":80",
    ":x",
    "/",
    "//",
    ".",
    "..",
    "a",
    "Б",
    "%41",
)
MORE = ("?", "#", ";", "=", "&", "b=c", " ", "\n", "@", "[", "mailto:")
KEYS = (
    "category",
    "updated",
    "updated_parsed",
    "description",
    "guid",
    "url",
    "issued",
    "language",
    "type",
    "copyright",
)


@given(st.lists(st.sampled_from(PIECES + MORE), max_size=9).map("".join), st.sampled_from(BASES))
@example("http://a.example/./b/../c?", "http://news.example/feed.xml")
@example("https://a.example/b?c=1&d=%20", "https://news.example/feed.xml")
@example("http://a.example:/b\n", "http://news.example/feed.xml")
def test_addresses_are_made_absolute_as_before(address: str, base: str) -> None:
    joined = feedparser().mixin._urljoin
    assert joined(base, address) == ("" if address == "#" else joined.__wrapped__(base, address))


@pytest.mark.filterwarnings("ignore:To avoid breaking existing software:DeprecationWarning")
@given(
    st.dictionaries(
        st.sampled_from([*KEYS, "summary", "published", "published_parsed", "id", "href"]), st.text()
    )
)
def test_values_and_their_substitutes_are_found_as_before(values: dict[str, str]) -> None:
    kept = _kept(values)
    for key in KEYS:
        assert kept.get(key, "none") == (kept[key] if key in _readable(kept) else "none")


@given(st.dictionaries(st.text(), st.text() | st.none() | st.lists(st.dictionaries(st.text(), st.text()))))
def test_copies_are_equal_and_of_their_own(values: dict[str, Any]) -> None:
    kept = _kept(values)
    copied = deepcopy(kept)
    assert (copied, type(copied)) == (kept, type(kept))
    lists = [(kept[key], copied[key]) for key in dict.keys(kept) if isinstance(dict.get(kept, key), list)]
    assert all(one is not other for one, other in lists)


def _kept(values: dict[str, Any]) -> Any:
    kept = feedparser().util.FeedParserDict()
    for key, value in values.items():
        kept[key] = value
    return kept


def _readable(kept: Any) -> set[str]:
    def is_there(key: str) -> bool:
        try:
            kept[key]
        except KeyError:
            return False
        return True

    return {key for key in KEYS if is_there(key)}
