"""Which encoding a document is really in, whatever its headers and its prolog say. Pure.

Text that decodes as UTF-8 is UTF-8: other encodings of Cyrillic or Hangul practically never do by chance.
Then come the claims that decode without error. A claim of Latin or Cyrillic letters proves nothing, for all
bytes decode by those: it competes with the encodings of our languages, by how likely the outcome looks.
"""

import codecs
import re
from collections.abc import Sequence

_PROLOG = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(r"""^(\s*<\?xml[^>]{0,200}?)\s+encoding\s*=\s*["'][^"'>]{0,60}["']""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDER = {"euc_kr": "cp949", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "ascii": "cp1252"}
"""Pages often use the wider sibling of the encoding that they name."""
_TEXT_CODECS = re.compile(
    r"utf|iso|cp|windows|koi8|euc|ks|big5|gb|shift|sjis|mac|ascii|johab|hz|tis|latin|ptcp|kz"
)
_ANY_BYTES = {"cp1252", "cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic"}
"""By these all bytes are letters, or nearly so."""
_LIKELY = ("cp1251", "koi8-u", "cp949", "cp1252", "iso8859-5", "cp866")
_CYRILLIC = re.compile("[оеаинтсрвлкмдпуіья]")
_CAPITAL = re.compile("[ОЕАИНТСРВЛКМДПУІЬЯ]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_ODD = re.compile(
    "[\u0080-\u009f\ufffdЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђљњќћџЎўҐ¤§©¬®°±µ¶№\u2500-\u25a0\u3130-\u318f]|[À-ÿ](?=[À-ÿ])"
)
_MIXED = re.compile(
    "[A-Za-z](?=[Ѐ-ӿ\u4e00-\u9fff\uac00-\ud7a3À-ß])|[Ѐ-ӿ\u4e00-\u9fff](?=[A-Za-z])|[а-я](?=[А-Я])"
)
"""Two scripts in one word, or a capital within it."""
_WORDS = re.compile(rb"[\x80-\xff]{3}")
"""Without these, there are no words in Cyrillic or Hangul."""
_ACCENTS = re.compile(rb"[A-Za-z][\x80-\xff]")
_STRETCH = re.compile(rb"[A-Za-z]{0,20}[\x80-\xff][A-Za-z\x80-\xff ]{0,1000}")
_PAIRS = re.compile(rb"(?:\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf])+")
"""Characters beyond the first 65,536 as CESU-8 has them, and some databases."""
_BEYOND = re.compile("[\u0080-\ufffc\U00010000-\U0010ffff]")
_ENOUGH = 100_000
"""Bytes by which to judge."""
_CLAIMED = 1.1
"""What a claim counts for, besides what comes of it."""


def decoded(body: bytes, content_type: str) -> str:
    """Return the document as text; what cannot be decoded becomes U+FFFD. Never raises."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    wide = _wide(body[:4])
    if wide:
        return body.decode(wide, "replace")
    claims = _claims(body, content_type)
    for name in claims:
        text = None if name in _ANY_BYTES else _strictly(body, name)
        if text is not None:
            return text
    return _likeliest(body, claims)


def decoded_as_named(body: bytes) -> str:
    """Return an XML document as text, in the encoding that it names itself, or in UTF-8.

    Raises ``UnicodeDecodeError`` or ``LookupError``: for files of which half is worse than nothing.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name)
    named = _PROLOG.match(body)
    name = named.group(1).decode("ascii") if named else "utf-8"
    codec = _codec(name)
    if codec is None:
        raise LookupError(name)
    return body.decode(codec)


def without_declaration(text: str) -> str:
    """Return XML text whose prolog no longer names an encoding."""
    return _DECLARED.sub(r"\1", text, count=1)


def _wide(start: bytes) -> str | None:
    """Return the encoding of a document whose first character, < or {, takes several bytes."""
    if len(start) < 4 or not start.strip(b"\0").startswith((b"<", b"{")):
        return None
    zeros = start.count(0)
    if zeros < 2:
        return None
    return f"utf-{32 if zeros == 3 else 16}-{'be' if start[0] == 0 else 'le'}"


def _claims(body: bytes, content_type: str) -> list[str]:
    named = []
    prolog, header = _PROLOG.match(body), _HEADER.search(content_type)
    if prolog:
        named.append(prolog.group(1).decode("ascii"))
    if header:
        named.append(header.group(1))
    codes = [name for name in map(_codec, named) if name]
    # An escape-coded encoding is plain ASCII to the eye: only then is UTF-8 not tried first.
    escaped = [name for name in codes if name.startswith("iso2022")] if b"\x1b" in body else []
    if b"\x1b$)C" in body:
        escaped.append("iso2022_kr")  # it says so itself
    return [*escaped, "utf-8", *codes]


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name.lower().removeprefix("x-")).name
    except LookupError:
        return "cp949" if name.lower().startswith(("ks", "windows-949", "x-windows-949")) else None
    if not _TEXT_CODECS.match(found) or found in {"utf-7", "idna", "punycode"}:
        return None
    return _WIDER.get(found, found)


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeError, LookupError):
        return None


def _likeliest(body: bytes, claims: Sequence[str]) -> str:
    broken = _PAIRS.sub(_joined, body).decode("utf-8", "replace")
    if broken.count("\ufffd") < 2 * len(re.findall("[\u0400-\u04ff\uac00-\ud7a3]", broken)):
        return broken  # UTF-8 with broken bytes: letters of ours do not come about by chance
    if claims.count("utf-8") > 1 and broken.count("\ufffd") <= len(_BEYOND.findall(broken)):
        return broken  # it says so, and is so for the most part
    claimed = [name for name in claims if name in _ANY_BYTES]
    if not claimed and not _WORDS.search(body):
        return body.decode("cp1252", "replace") if _ACCENTS.search(body) else broken
    sample = b"\n".join(_STRETCH.findall(body))[:_ENOUGH]

    def looks(name: str) -> float:
        return _looks(sample.decode(name, "replace")) + _CLAIMED * (name in claims)

    return body.decode(max((*claimed, *_LIKELY, "utf-8"), key=looks), "replace")


def _joined(pairs: re.Match[bytes]) -> bytes:
    """Return in UTF-8 what is written as pairs of surrogates."""
    halves = pairs[0].decode("utf-8", "surrogatepass")
    return halves.encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _looks(text: str) -> float:
    """Return how much a text looks like one of our languages."""
    letters = (
        len(_CYRILLIC.findall(text)) + 0.9 * len(_CAPITAL.findall(text)) + 2 * len(_HANGUL.findall(text))
    )
    return letters - 3 * len(_ODD.findall(text)) - 4 * len(_MIXED.findall(text))
