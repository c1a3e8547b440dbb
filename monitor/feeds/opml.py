"""OPML, in which programs hand lists of feeds to each other: reading and writing. Pure.

What is read is a stream of elements, not a tree, so neither depth nor size costs much; a document that
declares entities is refused, and nothing that it refers to is opened. What OPML has no place for, our own
lists have in attributes that begin with ``monitor:``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.parsers.expat import errors

from monitor.errors import ParseError
from monitor.feeds.document.charset import decoded_as_named

OURS = "monitor:"
NAMESPACE = "urn:monitor:feeds"
LONGEST_NAME = 40
"""Bytes of what begins like an entity."""
_UNDEFINED_ENTITY = errors.codes[errors.XML_ERROR_UNDEFINED_ENTITY]
_BARE = errors.codes[errors.XML_ERROR_INVALID_TOKEN]
_CUT_OFF = {
    errors.codes[error]
    for error in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_PARTIAL_CHAR,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)\w{1,40};")
_AMPERSAND = re.compile(rb"&[^;\s<>&\"']*.?\Z", re.DOTALL)
_HTML = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_BLANK = " \t\r\n\ufeff"
GROUPS = 5
"""Of groups within groups, so many are remembered: the innermost."""


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline that is not a group: a feed, or what stands in the place of one."""

    line: int
    """Where it begins."""
    attributes: Mapping[str, str]
    """Names in small letters."""
    groups: tuple[str, ...] = ()
    """What it stands in, outermost first."""
    commented: bool = False
    """Whether it is commented out, itself or with its group."""


def read(body: bytes) -> list[Outline]:
    """Return the outlines of an OPML document in its order; raise ``ParseError`` with why if it is none.

    Blank lines before it are no mistake of anybody's, though XML allows for none.
    """
    start = body.lstrip()
    above = body.count(b"\n", 0, len(body) - len(start))
    try:
        decoded = decoded_as_named(start)
        text = decoded.lstrip(_BLANK)  # again, for there may be more behind a byte order mark
        above += decoded.count("\n", 0, len(decoded) - len(text))
        if not text:
            raise ParseError("it is empty")
        if page := _HTML.match(text):
            begins = f"it begins with {' '.join(page[0].split())}>, as HTML pages do"
            raise ParseError(
                f"it is not OPML: {begins}, such as one that asks for a login: export it once more"
            )
        reader = _Reader(above)
        reader.parser.Parse(text, True)
    except UnicodeDecodeError as error:
        line = above + start.count(b"\n", 0, error.start) + 1
        raise ParseError(f"line {line} is not in {error.encoding}: save it again as UTF-8") from error
    except LookupError as error:
        raise ParseError(f"its encoding is not known ({error}): save it again as UTF-8") from error
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        hint = _remedy(error.code, text.encode("utf-8", "replace"), reader.parser.ErrorByteIndex)
        line = above + error.lineno
        raise ParseError(f"it is not well-formed XML: {why} in line {line}: {hint}") from error
    return reader.outlines


def _remedy(code: int, text: bytes, at: int) -> str:
    """Return what to do about an error of XML at this byte of a document."""
    if code == _UNDEFINED_ENTITY and (found := _ENTITY.search(text, at)):
        return f"write the character itself for {found[0].decode()}"
    if code == _BARE and _AMPERSAND.search(text[max(0, at - LONGEST_NAME) : at + 1]):
        return "write &amp; for an & that stands for itself"
    if code == _BARE and b"<" in text[max(0, at - 1) : at + 1]:
        return "write &lt; for a < that stands for itself"
    if code in _CUT_OFF:
        return "it is cut off: export it once more"
    return "mend it there, or export it once more"


@dataclass(slots=True)
class _Open:
    """An outline whose end has not come yet."""

    line: int
    attributes: dict[str, str]
    commented: bool
    is_group: bool = False


@dataclass(slots=True)
class _Reader:
    above: int = 0
    """Lines above the document."""
    outlines: list[Outline] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    is_opml: bool = False
    parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)

    def __post_init__(self) -> None:
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise ParseError("it declares entities, which may hide or swell anything: remove its <!DOCTYPE ...>")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.is_opml:
            if name.lower() != "opml":
                raise ParseError(f"it is not OPML: it begins with <{name[:40]}>")
            self.is_opml = True
        if name.lower() != "outline":
            return
        given = {key.lower(): value for key, value in attributes.items()}
        within = self.stack[-1] if self.stack else None
        commented = given.get("iscomment", "").lower() == "true" or (within is not None and within.commented)
        opened = _Open(self.above + self.parser.CurrentLineNumber, given, commented)
        if within is not None and not within.is_group:
            within.is_group = True
            if "xmlurl" in within.attributes:  # a feed that has outlines of its own is both
                self._take(within, self.stack[-GROUPS - 1 : -1])
        self.stack.append(opened)

    def _end(self, name: str) -> None:
        if name.lower() == "outline":
            ended = self.stack.pop()
            if not ended.is_group:
                self._take(ended, self.stack[-GROUPS:])

    def _take(self, one: _Open, within: list[_Open]) -> None:
        groups = (group.attributes for group in within)
        names = tuple(name for group in groups if (name := group.get("title") or group.get("text", "")))
        self.outlines.append(Outline(one.line, one.attributes, names, one.commented))


def write(title: str, feeds: Iterable[Mapping[str, str]]) -> str:
    """Return an OPML 2.0 document; each feed is given as the attributes of its outline."""
    root = ET.Element("opml", {"version": "2.0", "xmlns:monitor": NAMESPACE})
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for attributes in feeds:
        ET.SubElement(body, "outline", dict(attributes))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"
