"""Entities that a document declares: those that would make a small document a huge one. Pure.

What a document type declares is not read anyway; a document that is made to explode is refused all the same,
for it is no feed in good faith.
"""

import re
from collections import Counter

from monitor.errors import ParseError

_DECLARATION = re.compile(
    r"""<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|(?P<root><[A-Za-z_])"""
    r"""|<!ENTITY\s++(?:%\s++)?(?P<name>[^\s"'<>%]++)\s++(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""",
    re.DOTALL,
)
"""What stands before the first element: a declared entity, or what may hide one."""
_REFERENCE = re.compile(r"[&%]([^\s&%;\"'<>#]{1,200});")
_NUMBER = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_LAST = 0x10FFFF
_PREDEFINED = {"amp", "lt", "gt", "quot", "apos"}
"""They stand for one character each, whatever is declared."""


def check_entities(text: str, most: int) -> None:
    """Raise ``ParseError`` if declared entities stand for others, or for more than ``most`` characters.

    Those that feeds declare in good faith stand for a character or an address.
    """
    declared, root = _declared(text)
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
