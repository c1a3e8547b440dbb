"""Queries that have a name: each is put in where another names it, as if it stood there in parentheses."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from monitor.errors import Dangling, QueryError
from monitor.topics.nodes import And, Near, Node, Not, Or, Reference, Title
from monitor.topics.parser import NOT_A_SIDE, is_side
from monitor.topics.query import references

MAX_LEVELS = 100
"""Of a tree with all that it names: more than one query alone can have, and no more than recursion bears."""
MAX_PARTS = 20_000
"""Of a tree with all that it names: names within names can grow without bounds."""


class _Whole(NamedTuple):
    """A tree with all that it names, and its measures: to count them each time could take for ever."""

    node: Node
    levels: int = 1
    parts: int = 1


class NamedQueries:
    """Queries by name, each put together once with those that it names."""

    def __init__(self, queries: Mapping[str, Node]) -> None:
        self.mistakes: dict[str, QueryError] = {}
        """What is wrong with them, by the name of the query in whose text it is."""
        self._whole: dict[str, _Whole] = {}
        for name in self._in_order(queries):
            try:
                self._whole[name] = self._checked(queries[name])
            except QueryError as error:
                self.mistakes[name] = error

    def put_into(self, node: Node) -> Node:
        """Return a query's tree with the trees of those that it names.

        Raises QueryError with the place in that query's own text: for a name that is not known or of no use,
        for a side of NEAR that is more than alternatives, and for what grows too large.
        """
        return self._checked(node).node

    def _in_order(self, queries: Mapping[str, Node]) -> list[str]:
        """Return the names so that each comes behind those that it names; those in a circle are mistakes."""
        needs = {name: [one.name for one in references(node)] for name, node in queries.items()}
        while True:
            try:
                order = [*TopologicalSorter(needs).static_order()]
            except CycleError as error:
                name, following, *more = reversed(error.args[1])
                self.mistakes[name] = _circle(queries[name], [name, following, *more])
                del needs[name]
            else:
                return [name for name in order if name in needs]

    def _checked(self, node: Node) -> _Whole:
        whole = self._filled(node)
        if whole.levels <= MAX_LEVELS and whole.parts <= MAX_PARTS:
            return whole
        much = f"{MAX_LEVELS} levels" if whole.levels > MAX_LEVELS else f"{MAX_PARTS:,} parts"
        first = references(node)[0]
        raise QueryError(f"more than {much} with the queries that it names", *_place(first), "name fewer")

    def _filled(self, node: Node) -> _Whole:
        match node:
            case Reference():
                whole = self._named(node)
                return _whole(replace(node, query=whole.node), whole)
            case Not(child) | Title(child):
                whole = self._filled(child)
                return _whole(replace(node, child=whole.node), whole)
            case Near(left, right):
                sides = self._side(left), self._side(right)
                return _whole(replace(node, left=sides[0].node, right=sides[1].node), *sides)
            case And(children) | Or(children):
                parts = [self._filled(child) for child in children]
                return _whole(replace(node, children=tuple(part.node for part in parts)), *parts)
        return _Whole(node)

    def _side(self, node: Node) -> _Whole:
        for part in references(node):
            if not is_side(self._named(part).node):
                raise QueryError(f"{NOT_A_SIDE}; {part} is more than that", *_place(part))
        return self._filled(node)

    def _named(self, node: Reference) -> _Whole:
        if node.name in self._whole:
            return self._whole[node.name]
        if node.name in self.mistakes:
            raise Dangling(f"{node} has a mistake: {self.mistakes[node.name].message}", *_place(node))
        near = get_close_matches(node.name, [*self._whole, *self.mistakes], n=1)
        hint = f"did you mean query:{near[0]}?" if near else "name it under queries:"
        raise Dangling(f"unknown query {node}", *_place(node), hint)


def _circle(node: Node, names: list[str]) -> QueryError:
    """Return the error for a query that leads back to itself by these names."""
    first = next(one for one in references(node) if one.name == names[1])
    return QueryError(f"{first} leads back here: {' > '.join(names)}", *_place(first), "take it out")


def _whole(node: Node, *parts: _Whole) -> _Whole:
    return _Whole(node, 1 + max(one.levels for one in parts), 1 + sum(one.parts for one in parts))


def _place(node: Reference) -> tuple[int, int]:
    return node.offset, node.offset + len(str(node))
