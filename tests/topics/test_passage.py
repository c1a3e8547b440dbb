"""The passage of a long text that shows why it matches."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Span
from monitor.topics.passage import LONGEST, passage

spans = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(1, 30), st.sampled_from("abc")).map(
        lambda one: Span("body", one[0], one[0] + one[1], one[2])
    ),
    min_size=1,
    max_size=20,
)


@given(st.text(alphabet="ab é", min_size=2040, max_size=3000), spans)
def test_marks_stand_on_the_same_characters_and_the_text_is_short(text: str, found: list[Span]) -> None:
    made = passage(text, found, "body")
    assert made is not None
    assert len(made.text) <= LONGEST + 2
    assert made.text.strip("…") in text
    assert made.spans, "what it is shown for is in it"
    words = {text[span.start : span.end] for span in found}
    assert {made.text[span.start : span.end] for span in made.spans} <= words


def test_a_short_text_is_whole_and_a_field_without_evidence_has_none() -> None:
    made = passage("troops came", [Span("body", 0, 6, "troops")], "body")
    assert made is not None
    assert (made.text, made.spans) == ("troops came", (Span("body", 0, 6, "troops"),))
    assert passage("troops came", [Span("title", 0, 6, "troops")], "body") is None


def test_where_most_parts_of_the_query_stand_together_is_shown() -> None:
    text = "troops " + "x " * 500 + "troops in Kursk" + " x" * 500
    at = text.index("troops in")
    found = [Span("body", 0, 6, "a"), Span("body", at, at + 6, "a"), Span("body", at + 10, at + 15, "b")]
    made = passage(text, found, "body")
    assert made is not None
    assert "troops in Kursk" in made.text
    assert made.text.startswith("…")
    assert made.text.endswith("…")
