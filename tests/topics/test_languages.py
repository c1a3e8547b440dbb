"""A base form finds every form of its word and of no other, whatever language a text is said to be in."""

from collections.abc import Iterable

import pytest

from monitor.model import Topic, Watchlist
from monitor.topics.found import Text
from monitor.topics.languages import LANGUAGES, function_words
from monitor.topics.languages.lookalikes import posing_as, repair
from monitor.topics.matcher import compile_watchlist
from monitor.topics.text import sought, stems, tokenize
from tests.topics.forms import ALIKE_IN_BOTH, FORMS, HOMOGRAPHS, ONE_STEM


def norm(word: str) -> str:
    (token,) = tokenize(word)
    return token.norm


GROUPS = [
    (language, [norm(word) for word in row.split()])
    for language, text in FORMS.items()
    for row in text.split(";")
]
SCRIPTS = {"Latin": ("en",), "Cyrillic": ("ru", "uk"), "Hangul": ("ko",)}


def found(query: str, words: Iterable[str]) -> list[str]:
    wanted = sought(query)
    return [word for word in words if word in wanted.forms or not set(wanted.stems).isdisjoint(stems(word))]


def of(languages: tuple[str, ...]) -> list[list[str]]:
    return [group for language, group in GROUPS if language in languages]


def pairs(rows: str) -> set[frozenset[str]]:
    return {frozenset(map(norm, row.split())) for row in rows.strip().splitlines()}


@pytest.mark.parametrize(("language", "group"), GROUPS, ids=[f"{lang}-{group[0]}" for lang, group in GROUPS])
def test_base_form_finds_every_form(language: str, group: list[str]) -> None:
    assert found(group[0], group) == group


@pytest.mark.parametrize("languages", SCRIPTS.values(), ids=SCRIPTS)
def test_base_form_finds_no_form_of_another_word(languages: tuple[str, ...]) -> None:
    groups = of(languages)
    same = pairs(ALIKE_IN_BOTH) | pairs(ONE_STEM) | {frozenset({group[0]}) for group in groups}
    confused = {
        f"{one[0]} {word}"
        for one in groups
        for word in found(one[0], {word for other in groups for word in other} - set(one))
        if not any(word in other and frozenset({one[0], other[0]}) in same for other in groups)
    }
    known = {row for row in HOMOGRAPHS.strip().splitlines() if row.split()[0] in {one[0] for one in groups}}
    assert confused == known


@pytest.mark.parametrize("languages", SCRIPTS.values(), ids=SCRIPTS)
def test_base_form_finds_no_function_word(languages: tuple[str, ...]) -> None:
    functional = {word for language in languages for word in function_words(language)}
    assert [(one[0], word) for one in of(languages) for word in found(one[0], functional - set(one))] == []


def test_each_language_is_tried_with_many_words() -> None:
    assert {language.code for language in LANGUAGES} == set(FORMS)
    assert all(len(of((language,))) >= 50 for language in FORMS)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("북러", "북·러 정상회담"),
        ("북러", "북-러의 밀착"),
        ("북·러", "북러 정상회담"),
        ("한미일", "한·미·일 훈련"),
        ('"North Korea"', "N. Korea, NKorea"),
        ('"North Korea*"', "NKorean"),
        ("NKorea", "N.Korea"),
        ('"North Korean troops"', "N Korean troops"),
        ("Донбасс", "у Донбасі"),
        ("Донбас", "в Донбассе"),
        ("ТАСС", "TACC"),
        ("HATO", "НАТО"),
    ],
)
def test_one_way_to_write_finds_the_others(query: str, text: str) -> None:
    assert compile_watchlist(Watchlist("v", (Topic("t", query),))).match(Text(text))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("=북러", "북·러 정상회담"),
        ("북러", "북 정부, 러시아"),
        ('"=North =Korea"', "N. Korea"),
        ('"South Korea"', "N. Korea"),
        ("North AND Korea", "N. Korea"),
        ("북한", "북·한"),
        ("сок", "cok"),
    ],
)
def test_but_not_where_it_is_something_else(query: str, text: str) -> None:
    assert not compile_watchlist(Watchlist("v", (Topic("t", query),))).match(Text(text))


def test_only_whole_words_of_some_length_pose_as_others() -> None:
    assert posing_as("тасс") == ("tacc",)
    assert posing_as("hato") == ("нато",)
    assert posing_as("рот") == posing_as("кндр") == posing_as("корея") == ()


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("북한", "북한산"),
        ("북한", "북한강"),
        ("북", "북한"),
        ("러시아", "러시아워"),
        ("조선", "조선업"),
        ("кндр", "кнр"),
        ("dprk", "dpr"),
        ("корея", "корейка"),
        ("корея", "кора"),
        ("pyongyang", "pyeongchang"),
        ("donetsk", "donets"),
        ("писать", "писем"),
        ("передать", "перед"),
        ("місто", "мосту"),
        ("отправить", "отправление"),
        ("атаковать", "атака"),
        ("зустріч", "зустріти"),
        ("база", "бас"),
        ("군", "군인"),
        ("이", "이인"),
        ("사", "사랑"),
        ("사", "사대로"),
    ],
)
def test_word_does_not_find_its_lookalike(query: str, word: str) -> None:
    assert found(query, [word]) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cеверная", "северная"),
        ("kорея", "корея"),
        ("рutin", "putin"),
        ("жutin", "жutin"),
        ("кhдр", "кндр"),
        ("νorth", "north"),
        ("north", "north"),
        ("корея", "корея"),
        ("북a", "북a"),
    ],
)
def test_word_of_mixed_scripts_is_set_right(written: str, meant: str) -> None:
    assert repair(written) == meant
