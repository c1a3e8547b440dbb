"""Reads YAML strictly: every value with its place, and nothing that could surprise.

Refused with place and remedy: what is not UTF-8, control characters, tabs as indentation, what is not closed,
duplicate keys, numbers with leading zeros, anchors and aliases, tags, deep nesting, more than one document.
Reading goes on behind a mistake if it can; else the document says what was still open.

Files are mostly ordinary and read quickly (``ordinary``); ruamel.yaml reads the others, to the same result.
Aliases are refused altogether: entities are how a watchlist names a thing once, and without aliases
there is neither an alias bomb nor a value that contains itself.
Values are those of YAML 1.2: ``no`` and ``on`` are text, and so are ``12:30`` and dates.
"""

import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from monitor.config import ordinary
from monitor.config.composer import Composer, Stop
from monitor.config.document import Document
from monitor.config.place import START, Place
from monitor.config.reading import NotRegular, read, reason
from monitor.config.source import Source
from monitor.config.syntax import explain
from monitor.config.words import UNPRINTABLE, shown
from monitor.errors import ConfigError, Problem

MAX_BYTES = 10_000_000
"""About 50,000 topics."""
FROM_SAMPLE = "take it from a new folder that `monitor init DIR` writes"

_NO_CHARACTER = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")


def load(path: Path, name: str) -> Document:
    """Read a file; ``name`` is what problems call it.

    Raises ConfigError if nothing of it can be read. Otherwise its mistakes are with the document.
    """
    return parse(_decode(_read(path, name), name), name)


def parse(text: str, name: str) -> Document:
    """Read YAML from text; ``name`` is what problems call it. Raises as ``load`` does."""
    source = Source(text)
    if bad := UNPRINTABLE.search(text):
        problem = f"the character U+{ord(bad[0]):04X} is not allowed"
        raise _refusal(name, source.place(bad.start()), problem, "remove it, though it may not be visible")
    composer = _quickly(source, name) or _fully(source, name)
    if composer.empty():
        raise _refusal(name, START, "the file is empty", FROM_SAMPLE)
    if composer.problems and not isinstance(composer.root, dict):
        raise ConfigError(tuple(composer.problems))
    return composer.document()


def _quickly(source: Source, name: str) -> Composer | None:
    """Return what ordinary YAML says, or ``None`` if this is none."""
    composer = Composer(name, source)
    try:
        composer.compose(ordinary.events(source.text))
    except ordinary.NotOrdinary:
        return None
    return composer


def _fully(source: Source, name: str) -> Composer:
    """Return what any YAML says, as far as it can be read."""
    composer = Composer(name, source)
    try:
        composer.compose(YAML(typ="safe", pure=True).parse(source.text))
    except Stop:
        pass
    except YAMLError as error:
        composer.problems.append(explain(error, source, name, composer.last, composer.opened()))
    except (ValueError, OverflowError, LookupError, AttributeError, TypeError, AssertionError):
        composer.problems.append(_beyond(source, name, composer.last))
    return composer


def _read(path: Path, name: str) -> bytes:
    try:
        body = read(path, MAX_BYTES)
    except FileNotFoundError:
        raise _refusal(name, START, "the file is missing", FROM_SAMPLE) from None
    except NotRegular as error:
        named = path.name.strip(".")  # a folder may be given as `.`
        hint = f"put a YAML file named {shown(path.name)} in its place" if named else "name a YAML file"
        raise _refusal(name, START, f"this is {error}", hint) from None
    except OSError as error:
        message = f"the file cannot be read ({reason(error)})"
        raise _refusal(name, START, message, "check its permissions") from None
    if len(body) > MAX_BYTES:
        raise _refusal(name, START, f"the file is larger than {MAX_BYTES // 1_000_000} MB", "split it")
    return body


def _decode(body: bytes, name: str) -> str:
    if b"\0" in body[:4]:  # UTF-16 and UTF-32 of a text that begins with a Latin letter
        raise _refusal(name, START, "the file is not UTF-8", "save it again as UTF-8")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8", "replace")
        place = Source(before).place(len(before))
        raise _refusal(name, place, "the file is not UTF-8", "save it again as UTF-8") from None


def _beyond(source: Source, name: str, last: Place) -> Problem:
    """Return the problem behind an error that is none of YAML: mostly a number that is no character."""
    if found := _NO_CHARACTER.search(source.text, source.offset(last)):
        hint = r"write \\ for a backslash, or use single quotes"
        return Problem(name, *source.place(found.start()), "this escape stands for no character", hint)
    return Problem(name, *last, "this cannot be read as YAML", "check the lines from here on")


def _refusal(name: str, place: Place, message: str, hint: str) -> ConfigError:
    return ConfigError((Problem(name, *place, message, hint),))
