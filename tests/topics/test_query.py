"""The grammar: what is read how, and what is refused where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.topics.nodes import And, Entity, Lang, Near, Node, Not, Or, Reference, Term, Title, Word
from monitor.topics.query import MAX_LENGTH, names, parse, parse_term
from tests.topics.strategies import nodes


def word(text: str) -> Term:
    return Term((Word(text),))


A, B, C = word("a"), word("b"), word("c")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a AND b c", And((A, B, C))),
        ("a OR b c", Or((A, And((B, C))))),
        ("a b OR c", Or((And((A, B)), C))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT NOT b", And((A, Not(Not(B))))),
        ("a AND NOT b NEAR/3 c", And((A, Not(Near(B, C, 3))))),
        ("a b NEAR/3 c", And((A, Near(B, C, 3)))),
        ("(a OR @e) NEAR/12 (b OR c)", Near(Or((A, Entity("e"))), Or((B, C)), 12)),
        ('"a b"', Term((Word("a"), Word("b")))),
        ('"a =b c*"', Term((Word("a"), Word("b", exact=True), Word("c", prefix=True)))),
        ('" a  -  b "', Term((Word("a"), Word("b")))),
        ("=a", Term((Word("a", exact=True),))),
        ("a*", Term((Word("a", prefix=True),))),
        ("^Perm", Term((Word("Perm", capital=True),))),
        (
            '"from ^=Perm ^Kra*"',
            Term((Word("from"), Word("Perm", True, False, True), Word("Kra", False, True, True))),
        ),
        ("Jong-un", word("Jong-un")),
        ("title:a b", And((Title(A), B))),
        ("title:(a NOT b)", Title(And((A, Not(B))))),
        ('title:"a b"', Title(Term((Word("a"), Word("b"))))),
        ("title:@e", Title(Entity("e"))),
        ("title:=a", Title(Term((Word("a", exact=True),)))),
        ("lang:ru a", And((Lang("ru"), A))),
        ("lang:und", Lang("und")),
        ("a and b", And((A, word("and"), B))),
        ('"AND" "a:b"', And((word("AND"), word("a:b")))),
        ("10:30", word("10:30")),
        ("@north-korea", Entity("north-korea")),
        ("a\n  OR\tb", Or((A, B))),
        ("query:troops-abroad a", And((Reference("troops-abroad"), A))),
        ("query:b.c OR a", Or((Reference("b.c"), A))),
        ("title:query:b", Title(Reference("b"))),
        ("(a OR query:b) NEAR/2 query:c", Near(Or((A, Reference("b"))), Reference("c"), 2)),
        ("a NOT query:b", And((A, Not(Reference("b"))))),
        ('"query:b"', word("query:b")),
    ],
)
def test_query_reads_as(text: str, node: Node) -> None:
    assert parse(text) == node


@given(nodes)
def test_text_of_a_tree_parses_to_an_equal_tree(node: Node) -> None:
    assert parse(str(node)) == node


BAD = [
    ("", 0, 1, "empty"),
    ("   ", 0, 3, "empty"),
    ("a AND", 2, 5, "after AND"),
    ("a OR", 2, 4, "after OR"),
    ("a AND OR b", 2, 5, "after AND"),
    ("x AND NOT", 6, 9, "after NOT"),
    ("AND a", 0, 3, "before AND"),
    ("OR", 0, 2, "before OR"),
    ("a NEAR/5", 2, 8, "after NEAR/5"),
    ("NEAR/5 b", 0, 6, "before NEAR/5"),
    ("a NEAR b", 2, 6, "NEAR/2 has at most one word between"),
    ("a NEAR/x b", 2, 8, "number"),
    ("a NEAR/ b", 2, 7, "number"),
    ("a NEAR/² b", 2, 8, "number"),
    ("a NEAR/0 b", 2, 8, "1 to 1000"),
    ("a NEAR/99999999999 b", 2, 18, "1 to 1000"),
    ("a near/5 b", 2, 8, "write NEAR/5"),
    ("(a b) NEAR/3 c", 0, 5, "side of NEAR"),
    ("c NEAR/3 (a AND b)", 9, 18, "side of NEAR"),
    ("c NEAR/3 title:a", 9, 16, "side of NEAR"),
    ("c NEAR/3 NOT a", 2, 8, "after NEAR/3"),
    ("a NEAR/2 b NEAR/2 c", 11, 17, "two sides"),
    ("(a", 0, 1, "not closed"),
    ("x (a OR (b c)", 2, 3, "not closed"),
    ("(", 0, 1, "not closed"),
    ("a)", 1, 2, "closes nothing"),
    (")", 0, 1, "closes nothing"),
    ("()", 0, 2, "write a term between them"),
    ("a ( )", 2, 5, "empty"),
    ('a "b c', 2, 6, "not closed"),
    ('a ""', 2, 4, "phrase is empty"),
    ('"—"', 0, 3, "phrase is empty"),
    ("a — b", 2, 3, "no letter"),
    ("NOT a", 0, 5, "only NOT"),
    ("NOT a NOT b", 0, 11, "only NOT"),
    ("a OR NOT b", 5, 10, "only NOT"),
    ("a (b OR (NOT c))", 8, 15, "only NOT"),
    ("title:(NOT a)", 0, 13, "only NOT"),
    ("*", 0, 1, "stands alone"),
    ("a =", 2, 3, "stands alone"),
    ("a ^", 2, 3, "stands alone"),
    ("^북한", 0, 3, "neither small nor capital"),
    ("^5", 0, 2, "begins with no letter"),
    ("a*b", 0, 3, "write a*"),
    ("*b", 0, 2, "how the word begins"),
    ('"' + "a " * 31 + '"', 0, 64, "at most 30 words; name the words"),
    ("a " * (MAX_LENGTH // 2 + 1), MAX_LENGTH, MAX_LENGTH + 2, "split it"),
    ("a**", 0, 3, "end of a word"),
    ('"x a*b"', 3, 6, "end of a word"),
    ("=a*", 0, 3, "exclude"),
    ("foo:bar", 0, 4, "unknown field"),
    ("a text:b", 2, 7, "unknown field"),
    ("заголовок:b", 0, 10, "unknown field"),
    ("title: a", 0, 6, "after title:"),
    ("title:", 0, 6, "after title:"),
    ("title:)", 0, 6, "after title:"),
    ("lang:xx", 5, 7, "language code"),
    ("lang:RU", 5, 7, "write lang:ru"),
    ("lang:", 0, 5, "after lang:"),
    ("@", 0, 1, "entity"),
    ("a @north,korea", 2, 14, "entity"),
    ("query:", 0, 6, "name of a query"),
    ("a query:north,korea", 2, 19, "write for example query:troops-abroad"),
    ("NOT query:b", 0, 11, "only NOT"),
    ("-a", 0, 2, "NOT"),
    ("a && b", 2, 4, "AND"),
    ("a || b", 2, 4, "OR"),
    ("a “b c”", 2, 4, "straight quotes"),
    ("a «b»", 2, 5, "straight quotes"),
    ("(" * 40 + "a" + ")" * 40, 30, 31, "levels deep"),
    ("a " + "NOT " * 40 + "b", 122, 125, "levels deep"),
    ("title:" * 40 + "b", 6, 12, "cannot stand inside title:"),
    ("title:lang:ru", 6, 11, "join the two by AND"),
    ("title:NOT a", 0, 6, "after title:"),
    ("title:NEAR/2", 0, 6, "after title:"),
    ("lang:(ru)", 5, 6, "no language code"),
    ('lang:"ru"', 5, 9, "no language code"),
    ("lang:ua", 5, 7, "write lang:uk"),
    ("lang:KR", 5, 7, "write lang:ko"),
]


@pytest.mark.parametrize(("text", "offset", "end", "words"), BAD, ids=[repr(bad[0][:24]) for bad in BAD])
def test_bad_query_is_refused_at_its_place(text: str, offset: int, end: int, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert (caught.value.offset, caught.value.end) == (offset, end)
    assert words in str(caught.value)


def test_query_of_a_hundred_thousand_parentheses_is_refused_without_recursion() -> None:
    with pytest.raises(QueryError, match="longer"):
        parse("(" * 100_000)
    with pytest.raises(QueryError, match="deep"):
        parse("(" * (MAX_LENGTH - 1))


def test_long_flat_query_is_read() -> None:
    assert len(parse(" OR ".join(["ab"] * 3000)).children) == 3000


@given(st.text(alphabet=st.sampled_from('ab*=()"@:/ \nANDORTNEAR1титleng’«-'), max_size=30))
def test_any_text_is_a_query_or_a_query_error_within_it(text: str) -> None:
    error = _error(text)
    assert error is None or 0 <= error.offset < error.end <= max(len(text), 1)


def _error(text: str) -> QueryError | None:
    try:
        parse(text)
    except QueryError as error:
        return error
    return None


def test_the_text_of_names_parses_to_an_equal_tree() -> None:
    for text in ("title:query:b", "query:a NEAR/2 (query:b OR c)", "NOT query:b a", "query:a query:b OR c"):
        node = parse(text)
        assert parse(str(node)) == node


def test_entity_names_have_their_places_in_the_query() -> None:
    found = names(parse("@a AND (x NEAR/2 @b OR y) NOT title:@a query:c"))
    assert [(one.name, one.offset) for one in found] == [("a", 0), ("b", 17), ("a", 36), ("c", 39)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("troops", (Word("troops"),)),
        ("North Korean*", (Word("North"), Word("Korean", prefix=True))),
        ("=Kim Jong Un", (Word("Kim", exact=True), Word("Jong"), Word("Un"))),
        ("Search AND Rescue", (Word("Search"), Word("AND"), Word("Rescue"))),
    ],
)
def test_term_of_an_entity_reads_as(text: str, words: tuple[Word, ...]) -> None:
    assert parse_term(text) == Term(words)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0),
        (" ", 0),
        ("—", 0),
        ('the "North"', 4),
        ("a*b", 0),
        ("x " * 31, 0),
        ("a *", 2),
        ("@a", 0),
        ("lang:ru", 0),
        ("query:a", 0),
    ],
)
def test_bad_term_is_refused_at_its_place(text: str, offset: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse_term(text)
    assert caught.value.offset == offset
