"""The query language as slowly and plainly as its definition reads: no index, no memory, no shortcuts.

It shares with the matcher only what makes words out of text and stems out of words.
"""

from collections.abc import Mapping
from dataclasses import replace

from monitor.topics.found import Text
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Or, Term, Title, Word
from monitor.topics.query import parse_term
from monitor.topics.text import Token, query_stems, stems, tokenize

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
    wanted = [part for word in node.words for part in _parts(word)]
    tokens = tokenize(field)
    return [
        (start, start + len(wanted) - 1)
        for start in range(len(tokens) - len(wanted) + 1)
        if all(_is(tokens[start + offset], part, field) for offset, part in enumerate(wanted))
    ]


def _near(left: Node, right: Node, distance: int, field: str, entities: Terms) -> bool:
    return any(
        max(0, start - other_end, other_start - end) <= distance
        for start, end in places(left, field, entities)
        for other_start, other_end in places(right, field, entities)
    )


def _parts(word: Word) -> list[Word]:
    norms = [token.norm for token in tokenize(word.text)]
    parts = [Word(norm, word.exact) for norm in norms[:-1]] + [Word(norms[-1], word.exact, word.prefix)]
    return [replace(parts[0], capital=word.capital), *parts[1:]]


def _is(token: Token, part: Word, field: str) -> bool:
    norm = token.norm
    if part.capital and not field[token.start].isupper():
        return False
    if part.exact:
        return norm == part.text
    if part.prefix:
        return norm.startswith(part.text)
    return not set(stems(norm)).isdisjoint(query_stems(part.text))
