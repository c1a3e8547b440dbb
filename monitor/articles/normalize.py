"""Markup or text -> plain text that is safe to store, send and compare. Pure."""

import html
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import cache
from html.entities import html5

from monitor.articles.markup import without_tags

ELLIPSIS = "…"
"""The mark of what was cut."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = timedelta(days=2)
"""How far ahead of us a feed's clock may be."""
_ROUNDS = 5
"""How often text may turn out to be markup once more. Feeds in good faith escape twice at most."""
_WORD_SEARCH = 80
"""Characters to go back for the end of a word: Chinese and Japanese have none."""

# Control characters; invisible ones that hide words or turn their direction; what XML forbids. White space
# and the marks that emoji are made with (U+FE0F) stay.
_HIDDEN = (
    "\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
    "\U00013430-\U00013455\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
_STACKING = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u1dff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u309a\ua66f-\uabff"
    "\ufb1e\ufe20-\ufe2f\U00010000-\U0001ffff"
)
"""The blocks that have marks, roughly."""
_PAIRS = "\ud800-\udfff"
_UNUSUAL = re.compile(f"[{_HIDDEN}{_STACKING}{_PAIRS}]")
"""Looking for these is quick, and most texts have none."""
_UNSETTLED = re.compile(f"[<&{_HIDDEN}{_STACKING}{_PAIRS}]")
"""What has none of these is not changed by another round."""
_UNWANTED = re.compile(f"\x1b\\[[0-?]*[ -/]*[@-~]|[{_HIDDEN}]")  # terminal sequences too
_MAY_STACK = re.compile(f"[{_STACKING}]")
_SURROGATE = re.compile(f"[{_PAIRS}]")

_CDATA = re.compile(r"<!\[CDATA\[|\]\]>", re.IGNORECASE)
_AMPERSANDS = re.compile(r"&(?:(?:amp|#0*38|#x0*26);)+", re.IGNORECASE)
_ENTITY = re.compile(r"&(#\d{1,9}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKUP_LEFT = re.compile(r"[<&]")


def plain_text(markup: str, limit: int) -> tuple[str, bool]:
    """Return the text of HTML or of text (escaped once, twice or not at all), and whether it was cut.

    The result has at most ``limit`` characters (1 or more), encodes to UTF-8, is in NFC, and is cut at the
    end of a word with a mark. Lines are parted by one line feed; there is no other white space than single
    spaces, no control character and none that cannot be seen. It comes out of a second pass unchanged.
    """
    text = _tidy(markup)
    for _ in range(_ROUNDS):
        if not _UNSETTLED.search(text):
            return _cut(text, limit)
        decoded = _tidy(_decoded(text))
        if decoded == text:
            return _cut(text, limit)
        text = decoded
    # Still not at the bottom: this is no news but an attack, so it loses the means.
    return _cut(_tidy(_MARKUP_LEFT.sub(" ", text)), limit)


def one_line(markup: str, limit: int) -> tuple[str, bool]:
    """Return what ``plain_text`` does, without line breaks: for titles and names."""
    text, cut = plain_text(markup, limit)
    return text.replace("\n", " "), cut


def characters(text: str) -> str:
    """Return a text without the characters that break programs or deceive; pairs of surrogates join."""
    if text.isascii() and text.isprintable():
        return text
    if not _UNUSUAL.search(text):
        return unicodedata.normalize("NFC", text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = _UNWANTED.sub("", text)
    if _MAY_STACK.search(text):
        text = _stacked().sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


@cache
def _stacked() -> re.Pattern[str]:
    """Return what finds more marks on one letter than any script has: composing them takes quadratic time."""
    marks = "".join(char for char in map(chr, range(0x300, 0x20000)) if unicodedata.combining(char))
    return re.compile(f"([{marks}]{{30}})[{marks}]+")


def sane_date(published: datetime | None, now: datetime) -> datetime | None:
    """Return the date in UTC, or ``None`` if it is before 1990 or more than two days after ``now`` (aware).

    A date without a zone counts as UTC.
    """
    if published is None:
        return None
    try:
        moment = published.replace(tzinfo=UTC) if published.tzinfo is None else published.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if EARLIEST <= moment <= now + LATEST else None


def _tidy(text: str) -> str:
    """Return the text with proper characters and even white space."""
    # The control characters that only str.splitlines takes for line ends are gone by then.
    lines = characters(text).splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _decoded(text: str) -> str:
    """Return the text with its tags gone and its entities resolved, each by one level."""
    if "<" in text:
        text = without_tags(_CDATA.sub(" ", text))
    if "&" not in text:
        return text
    return _ENTITY.sub(_character, _AMPERSANDS.sub("&", text))


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    return html.unescape(entity[0]) if name[0] == "#" else html5.get(f"{name};", entity[0])


def _cut(text: str, limit: int) -> tuple[str, bool]:
    """Return the text or its beginning with the mark, in ``limit`` characters at most."""
    if len(text) <= limit:
        return text, False
    room = max(limit - len(ELLIPSIS), 0)
    space = max(
        text.rfind(" ", room - _WORD_SEARCH, room + 1), text.rfind("\n", room - _WORD_SEARCH, room + 1)
    )
    return text[: space if space > 0 else room].rstrip() + ELLIPSIS, True
