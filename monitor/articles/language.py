"""In which language a text is. Pure.

Script first, for it is nearly certain in our four languages; then what the feed says; then pycld2.
"""

import re
from collections import Counter

import pycld2

UNKNOWN = "und"
SAMPLE = 1_000
"""Characters looked at: more would not change the answer."""

_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]+")
_KANA = re.compile("[\u3041-\u30ff]+")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_CYRILLIC = re.compile("[\u0400-\u052f]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]+")
_UKRAINIAN = re.compile("[ґєіїҐЄІЇ]+")
_RUSSIAN = re.compile("[ыэъёЫЭЪЁ]+")
_NEITHER = re.compile("[ўјљњћџђѓќўЎЈЉЊЋЏЂЃЌ]")
_WORD = re.compile(r"[^\W\d_]+")
_ONLY_UKRAINIAN = frozenset(
    {
        "та",
        "або",
        "але",
        "від",
        "із",
        "що",
        "як",
        "це",
        "під",
        "між",
        "також",
        "було",
        "були",
        "який",
        "яка",
        "яке",
    }
    | {"цього", "вже", "ще", "коли", "де", "чому", "року", "років", "лише", "тому", "щоб", "після", "перед"}
    | {"росії", "росія", "росію", "війна", "проти", "заявив", "сказав", "буде", "про"}
)
_ONLY_RUSSIAN = frozenset(
    {
        "и",
        "или",
        "но",
        "от",
        "из",
        "что",
        "как",
        "это",
        "под",
        "между",
        "также",
        "было",
        "были",
        "который",
        "которая",
    }
    | {
        "которое",
        "этого",
        "уже",
        "когда",
        "где",
        "почему",
        "сказал",
        "заявил",
        "года",
        "лет",
        "против",
        "только",
    }
    | {"потому", "чтобы", "россию", "россия", "россии", "война", "после", "при", "о", "будет"}
)
_GUESSES = frozenset(code for _, code in pycld2.LANGUAGES)
_TELLING = _ONLY_UKRAINIAN | _ONLY_RUSSIAN


def detect(title: str, text: str, hint: str | None) -> str:
    """Return the language as ISO 639-1, or ``und``. ``hint`` is what the feed says of itself."""
    sample = f"{title}\n{text}"[:SAMPLE]
    known = _code(hint)
    if sample.isascii():
        return _other(sample, known) if _LATIN.search(sample) else (known or UNKNOWN)
    if _HANGUL.search(sample):
        return "ko" if _count(_HANGUL, sample) * 4 >= _count(_KANA, sample) else "ja"
    if _KANA.search(sample):
        return "ja"
    cyrillic, latin = _count(_CYRILLIC, sample), _count(_LATIN, sample)
    han = _count(_HAN, sample)
    if han and han >= cyrillic and han * 3 >= latin:
        return known if known in {"ko", "ja", "zh"} else "zh"
    if cyrillic * 2 >= latin and cyrillic:
        return _cyrillic(sample, known)
    return _other(sample, known) if latin else (known or UNKNOWN)


def _count(letters: re.Pattern[str], sample: str) -> int:
    return sum(map(len, letters.findall(sample)))


def _cyrillic(sample: str, hint: str | None) -> str:
    ukrainian, russian = _count(_UKRAINIAN, sample), _count(_RUSSIAN, sample)
    if _NEITHER.search(sample):
        return _guessed(sample, hint) or hint or UNKNOWN
    if ukrainian != russian:
        return "uk" if ukrainian > russian else "ru"
    words = [word.lower() for word in _WORD.findall(sample)]
    telling = Counter("uk" if word in _ONLY_UKRAINIAN else "ru" for word in words if word in _TELLING)
    if telling["uk"] != telling["ru"]:
        return "uk" if telling["uk"] > telling["ru"] else "ru"
    if hint in {"ru", "uk", "bg", "be", "sr", "mk", "kk"}:
        return hint
    return _guessed(sample, "ru") or "ru"


def _other(sample: str, hint: str | None) -> str:
    return _guessed(sample, hint if hint in _GUESSES else "en") or hint or UNKNOWN


def _guessed(sample: str, likely: str | None) -> str | None:
    """Return what pycld2 takes it for. It is sure of a few words too, so it is told what is likely."""
    hint = {"hintLanguage": likely} if likely in _GUESSES else {}
    try:
        reliable, _, best = pycld2.detect(sample.encode("utf-8", "replace"), bestEffort=True, **hint)
    except pycld2.error:
        return None
    code = best[0][1]
    return code[:2] if reliable and code != "un" else None


def _code(hint: str | None) -> str | None:
    code = (hint or "").strip().lower().replace("_", "-").split("-")[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None
