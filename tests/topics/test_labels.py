"""What a label keeps of its match, and what labels tell of topics."""

from dataclasses import replace
from math import isfinite
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from monitor.model import Span
from monitor.topics.labels import TITLE, WORDS, Label, Verdict, label_of
from monitor.topics.languages import function_words
from monitor.topics.report import report, wilson
from monitor.topics.text import tokenize
from monitor.topics.wording import LEAST, PRIOR, separating, z_score
from tests.samples import NOW, article, match

counts = st.integers(0, 10_000)


def label(number: int, verdict: Verdict, title: str, language: str = "en", **more: Any) -> Label:
    one = match(article(f"a{number}", title, summary="", language=language))
    return replace(label_of(one, verdict, "ana", NOW), **more)


def labels(verdict: Verdict, title: str, many: int, language: str = "en") -> list[Label]:
    return [label(number, verdict, title, language) for number in range(many)]


def test_a_label_keeps_what_a_report_needs_when_the_match_is_gone() -> None:
    one = match(
        article("a1", "Troops in Kursk", summary="Troops were seen."),
        spans=(Span("title", 0, 6, "troops"), Span("summary", 0, 6, "troops"), Span("title", 10, 15, "Kur*")),
    )
    made = label_of(one, "noise", "ana", NOW, "old")
    assert (made.id, made.topic_id, made.language, made.outlet) == (one.id, "troops", "en", "The Wire")
    assert (made.clauses, made.matched) == (("troops", "Kur*"), ("Troops", "Kursk"))
    assert (made.words, made.cut) == (("troops", "in", "kursk", "were", "seen"), ())
    assert (made.watchlist_version, made.match_filed, made.note) == ("v1", one.filed, "old")


def test_what_is_too_long_for_a_label_is_cut_and_said() -> None:
    long = article(title="t" * (TITLE + 1), summary=" ".join(f"w{n}" for n in range(WORDS + 1)))
    made = label_of(match(long), "noise", "ana", NOW)
    assert (len(made.title), len(made.words), made.cut) == (TITLE, WORDS, ("title", "words"))


@given(hits=counts, misses=counts)
@example(hits=0, misses=0)
@example(hits=0, misses=3)
def test_the_interval_has_the_share_in_it_and_stays_within_0_and_1(hits: int, misses: int) -> None:
    low, high = wilson(hits, hits + misses)
    assert 0 <= low <= high <= 1
    if hits + misses:
        assert low <= hits / (hits + misses) <= high


@given(hits=counts, misses=counts)
def test_the_interval_of_noise_mirrors_that_of_useful(hits: int, misses: int) -> None:
    low, high = wilson(hits, hits + misses)
    assert wilson(misses, hits + misses) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(hits=st.integers(0, 100), misses=st.integers(0, 100), factor=st.integers(2, 50))
def test_more_labels_of_the_same_share_make_the_interval_narrower(
    hits: int, misses: int, factor: int
) -> None:
    assume(hits + misses)
    (low, high), (lower, higher) = (
        wilson(hits, hits + misses),
        wilson(hits * factor, (hits + misses) * factor),
    )
    assert higher - lower < high - low


def test_the_interval_is_wilsons() -> None:
    """Figures of R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@st.composite
def words(draw: st.DrawFn) -> tuple[int, int, int, int, float, float]:
    one, other = draw(counts), draw(counts)
    prior = draw(st.floats(0.01, 50))
    return one, one + draw(counts), other, other + draw(counts), prior, prior + draw(st.floats(0.01, 1000))


@given(words())
def test_what_speaks_for_one_speaks_as_much_against_the_other(
    given_: tuple[int, int, int, int, float, float],
) -> None:
    one, of_one, other, of_other, prior, of_prior = given_
    z = z_score(one, of_one, other, of_other, prior, of_prior)
    assert isfinite(z)
    assert z_score(other, of_other, one, of_one, prior, of_prior) == pytest.approx(-z)


@given(few := st.integers(0, 300), few, few, few)
def test_a_word_speaks_for_the_side_of_which_more_have_it(
    one: int, without_one: int, other: int, without_other: int
) -> None:
    of_one, of_other = one + without_one, other + without_other
    assume(of_one and of_other and 0 < one + other < of_one + of_other)
    z = z_score(one, of_one, other, of_other, PRIOR * (one + other) / (of_one + of_other), PRIOR)
    difference = one * of_other - other * of_one
    if difference:
        assert (z > 0) == (difference > 0)
    else:
        assert z == pytest.approx(0, abs=1e-9)


def test_words_that_set_the_two_apart_are_found_with_their_counts() -> None:
    found = separating(
        [*labels("useful", "troops in kursk", 12), *labels("noise", "a troop of monkeys at the zoo", 8)]
    )
    assert {"kursk"} == {term.word for term in found if term.z > 0}
    assert {"monkeys", "zoo"} <= {term.word for term in found if term.z < 0}
    assert "troops" not in {term.word for term in found}, "its forms are in both"
    kursk = next(term for term in found if term.word == "kursk")
    assert (kursk.useful, kursk.of_useful, kursk.noise, kursk.of_noise) == (12, 12, 0, 8)
    assert [term.z for term in found] == sorted((term.z for term in found), reverse=True)
    assert all(abs(term.z) >= LEAST for term in found)


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "They're to the 12 of 2026, Kursk", "kursk"),
        ("ru", "Её к 12 о том, что ещё Курск", "курск"),
        ("uk", "Її до 12 про те, що й Курськ", "курськ"),
        ("ko", "그는 12 대한 쿠르스크", "쿠르스크"),
    ],
)
def test_neither_function_words_nor_bare_numbers_tell_anything(language: str, text: str, word: str) -> None:
    found = separating([*labels("useful", text, 12, language), *labels("noise", "x", 8, language)])
    assert {term.word for term in found if term.z > 0} == {word}


@pytest.mark.parametrize("language", ["en", "ru", "uk", "ko"])
def test_function_words_are_written_as_words_are_compared(language: str) -> None:
    assert {token.norm for one in function_words(language) for token in tokenize(one)} == function_words(
        language
    )


def test_the_two_sides_swap_with_the_labels() -> None:
    one = [*labels("useful", "alpha beta", 9), *labels("noise", "gamma beta", 9)]
    swapped: list[Label] = [
        replace(each, verdict="noise" if each.verdict == "useful" else "useful") for each in one
    ]
    assert {term.word: term.z for term in separating(one)} == pytest.approx(
        {term.word: -term.z for term in separating(swapped)}
    )


def test_a_language_that_is_mostly_noise_does_not_make_its_words_noise() -> None:
    found = separating(
        [
            *labels("useful", "troops in kursk", 30),
            *labels("noise", "troops in kursk", 2),
            *labels("noise", "병력 도착", 30, "ko"),
            *labels("useful", "병력 도착", 2, "ko"),
        ]
    )
    assert found == ()


def test_the_forms_of_a_word_count_as_one_and_are_called_by_the_commonest() -> None:
    found = separating(
        [
            *labels("useful", "북한이 병력", 3, "ko"),
            *labels("useful", "북한 병력", 6, "ko"),
            *labels("useful", "북한을 병력", 3, "ko"),
            *labels("noise", "축구 병력", 9, "ko"),
        ]
    )
    assert {term.word: (term.useful, term.noise) for term in found} == {"북한": (12, 0), "축구": (0, 9)}


@pytest.mark.parametrize(
    "given_",
    [
        [],
        labels("useful", "troops in kursk", 20),
        [*labels("useful", "", 5), *labels("noise", "", 5)],
        [*labels("useful", "zoo", 5), *labels("noise", "zoo", 5)],
    ],
    ids=["nothing", "one side", "no words", "the same word"],
)
def test_where_there_is_nothing_to_compare_no_word_is_named(given_: list[Label]) -> None:
    assert separating(given_) == ()


def test_a_report_counts_by_topic_language_and_clause_the_surest_noise_first() -> None:
    given_ = [
        *[label(n, "useful", "x", clauses=("good", "mixed")) for n in range(4)],
        *[label(n, "noise", "x", "ko", clauses=("bad", "mixed")) for n in range(4, 10)],
        label(10, "noise", "x", clauses=("once",)),
        label(11, "withdrawn", "x", clauses=("good",)),
        label(12, "useful", "x", topic_id="gone"),
    ]
    first, quiet, gone = report(given_, {"troops": 40, "quiet": 3})
    assert (first.topic, first.matches, first.total.useful, first.total.noise) == ("troops", 40, 4, 7)
    assert first.total.precision == pytest.approx(4 / 11)
    assert [(one.name, one.useful, one.noise) for one in first.languages] == [("ko", 0, 6), ("en", 4, 1)]
    assert [one.name for one in first.clauses] == ["bad", "mixed", "once", "good"]
    assert (quiet.topic, quiet.matches, quiet.total.precision) == ("quiet", 3, None)
    assert (gone.topic, gone.matches, gone.total.useful) == ("gone", 0, 1)
