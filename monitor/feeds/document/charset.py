"""Which encoding a document is really in, whatever its headers and its prolog say. Pure.

Text that decodes as UTF-8 is UTF-8: other encodings of Cyrillic or Hangul practically never do by chance.
Then come the claims that decode without error. A claim of Latin or Cyrillic letters proves nothing, for all
bytes decode by those: it competes with the encodings of our languages, by how likely the outcome looks. Nor
does one of Chinese or Japanese, if the text makes sense in one of ours. A byte order mark is a claim as well.
"""

import codecs
import re
from collections.abc import Sequence

from monitor.feeds.document.charset_names import codec_of

_PROLOG = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(r"""^(\s*<\?xml[^>]{0,200}?)(?<!\s)\s++encoding\s*=\s*["'][^"'>]{0,60}["']""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = (
    (re.compile(rb"(?:[\t\n\r ]\0\0\0)*[<{]\0\0\0[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"(?:\0\0\0[\t\n\r ])*\0\0\0[<{]\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"(?:[\t\n\r ]\0)*[<{]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"(?:\0[\t\n\r ])*\0[<{]\0[^\0]"), "utf-16-be"),
)
"""How documents begin whose characters all take several bytes."""
_START = 1000
"""Bytes: where every character takes several, some of so many are zeros."""
_CYRILLIC_BYTES = {"cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic"}
_LATIN_BYTES = re.compile(
    r"cp(?:125[02478]|437|85[0278]|86[0135])|iso8859-(?:[1-49]|1[03-6])|mac-(?!ar|cy|fa|gr).*"
)
"""By these and the Cyrillic ones all bytes are letters, or nearly so."""
_KOREAN = {"cp949", "johab"}
_HAN = re.compile(r"gb18030|big5.*|cp950|cp932|shift_jis.*|euc_j.*")
"""By these, text of ours often decodes, to characters without sense."""
_SENSE = 12
"""Bytes beyond ASCII, without which there is too little to tell."""
_LIKELY = ("cp1251", "koi8-u", "cp949", "cp1252", "iso8859-5", "cp866")
_CAPITAL = re.compile("[А-ЯІ]")
_COMMON = re.compile("[оеаинтсрві]")
_USUAL = re.compile("[лкмдпуья]")
_RARE = re.compile("[жшюхцщэфъ]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_COMMON_HANGUL = re.compile(
    "[이다는의에을가고하한지로서기사도자인은정대시부리아일나보관그원국제해주상수장전스어라들를과공으여구군조성동선화경게우미"
    "김유비위신문회말었했습니까북남러적세안방중무실연민행진오만된개면출내할재당월년생노외통령파병트르크네속력발표합의명협담]"
)
"""Seven of ten in news, one of twenty in what is none."""
_ODD = re.compile(
    "[\u0080-\u009f\ufffdЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђљњќћџЎўҐ¤§©¬®°±µ¶№\u2500-\u25a0\u3130-\u318f]|[À-ÿ](?=[À-Þà-ÿ])"
)
_MIXED = re.compile(
    "[A-Za-z](?=[Ѐ-ӿ\u4e00-\u9fff\uac00-\ud7a3])|[a-z](?=[À-Þ])|[Ѐ-ӿ\u4e00-\u9fff](?=[A-Za-z])|[а-я](?=[А-Я])"
)
"""Two scripts in one word, or a capital within it."""
_WORDS = re.compile(rb"[\x80-\xff]{3}")
"""Without these, there are no words in Cyrillic or Hangul."""
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_ACCENTS = re.compile(rb"[A-Za-z][\x80-\xff]")
_STRETCH = re.compile(rb"[A-Za-z]{0,20}[\x80-\xff][A-Za-z\x80-\xff ]{0,1000}")
_PAIRS = re.compile(rb"(?:\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf])+")
"""Characters beyond the first 65,536 as CESU-8 has them, and some databases."""
_BEYOND = re.compile("[\u0080-\ufffc\U00010000-\U0010ffff]")
_ENOUGH = 100_000
"""Bytes by which to judge."""
_CLAIMED = 1.1
"""What a claim counts for, besides what comes of it."""
_BROKEN = 50
"""Of so many characters beyond ASCII one may be broken, where that encoding is claimed."""
_AGREED = 3.0
"""What a claim of one of our languages counts for that nothing speaks against."""


def decoded(body: bytes, content_type: str) -> str:
    """Return the document as text; what cannot be decoded becomes U+FFFD. Never raises."""
    marked = body.startswith(codecs.BOM_UTF8)
    body = body.removeprefix(codecs.BOM_UTF8)
    wide = _wide(body[:_START])
    if wide:
        return body.decode(wide, "replace")
    for bom, _ in _BOMS:
        body = body.removeprefix(bom)
    claims = [*_claims(body, content_type), *["utf-8"] * marked]
    if any(map(_HAN.fullmatch, claims)) and _is_ours(body):
        claims = [name for name in claims if not _HAN.fullmatch(name)]
    for name in claims:
        text = None if _takes_any(name) else _strictly(body, name)
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
    codec = codec_of(name)
    if codec is None:
        raise LookupError(name)
    return body.decode(codec)


def without_declaration(text: str) -> str:
    """Return XML text whose prolog no longer names an encoding."""
    return _DECLARED.sub(r"\1", text, count=1)


def _wide(start: bytes) -> str | None:
    """Return the encoding of a document in which every character takes several bytes."""
    for bom, name in _BOMS[1:]:
        if start.startswith(bom) and b"\0" in start[len(bom) :]:
            return name
    return next((name for begins, name in _WIDE if begins.match(start)), None)


def _claims(body: bytes, content_type: str) -> list[str]:
    named = []
    prolog, header = _PROLOG.match(body), _HEADER.search(content_type)
    if prolog:
        named.append(prolog.group(1).decode("ascii"))
    if header:
        named.append(header.group(1))
    codes = [name for name in map(codec_of, named) if name and not name.startswith(("utf-16", "utf-32"))]
    # An escape-coded encoding is plain ASCII to the eye: only then is UTF-8 not tried first.
    escaped = [name for name in codes if name.startswith("iso2022")] if b"\x1b" in body else []
    if b"\x1b$)C" in body:
        escaped.append("iso2022_kr")  # it says so itself
    return [*escaped, "utf-8", *codes]


def _takes_any(name: str) -> bool:
    """Return whether nearly all bytes are letters in this encoding, so that decoding them proves nothing."""
    return name in _CYRILLIC_BYTES or _LATIN_BYTES.fullmatch(name) is not None


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
    for name in claims:
        text = None if name == "utf-8" or _takes_any(name) else _mostly(body, name)
        if text is not None:
            return text
    claimed = [name for name in claims if name in _KOREAN or _takes_any(name)]
    if not claimed and not _WORDS.search(body):
        return body.decode("cp1252", "replace") if _ACCENTS.search(body) else broken
    sample = _sample(body)
    weights = dict.fromkeys(claims, _CLAIMED) | dict.fromkeys(_agreed(claims), _AGREED)

    def looks(name: str) -> float:
        return _looks(sample.decode(name, "replace")) + weights.get(name, 0.0)

    return body.decode(max((*claimed, *_LIKELY, "utf-8"), key=looks), "replace")


def _sample(body: bytes) -> bytes:
    """Return what is not markup, as far as it is needed to judge."""
    return b"\n".join(_STRETCH.findall(body))[:_ENOUGH]


def _is_ours(body: bytes) -> bool:
    """Return whether text makes sense as Korean or in Cyrillic, in another encoding than UTF-8.

    Chinese and Japanese read as Korean have few of the common syllables; as Cyrillic, capitals within words.
    """
    sample = _sample(body)
    size = len(_BEYOND_ASCII.findall(sample))
    if size < _SENSE:
        return False
    cyrillic = (_looks(sample.decode(name, "replace")) for name in _LIKELY if name in _CYRILLIC_BYTES)
    return _is_korean(sample.decode("cp949", "replace")) or max(cyrillic) > 0.6 * size


def _is_korean(text: str) -> bool:
    size = len(_BEYOND.findall(text)) + text.count("\ufffd")
    hangul, common = len(_HANGUL.findall(text)), len(_COMMON_HANGUL.findall(text))
    return common > 0.15 * size and hangul + common > 1.05 * size


def _mostly(body: bytes, name: str) -> str | None:
    """Return the text if nearly all of it is right in this encoding."""
    text = body.decode(name, "replace")
    return text if _BROKEN * text.count("\ufffd") <= len(_BEYOND.findall(text)) else None


def _agreed(claims: Sequence[str]) -> set[str]:
    """Return the one encoding of our languages that is claimed, if nothing else is."""
    named = set(claims[1:])  # behind UTF-8, which is always tried
    return named if len(named) == 1 and named <= _CYRILLIC_BYTES | _KOREAN else set()


def _joined(pairs: re.Match[bytes]) -> bytes:
    """Return in UTF-8 what is written as pairs of surrogates."""
    halves = pairs[0].decode("utf-8", "surrogatepass")
    return halves.encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _looks(text: str) -> float:
    """Return how much a text looks like one of our languages."""
    small = text.lower()
    usual = 1.2 * len(_COMMON.findall(small)) + 0.8 * len(_USUAL.findall(small))
    cyrillic = usual - 0.5 * len(_RARE.findall(small)) - 0.1 * len(_CAPITAL.findall(text))
    hangul = 0.5 * len(_HANGUL.findall(text)) + 1.5 * len(_COMMON_HANGUL.findall(text))
    return cyrillic + hangul - 3 * len(_ODD.findall(text)) - 4 * len(_MIXED.findall(text))
