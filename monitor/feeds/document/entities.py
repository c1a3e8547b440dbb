"""Entities that a document declares: short texts take their place, more is not read of a document type. Pure.

A document that is made to explode is refused all the same, for it is no feed in good faith.
"""

import re
from collections import Counter

from monitor.errors import ParseError
from monitor.feeds.document.asides import ASIDE

_DECLARATION = re.compile(
    r"""<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|(?P<root><[A-Za-z_])"""
    r"""|<!ENTITY\s++(?:%\s++)?(?P<name>[^\s"'<>%]++)\s++(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""",
    re.DOTALL,
)
"""What stands before the first element: a declared entity, or what may hide one."""
_REFERENCE = re.compile(r"[&%]([^\s&%;\"'<>#]{1,200});")
_USED = re.compile(ASIDE + r"|&([^\s&%;\"'<>#]{1,200});")
_TEXT = re.compile(r"(?:[^&<]|&(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)*+")
"""A value without markup."""
_LONGEST = 1_000
"""Characters of a value that is put into a text: more is no sign, name or address."""
_IN_ATTRIBUTES = str.maketrans({'"': "&quot;", "'": "&apos;", ">": "&gt;"})
"""How a text is written that may stand in a quoted attribute as well."""
_NUMBER = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_LAST = 0x10FFFF
_PREDEFINED = {"amp", "lt", "gt", "quot", "apos"}
"""They stand for one character each, whatever is declared."""


def expanded(text: str, most: int) -> str:
    """Return XML in which what declared entities stand for is in their place, as far as that is a short text.

    Raises ``ParseError`` if they stand for one another, or for more than ``most`` characters. In good faith,
    they stand for a character, a name or an address.
    """
    declared, root = _declared(text)
    _check(declared, text, root, most)
    short = {name: value for name, value in declared.items() if len(value) <= _LONGEST}
    values = {
        name: value.translate(_IN_ATTRIBUTES) for name, value in short.items() if _TEXT.fullmatch(value)
    }
    if not values:
        return text
    return text[:root] + _USED.sub(lambda found: values.get(found[1] or "", found[0]), text[root:])


def _check(declared: dict[str, str], text: str, root: int, most: int) -> None:
    """Raise ``ParseError`` if declared entities stand for others, or for more than ``most`` characters."""
    if any(name in declared for value in declared.values() for name in _REFERENCE.findall(value)):
        raise ParseError("its entities stand for one another, which makes a small document a huge one")
    long = {name: len(value) for name, value in declared.items() if len(value) > len(name) + 2}
    if not long:
        return
    uses = Counter(found[1] for found in _REFERENCE.finditer(text, root))
    if sum(size * uses[name] for name, size in long.items()) > most:
        raise ParseError(f"its entities stand for more than {most:,} characters")


def _declared(text: str) -> tuple[dict[str, str], int]:
    """Return the entities that are declared before the first element, and where that begins."""
    declared = dict[str, str]()
    if "<!ENTITY" not in text:
        return declared, 0
    for found in _DECLARATION.finditer(text):
        if found["root"]:
            return declared, found.start()
        if found["name"] and found["name"] not in _PREDEFINED:
            value = found["double"] if found["double"] is not None else found["single"]
            declared.setdefault(found["name"], _NUMBER.sub(_character, value))
    return declared, len(text)


def _character(found: re.Match[str]) -> str:
    number = int(found[1]) if found[1] else int(found[2], 16)
    return chr(min(number, _LAST))
