"""Says in plain words why YAML cannot be read. Pure."""

import re
from typing import NamedTuple

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from monitor.config.document import UNPRINTABLE, Place
from monitor.errors import Problem


class _Case(NamedTuple):
    pattern: str
    """What ruamel.yaml says: its context, a bar, its problem."""
    message: str
    hint: str
    at_context: bool = False
    """The beginning of the thing is the better place to point at."""


_QUOTES = "put it in quotes"
_CASES = (
    _Case(r"\|found character '\\t'", "a tab is not allowed here", "indent with spaces"),
    _Case(r"\|found a tab character", "a tab is not allowed here", "indent with spaces"),
    _Case(r"\|found character '(?P<what>.)'", "a value cannot begin with `{what}`", _QUOTES),
    _Case(
        r"quoted scalar\|found unexpected end",
        "this quote is never closed",
        "close it with the same quote",
        True,
    ),
    _Case(
        r"quoted scalar\|found unexpected document",
        "this quote is never closed",
        "close it with the same quote",
        True,
    ),
    _Case(
        r"flow sequence\|", "this `[` is not closed, or a comma is missing in it", "close it with `]`", True
    ),
    _Case(
        r"flow mapping\|", "this `{{` is not closed, or a comma is missing in it", "close it with `}}`", True
    ),
    _Case(
        r"double-quoted scalar\|",
        "this escape is not known",
        r"write \\ for a backslash, or use single quotes",
    ),
    _Case(
        r"\|mapping values are not allowed",
        "a colon is not allowed here",
        f"check the indentation; a text with `: ` in it: {_QUOTES}",
    ),
    _Case(
        r"simple key\|",
        "this line is neither `key: value` nor part of a text",
        "add a colon and a space after the key",
        True,
    ),
    _Case(r"(anchor|alias)\|", "a value cannot begin with `&` or `*`", _QUOTES),
    _Case(r"tag\|", "a value cannot begin with `!`", _QUOTES),
    _Case(
        r"\|expected '?<document start>", "this does not belong to what is above it", "check the indentation"
    ),
    _Case(r"directive\|", "a line cannot begin with `%`", _QUOTES),
    _Case(
        r"block mapping\|.*found '?<scalar>",
        "there is more text after a closing quote, or the indentation is wrong",
        "put the whole text into single quotes, with '' for each ' in it",
    ),
    _Case(
        r"block (mapping|collection|sequence)\|",
        "this does not fit the lines above it",
        f"check the indentation, and texts with special characters: {_QUOTES}",
    ),
    _Case(r"", "this cannot be read as YAML", "check the indentation, brackets and quotes"),
)


def explain(error: YAMLError, file: str, last: Place, bracket: Place | None) -> Problem:
    """Return the problem behind an error of ruamel.yaml; ``last`` is the last place that was good.

    ``bracket`` is where the innermost bracket still open stands.
    """
    context = getattr(error, "context", None) or ""
    said = f"{context}|{getattr(error, 'problem', None) or ''}"
    if bracket and re.search(r"node content, but found '<(stream|block|document)", said):
        return Problem(file, *bracket, "this bracket is never closed", "close it with `]` or `}`")
    for case in _CASES:
        if found := re.search(case.pattern, said):
            words = {name: UNPRINTABLE.sub("?", text) for name, text in found.groupdict().items()}
            place = _place(error, last, at_context=case.at_context)
            return Problem(file, *place, case.message.format(**words), case.hint.format(**words))
    raise AssertionError("the last case fits everything")


def _place(error: YAMLError, last: Place, *, at_context: bool) -> Place:
    if not isinstance(error, MarkedYAMLError):
        return last
    first, second = error.problem_mark, error.context_mark
    mark = (second or first) if at_context else (first or second)
    return last if mark is None else Place(mark.line + 1, mark.column + 1)
