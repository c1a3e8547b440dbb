"""Writes feeds as ``feeds.yaml`` has them, and adds feeds to such a file. Pure.

The text is added to, not written anew: comments, quotes and blanks stay as their owner has set them.
"""

import json
import re
from collections.abc import Iterable, Sequence

from monitor.config.composer import scalar
from monitor.config.document import Document
from monitor.config.settings import FeedSettings
from monitor.errors import UsageError

HEAD = "version: 1\n\nfeeds:\n"
"""How a file begins that holds nothing but feeds."""
INDENT = 2
_PLAIN = re.compile(r"(?!0[0-9])\w(?:[\w .&/+()’«»–-]*[\w.)»])?")
_YAML_1_1 = re.compile(
    r"(?i:y|yes|n|no|true|false|on|off|null)|~?"
    r"|[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[0-9][0-9_.]*(?:[eE][-+]?[0-9]+)?)"
    r"|[-+]?\.(?:[0-9_]+(?:[eE][-+]?[0-9]+)?|inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"
)
"""What readers of YAML 1.1 take for something else than text."""
_ONE_LINE = re.compile(r"[^\t\r\n]+")
_DASH = re.compile(r"( *)- ")
_NO_LIST = re.compile(r"feeds:(?:\s*\[\s*\])?(?P<comment>\s*#.*)?\s*")


def written(feeds: Iterable[FeedSettings], indent: int = INDENT) -> str:
    """Return the feeds as entries of a list in YAML, each dash after ``indent`` spaces.

    Their headers and logins are not in it: those are secrets.
    """
    lines: list[str] = []
    for feed in feeds:
        values = feed.model_dump(
            mode="json", exclude_none=True, exclude_defaults=True, exclude={"headers", "login"}
        )
        ordered = {"id": feed.id} | values
        pairs = [f"{name}: {_value(name, value)}" for name, value in ordered.items()]
        lines += [f"{' ' * indent}{'  ' if number else '- '}{pair}" for number, pair in enumerate(pairs)]
    return "".join(f"{line}\n" for line in lines)


def _value(name: str, value: object) -> str:
    """Return a value as one line of YAML, in quotes where it would be read as something else without them."""
    if not isinstance(value, str):
        return json.dumps(value)
    is_text = isinstance(scalar(value), str) and not _YAML_1_1.fullmatch(value)
    if name != "url" and _PLAIN.fullmatch(value) and is_text:
        return value
    if _ONE_LINE.fullmatch(value):
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False)


def with_feeds(document: Document, feeds: Sequence[FeedSettings]) -> str:
    """Return the text of ``feeds.yaml`` with feeds added at the end of its list.

    Raises ``UsageError`` where the list is not written with an entry a line, as ``- id: ...``.
    """
    text = document.source.text
    text += "" if text.endswith("\n") else "\n"
    lines = text.splitlines(keepends=True)
    entries = document.items("feeds")
    if ("feeds",) not in document.keys:
        return f"{text}\nfeeds:\n{written(feeds)}"
    line = document.keys["feeds",].line
    if entries:
        first = _DASH.match(document.source.line(document.place(("feeds", entries[0][0])).line))
        indent = len(first[1]) if first else None
    else:
        empty = _NO_LIST.fullmatch(lines[line - 1].rstrip("\r\n"))
        indent = INDENT if empty else None
        if empty:
            lines[line - 1] = f"feeds:{empty['comment'] or ''}\n"
    if indent is None:
        raise UsageError(
            "its list of feeds is not written with a line for each key, as `- id: ...`: "
            "leave --into out, and paste what is printed"
        )
    end = _end(document, line, lines)
    added = written(feeds, indent).replace("\n", "\r\n" if "\r\n" in text else "\n")
    return "".join((*lines[:end], added, *lines[end:]))


def _end(document: Document, line: int, lines: Sequence[str]) -> int:
    """Return behind how many lines the list ends; what stands right above the next key belongs to that."""
    later = [place.line for keys, place in document.keys.items() if len(keys) == 1 and place.line > line]
    end = min(later) - 1 if later else len(lines)
    while end > line and (not lines[end - 1].strip() or (later and lines[end - 1].startswith("#"))):
        end -= 1
    return end
