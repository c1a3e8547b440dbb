"""Korean: particles (josa), the plural and the endings of verbs with 하다 and 되다 come off a word.

Only what is certain to be an ending goes: 북한이, 북한에서는 and 북한군들의 give 북한 and 북한군, while
북한산 (a mountain) and 북한강 (a river) stay whole. Many particles have one form after a consonant and
another after a vowel; that is checked, so that the 이 of 아이 is not taken for one. A word can be read
in several ways: all are given.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_AFTER_CONSONANT = """
은 이 을 과 아 으로 으로서 으로써 으로부터 으로의 으로도 이나 이란 이라 이라고 이라는 이며 이고 이자
이다 이었다
"""
_AFTER_VOWEL = """
는 가 를 와 야 로 로서 로써 로부터 로의 로도 나 란 라 라고 라는 며 고 자 다 였다
"""
_AFTER_ANY = """
의 에 도 만 에서 에게 에게서 께 께서 한테 까지 부터 마저 조차 처럼 보다 만큼 같이 이나마 밖에 마다 뿐 씩
간 측 발 에는 에도 에만 에의 에서는 에서도 에서의 에서만 에선 에겐 엔 에게는 에게도 까지도 까지의 까지는
부터는 부터의 만의 만이 만을 만은 과의 와의 과는 와는 과도 와도 보다는 처럼은 이라도 라도 뿐만 측은 측이
측의 측에 측과 측도 발로
"""
_PLURAL = "들"
_VERBAL = """
하다 한다 했다 하는 한 할 해 하고 하며 하면 하면서 하기 함 했던 했으며 했고 했으나 해서 하자 하려 하려는
하도록 한다고 했다고 할지 하지 해야 하라 하나 하던 하겠다 할까 했을 했는데 하는데 합니다 했습니다 되다
된다 됐다 되었다 되는 된 될 돼 되고 되며 되면 되어 됨 됐던 됐으며 됐고 된다고 됐다고 될지 되지 됩니다
됐습니다 시키다 시킨 시킬 시켰다 시키는 시켜 시키고 받은 받다 받는 받아 받았다 당한 당했다 당하다 당해
"""
_SHORTEST_BEFORE_VERBAL = 2
"""북한 is not 북 with an ending."""
_HANGUL = re.compile("[가-힣]")
_FIRST, _PER_VOWEL = 0xAC00, 28
_RIEUL = 8


_FORMS = (
    dict.fromkeys(_AFTER_CONSONANT.split(), "consonant")
    | dict.fromkeys(_AFTER_VOWEL.split(), "vowel")
    | dict.fromkeys(_AFTER_ANY.split(), "any")
)
"""Particle -> the sound that it follows."""
_VERBAL_ENDINGS = frozenset(_VERBAL.split())
_LONGEST = max(map(len, (*_FORMS, *_VERBAL_ENDINGS)))


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Return the word and whatever is left of it without its endings, the longest first."""
    found = {word: None}
    if _HANGUL.search(word):
        found |= dict.fromkeys(_without_ending(word))
        plurals = [bare for bare in found if bare.endswith(_PLURAL) and len(bare) > 2]
        found |= dict.fromkeys(bare.removesuffix(_PLURAL) for bare in plurals)
    return tuple(sorted(found, key=len, reverse=True))


def _without_ending(word: str) -> Iterator[str]:
    for length in range(1, min(_LONGEST, len(word) - 1) + 1):
        bare, ending = word[:-length], word[-length:]
        is_particle = ending in _FORMS and _fits(bare[-1], ending, _FORMS[ending])
        if is_particle or (ending in _VERBAL_ENDINGS and len(bare) >= _SHORTEST_BEFORE_VERBAL):
            yield bare


def _fits(last: str, ending: str, sound: str) -> bool:
    """Whether the particle's form agrees with the sound before it; after ㄹ it is 로, not 으로."""
    if sound == "any" or not _HANGUL.match(last):
        return True
    final = (ord(last) - _FIRST) % _PER_VOWEL
    if ending.startswith("로") and final == _RIEUL:
        return True
    return (final != 0) == (sound == "consonant")
