"""Which encoding a document is really in, whatever its headers and its prolog say. Pure.

Text that decodes as UTF-8 is UTF-8: other encodings of Cyrillic or Hangul practically never do by chance.
Then come the claims that decode without error, and last the encodings of our languages, by how likely the
outcome looks.
"""

import codecs
import re

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
_LIKELY = ("cp1251", "koi8_r", "cp949", "cp1252")
_FREQUENT = re.compile("[оеаинтсрвлкмдпу \uac00-\ud7a3a-z]")
_ODD = re.compile("[\u0080-\u009f\ufffdÀ-ÿЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђљњќћџЎўҐ¤§©«¬®°±µ¶№\u3130-\u318f]")


def decoded(body: bytes, content_type: str) -> str:
    """Return the document as text; what cannot be decoded becomes U+FFFD. Never raises."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    if body[:2] in {b"\0<", b"<\0", b"\0{", b"{\0"}:
        return body.decode("utf-16-be" if body[0] == 0 else "utf-16-le", "replace")
    for name in _claims(body, content_type):
        text = _strictly(body, name)
        if text is not None:
            return text
    return _likeliest(body)


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
    single = {"cp1252", "latin-1"}
    return [*escaped, "utf-8", *(name for name in codes if name not in single)]


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return "cp949" if name.lower().startswith("ks") else None
    if not _TEXT_CODECS.match(found) or found in {"utf-7", "idna", "punycode"}:
        return None
    return _WIDER.get(found, found)


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeError, LookupError):
        return None


def _likeliest(body: bytes) -> str:
    broken = body.decode("utf-8", "replace")
    if broken.count("\ufffd") * 50 < len(broken) and re.search("[\u0400-\u04ff\uac00-\ud7a3]", broken):
        return broken  # UTF-8 with a few broken bytes
    choices = [body.decode(name, "replace") for name in _LIKELY]
    return max(choices, key=lambda text: len(_FREQUENT.findall(text)) - 3 * len(_ODD.findall(text)))
