"""The query language as slowly and plainly as its definition reads: no index, no memory, no shortcuts.

It shares with the matcher only what makes words out of text and stems out of words.
"""

from collections.abc import Mapping

from monitor.topics.found import Text
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Or, Term, Title
from monitor.topics.query import parse_term
from monitor.topics.spelling import Key, keys_of, spellings
from monitor.topics.text import Token, sought, stems, tokenize

Places = list[tuple[int, int]]
Terms = Mapping[str, tuple[str, ...]]


def holds(node: Node, text: Text, entities: Terms, fields: tuple[str, ...] | None = None) -> bool:
    """Return whether the text is what the node asks for; ``fields`` are those that count here."""
    fields = text.fields if fields is None else fields
    match node:
        case And(children):
            return all(holds(child, text, entities, fields) for child in children)
        case Or(children):
            return any(holds(child, text, entities, fields) for child in children)
        case Not(child):
            return not holds(child, text, entities, fields)
        case Title(child):
            return holds(child, text, entities, (text.title,))
        case Lang(code):
            return text.language == code
        case Near(left, right, distance):
            return any(_near(left, right, distance, field, entities) for field in fields)
        case _:
            return any(places(node, field, entities) for field in fields)


def places(node: Node, field: str, entities: Terms) -> Places:
    """Return first and last token of each place of a term, an entity or an OR of them."""
    if isinstance(node, Or):
        return [place for child in node.children for place in places(child, field, entities)]
    if isinstance(node, Entity):
        terms = [parse_term(text) for text in entities[node.name]]
        return [place for term in terms for place in places(term, field, entities)]
    assert isinstance(node, Term)
    keys = [key for word in node.words for key in keys_of(word)]
    return list(dict.fromkeys(place for wanted in spellings(keys) for place in _places(wanted, field)))


def _places(wanted: tuple[Key, ...], field: str) -> Places:
    tokens = tokenize(field)
    return [
        (start, start + len(wanted) - 1)
        for start in range(len(tokens) - len(wanted) + 1)
        if all(_is(tokens[start + offset], key, field) for offset, key in enumerate(wanted))
    ]


def _near(left: Node, right: Node, distance: int, field: str, entities: Terms) -> bool:
    return any(
        max(0, start - other_end, other_start - end) <= distance
        for start, end in places(left, field, entities)
        for other_start, other_end in places(right, field, entities)
    )


def _is(token: Token, key: Key, field: str) -> bool:
    kind, text, capital = key
    if capital and not field[token.start].isupper():
        return False
    if kind == "exact":
        return token.norm == text
    if kind == "prefix":
        return token.norm.startswith(text)
    wanted = sought(text)
    return token.norm in wanted.forms or not set(stems(token.norm)).isdisjoint(wanted.stems)
