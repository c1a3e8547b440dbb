"""A mistake in a query or a term is shown where it stands in the file, however YAML writes the text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.events import ScalarEvent

from monitor.config.source import Source, Span, positions
from tests.config.folder import loaded, refused

W = "watchlist.yaml"
TOPIC = "version: 1\ntopics:\n  - id: a\n    query: "
HERE = "⟦"
"""Where the mistake is."""

STYLES = {
    "plain": "ships AND x ⟦)",
    "plain over lines": "ships\n      AND x\n      ⟦) AND x",
    "single quotes": "'ships AND x ⟦)'",
    "single quotes doubled": "'don''t AND it''s ⟦)'",
    "single quotes over lines": "'ships\n\n      AND x ⟦)'",
    "double quotes": '"ships AND x ⟦)"',
    "double quotes with escapes": r'"\"a b\" AND \u0041\x42 AND\tx ⟦) AND \u0041"',
    "double quotes over lines": '"ships \\\n      AND\n\n      x ⟦)"',
    "literal": "|\n      ships\n        AND x ⟦)\n\n      x\n",
    "literal, kept": "|+\n      ships ⟦)\n\n",
    "literal, indented by a number": "|2\n      ships ⟦)\n",
    "folded": ">\n      ships\n      AND (x OR y)\n\n      ⟦)\n",
    "folded, stripped, with a comment": ">-  # what to find\n      ships\n      AND x ⟦)\n    # the end\n",
    "folded with more indented lines": ">-\n      ships\n        OR x\n      ⟦)\n",
    "wide letters": "'북한 AND 러시아 ⟦)'",
    "characters of two code units": "'😀x AND x ⟦)'",
}


def place_of_mark(content: str) -> tuple[str, int, int]:
    """Return the content without the mark, and the line and column of it."""
    before = content[: content.index(HERE)]
    return content.replace(HERE, ""), before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize("written", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_query_error_is_at_its_line_and_column(tmp_path: Path, written: str, line_end: str) -> None:
    content, line, column = place_of_mark(TOPIC + written + "\n    name: b\n")
    (problem,) = refused(tmp_path, {W: content.replace("\n", line_end)})
    assert (problem.line, problem.column) == (line, column)
    shown, caret = problem.excerpt.split("\n")
    assert shown.strip() == content.split("\n")[line - 1].strip()
    assert caret.strip() == "^"


@pytest.mark.parametrize("query", ["⟦query:crew", "captain OR (mate AND⟦ ))", "⟦query:crews"])
def test_a_mistake_in_a_named_query_is_at_its_place(tmp_path: Path, query: str) -> None:
    head = "version: 1\ntopics: [{id: a, query: 'query:crews'}]\nqueries:\n  crews: >-\n    sailor OR\n"
    content, line, column = place_of_mark(f"{head}    ({query})\n".replace("AND⟦ ))", "⟦AND )"))
    (problem,) = refused(tmp_path, {W: content})
    assert (problem.line, problem.column) == (line, column)


def test_an_undefined_entity_is_at_its_place(tmp_path: Path) -> None:
    content, line, column = place_of_mark(TOPIC + ">-\n      title:(x OR\n      ⟦@boat)\n")
    (problem,) = refused(tmp_path, {W: content})
    assert (problem.line, problem.column) == (line, column)


def test_a_bad_term_is_at_its_place_among_its_neighbours(tmp_path: Path) -> None:
    terms = "version: 1\nentities:\n  boat:\n    en: [ship*,\n         'it''s', 'a ⟦b*c', \"d\"]\n"
    content, line, column = place_of_mark(terms)
    (problem,) = refused(tmp_path, {W: content})
    assert (problem.line, problem.column) == (line, column)
    assert problem.excerpt == "    'it''s', 'a b*c', \"d\"]\n                ^"


def test_values_of_other_keys_in_the_line_are_not_shown(tmp_path: Path) -> None:
    content = "version: 1\ntopics:\n  - {id: a, name: secret, query: 'x AND', owner: secret}\n"
    problem = next(one for one in refused(tmp_path, {W: content}) if one.excerpt)
    assert problem.excerpt == "    … 'x AND'…\n         ^"


DOUBTS = [
    ("a ⟦or b", "for the operator"),
    ("a ⟦And b", "write AND"),
    ("⟦not a", "write NOT"),
    ("ship ⟦a*", "write more of the word"),
    ("робота ⟦Горлівк*", "write Горлівка, which finds that too"),
    ("ab⟦~2", "no meaning"),
    ("⟦/ship/", "no meaning"),
    ("ab⟦?", "no meaning"),
    ("weather ⟦NEER/2 turns", "NEER/2 is no operator"),
    ("weather ⟦ADN storms", "ADN is no operator"),
    ("weather ⟦W/5 turns", "write NEAR/5"),
    ("⟦lang:ru", "everything in the language ru; add what to look for, as in lang:ru AND troops"),
    ("ship OR ⟦lang:ru AND NOT boat", "everything in the language ru"),
    ("ship OR (⟦lang:ru OR lang:uk)", "everything in the language ru"),
    ("⟦a OR the", "common words only"),
    ("ship OR ⟦the", "common words only"),
    ("title:(⟦и OR ship)", "common words only"),
    ('⟦"to the" NEAR/3 a', "common words only"),
    ("ship NOT ⟦ship", "nothing can match: ship is asked for and ruled out"),
    ("ship boat NOT (crew OR ⟦Boat)", "nothing can match"),
    ("(ship AND boat) AND crew NOT ⟦boat", "nothing can match"),
    ("ship boat crew NOT (⟦ship boat)", "nothing can match: ship AND boat is asked for and ruled out"),
    ("x OR ship NEAR/3 boat NOT ⟦boat", "nothing can match"),
    ("title:ship NOT ⟦ship", "nothing can match"),
    ('x OR "ship ⟦Кyрск"', "it is read as Cyrillic, курск"),
    ("⟦US ship", "US finds the common word us as well"),
]


@pytest.mark.parametrize(("query", "words"), DOUBTS, ids=[doubt[0] for doubt in DOUBTS])
def test_what_a_query_hardly_means_is_a_warning_at_its_place(tmp_path: Path, query: str, words: str) -> None:
    content, line, column = place_of_mark(TOPIC + f"'{query}'\n")
    (warning,) = loaded(tmp_path, {W: content}).warnings
    assert (warning.line, warning.column) == (line, column)
    assert words in f"{warning.message}; {warning.hint}"


@pytest.mark.parametrize(
    "term",
    ["a ⟦AND b", "⟦NOT a", "a ⟦NEAR/3 b", "⟦-ship", "⟦R*", "⟦покоївк*", "ship ⟦Кyрск", "⟦WHO", "⟦U.S."],
)
def test_what_an_entity_hardly_means_is_a_warning_at_its_place(tmp_path: Path, term: str) -> None:
    terms = f"version: 1\ntopics: [{{id: a, query: '@e'}}]\nentities:\n  e:\n    en: ['{term}', x]\n"
    content, line, column = place_of_mark(terms)
    (warning,) = loaded(tmp_path, {W: content}).warnings
    assert (warning.line, warning.column) == (line, column)


@pytest.mark.parametrize(
    "query",
    [
        "'북*'",
        'x AND "a* b or c"',
        "=or ship",
        "Kursk AND '",
        "Горлівка острівк* робітник* Горловк*",
        "ship NOT title:ship",
        "(ship OR boat) NOT ship",
        "ship NOT (ship boat)",
        "lang:ru ship",
        "the ship OR a boat",
        "VIPы OR Zапад OR COVID-19-й",
        "G20 OR UK",
    ],
)
def test_what_is_meant_is_no_warning(tmp_path: Path, query: str) -> None:
    written = "'" + query.strip("'").replace("'", "") + "'" if query != "Kursk AND '" else "Kursk AND Oskol"
    assert loaded(tmp_path, {W: TOPIC + written + "\n"}).warnings == ()


@given(
    st.text(alphabet=st.sampled_from("ab '\"\\\t\n#:x0é한"), max_size=30),
    st.sampled_from(["'", '"', "|", ">"]),
)
def test_each_character_has_its_place_in_whatever_is_written(text: str, style: str) -> None:
    """Write a text as YAML does, read it, and find each of its characters again."""
    block = "\n".join(f"  {line}" for line in ("a" + text.replace("\t", " ")).split("\n"))
    quoted = text.replace("\\", "\\\\").replace('"', '\\"') if style == '"' else text.replace("'", "''")
    raw = f"{style}\n{block}\n" if style in "|>" else f"{style}a{quoted}{style}\n".replace("\n", "\n  ")
    source = Source(f"k: {raw}".rstrip(" "))
    *_, found = (
        event for event in YAML(typ="safe", pure=True).parse(source.text) if isinstance(event, ScalarEvent)
    )
    span = Span(found.start_mark.index, found.end_mark.index, found.style)
    for offset, char in enumerate(found.value):
        at = source.offset_in(span, found.value, offset)
        assert char.isspace() or source.text[at] == ("\\" if style == '"' and char in '"\\' else char)


def test_a_text_that_does_not_fit_has_no_wrong_places() -> None:
    assert positions("'abc'", "'", "abd") == (0, 0, 0, 0)
