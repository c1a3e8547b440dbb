"""Tables of words that follow no rule, written as lines of text.

The stem of such a word is its base form with a 0, so that it is no other word's: рот is no form of рота.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain


def by_base(rows: str) -> dict[str, str]:
    """Return form -> stem. Rows end with ``;`` and hold all forms of a word, the base form first."""
    groups = [row.split() for row in rows.split(";")]
    return {form: f"{group[0]}0" for group in groups for form in group}


def by_stem(pairs: str, endings: Collection[str]) -> dict[str, str]:
    """Return form -> stem, for pairs of a base form and what takes ``endings``."""
    words = iter(pairs.split())
    return {
        form: f"{base}0"
        for base, oblique in zip(words, words, strict=True)
        for form in (base, *to(oblique, endings))
    }


def to(stem: str, endings: Collection[str]) -> list[str]:
    """Return the stem with each of the endings."""
    return [f"{stem}{ending}" for ending in endings]


class Verbs:
    """Verbs by their infinitive, with what else they have for forms, behind any of the prefixes.

    A row is ``infinitive: forms``, where ``ід+е`` stands for ід with all endings that go with е. A row that
    begins with ``-`` holds behind a prefix only.
    """

    def __init__(self, rows: str, endings: Mapping[str, Collection[str]], prefixes: str) -> None:
        self._forms: dict[str, tuple[str, ...]] = {}
        for row in rows.split(";"):
            infinitive, forms = row.split(":")
            self._forms[infinitive.strip()] = tuple(
                chain.from_iterable(
                    to(stem, endings[ending]) if plus else (stem,)
                    for stem, plus, ending in (form.partition("+") for form in forms.split())
                )
            )
        self._lengths = sorted({len(infinitive) for infinitive in self._forms}, reverse=True)
        self._prefixes = frozenset(("", *prefixes.split()))

    def forms(self, infinitive: str) -> Iterator[str]:
        """Yield the forms of a verb, none if it has no row."""
        for length in self._lengths:
            prefix, root = infinitive[:-length], infinitive[-length:]
            if root in self._forms and prefix in self._prefixes:
                yield from to(prefix, self._forms[root])
                yield from to(prefix, self._forms.get(f"-{root}", ())) if prefix else ()
                return
