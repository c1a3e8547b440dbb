"""What stands around a piece of news and is not what it is about: datelines, credits and links. Pure.

``Москва`` in "МОСКВА, 5 мая - РИА Новости" tells where the reporter sat, "Photo: TASS" who took the picture,
and what follows "Read also:" is another article. Blanks take their place, so that all else stays where it is.
A headline is left whole: what looks like a credit there can be its subject.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from monitor.topics.found import Text

_CAPITAL = "A-ZА-ЯЁІЇЄҐ"
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[яй]|июн|июл|авг|сен|окт|ноя|дек"
    r"|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру)[^\W\d_]*\.?"
)
_DATE = (
    rf"(?i:\d{{1,2}}\.?\s+{_MONTH}|{_MONTH}\s+\d{{1,2}})(?:,?\s+\d{{4}})?(?:\s+г\b)?"
    r"(?:,\s+\d{1,2}[:.]\d\d)?[.,]?\s*"
)
_WORD = rf"[{_CAPITAL}][\w'’-]*(?:\.\w+)*"
_NAME = rf"{_WORD}(?:[ /]{_WORD}){{0,3}}"
_PLACE = rf"{_NAME}(?:,\s+{_NAME})?"
_DASH = r"\s*[-–—]+(?=\s)"
_DATELINE = re.compile(
    rf"\s*(?:{_PLACE}[,.]?\s+{_DATE}"
    rf"(?:/[^/\n]{{2,30}}/\.?(?:{_DASH})?|\([^()\n]{{2,30}}\)\.?(?:{_DASH})?"
    rf"|(?:{_DASH}\s*)?{_NAME}\.(?=\s)|{_NAME}{_DASH}|{_DASH})"
    rf"|{_PLACE}\s*\([{_CAPITAL}][^()\n]{{1,20}}\){_DASH}"
    rf"|[{_CAPITAL}]{{3,}}(?:[ -][{_CAPITAL}]+)*,\s+{_NAME}{_DASH}"
    r"|[(\[][^()\[\]=\n]{1,20}=[^()\[\]\n]{2,20}[)\]](?:[^=\n]{2,30}=)?)"
)
"""MOSCOW, May 5. /TASS/. or Москва. 5 мая. ИНТЕРФАКС - or KYIV (Reuters) - or (모스크바=연합뉴스) 기자 ="""
_LONGEST = 160
"""Characters of a dateline or a credit; this also bounds the time that a hostile text can take."""
_SLASHED = re.compile(rf"(?<!\S)/[{_CAPITAL}][\w .-]{{1,20}}/(?=[.\s]|$)")
"""/TASS/"""
_BYLINE = re.compile(r"(?i)\((?:additional |with )?(?:reporting|writing|editing) by [^()\n]{2,200}\)")
_SIGN = re.compile("[:=]")
_LABELS = frozenset(
    """
    photo photos image фото світлина 사진 사진제공 제공
    also more read related news stories this live читайте также еще ещё смотрите теме тему
    також ще дивіться темою 관련기사 기사
    """.split()
)
"""Last words of labels: few words before a sign need a closer look."""
_HEAD = 24
"""Characters in which a label stands."""
_PICTURE = re.compile(r"(?i)(?<!на )\b(?:photos?|image|фото|світлина)\s?$|사진(?:\s?제공)?\s?$")
_LINK = re.compile(
    r"(?i)\b(?:(?:read|see) also|also read|read more|related(?: news| stories)?|more on this|(?<=\s)live"
    r"|(?:читайте|смотрите)(?: также| ещ[её])?|также читайте|(?:материалы |ещ[её] )?по теме|на эту тему"
    r"|(?:читайте|дивіться)(?: також| ще)?|також читайте|за темою|на цю тему)\s?$|관련\s?기사\s?$"
)
_NAMES = re.compile(rf"\s*(?:[\"«{_CAPITAL}가-힣][^\s,;.|)\]]*[ /,]*){{1,5}}")
_SENTENCE = re.compile(r"[^\n]{0,300}?(?:[.!?…](?=\s|$)|\n|$)")


def without_credits(text: Text) -> Text:
    """Return the text with blanks for datelines, credits and links in its summary and body."""
    summary, body = _blanked(text.summary), _blanked(text.body)
    if summary is text.summary and body is text.body:
        return text
    return replace(text, summary=summary, body=body)


def _blanked(field: str) -> str:
    """Return the field itself if there is nothing to blank."""
    places = list(_places(field))
    if not places:
        return field
    letters = list(field)
    for start, end in places:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def _places(field: str) -> Iterator[tuple[int, int]]:
    if found := _DATELINE.match(field, 0, _LONGEST):
        yield found.span()
    if "/" in field:
        yield from (found.span() for found in _SLASHED.finditer(field))
    if "ing by " in field:
        yield from (found.span() for found in _BYLINE.finditer(field))
    covered = 0
    for sign in _SIGN.finditer(field):
        if sign.start() < covered:
            continue
        before = field[max(0, sign.start() - _HEAD) : sign.start()]
        words = before.lower().split()
        if words and words[-1].lstrip("([") in _LABELS and (found := _credited(field, before, sign.end())):
            covered = found.end()
            yield sign.start(), covered


def _credited(field: str, before: str, start: int) -> re.Match[str] | None:
    """Return what stands at ``start`` if what is written before it is the label of a credit or a link."""
    if _PICTURE.search(before):
        return _NAMES.match(field, start, start + _LONGEST)
    return _SENTENCE.match(field, start) if _LINK.search(before) else None
