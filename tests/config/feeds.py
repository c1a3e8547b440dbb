"""Feeds of any kind, for properties."""

from typing import get_args

from hypothesis import strategies as st

from monitor.config.codes import COUNTRIES, LANGUAGES
from monitor.config.newfeeds import NewFeeds, NotTaken
from monitor.config.settings import FeedSettings
from monitor.config.sources import Kind
from monitor.config.words import UNPRINTABLE

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda text: bool(text.strip()) and not UNPRINTABLE.search(text) and "${" not in text
)
"""All that feeds.yaml may hold."""
PATHS = st.text("abcXYZ019-._~%&=?'\";,()é한", max_size=20)
FEEDS = st.fixed_dictionaries(
    {"outlet": TEXTS, "url": PATHS.map("https://news.example/{}".format)},
    optional={
        "id": st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True),
        "language": st.sampled_from(sorted(LANGUAGES)),
        "country": st.sampled_from(sorted(COUNTRIES)),
        "kind": st.sampled_from(get_args(Kind)),
        "family": TEXTS,
        "interval": st.sampled_from(["1s", "90s", "5m", "24h", "7d"]),
        "enabled": st.booleans(),
        "full_text": st.booleans(),
        "note": TEXTS,
        "verify_tls": st.booleans(),
    },
)


@st.composite
def feed_lists(draw: st.DrawFn) -> list[FeedSettings]:
    """Return lists of feeds as feeds.yaml may have them: no id and no address twice."""
    new, feeds = NewFeeds(), []
    for values in draw(st.lists(FEEDS, min_size=1, max_size=6)):
        try:
            feeds.append(new.take(values))
        except NotTaken:
            continue
    return feeds or [FeedSettings(outlet="x", url="https://news.example/")]
