"""Nodes -> clauses, and their terms into one vocabulary."""

from collections.abc import Mapping
from difflib import get_close_matches

from monitor.errors import QueryError
from monitor.model import Entities
from monitor.topics import clauses
from monitor.topics.clauses import Clause
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Term, Title
from monitor.topics.query import parse_term
from monitor.topics.vocabulary import Vocabulary


class Compiler:
    """Turns nodes into clauses and gathers their terms; an entity's terms are read once."""

    def __init__(self, entities: Entities) -> None:
        self.vocabulary = Vocabulary()
        self._entities = entities
        self._known: dict[str, tuple[Mapping[int, str], Mapping[int, float]]] = {}

    def clause(self, node: Node, title_only: bool = False) -> Clause:
        """Return the clause of a node; ``title_only`` holds for all below a ``title:``.

        Raises QueryError for an unknown entity or a bad term in one.
        """
        match node:
            case Term() | Entity():
                return self._words(node, title_only)
            case Lang(code):
                return clauses.Language(node, code)
            case Title(child):
                return clauses.Inside(node, self.clause(child, title_only=True))
            case Not(child):
                return clauses.Without(node, self.clause(child, title_only))
            case Near(left, right, distance):
                sides = self.clause(left, title_only), self.clause(right, title_only)
                return clauses.Close(node, *sides, distance)
            case _:
                build = clauses.All if isinstance(node, And) else clauses.any_of
                return build(node, tuple(self.clause(child, title_only) for child in node.children))

    def _words(self, node: Term | Entity, title_only: bool) -> Clause:
        terms, weights = self._entity(node) if isinstance(node, Entity) else self._terms([node], "")
        texts = {number: f"title:{text}" for number, text in terms.items()} if title_only else terms
        return clauses.Words(node, texts, weights, title_only)

    def _entity(self, node: Entity) -> tuple[Mapping[int, str], Mapping[int, float]]:
        if node.name not in self._entities:
            near = get_close_matches(node.name, self._entities, n=1)
            hint = f"did you mean @{near[0]}?" if near else "name it under entities:"
            end = node.offset + len(node.name) + 1
            raise QueryError(f"unknown entity @{node.name}", node.offset, end, hint)
        if node.name not in self._known:
            texts = [text for terms in self._entities[node.name].values() for text in terms]
            parsed = [parse_term(text) for text in texts]
            self._known[node.name] = self._terms(parsed, f"@{node.name}: ")
        return self._known[node.name]

    def _terms(self, terms: list[Term], label: str) -> tuple[Mapping[int, str], Mapping[int, float]]:
        texts: dict[int, str] = {}
        weights: dict[int, float] = {}
        for term in terms:
            number = self.vocabulary.add(term)
            text = " ".join(str(word) for word in term.words) if label else str(term)
            texts.setdefault(number, label + text)
            weights[number] = clauses.weight(len(term.words), any(word.prefix for word in term.words))
        return texts, weights
