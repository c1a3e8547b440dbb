"""Recursive descent over the tokens of a query; the grammar is drawn in ``query``."""

import re
from collections.abc import Iterator

from monitor.errors import QueryError
from monitor.topics.codes import LANGUAGES
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Or, Reference, Term, Title
from monitor.topics.terms import bare_term, term

MAX_DEPTH = 30
MAX_DISTANCE = 1000
PLACES = "NEAR/1 is side by side, NEAR/2 has at most one word between"
"""What NEAR counts, for people: from word to word, not the words between."""
_TOKEN = re.compile(
    r'(?P<open>\()|(?P<close>\))|(?P<phrase>"[^"]*")|(?P<unclosed>")|(?P<near>NEAR(?:/[^\s()"]*)?(?=[\s()"]|$))'
    r'|(?P<operator>(?:AND|OR|NOT)(?=[\s()"]|$))|(?P<query>query:[^\s()"]*)|(?P<field>[^\W\d_]+:)'
    r'|(?P<entity>@[^\s()"]*)|(?P<word>[^\s()"]+)'
)
_STARTS = frozenset({"open", "phrase", "unclosed", "query", "field", "entity", "word"})
"""Kinds that a term begins with."""
NOT_A_SIDE = "a side of NEAR must be a word, a phrase, an entity or a group of these joined by OR"
MEANT = {
    "cn": "zh", "cz": "cs", "dk": "da", "eng": "en", "gb": "en", "gr": "el", "jp": "ja", "kor": "ko",
    "kp": "ko", "kr": "ko", "rus": "ru", "ua": "uk", "ukr": "uk", "us": "en",
}  # fmt: skip
"""What people write for the code of a language: mostly that of a country."""


def words_of(text: str) -> Iterator[tuple[str, int]]:
    """Yield each word outside quotes, fields and entities with its place; any text will do."""
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "word":
            yield token.group(), token.start()


class Parser:
    """Recursive descent over the tokens of one query; the depth is handed down and capped."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_TOKEN.finditer(text))
        self._kinds = [token.lastgroup or "" for token in self._tokens] + [""]
        self._values = [token.group() for token in self._tokens] + [""]
        self._next = 0

    def disjunction(self, depth: int) -> Node:
        """Read alternatives up to a closing parenthesis or the end."""
        parts: list[Node] = []
        tokens: list[tuple[int, int]] = []
        while not parts or self._continues("OR"):
            first = self._next
            parts.append(self._word() if self._is_word_alone() else self._conjunction(depth))
            tokens.append((first, self._next - 1))
        if len(parts) == 1:
            return parts[0]
        for part, (first, last) in zip(parts, tokens, strict=True):
            if not isinstance(part, Term):
                refuse_negative(part, self._tokens[first].start(), self._tokens[last].end())
        return Or(tuple(parts))

    def _is_word_alone(self) -> bool:
        """Return whether a word is next that is one of the alternatives by itself, as most are."""
        here, after = self._next, self._next + 1
        if self._kinds[here] != "word":
            return False
        return self._kinds[after] in {"", "close"} or self._values[after] == "OR"

    def _word(self) -> Term:
        token = self._tokens[self._next]
        self._next += 1
        return bare_term(token.group(), token.start(), token.end())

    def expect_end(self) -> None:
        """Raise unless everything was read."""
        if self._kind() == "close":
            raise self._error("this parenthesis closes nothing", "remove it, or open one before")

    def _conjunction(self, depth: int) -> Node:
        parts = [self._negation(depth)]
        while self._continues("AND"):
            parts.append(self._negation(depth))
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def _continues(self, operator: str) -> bool:
        """Step over the operator if it is next; between terms AND may be left out."""
        kind = self._kind()
        if kind == "operator" and self._value() == operator:
            self._next += 1
            return True
        return operator == "AND" and (kind in _STARTS or self._value() == "NOT")

    def _negation(self, depth: int) -> Node:
        if self._value() != "NOT":
            return self._near(depth)
        self._check_depth(depth)
        self._next += 1
        return Not(self._negation(depth + 1))

    def _near(self, depth: int) -> Node:
        start = self._position()
        left = self._primary(depth)
        if self._kind() != "near":
            return left
        self._check_side(left, start)
        distance = self._distance()
        start = self._position()
        right = self._primary(depth)
        self._check_side(right, start)
        if self._kind() == "near":
            raise self._error("NEAR joins two sides only", "write (a NEAR/5 b) AND (b NEAR/5 c)")
        return Near(left, right, distance)

    def _distance(self) -> int:
        number = self._value().removeprefix("NEAR").removeprefix("/")
        if not (number.isascii() and number.isdigit()):
            raise self._error("NEAR needs a number of words", f"write for example NEAR/5; {PLACES}")
        if len(number) > 5 or not 1 <= int(number) <= MAX_DISTANCE:
            raise self._error(f"NEAR takes 1 to {MAX_DISTANCE} words", PLACES)
        self._next += 1
        return int(number)

    def _check_side(self, node: Node, start: int) -> None:
        if not is_side(node):
            hint = "put a phrase in quotes" if isinstance(node, And) else ""
            raise QueryError(NOT_A_SIDE, start, self._end_of_last(), hint)

    def _primary(self, depth: int) -> Node:
        kind, value = self._kind(), self._value()
        if kind in {"", "operator", "near", "close"}:
            raise self._missing()
        if kind == "open":
            return self._group(depth)
        if kind == "field":
            return self._field(depth)
        if kind == "word":
            return self._word()
        token = self._tokens[self._next]
        if kind == "unclosed":
            raise QueryError("the phrase is not closed", token.start(), len(self._text), 'add a closing "')
        self._next += 1
        if kind in {"entity", "query"}:
            return _named(value, token.start(), token.end())
        return term(value[1:-1], token.start(), token.end(), "the phrase is empty", inside=1)

    def _group(self, depth: int) -> Node:
        self._check_depth(depth)
        opened = self._position()
        self._next += 1
        node = self.disjunction(depth + 1)
        if self._kind() != "close":
            raise QueryError("the parenthesis is not closed", opened, hint="add a closing )")
        self._next += 1
        return node

    def _field(self, depth: int) -> Node:
        self._check_depth(depth)
        token = self._tokens[self._next]
        name = token.group()[:-1]
        if name not in {"title", "lang"}:
            hint = "only title:, lang: and query: exist; put text with a colon in quotes"
            raise QueryError(f"unknown field {token.group()}", token.start(), token.end(), hint)
        self._next += 1
        hint = "write title:word or title:(…)" if name == "title" else "write for example lang:ru"
        if self._position() != token.end() or self._kind() in {"", "close", "operator", "near"}:
            raise QueryError(f"nothing stands after {name}:", token.start(), token.end(), hint)
        if self._kind() == "field":
            raise self._error(f"{self._value()} cannot stand inside {name}:", "join the two by AND")
        return Title(self._primary(depth + 1)) if name == "title" else self._lang(token.start())

    def _lang(self, start: int) -> Node:
        code, kind = self._value(), self._kind()
        if kind != "word":
            hint = "write for example lang:ru, or (lang:ru OR lang:uk)"
            raise self._error("no language code stands after lang:", hint)
        if code not in LANGUAGES:
            known = MEANT.get(code.lower(), code.lower())
            hint = (
                f"write lang:{known}"
                if known in LANGUAGES
                else "two small letters as in lang:uk, or lang:und"
            )
            raise self._error(f"unknown language code {code}", hint)
        self._next += 1
        return Lang(code, start)

    def _missing(self) -> QueryError:
        """Return the error for a place where a term should be, by what stands around it."""
        if not self._tokens:
            return QueryError("the query is empty", 0, max(len(self._text), 1), "write a word to look for")
        before = self._tokens[self._next - 1] if self._next else None
        if before is not None and before.lastgroup in {"operator", "near"}:
            message = f"nothing stands after {before.group()}"
            return QueryError(message, before.start(), before.end(), "write a term there, or remove it")
        if self._kind() == "close" and before is not None:
            hint = "write a term between them, or remove them"
            return QueryError("the parentheses are empty", before.start(), self._position() + 1, hint)
        if self._kind() == "close":
            return self._error("this parenthesis closes nothing", "remove it, or open one before")
        if self._kind() == "":
            return QueryError("the parenthesis is not closed", len(self._text) - 1, hint="add a closing )")
        hint = "write a term there; in small letters or in quotes it is a word"
        return self._error(f"nothing stands before {self._value()}", hint)

    def _check_depth(self, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise self._error(f"more than {MAX_DEPTH} levels deep", "split it into two topics")

    def _error(self, message: str, hint: str) -> QueryError:
        token = self._tokens[self._next]
        return QueryError(message, token.start(), token.end(), hint)

    def _kind(self) -> str:
        return self._kinds[self._next]

    def _value(self) -> str:
        return self._values[self._next]

    def _position(self) -> int:
        return self._tokens[self._next].start() if self._next < len(self._tokens) else len(self._text)

    def _end_of_last(self) -> int:
        return self._tokens[self._next - 1].end()


def _named(value: str, start: int, end: int) -> Entity | Reference:
    sign, name = ("@", value[1:]) if value.startswith("@") else ("query:", value.removeprefix("query:"))
    if re.fullmatch(r"\w[\w.-]*", name):
        return Entity(name, start) if sign == "@" else Reference(name, start)
    what, hint = ("an entity", "@north-korea") if sign == "@" else ("a query", "query:troops-abroad")
    raise QueryError(f"{value} is no name of {what}", start, end, f"write for example {hint}")


def is_side(node: Node) -> bool:
    """Return whether the node can be a side of NEAR; of a named query that depends on what it is."""
    if isinstance(node, Or):
        return all(is_side(child) for child in node.children)
    if isinstance(node, Reference):
        return node.query is None or is_side(node.query)
    return isinstance(node, Term | Entity)


def _is_positive(node: Node) -> bool:
    """Whether the node demands that something is there."""
    if isinstance(node, Term):
        return True
    if isinstance(node, Not):
        return False
    if isinstance(node, And):
        return any(_is_positive(child) for child in node.children)
    return all(_is_positive(child) for child in node.children)


def refuse_negative(node: Node, start: int, end: int) -> None:
    """Raise QueryError if the node, which stands at ``start`` to ``end``, asks for nothing to be there."""
    if not _is_positive(node):
        hint = "name what to look for: wanted AND NOT unwanted"
        raise QueryError("this part has only NOT and would match nearly everything", start, end, hint)
