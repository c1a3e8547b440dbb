"""A document as parsers can take it: no entities of its own, no false characters. Pure."""

import re
from html import unescape
from html.entities import html5
from xml.sax.saxutils import quoteattr

from monitor.feeds.document.asides import ASIDE
from monitor.feeds.document.charset import without_declaration
from monitor.feeds.document.lenient import borrowed

_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OLD_NAMES = "|".join(name for name in html5 if not name.endswith(";"))
_AMPERSAND = re.compile(
    rf"{ASIDE}|&(?:#(?:[0-9]{{1,20}}|[xX][0-9a-fA-F]{{1,20}});|(?P<name>[A-Za-z][A-Za-z0-9]{{0,31}});"
    rf"|(?P<old>{_OLD_NAMES})(?![A-Za-z0-9=]))?"
)
"""An ampersand with the reference that it begins, as HTML sees it (`&eacute` may end so), or a stretch
without any."""
_OF_XML = {"amp", "lt", "gt", "quot", "apos"}
_SURROGATE = r"&#(?:0*(?:5529[6-9]|55[3-9]\d\d|5[67]\d{3})|[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2});"
_SURROGATES = re.compile(rf"{_SURROGATE}(?:{_SURROGATE})+")
_NO_CHARACTER = re.compile(
    rf"{_SURROGATE}"
    r"|&#(?:0*[1-9]\d{6,}|[xX]0*(?:[1-9a-fA-F][0-9a-fA-F]{6,}|(?:1[1-9a-fA-F]|[2-9a-fA-F][0-9a-fA-F])[0-9a-fA-F]{4}));?"
)
"""Numbers of surrogates, and those too large for a character: feedparser would stumble over them."""
_DOCTYPE = re.compile(r"""<!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*+(?:\[.*?\]\s*)?>""", re.DOTALL)
_PROLOG = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    r"|(?P<root><(?:rdf:)?(?:rss|feed|RDF|channel|item|entry)\b)|(?P<type><!DOCTYPE)",
    re.DOTALL,
)
"""What stands before a feed begins: a document type, or what may only speak of one."""
_SPACED = re.compile(r"""(xmlns(?::[^\s=<>"':]{1,100}+)?\s*=\s*)(?:"([^"<>]*)"|'([^'<>]*)')""")
"""The address of a namespace: the XML parser of Python takes a blank in it for the end of it."""
_DEFAULT = re.compile(r"""(<rss\b(?:[^<>"']|"[^"<]*"|'[^'<]*')*?\s)xmlns\s*=\s*("[^"<]*"|'[^'<]*')""")


def utf8(text: str) -> bytes:
    """Return XML as bytes, without declarations and without numbers that stand for no character."""
    plain = _without_foreign_default(without_declaration(_without_doctype(text)))
    plain = _SPACED.sub(_without_blanks, plain)
    paired = _SURROGATES.sub(_characters, plain)
    return _NO_CHARACTER.sub("\ufffd", paired).encode("utf-8", "surrogatepass")


def _without_blanks(found: re.Match[str]) -> str:
    """Return a declared namespace whose address has none within."""
    uri = unescape(found[2] or found[3] or "")
    bare = "".join(uri.split())
    return f"{found[1]}{quoteattr(bare)}" if bare != uri.strip() else found[0]


def _characters(found: re.Match[str]) -> str:
    """Return the characters that numbers of surrogates stand for, two of them for one."""
    numbers = found[0][2:-1].split(";&#")
    return _without_surrogates("".join(map(_numbered, numbers)))


def _numbered(number: str) -> str:
    return chr(int(number[1:], 16) if number[0] in "xX" else int(number.lstrip("0")))


def _without_doctype(text: str) -> str:
    """Return XML that declares no entities: what they stand for can be huge, and feeds do without."""
    if "<!DOCTYPE" not in text:
        return text
    begins = next((found for found in _PROLOG.finditer(text) if found["root"] or found["type"]), None)
    found = _DOCTYPE.match(text, begins.start()) if begins and begins["type"] else None
    return text[: found.start()] + text[found.end() :] if found else text


def _without_foreign_default(text: str) -> str:
    """Return RSS whose elements are its own: a default namespace of others would claim them."""
    found = _DEFAULT.match(text, max(0, text.find("<rss")))
    if not found or not borrowed().namespaces.get(found[2][1:-1].strip().lower()):
        return text
    return text[: found.end(1)] + text[found.end() :]


def mended(text: str) -> str:
    """Return a document that is not well-formed with blanks for what no document may hold."""
    return _UNSAFE.sub(" ", _without_surrogates(text))


def _without_surrogates(text: str) -> str:
    """Return the text with characters in place of pairs of surrogates, and a sign in place of lone ones."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def with_references(text: str) -> str:
    """Return XML whose references are its own or numbers; an ampersand that begins none stands for itself."""
    return _AMPERSAND.sub(_as_reference, text) if "&" in text else text


def _as_reference(found: re.Match[str]) -> str:
    """Return a reference that XML knows, if there is one: `?a=1&lang=ru` has no angle in it."""
    name = found["name"] or found["old"]
    if name in _OF_XML:
        return f"&{name};"
    if known := html5.get(f"{name};"):
        return "".join(f"&#{ord(sign)};" for sign in known)
    return f"&amp;{found[0][1:]}" if name or found[0] == "&" else found[0]
