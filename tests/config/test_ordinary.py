"""Whoever reads a file, the quick reader or ruamel.yaml, the same is read: values, styles and places."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.events import CollectionEndEvent, Event, NodeEvent, ScalarEvent

from monitor.config import ordinary
from monitor.config.words import UNPRINTABLE

ROOT = Path(__file__).parents[2]
FILES = [*ROOT.glob("config/*.yaml"), *ROOT.glob("deploy/*/config/*.yaml")]
Told = tuple[object, ...]


def told(event: Event) -> Told:
    """Return all that the composer may ask of an event."""
    if not isinstance(event, NodeEvent):
        return (type(event),)
    start, end = event.start_mark, event.end_mark
    place = (type(event), start.index, start.line, start.column, event.anchor)
    if isinstance(event, ScalarEvent):
        return (*place, end.index, event.value, event.style)
    return (*place, getattr(event, "flow_style", None))


def by_ruamel(text: str) -> list[Told]:
    """Return what ruamel.yaml reads."""
    events = YAML(typ="safe", pure=True).parse(text)
    return [told(event) for event in events if isinstance(event, NodeEvent | CollectionEndEvent)]


def by_us(text: str) -> list[Told] | None:
    """Return what the quick reader reads, or ``None`` if it leaves the text to ruamel.yaml."""
    try:
        return list(map(told, ordinary.events(text)))
    except ordinary.NotOrdinary:
        return None


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_files_of_the_project_are_read_quickly_and_alike(path: Path) -> None:
    text = path.read_text("utf-8")
    assert by_us(text) == by_ruamel(text)


ORDINARY = {
    "plain": "a: ships AND x # why\nb: https://a.b/#c\n",
    "plain over lines": "a: ships\n    AND x\n  b\nc:\n  d\n  e\n",
    "quotes": "'a b': 'it''s'\n\"c\": \"say \\\"d\\\" \\\\ \\/\"\n",
    "quotes over lines": "a: 'b  \n  c'\nd:\n  - \"e\n    f\"\n",
    "literal": "a: |\n  b\n    # c\n  d  \n\n\n# e\nf: |-  # g\n    h\n",
    "folded": "a: >-\n  b\n  c\n   d\n   e\n  f\n  \nd: >\n  e\n",
    "lists": "a:\n- b\n-\n  - c\n  - - d\n    -   e: f\n        g: h\n-\nb:\n  - c\n",
    "nothing": "a:\nb: # why\n  # why\nc: []\nd: {}\ne: ~\n",
    "brackets": "a: [b, 'c', \"d\", {e: f, 'g': [h]}, i j\n   k, l:, # m\n   n:o, -1,\n\n   .5, ]\n",
    "in brackets as a whole": '{"a": [1, 2],\n "b": "c"}',
    "named queries": "queries:\n  a: query:b AND x\n  b: >-\n    query:c OR\n    (d e)\n  c: '@f query:a'\n",
    "beginning": "# a\n\n--- # b\nc: d",
    "keys twice and numbers with zeros": "a: 012\na: 1\n",
}


@pytest.mark.parametrize("text", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_texts_are_read_quickly_and_alike(text: str) -> None:
    assert by_us(text) == by_ruamel(text)


PIECES = """
: - ' " [ ] { } , # | > ? ! & * % @ ` ~ \\ . a b 북한 é 1 012 -1 12:30 https://a.b x#y a:, it's
--- ... &a *a !a |- >- |2 << null
"""
BLANKS = [
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n    ",
    "\n- ",
    "\n  - ",
    "\n\n",
    "a: ",
    "'b': ",
    ": ",
    "- ",
    ", ",
    " # c",
]
SCALARS = ["|\n  ", ">-\n    ", ">\n  a\n  b", "[a, b]", "{a: b}", "'a b'", '"a b"', "\xa0"]
SEEMING = st.sampled_from([*PIECES.split(), *BLANKS, *SCALARS])


@st.composite
def nearly_ordinary(draw: st.DrawFn) -> str:
    """Return an ordinary text with something put into it."""
    text = draw(st.sampled_from(sorted(ORDINARY.values())))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(SEEMING) + text[at + draw(st.integers(0, 2)) :]
    return text


@settings(max_examples=1500, deadline=None)
@given(nearly_ordinary() | st.lists(SEEMING, max_size=20).map("".join))
def test_what_the_quick_reader_takes_on_it_reads_alike(text: str) -> None:
    """It may leave any text to ruamel.yaml, but overlooks no mistake and reads nothing in another way."""
    found = by_us(text)
    if found is not None and not UNPRINTABLE.search(text):
        assert found == by_ruamel(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 9999 + "]" * 9999,
        "- " * 9999 + "a",
        "a: '",
        "",
        "# a",
        "a",
        "a: b\r\n",
        "a:\tb",
        "a: |\n  b\n   \n",
    ],
)
def test_what_is_not_ordinary_is_left_to_ruamel(text: str) -> None:
    assert by_us(text) is None
