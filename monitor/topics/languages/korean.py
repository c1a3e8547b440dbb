"""Korean: particles (josa), the plural, the copula and the endings of 하다 and 되다 come off a word.

Only what is certain to be an ending goes: 북한이, 북한에서는 and 북한군들의 give 북한 and 북한군, while
북한산 (a mountain) and 북한강 (a river) stay whole. Many particles have one form after a consonant and
another after a vowel; that is checked, so that the 이 of 아이 is not taken for one. A word can be read
in several ways: all are given. 인 can be the copula or a person: 러시아인 is found by 러시아.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.topics.languages.language import Language, Sought

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
_LATER_AFTER_CONSONANT = """
으로선 으로서는 으로서도 으로서의 으로는 으로만 으로까지 이라면 이라며 이라면서 이라서 이랑 이든 이든지
이던 이었던 이었으며 이었지만 이야말로
"""
_LATER_AFTER_VOWEL = """
로선 로서는 로서도 로서의 로는 로만 로까지 라면 라며 라면서 라서 랑 든 든지 였던 였으며 였지만 야말로
"""
_LATER_AFTER_ANY = """
인데 인데도 인지 인가 인만큼 입니다 이지만 이므로 에다 에다가 에서부터 에게로 에게까지 에까지 대로 하고
하고는 까지만 이라야
"""
"""Endings that a name of one syllable hardly ever has, while other words end so: 사랑 is not 사 with one."""
_PLURAL, _COPULA = "들", "인"
_PLAIN = """
다 는 고 며 면 면서 기 지 자 려 려는 려고 려면 려다 도록 던 나 는데 는데도 는지 니 니까 더라도 더니 게
거나 고서 고도 고는 고자 기로 기도 기는 기에 기까지 기만 기를 기가 기위해 지만 지는 지도 자마자 자고 자는
느냐 라 라고 라는 라며 므로 겠다 겠다고 겠다는 겠다며 겠다면 겠지만 겠느냐 겠습니다
"""
_DECLARED = "다 다고 다고도 다는 다며 다면 다면서 다던 다지만 지 데 데다 만큼"
_AHEAD = "지 지는 지도 까 수록"
_NAMED = "을 은 이 에 에도 으로 으로써 으로서 과 도"
_PAST = f"""
{_DECLARED} 다가 던 고 으며 으나 으면 을 을까 을지 을지도 지만 는데 는데도 는지 음 음을 음이 음에도 음은
습니다 습니까 느냐 기 기에 더니 더라도 어도 거나 으므로
"""
_LINKED = "서 도 야 라 온 왔다"
_FORMAL = "니다 니까 니다만"
_VERBS = (
    ("하 되 시키 당하", _PLAIN),
    ("한 된 시킨 당한", f"_ {_DECLARED}"),
    ("할 될 시킬 당할", f"_ {_AHEAD}"),
    ("함 됨 시킴 당함", f"_ {_NAMED}"),
    ("했 하였 됐 되었 시켰 당했 받았", _PAST),
    ("해 하여 돼 되어 시켜 당해 받아", f"_ {_LINKED}"),
    ("합 됩 시킵 당합 받습", _FORMAL),
    ("받", "다 은 는 고 던 을 지 기 기로 는다 는다고 는다는 는다며 으며 으면 자 도록 게 는데 지만"),
)
"""Stems, and the endings that go with each of them; _ is none."""
_SHORTEST_BEFORE = 2
"""북한 is not 북 with an ending."""
_HANGUL = re.compile("[가-힣]")
_FIRST, _PER_VOWEL = 0xAC00, 28
_RIEUL = 8
_TOGETHER = """
북러 러북 북미 미북 북중 중북 북일 남북 한미 한중 한러 한일 미중 미러 러미 미일 중러 러중 중일 러우 우러
조로 조중 로조 한미일 한중일 북중러 미중러 중러북 북러중
"""
"""States named by a syllable each: 북러 is also written 북·러."""
_FUNCTION_WORDS = """
이 그 저 것 수 등 및 또 또는 그리고 하지만 그러나 그런데 따라서 때문에 위해 위한 대해 대한 통해 따라
따르면 관련 관해 의해 함께 있다 있는 있습니다 있었다 없다 없는 했다 한다 하는 하고 한 된다 됐다 되는 된
더 가장 각 이번 그는 그녀는 그의 이를 이는 이에 이와 것으로 것은 것이 것을 것이다 라고 고 며
"""

_Sound = tuple[str, int]
"""What an ending follows (consonant, vowel, any), and how many syllables at least."""


def _all_endings() -> dict[str, _Sound]:
    verbal = {
        f"{stem}{ending.strip('_')}": ("any", _SHORTEST_BEFORE)
        for stems, endings in _VERBS
        for stem in stems.split()
        for ending in endings.split()
    }
    later = {
        **dict.fromkeys(_LATER_AFTER_CONSONANT.split(), ("consonant", _SHORTEST_BEFORE)),
        **dict.fromkeys(_LATER_AFTER_VOWEL.split(), ("vowel", _SHORTEST_BEFORE)),
        **dict.fromkeys(_LATER_AFTER_ANY.split(), ("any", _SHORTEST_BEFORE)),
    }
    particles = {
        **dict.fromkeys(_AFTER_CONSONANT.split(), ("consonant", 1)),
        **dict.fromkeys(_AFTER_VOWEL.split(), ("vowel", 1)),
        **dict.fromkeys(_AFTER_ANY.split(), ("any", 1)),
    }
    return verbal | later | particles


_ENDINGS = _all_endings()
_LONGEST = max(map(len, _ENDINGS))


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Return the word and whatever is left of it without its endings, the longest first."""
    found = {word: None} | dict.fromkeys(_without_ending(word))
    for suffix in (_COPULA, _PLURAL, _COPULA):
        bare = [one for one in found if one.endswith(suffix) and len(one) > _SHORTEST_BEFORE]
        found |= dict.fromkeys(one.removesuffix(suffix) for one in bare)
    return tuple(sorted(found, key=len, reverse=True))


def _without_ending(word: str) -> Iterator[str]:
    for length in range(1, min(_LONGEST, len(word) - 1) + 1):
        ending = word[-length:]
        sound = _ENDINGS.get(ending)
        if sound and len(word) - length >= sound[1] and _fits(word[-length - 1], ending, sound[0]):
            yield word[:-length]


def _fits(last: str, ending: str, sound: str) -> bool:
    """Whether the particle's form agrees with the sound before it; after ㄹ it is 로, not 으로."""
    if sound == "any" or not _HANGUL.match(last):
        return True
    final = (ord(last) - _FIRST) % _PER_VOWEL
    if ending.startswith("로") and final == _RIEUL:
        return True
    return (final != 0) == (sound == "consonant")


def sought(word: str) -> Sought:
    """Return what a word finds, which is taken as it is: 김정은 only looks like a word with a particle."""
    return Sought((word,))


KOREAN = Language(
    code="ko",
    reads=lambda word: _HANGUL.search(word) is not None,
    stems=stems,
    sought=sought,
    function_words=frozenset(_FUNCTION_WORDS.split()),
    alike=tuple((states, " ".join(states)) for states in _TOGETHER.split()),
    letters="가-힣",
    dots="\u318d\u119e",
)
