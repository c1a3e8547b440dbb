"""What a term's tokens must be, in each way to write it: North Korea, N. Korea, NKorea; 북러, 북·러.

Which ways there are, the languages say. It is done when a watchlist is read, so a text's words need no care.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from monitor.topics.languages import LANGUAGES
from monitor.topics.nodes import Word
from monitor.topics.text import tokenize

Kind = Literal["exact", "inflected", "prefix"]
Key = tuple[Kind, str, bool]
"""What a token must be, and whether it must begin with a capital letter."""
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
    """Return what each token of a word must be. ``Jong-un*`` begins with un, ``^Jong-un`` has a J."""
    norms = [token.norm for token in tokenize(word.text)]
    kind: Kind = "exact" if word.exact else "inflected"
    kinds: list[Kind] = [*[kind] * (len(norms) - 1), "prefix" if word.prefix else kind]
    capitals = [word.capital, *[False] * (len(norms) - 1)]
    return tuple(zip(kinds, norms, capitals, strict=True))


def begins_another(key: Key) -> bool:
    """Return whether a phrase that can be written in another way may begin with this."""
    return key[1] in _OTHERS


def spellings(keys: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
    """Yield the keys of a term as given, and each with one phrase in it written in another way.

    What must be exact or begin with a capital letter is written as it is.
    """
    yield tuple(keys)
    for place, (_, first, _) in enumerate(keys):
        for phrase, other in _OTHERS.get(first, ()):
            end = place + len(phrase)
            kinds, norms, capitals = zip(*keys[place:end], strict=True)
            if norms == phrase and "exact" not in kinds and "prefix" not in kinds[:-1] and not any(capitals):
                changed: list[Key] = [("inflected", one, False) for one in other]
                changed[-1] = (kinds[-1], other[-1], False)
                yield (*keys[:place], *changed, *keys[end:])
