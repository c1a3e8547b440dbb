"""Reads ordinary YAML quickly, and leaves whatever is not ordinary to the full reader. Pure.

Ordinary are mappings and lists, by indentation or in brackets, and plain, quoted and block scalars, also over
several lines; keys are words or quoted. Their events are those of ruamel.yaml, so values, places and what is
refused of them do not depend on who has read. A text with anything else in it, mistakes above all, is not
ordinary as a whole: ruamel.yaml says what is wrong with it. Being right comes before being quick.
"""

import re
from collections.abc import Iterator
from typing import NoReturn

from ruamel.yaml.events import Event

from monitor.config.events import Events

DEEPEST = 50
"""Levels; what is deeper is left to the full reader, and to the composer to refuse."""
_NEVER = re.compile("[\t\r\ufeff]")
_LINES = re.compile(r"(?: *(?:#[^\n]*)?\n)*")
"""Blank lines and comments, from the beginning of a line."""
_REST = re.compile(r" *(?:(?<= )#[^\n]*)?(?:\n|\Z)")
"""What may stand behind a value in its line."""
_SPACE = re.compile(r"(?: *(?:(?<=[ \n])#[^\n]*)?\n)* *")
"""What may stand between the parts of what is in brackets."""
_BLANKS = re.compile(" *")
_START = re.compile(r"---(?: +#[^\n]*| *)\n")
_DASH = re.compile(r"-(?=[ \n]|\Z)")
_KEY = re.compile(r"(\w[\w.-]{0,200}|'[^'\n]{0,200}'|\"[^\"\\\n]{0,200}\"):(?=[ \n]|\Z)")
_FIRST = r"(?:[^\s.?:,\[\]{}#&*!|>'\"%@`-]|-(?=\w)|\.(?!\.\.))"
"""What ruamel.yaml lets a plain scalar begin with, and a little less."""
_PLAIN = re.compile(_FIRST)
_JOINED = r"(?::(?![ \n]|\Z)|(?<! )#)"
"""A colon or number sign that is part of a plain scalar."""
_MORE = re.compile(rf"[^\n:#]*(?:{_JOINED}[^\n:#]*)*")
"""The rest of a line of a plain scalar."""
_INSIDE = rf"[^\n:#,\[\]{{}}]*(?:{_JOINED}[^\n:#,\[\]{{}}]*)*"
_PLAIN_INSIDE = re.compile(rf"{_FIRST}{_INSIDE}(?:\n +(?=[^ \n:#,\[\]{{}}]){_INSIDE})*")
"""A plain scalar in brackets."""
_QUOTED = {
    "'": re.compile(r"'[^'\n]*(?:(?:''|\n(?= +[^ \n]))[^'\n]*)*'"),
    '"': re.compile(r'"[^"\\\n]*(?:(?:\\["\\/]|\n(?= +[^ \n]))[^"\\\n]*)*"'),
}
_ESCAPED = {"'": re.compile("'(')"), '"': re.compile(r"\\(.)")}
_FOLD = re.compile(r" *\n +")
_FOLD_BLOCK = re.compile(r"^([^ \n][^\n]*)\n(?! )", re.MULTILINE)
"""Not where one of the two lines is indented further."""
_HEADER = re.compile(r"[|>](-?)(?: +#[^\n]*| *)\n")

_MAP, _LIST = "{", "["
_CLOSING = {_MAP: "}", _LIST: "]"}


class NotOrdinary(Exception):
    """The full reader has to read the text, from its beginning."""


def events(text: str) -> Iterator[Event]:
    """Yield the events of the nodes in a text. Raises NotOrdinary as soon as it turns out to be so."""
    if _NEVER.search(text):
        _give_up()
    yield from _Reader(text).read()


def _give_up() -> NoReturn:
    raise NotOrdinary


class _Reader:
    """Reads line by line; ``awaited`` is where a value would stand whose line is not read yet."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._events = Events(text)
        self._open: list[tuple[str, int]] = [("", -1)]
        """Kind and column of each mapping and list that goes on, below a root that is neither."""
        self._awaited: int | None = 0

    def read(self) -> Iterator[Event]:
        """Yield the events, line by line."""
        text, begin = self._text, _LINES.match(self._text).end()  # type: ignore[union-attr] # it always does
        if started := _START.match(text, begin):
            begin = started.end()
        while True:
            begin = _LINES.match(text, begin).end()  # type: ignore[union-attr]
            at = self._behind_blanks(begin)
            if at == len(text) or text[at] == "#":
                break
            begin = self._line(at, at - begin)
            yield from self._events.take()
        self._unwind(-1, len(text))
        yield from self._events.take()

    def _line(self, at: int, column: int) -> int:
        """Read what begins in a line; return where the line behind it begins."""
        kind = self._kind(at)
        above, indent = self._open[-1]
        inner = column > indent or (column == indent and above == _MAP and kind == _LIST)
        fresh = self._awaited is not None and inner
        if not fresh:
            self._unwind(column, at)
            if self._open[-1] == (_LIST, column) and kind != _LIST:
                self._close()  # it stood under a key of the same column
            if self._open[-1] != (kind, column):
                _give_up()
        self._awaited = None
        while kind:
            if fresh:
                self._events.begin(at, mapping=kind == _MAP, bracket=False)
                self._open.append((kind, column))
                if len(self._open) > DEEPEST:
                    _give_up()
            behind = at + 1 if kind == _LIST else self._key(at)
            if rest := _REST.match(self._text, behind):
                self._awaited = behind
                return rest.end()
            value = self._behind_blanks(behind)
            if kind == _MAP:
                return self._value(value)
            at, column, fresh = value, column + value - at, True
            kind = self._kind(at)
        return self._value(at)

    def _kind(self, at: int) -> str:
        """Return whether an entry of a list or of a mapping begins here, or neither."""
        return _LIST if _DASH.match(self._text, at) else _MAP if _KEY.match(self._text, at) else ""

    def _unwind(self, column: int, at: int) -> None:
        """Close all that stands further to the right of what begins ``at``."""
        if self._awaited is not None:
            if len(self._open) == 1:
                _give_up()  # there is nothing in the text
            # What is not written stands at what comes instead, if we ask ruamel.yaml.
            place = at if self._open[-1][0] == _MAP else self._awaited
            self._events.scalar(place, place, "", None)
        while self._open[-1][1] > column:
            self._close()

    def _close(self) -> None:
        kind, _ = self._open.pop()
        self._events.end(mapping=kind == _MAP)

    def _value(self, at: int) -> int:
        """Read a value that is no mapping or list by indentation; return where the next line begins."""
        match self._text[at]:
            case "'" | '"':
                end = self._quoted(at)
            case "[" | "{":
                end = self._brackets(at)
            case "|" | ">":
                return self._block(at)
            case _:
                end = self._plain(at)
        rest = _REST.match(self._text, end)
        return rest.end() if rest else _give_up()

    def _plain(self, at: int) -> int:
        text, indent = self._text, self._open[-1][1]
        if indent < 0 or not _PLAIN.match(text, at):
            _give_up()
        lines, begin = [], at
        while True:
            end = _MORE.match(text, begin).end()  # type: ignore[union-attr]
            lines.append(text[begin:end].rstrip(" "))
            last = begin + len(lines[-1])
            begin = self._behind_blanks(end + 1)
            ended = text[end : end + 1] != "\n" or text[begin : begin + 1] in ("", "\n", "#")
            if ended or begin - end - 1 <= indent:
                break
        self._events.scalar(at, last, " ".join(lines), None)
        return end

    def _quoted(self, at: int) -> int:
        quote = self._text[at]
        found = _QUOTED[quote].match(self._text, at)
        if not found:
            _give_up()
        inner = _ESCAPED[quote].sub(r"\1", _FOLD.sub(" ", found[0][1:-1]))
        self._events.scalar(at, found.end(), inner, quote)
        return found.end()

    def _block(self, at: int) -> int:
        text = self._text
        header = _HEADER.match(text, at)
        if not header:
            _give_up()
        begin = header.end()
        indent = self._behind_blanks(begin) - begin
        found = re.compile(rf"((?: {{{indent},}}[^ \n][^\n]*\n)+)(?: {{0,{indent}}}\n)*").match(text, begin)
        if not found or not 0 <= self._open[-1][1] < indent or text.startswith(" " * indent, found.end()):
            _give_up()
        value = "\n".join(line[indent:] for line in found[1][:-1].split("\n"))
        value = _FOLD_BLOCK.sub(r"\1 ", value) if text[at] == ">" else value
        self._events.scalar(at, found.end(), value + ("" if header[1] else "\n"), text[at])
        return found.end()

    def _brackets(self, at: int) -> int:
        """Read what is in brackets; return where it ends."""
        text, fresh = self._text, True
        kinds: list[str] = []
        while True:
            sign = text[at : at + 1]
            if fresh and sign in (_MAP, _LIST):
                self._events.begin(at, mapping=sign == _MAP, bracket=True)
                kinds.append(sign)
                if len(kinds) + len(self._open) > DEEPEST:
                    _give_up()
            elif kinds and sign == _CLOSING[kinds[-1]]:
                self._events.end(mapping=kinds.pop() == _MAP)
                fresh = False
            elif fresh:
                at, fresh = (self._quoted(at) if sign in ("'", '"') else self._plain_inside(at)) - 1, False
            elif sign == ",":
                fresh = True
            else:
                _give_up()
            if not kinds:
                return at + 1
            at = self._behind_space(at + 1)
            if fresh and kinds[-1] == _MAP and text[at : at + 1] != "}":
                at = self._behind_space(self._key(at))
                if text[at : at + 1] == "}":
                    _give_up()

    def _plain_inside(self, at: int) -> int:
        found = _PLAIN_INSIDE.match(self._text, at)
        if not found:
            _give_up()
        written = found[0].rstrip(" ")
        self._events.scalar(at, at + len(written), _FOLD.sub(" ", written), None)
        return found.end()

    def _key(self, at: int) -> int:
        """Read a key and its colon; return where they end."""
        found = _KEY.match(self._text, at)
        if not found:
            _give_up()
        name = found[1]
        quote = name[0] if name[0] in "'\"" else None
        self._events.scalar(at, found.end(1), name[1:-1] if quote else name, quote)
        return found.end()

    def _behind_blanks(self, at: int) -> int:
        return _BLANKS.match(self._text, at).end()  # type: ignore[union-attr]

    def _behind_space(self, at: int) -> int:
        return _SPACE.match(self._text, at).end()  # type: ignore[union-attr]
