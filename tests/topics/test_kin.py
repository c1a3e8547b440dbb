"""Clauses are told apart by what they look for, not by the forms of their words."""

import pytest

from monitor.topics.kin import kin


@pytest.mark.parametrize(
    ("clauses", "name"),
    [
        (["@w: рабочие", "@w: рабочий", "@w: рабочих"], "@w: рабочие, рабочий, рабочих"),
        (["@workers: робітник", "@workers: робітників"], "@workers: робітник, робітників"),
        (["labourer", "labourers"], "labourer, labourers"),
        (["title:@x: North Korean troop", "title:@x: North Korean troops"],
         "title:@x: North Korean troop, North Korean troops"),
        (['"foreign worker"', '"foreign workers"'], '"foreign worker", "foreign workers"'),
        (["북한"], "북한"),
        (["…"], "…"),
    ],
)  # fmt: skip
def test_forms_of_a_word_are_kin(clauses: list[str], name: str) -> None:
    assert kin(clauses) == dict.fromkeys(clauses, name)
    assert kin(reversed(clauses)) == kin(clauses)


@pytest.mark.parametrize(
    "clauses",
    [
        ["@workers: рабочий", "@people: рабочий", "рабочий"],
        ["troops", "title:troops", "=troops", "troops*", "=troop"],
        ["labour", "work", "foreign labour"],
        ["북한", "북한군"],
        ["@a: x", "@a: y"],
    ],
)
def test_what_looks_for_something_else_is_not(clauses: list[str]) -> None:
    assert kin(clauses) == {clause: clause for clause in clauses}


def test_what_two_have_in_common_with_a_third_makes_all_kin() -> None:
    """Whichever comes first: by one reading the first two are alike, by the other the last two."""
    forms = ["рабочая", "рабочего", "рабочие", "рабочий", "рабочим", "рабочих"]
    for first in range(len(forms)):
        assert len(set(kin([*forms[first:], *forms[:first]]).values())) == 1


def test_long_phrases_take_no_time() -> None:
    phrase = " ".join(["рабочие"] * 30)
    assert kin([phrase]) == {phrase: phrase}
