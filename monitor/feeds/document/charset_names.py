"""By which name Python knows the encoding that a document names. Pure."""

import codecs
import re

_WIDER = {"euc_kr": "cp949", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "ascii": "cp1252"}
"""Pages often use the wider sibling of the encoding that they name."""
_PAGE = re.compile(r"(?:windows|win|cp|ms|msdos|dos|ibm|ansi|microsoftcp)?([0-9]{3,5})")
"""The number of a code page, whoever is said to have made it, without signs."""
_PARTS = re.compile(r"iso8859([0-9]{1,2})e?")
_ALIASES = {
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "koi8ru": "koi8-u",
    "cskoi8u": "koi8-u",
    "cseuckr": "euc_kr",
    "isoir149": "euc_kr",
    "windows31j": "cp932",
    "cswindows31j": "cp932",
    "sjis": "shift_jis",
    "mscyrillic": "cp1251",
    "windowscyrillic": "cp1251",
    "isoir111": "koi8-r",
    "macukrainian": "mac-cyrillic",
    "xbig5": "big5",
    "big5eten": "big5",
    "csgb2312": "gb18030",
    "utf8mb4": "utf-8",
    "unicode11utf8": "utf-8",
}
"""What sites and standards call encodings that Python knows by other names, without signs."""
_TEXT_CODECS = re.compile(
    r"utf|iso|cp|windows|koi8|euc|ks|big5|gb|shift|sjis|mac|ascii|johab|hz|tis|latin|ptcp|kz"
)


def codec_of(name: str) -> str | None:
    """Return the codec that is meant, or its wider sibling; ``None`` if it is none for text."""
    name = name.lower().removeprefix("x-")
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = _alias(re.sub("[^a-z0-9]", "", name))
    if not _TEXT_CODECS.match(found) or found in {"utf-7", "idna", "punycode"}:
        return None
    return _WIDER.get(found, found)


def _alias(name: str) -> str:
    """Return by which name Python knows an encoding; ``""`` if it does not."""
    page, part = _PAGE.fullmatch(name), _PARTS.fullmatch(name)
    meant = f"cp{page[1]}" if page else f"iso8859-{part[1]}" if part else _ALIASES.get(name, "")
    if name.startswith("ks"):
        meant = "cp949"
    try:
        return codecs.lookup(meant).name
    except LookupError:
        return ""
