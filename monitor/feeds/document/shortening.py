"""A document without what is far longer than any field may be: it takes the parser's time in vain. Pure."""

import re
from itertools import pairwise

from monitor.feeds.document.asides import ASIDE
from monitor.feeds.document.rescue import entry_starts

LONGEST_TEXT = 1_500_000
"""Characters between two tags, or of markup in one element of text, that are read."""
LONGEST_TAG = 16_384
"""Characters of a tag whose attributes are read: feedparser takes quadratic time for many."""
_LONG_TEXT = re.compile(rf"(?<![^<])[^<]{{{LONGEST_TEXT},}}+")
_ENDING = re.compile(r"\]\]>|-->|\?>")
"""The end of a CDATA section, a comment or an instruction: without it, these took all that follows."""
_CUT_ENTITY = re.compile("&[^&;]{0,10}$")
_DATA = re.compile(r"data:[a-z]{1,20}\\?/[A-Za-z0-9.+;=-]{1,160}+,(?:[\w+/=%.~!*():;@$,?-]|\\/)*+", re.ASCII)
"""What a `data:` address holds; JSON may write its slashes as `\\/`."""
_SHORT_DATA = 1_000
_LONG_TAG = re.compile(
    rf"""{ASIDE}|<(?P<name>[A-Za-z_][\w.:-]*)(?=[\s/])(?=[^<]{{{LONGEST_TAG}}})"""
    r"""(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""",
)
_TEXT = re.compile(
    rf"{ASIDE}|<(?P<name>(?:[\w.-]+:)?(?:title|description|summary|content|encoded|full-text|body))(?=[\s>])[^<>]*(?<!/)>",
)
_CUT_TAG = re.compile(rf"<(?:/?[A-Za-z_][^<>]{{0,{LONGEST_TAG}}}|[!A-Z\[/-]{{0,8}})\Z")
_MOST_LOOKS = 100
"""Elements of one entry whose end is looked for: it may be far away, or nowhere."""
_TAG = re.compile(rf"{ASIDE}|<(?P<slash>/?)(?P<name>[A-Za-z_][\w.:-]*+)[^<>]*+(?<!/)>")


def without_data(text: str) -> str:
    """Return a document without the pictures and fonts in it: their `data:` addresses are no text."""
    if "data:" not in text:
        return text
    return _DATA.sub(lambda found: found[0] if len(found[0]) < _SHORT_DATA else "", text)


def with_short_texts(text: str) -> str:
    """Return XML in which texts and comments are cut that are far longer than any field may be."""
    if len(text) <= LONGEST_TEXT or text[0] in "{[":
        return text
    return _LONG_TEXT.sub(_short_text, text)


def _short_text(found: re.Match[str]) -> str:
    """Return the beginning of a text, and what closes that in which it stands."""
    text = found[0]
    if text[0] not in "!?" and ">" not in text[:LONGEST_TEXT]:
        return text  # a tag, of which a part is none: ``with_short_tags`` is for these
    ending = _ENDING.search(text, LONGEST_TEXT - 2)
    cut = min(LONGEST_TEXT, ending.start()) if ending else LONGEST_TEXT
    return _CUT_ENTITY.sub("", text[:cut]) + (text[ending.start() :] if ending else "")


def with_short_tags(text: str) -> str:
    """Return XML in which tags that are far too long have no attributes."""

    def short(found: re.Match[str]) -> str:
        if not found["name"]:
            return found[0]
        return f"<{found['name']}{'/' if found[0].endswith('/>') else ''}>"

    may_be_long = any(len(piece) > LONGEST_TAG for piece in text.split("<"))
    return _LONG_TAG.sub(short, text) if may_be_long else text


def with_short_entries(text: str) -> str:
    """Return XML whose entries have no element of text with far more markup than any field may be long."""
    if len(text) <= LONGEST_TEXT:
        return text
    starts = [0, *entry_starts(text), len(text)]
    pieces = (text[begin:end] for begin, end in pairwise(starts))
    return "".join(_short_entry(piece) if len(piece) > LONGEST_TEXT else piece for piece in pieces)


def _short_entry(entry: str) -> str:
    at = 0
    for _ in range(_MOST_LOOKS):
        begin = _TEXT.search(entry, at)
        if begin is None:
            break
        at = begin.end()
        if not begin["name"]:
            continue
        end = _end(entry, begin["name"], at)
        if end < 0:
            break  # to look for others as well could take a while
        if end - at > LONGEST_TEXT:
            short = _short_markup(entry[at : at + LONGEST_TEXT])
            entry = entry[:at] + short + entry[end:]
            end = at + len(short)
        at = end
    return entry


def _end(entry: str, name: str, at: int) -> int:
    """Return where an element ends, or -1; in a CDATA section it does not."""
    end = entry.find(f"</{name}>", at)
    while end >= 0 and (start := entry.find("<![CDATA[", at, end)) >= 0:
        at = entry.find("]]>", start)
        if at < 0:
            return -1
        end = end if end > at else entry.find(f"</{name}>", at)
    return end


def _short_markup(markup: str) -> str:
    """Return the beginning of markup with the ends that it lacks."""
    last = max(0, markup.rfind("<"))
    markup = markup[:last] + _CUT_ENTITY.sub("", _CUT_TAG.sub("", markup[last:]))
    open_, aside = list[str](), ""
    for tag in _TAG.finditer(markup):
        if not tag["name"]:
            end = "]]>" if tag[0].startswith("<![") else "-->"
            aside = "" if tag[0].endswith(end) else end
        elif not tag["slash"]:
            open_.append(tag["name"])
        elif open_ and open_[-1] == tag["name"]:
            open_.pop()
    return markup + aside + "".join(f"</{name}>" for name in reversed(open_))
