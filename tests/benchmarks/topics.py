"""Made-up topics over given texts, in our query language and in Lucene's, so that both do the same work.

A topic wants one word of each of its groups, perhaps two words near each other, and perhaps misses one. Words
are taken as they stand in the texts: neither too rare nor so common that nobody would watch for them.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from monitor.model import Topic
from monitor.topics.text import tokenize

_WORD = re.compile(r"\w+")
_SYLLABLES = (
    "ba de ki lo mun na rest si tor vu".split(),
    "ба де ки лос му нар ре сит то ву".split(),
    "가 나 다 라 마 바 사 아 자 하".split(),
)
"""Of English, Cyrillic and Korean words."""
_WORDS = 12_000
"""In each script."""
_RARE, _COMMON = 0.001, 0.04
"""A word that a topic names stands in this share of the texts."""
_RARE_PAIR = 0.0008


@dataclass(frozen=True)
class Wanted:
    """What a topic asks for. A term is a word, two words in a row, or a prefix with its ``*``."""

    id: str
    groups: tuple[tuple[str, ...], ...]
    near: tuple[str, str, int] | None = None
    none: tuple[str, ...] = ()

    @property
    def topic(self) -> Topic:
        """The topic in our query language; every word in its exact form, as Lucene takes it."""
        near = self.near
        parts = [f"({' OR '.join(map(_exact, group))})" for group in self.groups]
        parts += [f"(={near[0]} NEAR/{near[2]} ={near[1]})"] if near else []
        return Topic(self.id, " AND ".join(parts + [f"NOT {_exact(term)}" for term in self.none]))

    @property
    def lucene(self) -> str:
        """The query for Lucene's classic parser."""
        near = self.near
        parts = [f"+({' OR '.join(map(_quoted, group))})" for group in self.groups]
        parts += [f'+"{near[0]} {near[1]}"~{near[2]}'] if near else []
        return " ".join(parts + [f"-{_quoted(term)}" for term in self.none])


def _exact(term: str) -> str:
    words = term.split()
    if len(words) > 1:
        return '"' + " ".join(f"={word}" for word in words) + '"'
    return term if term.endswith("*") else f"={term}"


def _quoted(term: str) -> str:
    star = "*" if term.endswith("*") else ""
    return f'"{plain(term)}"' if " " in term else plain(term) + star


def plain(text: str) -> str:
    """Return the words of a text as we fold them, with blanks between."""
    return " ".join(token.norm for token in tokenize(text))


def texts(count: int) -> list[str]:
    """Return made-up texts, each in one script; the n-th word is about n times as rare as the first."""
    return [_text(random.Random(number), _SYLLABLES[number % len(_SYLLABLES)]) for number in range(count)]


def _text(chance: random.Random, syllables: Sequence[str]) -> str:
    ranks = [int(_WORDS ** chance.random()) for _ in range(chance.randint(20, 280))]
    words = ["".join(syllables[int(digit)] for digit in str(rank + 9)) for rank in ranks]
    sentences = (" ".join(words[first : first + 12]) for first in range(0, len(words), 12))
    return ". ".join(sentence[0].upper() + sentence[1:] for sentence in sentences) + "."


def wanted(texts: Sequence[str], count: int) -> list[Wanted]:
    """Return ``count`` topics over the texts, the same ones for the same texts."""
    chance = random.Random(11)
    split = [_WORD.findall(text.lower()) for text in texts]
    words = _between(Counter(word for text in split for word in set(text)), len(texts), _RARE)
    pairs = Counter(" ".join(pair) for text in split for pair in set(pairwise(text)))
    prefixes = [f"{word[:-2]}*" for word in words if word.isascii() and len(word) > 6]
    made = _topics(chance, words, _between(pairs, len(texts), _RARE_PAIR), prefixes)
    return [next(made) for _ in range(count)]


def _between(counts: Counter[str], texts: int, rare: float) -> list[str]:
    return sorted(one for one, count in counts.items() if rare * texts <= count <= _COMMON * texts)


def _topics(
    chance: random.Random, words: list[str], pairs: list[str], prefixes: list[str]
) -> Iterator[Wanted]:
    def group() -> tuple[str, ...]:
        stocks = chance.choices((words, pairs, prefixes), (60, 27, 13), k=chance.randint(3, 8))
        return tuple(dict.fromkeys(map(chance.choice, stocks)))

    number = 0
    while True:
        number += 1
        kind = number % 20
        left, right = chance.choice(pairs).split()
        near = (left, right, 10) if kind < 5 else None
        none = (chance.choice(words),) if kind > 17 else ()
        yield Wanted(f"t{number}", (group(),) if near else (group(), group()), near, none)


def read(path: Path) -> list[Wanted]:
    """Return the topics of a file: a JSON object a line with id, all, near, none."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Wanted(
            row["id"], tuple(map(tuple, row["all"])), tuple(row["near"]) if row["near"] else None,
            tuple(row["none"]),
        )
        for row in rows
    ]  # fmt: skip


STYLES: Mapping[str, Callable[[str], str]] = {
    "folded": lambda query: f">-\n      {query}",
    "plain": lambda query: query,
    "single quotes": lambda query: "'" + query.replace("'", "''") + "'",
    "double quotes": lambda query: '"' + query.replace("\\", "\\\\").replace('"', '\\"') + '"',
}
"""How people write queries in YAML."""


def yaml_of(topics: Sequence[Topic], style: str = "folded") -> str:
    """Return a watchlist as a person writes one."""
    entries = (
        f"  - id: {topic.id}\n    name: {topic.id}\n    severity: high\n"
        f"    query: {STYLES[style](topic.query)}\n"
        for topic in topics
    )
    return "version: 1\ntopics:\n" + "".join(entries)
