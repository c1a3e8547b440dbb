"""Nodes -> clauses, and their words into one vocabulary."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from monitor.errors import QueryError
from monitor.model import OTHERWISE, Entities
from monitor.topics import clauses
from monitor.topics.clauses import Clause
from monitor.topics.named import NamedQueries
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Or, Reference, Term, Title
from monitor.topics.query import parse, parse_term
from monitor.topics.score import rarity
from monitor.topics.vocabulary import Vocabulary


class Compiler:
    """Turns queries into clauses and gathers their words; what has a name is read once.

    Raises QueryError, in all that it does, for a bad query or term or an unknown name.
    """

    def __init__(self, entities: Entities, queries: Mapping[str, str]) -> None:
        self.vocabulary = Vocabulary()
        self.rarities: dict[str, float] = {}
        """How a term is written in the evidence -> how rare it is."""
        self._entities = entities
        self._queries = NamedQueries({name: parse(text) for name, text in queries.items()})
        self._known: dict[tuple[str, bool], Clause] = {}

    def tree(self, query: str) -> Node:
        """Return the tree of a query, those that it names put in."""
        node = parse(query)
        return self._queries.put_into(node) if "query:" in query else node

    def clause(self, node: Node, title_only: bool = False) -> Clause:
        """Return the clause of a node; ``title_only`` holds for all below a ``title:``."""
        match node:
            case Term():
                return self._words([node], title_only)
            case Entity():
                return self._entity(node, title_only)
            case Reference():
                return self._reference(node, title_only)
            case Lang(code):
                return clauses.Language(code)
            case Title(child):
                return self.clause(child, title_only=True)
            case Not(child):
                return clauses.Without(self.clause(child, title_only))
            case Near(left, right, distance):
                return clauses.Close(self.clause(left, title_only), self.clause(right, title_only), distance)
            case And(children):
                return clauses.All(tuple(self.clause(child, title_only) for child in children))
            case Or(children):
                return self._any(children, title_only)

    def _any(self, children: tuple[Node, ...], title_only: bool) -> Clause:
        """Return the clause of alternatives; the terms among them are looked up as one."""
        terms = [child for child in children if isinstance(child, Term)]
        parts = [self.clause(child, title_only) for child in children if not isinstance(child, Term)]
        if terms:
            parts.insert(0, self._words(terms, title_only))
        return parts[0] if len(parts) == 1 else clauses.Any(tuple(parts))

    def _entity(self, node: Entity, title_only: bool) -> Clause:
        if node.name not in self._entities:
            near = get_close_matches(node.name, self._entities, n=1)
            hint = f"did you mean @{near[0]}?" if near else "name it under entities:"
            end = node.offset + len(node.name) + 1
            raise QueryError(f"unknown entity @{node.name}", node.offset, end, hint)
        known = (str(node), title_only)
        if known not in self._known:
            lists = self._entities[node.name]
            texts = [text for language, terms in lists.items() if language != OTHERWISE for text in terms]
            words = self._words(map(parse_term, texts), title_only, f"@{node.name}: ")
            others = map(parse_term, lists.get(OTHERWISE, ()))
            hidden = self._words(others, title_only, f"@{node.name} not: ")
            self._known[known] = clauses.Outside(words, hidden) if hidden.terms else words
        return self._known[known]

    def _reference(self, node: Reference, title_only: bool) -> Clause:
        assert node.query is not None, "trees come from `tree`"
        known = (str(node), title_only)
        if known not in self._known:
            self._known[known] = self.clause(node.query, title_only)
        return self._known[known]

    def _words(self, terms: Iterable[Term], title_only: bool, label: str = "") -> clauses.Words:
        texts: dict[int, tuple[str, ...]] = {}
        weights: dict[int, float] = {}
        scope = "title:" if title_only else ""
        for term in terms:
            text = " ".join(map(str, term.words)) if label else str(term)
            shown = f"{scope}{label}{text}"
            if shown not in self.rarities:
                self.rarities[shown] = rarity(term)
            weight = clauses.weight(len(term.words), any(word.prefix for word in term.words))
            for number in self.vocabulary.add(term):
                if not label or number not in texts:
                    texts[number] = (*texts.get(number, ()), shown)
                weights[number] = weight
        return clauses.Words(texts, sum(weights.values()), title_only)
