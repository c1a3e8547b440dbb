"""Says in plain words why YAML cannot be read. Pure."""

import re
from typing import NamedTuple

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from monitor.config.place import Place
from monitor.config.source import Source
from monitor.config.words import printable
from monitor.errors import Problem

_ODD_BLANK = re.compile("^ *([\xa0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff])")


class _Case(NamedTuple):
    pattern: str
    """What ruamel.yaml says, in lines: its context, its problem, the character before the place, the line
    from the beginning of the thing on."""
    message: str
    hint: str
    at_context: bool = False
    """The beginning of the thing is the better place to point at."""


_QUOTES = "put it in quotes"
_WHOLE = "put the whole text in quotes"
_SINGLE = "put the whole text into single quotes, with '' for each ' in it"
_COMMENT = f"close it with `{{close}}`; a text with ` #` in it: {_QUOTES}"
_CASES = (
    _Case(r"\nfound (character '\\t'|a tab).*\n.+\n", "a tab is not allowed here", "write a space"),
    _Case(r"\nfound (character '\\t'|a tab)", "a tab is not allowed here", "indent with spaces"),
    _Case(r"\nfound character '(?P<what>.)'", "a value cannot begin with `{what}`", _QUOTES),
    _Case(r"quoted scalar\nfound unexpected (end|document)", "this quote is never closed",
          "close it with the same quote", True),
    _Case(r"flow (sequence|mapping)\n.*got '(?P<what>[\[{])'",
          "`{what}` cannot stand here", f"a text with `{{what}}` in it: {_WHOLE}; or a comma is missing"),
    _Case(r"flow sequence\n.*\n.*\n.* #", "this `[` is not closed, or a comma is missing in it",
          _COMMENT.format(close="]"), True),
    _Case(r"flow mapping\n.*\n.*\n.* #", "this `{{` is not closed, or a comma is missing in it",
          _COMMENT.format(close="}}"), True),
    _Case(r"flow sequence\n", "this `[` is not closed, or a comma is missing in it",
          "close it with `]`", True),
    _Case(r"flow mapping\n", "this `{{` is not closed, or a comma is missing in it",
          "close it with `}}`", True),
    _Case(r"double-quoted scalar\n", "this escape is not known",
          r"write \\ for a backslash, or use single quotes"),
    _Case(r"block scalar\nexpected a comment", "there is text in the line of a `>` or `|`",
          f"a text that begins with one of them: {_QUOTES}; else go on in the next line", True),
    _Case(r"\nmapping values are not allowed", "a colon is not allowed here",
          f"check the indentation; a text with `: ` in it: {_QUOTES}"),
    _Case(r"\nsequence entries are not allowed", "a list cannot begin here",
          f"begin it in the next line; a text that begins with `- `: {_QUOTES}"),
    _Case(r"\nmapping keys are not allowed", "a value cannot begin with `? `", _QUOTES),
    _Case(r"node content, but found '(?P<what>[\]}},])'", "`{what}` has no place here",
          f"remove it; if it belongs to a text: {_WHOLE}"),
    _Case(r"simple key\n", "this line is neither `key: value` nor part of a text",
          "add a colon and a space after the key", True),
    _Case(r"(anchor|alias)\n", "a value cannot begin with `&` or `*`", _QUOTES),
    _Case(r"tag\n", "a value cannot begin with `!`", _QUOTES),
    _Case(r"\nfound incompatible YAML", "monitor reads YAML 1.1 and 1.2", "remove this line"),
    _Case(r"\nexpected '?<document start>", "this does not belong to what is above it",
          "check the indentation"),
    _Case(r"directive\n", "a line cannot begin with `%`", _QUOTES),
    _Case(r"block mapping\n.*found '?<scalar>.*\n[\]}}]", "there is more text after a closing bracket",
          _WHOLE),
    _Case(r"block mapping\n.*found '?<scalar>.*\n['\"]", "there is more text after a closing quote", _SINGLE),
    _Case(r"block (mapping|collection|sequence)\n.*found '(?P<what>[\]}},])'", "`{what}` has no place here",
          f"remove it; if it belongs to a text: {_WHOLE}"),
    _Case(r"block collection\n.*found '\?'", "this is no entry of the list above it",
          "begin it with `- ` and a space, or check the indentation"),
    _Case(r"block (mapping|collection|sequence)\n", "this does not fit the lines above it",
          f"check the indentation, and texts with special characters: {_QUOTES}"),
    _Case(r"", "this cannot be read as YAML", "check the indentation, brackets and quotes"),
)  # fmt: skip


def odd_blank(text: str) -> str:
    """Return the character with which a text begins if that only looks like a space, else nothing."""
    found = _ODD_BLANK.match(text)
    return found[1] if found else ""


def explain(error: YAMLError, source: Source, file: str, last: Place, bracket: Place | None) -> Problem:
    """Return the problem behind an error of ruamel.yaml; ``last`` is the last place that was good.

    ``bracket`` is where the innermost bracket still open stands.
    """
    place = _place(error, last, at_context=False)
    if blank := odd_blank(line := source.line(place.line)):
        message = f"the character U+{ord(blank):04X} only looks like a space"
        return Problem(file, place.line, line.index(blank) + 1, message, "indent with spaces")
    said = _said(error, source, place, _place(error, last, at_context=True))
    if bracket and re.search(r"node content, but found '<(stream|block|document)", said):
        return Problem(file, *bracket, "this bracket is never closed", "close it with `]` or `}`")
    for case in _CASES:
        if found := re.search(case.pattern, said):
            words = {name: printable(text) for name, text in found.groupdict().items()}
            at = _place(error, last, at_context=case.at_context)
            return Problem(file, *at, case.message.format(**words), case.hint.format(**words))
    raise AssertionError("the last case fits everything")


def _said(error: YAMLError, source: Source, place: Place, begin: Place) -> str:
    """Return what the patterns are compared with."""
    context, problem = getattr(error, "context", None) or "", getattr(error, "problem", None) or ""
    before = source.line(place.line)[: place.column - 1].rstrip()[-1:]
    rest = source.line(begin.line)[begin.column - 1 :]
    return "\n".join((context, " ".join(problem.split("\n")), before, rest))


def _place(error: YAMLError, last: Place, *, at_context: bool) -> Place:
    if not isinstance(error, MarkedYAMLError):
        return last
    first, second = error.problem_mark, error.context_mark
    mark = (second or first) if at_context else (first or second)
    return last if mark is None else Place(mark.line + 1, mark.column + 1)
