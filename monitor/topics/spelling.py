"""What a term's tokens must be, in each way to write it: North Korea, N. Korea, NKorea; 북러, 북·러.

Which ways there are, the languages say. It is done when a watchlist is read, so a text's words need no care.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from monitor.topics.languages import LANGUAGES
from monitor.topics.nodes import Word
from monitor.topics.text import tokenize

Kind = Literal["exact", "inflected", "prefix"]
Key = tuple[Kind, str]
"""What a token must be."""
_Norms = tuple[str, ...]


def _others() -> dict[str, list[tuple[_Norms, _Norms]]]:
    """Return first norm -> the phrases that it begins, each with another way to write it."""
    others: dict[str, list[tuple[_Norms, _Norms]]] = {}
    for group in (group for language in LANGUAGES for group in language.alike):
        phrases = [tuple(phrase.split()) for phrase in group]
        for one in phrases:
            others.setdefault(one[0], []).extend((one, other) for other in phrases if other != one)
    return others


_OTHERS = _others()


def keys_of(word: Word) -> tuple[Key, ...]:
    """Return what each token of a word must be. A star after ``Jong-un`` is about its last token."""
    norms = [token.norm for token in tokenize(word.text)]
    kind: Kind = "exact" if word.exact else "inflected"
    return (*((kind, norm) for norm in norms[:-1]), ("prefix" if word.prefix else kind, norms[-1]))


def begins_another(key: Key) -> bool:
    """Return whether a phrase that can be written in another way may begin with this."""
    return key[1] in _OTHERS


def spellings(keys: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
    """Yield the keys of a term as given, and each with one phrase in it written in another way."""
    yield tuple(keys)
    for place, (_, norm) in enumerate(keys):
        for phrase, other in _OTHERS.get(norm, ()):
            end = place + len(phrase)
            kinds, norms = zip(*keys[place:end], strict=True)
            if norms == phrase and "exact" not in kinds and "prefix" not in kinds[:-1]:
                changed: list[Key] = [("inflected", one) for one in other]
                changed[-1] = (kinds[-1], other[-1])
                yield (*keys[:place], *changed, *keys[end:])
