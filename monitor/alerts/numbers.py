"""The numbers in a text, by what they are worth: «10 тыс.», 10,000 and 1만 are the same. Pure.

Times of day, dates in digits, ordinals (2nd, 2보) and what follows a letter (Su57) are none: some change with
every edit, and the others count nothing.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from unicodedata import category

_SCALES = {
    "thousand": 1_000, "тыс": 1_000, "тысяч": 1_000, "тис": 1_000, "тисяч": 1_000,
    "million": 1_000_000, "mln": 1_000_000, "млн": 1_000_000, "миллион": 1_000_000, "мільйон": 1_000_000,
    "billion": 1_000_000_000, "bn": 1_000_000_000, "млрд": 1_000_000_000, "миллиард": 1_000_000_000,
    "мільярд": 1_000_000_000, "k": 1_000, "m": 1_000_000,
}  # fmt: skip
_SCALE = "|".join(sorted(_SCALES.keys() - {"k", "m"}, key=len, reverse=True)) + r"|(?<=\d)[km]\b"
"""A mere k stands for thousands right behind the digits, and not where it begins a word: 10k, but 10 km."""
_SMALL = {"십": 10, "백": 100, "천": 1_000}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_PLAIN = r"(?:\d{1,3}(?:[.,'’\s]\d{3})+|\d+(?:[.,]\d+)?)(?![.,]?\d)"
_DATE = r"\d{4}-\d\d?-\d\d?|\d\d?/\d\d?/\d{4}|(?:\d{4}년\s?)?\d\d?월\s?\d\d?일"
_KOREAN = rf"{_PLAIN}\s?[십백천만억조]+(?:\s?{_PLAIN}\s?[십백천만억조]+)*(?:\s?{_PLAIN})?"
_NUMBER = re.compile(
    rf"(?<![^\W가-힣])(?<!\d[:.,])(?:(?P<date>{_DATE})|(?P<korean>{_KOREAN})|(?P<plain>{_PLAIN})"
    rf"(?!(?:st|nd|rd|th|보)\b)(?:\s?(?P<scale>{_SCALE})[^\W\d_]*)?)(?!:?\d)",
    re.IGNORECASE,
)
_PAIR = re.compile(rf"({_PLAIN})\s?([십백천만억조]*)")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3})+")
_MARKS = re.compile(r"[.,'’\s]")


def numbers(text: str) -> Iterator[str]:
    """Yield what the numbers in a text are worth, in digits."""
    for found in _NUMBER.finditer(text):
        if found["date"]:
            continue
        value = _korean(found["korean"]) if found["korean"] else _plain(found["plain"]) * _scale(found)
        yield f"{value.normalize():f}"


def _scale(found: re.Match[str]) -> int:
    """Return what the word behind a number multiplies it by: a mere m is a million of money, else metres."""
    scale = (found["scale"] or "").lower()
    before = found.string[max(0, found.start() - 1) : found.start()]
    if scale == "m" and not (before and category(before) == "Sc"):
        return 1
    return _SCALES.get(scale, 1)


def _plain(digits: str) -> Decimal:
    """Return a number whose marks stand between thousands, or one of which is the decimal one."""
    return Decimal(_MARKS.sub("" if _GROUPED.fullmatch(digits) else ".", digits))


def _korean(words: str) -> Decimal:
    """Return a number of digits and units, 1만 2천 for one: units from 만 on multiply all before them."""
    whole = part = Decimal(0)
    for digits, units in _PAIR.findall(words):
        number = _plain(digits)
        for unit in units:
            if unit in _SMALL:
                number *= _SMALL[unit]
            else:
                whole, part, number = whole + (part + number) * _LARGE[unit], Decimal(0), Decimal(0)
        part += number
    return whole + part
