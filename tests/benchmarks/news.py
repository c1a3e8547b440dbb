"""Made-up articles in four languages, about as long as those in real feeds, each different from all others.

Their words come from the sample feeds, as often as they stand there, so that the store's index and the
stemmers meet what they meet in a service's day. About one in five has one of the benchmarks' topics.
"""

import random
import re
from datetime import UTC, datetime
from functools import cache

from monitor.demo import samples
from monitor.model import Entry
from tests.benchmarks.corpus import PLAIN

LANGUAGES = ("en", "en", "ru", "en", "uk", "en", "ru", "ko", "en", "ko")
"""As often as each stands here."""
_NO_WORDS = re.compile(r"<!\[CDATA\[|\]\]>|&\w+;|<[^>]*>|https?://\S+")


def news(number: int) -> Entry:
    """Return the article of this number: title, a summary of 40 words, and for every fifth a whole text."""
    chance = random.Random(number)
    words = _words()[LANGUAGES[number % len(LANGUAGES)]]
    title, summary, body = (
        " ".join(chance.choices(words, k=k)) for k in (9, 40, 250 if number % 5 == 0 else 0)
    )
    if number % 6 == 0:
        topic = number // 6 % 98
        summary = f"{summary} {PLAIN[topic % len(PLAIN)]} museum{topic}"
    return Entry(
        guid=str(number),
        link=f"https://news.example/{number}",
        title=f"{title} {number}",
        summary=f"<p>{summary}</p>",
        body=f"<p>{body}</p>" if body else "",
        published=datetime.now(UTC),
    )


@cache
def _words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for one in samples.FEEDS:
        text = samples.render(one.id, datetime.now(UTC)).body.decode(one.encoding)
        found = re.findall(r"[^\W\d_][\w’'-]*", _NO_WORDS.sub(" ", text))
        words.setdefault(one.language, []).extend(found)
    return words
