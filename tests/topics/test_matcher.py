"""The matcher, against the definition and against traps."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given

from monitor.errors import QueryError
from monitor.model import Entities, Hit, Topic, Watchlist
from monitor.topics.found import Text
from monitor.topics.marker import SPANS_PER_CLAUSE
from monitor.topics.matcher import CompiledWatchlist, compile_watchlist
from monitor.topics.nodes import Node
from tests.topics import naive
from tests.topics.strategies import ENTITIES, nodes, texts

NORTH: Entities = {"north": {"any": ("North Korea", "DPRK", "КНДР", "Северная Корея", "북한")}}


def compiled(*queries: str, entities: Entities = NORTH) -> CompiledWatchlist:
    topics = tuple(Topic(f"t{number}", query) for number, query in enumerate(queries))
    return compile_watchlist(Watchlist("v1", topics, entities))


def hits(query: str, title: str, summary: str = "", body: str = "", language: str = "und") -> tuple[Hit, ...]:
    return compiled(query).match(Text(title, summary, body, language))


def words(query: str, title: str, summary: str = "", language: str = "und") -> list[tuple[str, str]]:
    """Return the text of each span and its clause."""
    fields = {"title": title, "summary": summary}
    return [
        (fields[span.field][span.start : span.end], span.clause)
        for hit in hits(query, title, summary, language=language)
        for span in hit.spans
    ]


@given(nodes, texts)
def test_matcher_agrees_with_the_definition(node: Node, text: Text) -> None:
    entities = {name: {"any": terms} for name, terms in ENTITIES.items()}
    found = compiled(str(node), entities=entities).match(text)
    assert bool(found) == naive.holds(node, text, ENTITIES)


@given(nodes, texts)
def test_every_match_is_explained_by_spans_inside_the_text(node: Node, text: Text) -> None:
    entities = {name: {"any": terms} for name, terms in ENTITIES.items()}
    for hit in compiled(str(node), entities=entities).match(text):
        assert 0 <= hit.score <= 1
        assert hit.spans or not any(text.fields)
        assert len(set(hit.spans)) == len(hit.spans)
        for span in hit.spans:
            assert 0 <= span.start < span.end <= len(getattr(text, span.field))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("войска", "Северокорейскими войсками"),
        ("북한", "북한이 발표했다"),
        ('"Северная Корея"', "в Cеверной Kорее"),
        ('"north korea*"', "N. and North Koreans"),
        ("=troops", "troops"),
        ("DPRK", "the D.P.R.K. says"),
        ('"Kim Jong Un"', "Kim Jong-un’s train"),
        ("Jong-un", "Kim Jong Un"),
        ("北朝鮮", "今日の北朝鮮軍"),
        ("100,000", "some 100,000 men"),
        ("a NEAR/2 b", "b x a"),
        ("a NEAR/1 b", "a, b"),
        ('"a b" NEAR/2 c', "c x a b"),
        ("(a OR troop*) NEAR/3 troops", "troops"),
        ("title:a b", "a b"),
        ("a b", "b. a"),
    ],
)
def test_query_finds(query: str, title: str) -> None:
    assert len(hits(query, title)) == 1


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("DPRK", "Indonesia's DPR passes a bill"),
        ("КНДР", "КНР и РФ"),
        ("북한", "북한산 등산"),
        ("북한", "북한강 축제"),
        ("러시아", "러시아워 정체"),
        ("=troop", "troops"),
        ("troop*", "tro ops"),
        ("a NEAR/2 b", "b x y a"),
        ('"a b" NEAR/1 c', "c x a b"),
        ('"a b"', "b a"),
        ("lang:ru", "text"),
        ("a NOT b", "a b"),
    ],
)
def test_query_does_not_find(query: str, title: str) -> None:
    assert hits(query, title) == ()


def test_phrase_and_near_do_not_cross_fields() -> None:
    assert hits('"a b"', "a", "b") == ()
    assert hits("a NEAR/1000 b", "a", "b", "") == ()
    assert hits("a NEAR/1000 b", "a", "", "b") == ()
    assert len(hits("a b", "a", "", "b")) == 1


def test_title_scope_leaves_the_text_out() -> None:
    assert hits("title:a", "x", "a") == ()
    assert hits("title:@north", "x", "DPRK") == ()
    assert len(hits("title:(a NOT b)", "a", "b")) == 1
    assert hits("a NOT title:(a b)", "a b") == ()


def test_language_of_the_article_decides() -> None:
    assert len(hits("lang:uk слово", "слово", language="uk")) == 1
    assert hits("lang:uk слово", "слово", language="ru") == ()


@pytest.mark.parametrize("language", ["ru", "uk", "und", "en"])
@pytest.mark.parametrize(("query", "title"), [("день", "дней"), ("день", "днів"), ("солдат", "солдатів")])
def test_language_taken_wrongly_hides_no_match(query: str, title: str, language: str) -> None:
    assert len(hits(query, title, language=language)) == 1


@pytest.mark.parametrize(
    ("query", "title", "summary", "expected"),
    [
        ("@north troop", "DPRK troops", "", [("DPRK", "@north: DPRK"), ("troops", "troop")]),
        ("войска", "В\u200bойсками и войскам", "", [("В\u200bойсками", "войска"), ("войскам", "войска")]),
        ('title:"a b"', "x a — b y", "a b", [("a — b", 'title:"a b"')]),
        ("@north NEAR/2 x", "DPRK a b c d x 북한은", "", [("x", "x"), ("북한은", "@north: 북한")]),
        ("a OR b NOT c", "b", "a a", [("b", "b"), ("a", "a"), ("a", "a")]),
        ("DPRK OR D.P.R.K.", "DPRK", "", [("DPRK", '"D.P.R.K."'), ("DPRK", "DPRK")]),
        ('"a b c" OR "c a"', "a b b c a b c", "", [("c a", '"c a"'), ("a b c", '"a b c"')]),
        ("lang:und NOT b", "any text", "", [("any text", "lang:und NOT b")]),
    ],
)
def test_spans_point_at_the_words_and_name_the_clause(
    query: str, title: str, summary: str, expected: list[tuple[str, str]]
) -> None:
    assert words(query, title, summary) == expected


def test_repeated_word_gives_a_bounded_number_of_spans() -> None:
    (hit,) = hits("a", "a " * 1000, "a")
    assert [span.field for span in hit.spans] == ["title"] * SPANS_PER_CLAUSE + ["summary"]


def test_hundred_thousand_near_words_take_no_square_of_time() -> None:
    (hit,) = hits("(a OR b) NEAR/1000 (a OR c)", "x", body="a b c " * 60_000)
    assert len(hit.spans) == 3 * SPANS_PER_CLAUSE


def test_hits_come_in_the_order_of_the_watchlist() -> None:
    matched = compiled("b", "x", "a", "a b").match(Text("a b"))
    assert [hit.topic_id for hit in matched] == ["t0", "t2", "t3"]


@pytest.mark.parametrize(
    ("query", "title", "found"),
    [
        ("^Perm", "Perm ban: salons close", ["Perm"]),
        ("^Perm", "A perm in PERM", ["PERM"]),
        ("^Perm", "a perm", []),
        ("^=Чите", "читайте о Чите", ["Чите"]),
        ("Perm OR ^Perm", "a perm", ["perm"]),
        ('"from ^Tula"', "from tula, from Tula", ["from Tula"]),
        ("^Jong-un", "jong-un and Jong-un", ["Jong-un"]),
        ("^Mos*", "most of Moscow", ["Moscow"]),
    ],
)
def test_capital_is_asked_for(query: str, title: str, found: list[str]) -> None:
    assert [word for word, _ in words(query, title)] == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("The People's Army marched", True),
        ("The Vietnam People's Army marched", False),
        ("The Vietnam People's Army and the People's Army marched", True),
        ("A people's army of Vietnam", True),
        ("Vietnam marched", False),
    ],
)
def test_terms_do_not_count_in_phrases_in_which_they_mean_something_else(title: str, found: bool) -> None:
    entities = {"army": {"en": ("People's Army",), "not": ("Vietnam People's Army", "Vietnam")}}
    assert bool(compiled("@army", entities=entities).match(Text(title))) == found
    assert not compiled("@army NEAR/3 Hanoi", entities=entities).match(Text("Vietnam People's Army in Hanoi"))
    assert not compiled("title:@army", entities=entities).match(Text("Vietnam", "The People's Army"))


def test_unknown_entity_is_refused_with_place_and_nearest_name() -> None:
    with pytest.raises(QueryError, match="did you mean @north") as caught:
        compiled("a AND @nort")
    assert (caught.value.offset, caught.value.end) == (6, 11)


def test_empty_watchlist_and_empty_text_are_fine() -> None:
    assert compiled().match(Text("a")) == ()
    assert compiled("a").match(Text("")) == ()
    assert compiled("a").version == "v1"


def test_threads_share_a_watchlist() -> None:
    watchlist = compiled("@north troop", "북한", "x")
    batch = [Text(f"DPRK troops {number} 북한이 word{number}") for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(watchlist.match, batch * 4))
    assert {tuple(hit.topic_id for hit in result) for result in results} == {("t0", "t1")}


def test_ten_thousand_topics_find_each_only_its_own_word() -> None:
    watchlist = compiled(*(f"word{number} AND common" for number in range(10_000)))
    assert [hit.topic_id for hit in watchlist.match(Text("common word77 word9999"))] == ["t77", "t9999"]
