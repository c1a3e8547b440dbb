"""Tokens, their places, and the tokens of the index."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.topics.text import RUN, indexed, search_tokens, tokenize, tokens_of_run

BLANKS = [chr(code) for code in range(0x110000) if chr(code).isspace()]


def norms(text: str) -> list[str]:
    return [token.norm for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("North Korea's troops", "north korea troops"),
        ("North Korea’s soldiers’ pay", "north korea soldiers pay"),
        ("Kim Jong-un", "kim jong un"),
        ("D.P.R.K. at the U.N.", "dprk at the un"),
        ("N.Korea, N. Korea", "n korea n korea"),
        ("Кореи.Это", "кореи это"),
        ("ЁЛКА Ёж", "елка еж"),
        ("во́йска", "воиска".replace("и", "й")),
        ("п'ять п’ять пʼять п`ять", "пять пять пять пять"),
        ("сев\u00adерная Ко\u200bрея \u202eРФ\u202c", "северная корея рф"),
        ("North\u00a0Korea\u2009DPRK", "north korea dprk"),
        ("Cеверная Kорея", "северная корея"),
        ("ＤＰＲＫ ﬁre", "dprk fire"),
        (unicodedata.normalize("NFD", "북한군의 Йод ёж"), "북한군의 йод еж"),
        ("북·러 북ㆍ러 북-러", "북 러 북 러 북 러"),
        ("北김정은, 美中", "北 김정은 美 中"),
        ("‘북한’의 '러시아'는", "북한 의 러시아 는"),
        ("1만2천명 100,000", "1만2천명 100 000"),
        ("ロシア", "ロ シ ア"),
        ("foo_bar", "foo bar"),
        ("\u200b \u00ad — …", ""),
        ("", ""),
    ],
)
def test_text_splits_into(text: str, expected: str) -> None:
    assert norms(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "word", "at"),
    [
        ("Ко\u200bрея и РФ", "корея", "Ко\u200bрея"),
        ("\u200b\u200bсев\u00adерная Корея", "корея", "Корея"),
        ("the D.P.R.K. says", "dprk", "D.P.R.K"),
        ("North Korea’s", "korea", "Korea"),
        (unicodedata.normalize("NFD", "남북 북한군의 말"), "말", unicodedata.normalize("NFD", "말")),
        ("😀 北김정은", "김정은", "김정은"),
    ],
)
def test_place_of_a_token_is_that_in_the_text_as_given(text: str, word: str, at: str) -> None:
    found = [token for token in tokenize(text) if token.norm == word]
    assert [text[token.start : token.end].strip("\u200b") for token in found] == [at]


@given(st.text())
def test_tokens_stand_in_order_and_hold_only_letters_and_digits(text: str) -> None:
    end = 0
    for token in tokenize(text):
        assert end <= token.start < token.end <= len(text)
        assert token.norm
        assert token.norm.isalnum()
        end = token.end


@given(st.text(alphabet="abкореяё북한北'’\u200b\u00ad\u0301.-_ ", max_size=40))
def test_invisible_characters_change_no_token(text: str) -> None:
    bare = text.replace("\u200b", "").replace("\u00ad", "")
    spread = "\u00ad".join(bare)
    assert norms(spread) == norms(bare)


def test_word_of_a_million_letters_is_one_token_in_no_time() -> None:
    assert norms("a" * 1_000_000) == ["a" * 1_000_000]
    assert len(norms("a." * 300_000)) == 1
    assert indexed("я" * 100_000) == "я" * 100_000


def test_run_that_is_too_long_to_be_a_word_gives_the_same_tokens_as_a_short_one() -> None:
    run = "北" * 81
    assert RUN.fullmatch(run)
    assert [token.norm for token in tokens_of_run(run)] == ["北"] * 81


@pytest.mark.parametrize(
    ("text", "language", "search"),
    [
        ("Северокорейскими войсками", "ru", "войска"),
        ("північнокорейських військових", "uk", "військовий"),
        ("North Koreans sent troops", "en", "send troop"),
        ("북한군이 러시아에서", "ko", "북한군 러시아"),
        ("북한군이 러시아에서", "ko", "북한군의"),
        ("D.P.R.K. п’ять", "und", "dprk п'ять"),
        ("Ким Чен Ын", "und", "Ким Чен Ына"),
        ("北 미사일", "ko", "北"),
    ],
)
def test_search_finds_other_forms_in_the_index(text: str, language: str, search: str) -> None:
    index = set(indexed(text).split())
    assert all(index.intersection(word) for word in search_tokens(search))


def test_search_does_not_find_the_mountain() -> None:
    index = set(indexed("북한산 등산"))
    assert not index.intersection(search_tokens("북한")[0])


@given(st.text())
def test_tokens_of_the_index_hold_only_letters_and_digits(text: str) -> None:
    assert all(token.isalnum() for token in indexed(text).split())


@given(
    st.text() | st.lists(st.sampled_from(["D.P.", "R.K.", "п'", "ять", "'s", "\u200b", *BLANKS])).map("".join)
)
def test_no_word_reaches_across_a_blank(text: str) -> None:
    assert norms(text) == [norm for chunk in text.split() for norm in norms(chunk)]
