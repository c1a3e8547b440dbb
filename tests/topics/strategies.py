"""Queries and texts for hypothesis, from one small stock of words, so that they often meet."""

from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.topics.found import Text
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Or, Term, Title, Word
from monitor.topics.query import parse

ENTITIES = {
    "north": ("North Korea", "North Korean*", "КНДР", "Северная Корея", "북한", "=Kim Jong-un"),
    "state": ("Russia", "Росія", "러", "北", "Kim"),
}
_STOCK = """
    North Korea Korean Koreans troops troop send sent sending Kim Jong Un Jong-un D.P.R.K. Россия России
    войска войсками Северная Северной Корея Корею КНДР Росія Росією військові військових солдат 북한 북한이
    북한산 북·러 러 北 北韓 north корею россия the of in 100,000 п'ять п’ять ёлка елка AND title день дней
    кореї боець бойцов
"""
_SEPARATORS = st.sampled_from([" ", "  ", ", ", "\u00a0", "-", ". ", " — ", "\n", "\u200b ", "·"])

words = st.builds(
    lambda text, kind: Word(
        text, exact="=" in kind, prefix="*" in kind, capital="^" in kind and text[0].isupper()
    ),
    st.sampled_from([*_STOCK.split(), "Кор", "кнд", "Nor", "войск", "북"]),
    st.sampled_from(["", "", "", "=", "*", "^", "^=", "^*"]),
)
terms = st.builds(Term, st.lists(words, min_size=1, max_size=3).map(tuple))
entities = st.sampled_from(sorted(ENTITIES)).map(Entity)
_leaves = st.one_of(terms, terms, entities)
_sides = st.one_of(_leaves, st.lists(_leaves, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))))
_near = st.builds(Near, _sides, _sides, st.integers(1, 6))
_simple = st.one_of(_leaves, _leaves, _near, st.sampled_from(["ru", "uk", "en", "ko", "und"]).map(Lang))


def _composed(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(And), several.map(Or), children.map(Not), children.map(Title))


def _is_accepted(node: Node) -> bool:
    try:
        parse(str(node))
    except QueryError:
        return False
    return True


nodes: st.SearchStrategy[Node] = st.recursive(_simple, _composed, max_leaves=6).filter(_is_accepted)


@st.composite
def fields(draw: st.DrawFn) -> str:
    """Return words of the stock with all kinds of things between them."""
    parts = draw(st.lists(st.tuples(st.sampled_from(_STOCK.split()), _SEPARATORS), max_size=8))
    return "".join(word + separator for word, separator in parts)


texts = st.builds(Text, fields(), fields(), fields(), st.sampled_from(["en", "ru", "uk", "ko", "und", "de"]))
