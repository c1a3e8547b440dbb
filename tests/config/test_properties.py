"""Whatever the files hold, the answer is a configuration or a list of problems, and it comes soon."""

import json
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import yaml
from monitor.config.excerpt import excerpt
from monitor.config.load import Configuration, load
from monitor.config.values import written_duration, written_size
from monitor.errors import ConfigError
from tests.config.folder import loaded, written

_LINES = """version: 1
topics:
feeds:
entities:
receivers:
poll:
email:
password:
id: a
query: a
digest: hourly
url: https://a.b
outlet: x
{en: [a]}
"""
_TOKENS = """
- : ' " [ ] { } , # &a *a !b | > --- ... % @ ( AND
${A} null 012 12:30 ~ no true 1e5 북한 \\x \\ud800 ? <<
"""
_BLANKS = [" ", "  ", "    ", ": ", "- ", "\n", "\t", "\r", "\x85", "\u2028", "\ufeff"]
PIECES = st.sampled_from([*_LINES.splitlines(), *_TOKENS.split(), *_BLANKS])
TEXT = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200)


def outcome(files: dict[str, str | bytes]) -> Configuration | ConfigError:
    """Load a folder with these files."""
    with tempfile.TemporaryDirectory() as parent:
        try:
            return loaded(Path(parent), files)
        except ConfigError as error:
            return error


@settings(max_examples=150, deadline=2000)
@given(st.sampled_from(["monitor.yaml", "feeds.yaml", "watchlist.yaml"]), TEXT)
def test_any_text_gives_a_configuration_or_problems(name: str, text: str) -> None:
    result = outcome({name: text.encode("utf-8", "surrogatepass")})
    if isinstance(result, ConfigError):
        assert result.problems
        assert all(
            problem.line >= 1 and problem.column >= 1 and problem.message for problem in result.problems
        )


@settings(max_examples=60, deadline=2000)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_configuration_or_problems(body: bytes) -> None:
    assert isinstance(outcome({"watchlist.yaml": b"version: 1\nowner: " + body}), Configuration | ConfigError)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["1", "30s", "a@b.c", "https://a.b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "query", "alert", "name", "email", "to", "en", "url", "webhook"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=2000)
@given(VALUES, VALUES, VALUES)
def test_any_shape_gives_a_configuration_or_problems(
    topics: object, entities: object, receivers: object
) -> None:
    text = json.dumps(
        {"version": 1, "topics": topics, "entities": entities, "receivers": receivers}, ensure_ascii=False
    )
    assert isinstance(
        outcome({"watchlist.yaml": text.encode("utf-8", "surrogatepass")}), Configuration | ConfigError
    )


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))


@pytest.mark.parametrize(
    "text", [f"b\n{BOMB}", "[" * 3000, "{a: " * 3000, "\n " + "- " * 3000, "&x [*x]"], ids=list("b[{-x")
)
def test_what_would_explode_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    assert yaml.parse(f"a: {text}", "x.yaml").problems
    assert time.process_time() - began < 1


def test_a_thousand_topics_load_in_time_that_grows_with_their_number(tmp_path: Path) -> None:
    def seconds(count: int) -> float:
        topics = "".join(
            f"  - {{id: t-{number}, query: 'a{number} AND (b OR c)'}}\n" for number in range(count)
        )
        folder = written(tmp_path, {"watchlist.yaml": "version: 1\ntopics:\n" + topics})
        began = time.process_time()
        assert len(load(folder, {}).watchlist.topics) == count
        return time.process_time() - began

    seconds(10)
    assert seconds(2000) < 60 * seconds(200), "its square would be a hundred times"


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (yaml.MAX_BYTES + 1))
    with pytest.raises(ConfigError, match="larger than 10 MB"):
        yaml.load(path, "large.yaml")


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("a AND", 2, "    a AND\n      ^"),
        ("북한 AND", 3, "    북한 AND\n         ^"),
        ("a\n  b OR", 4, "      b OR\n      ^"),
        ("x" * 200, 150, f"    …{'x' * 100}…\n    {' ' * 61}^"),
    ],
    ids=["plain", "wide letters", "second line", "long"],
)
def test_an_excerpt_has_its_caret_under_the_place(text: str, offset: int, expected: str) -> None:
    assert excerpt(text, offset) == expected


@given(st.text(max_size=300), st.integers(0, 300))
def test_an_excerpt_is_two_lines_with_one_caret(text: str, offset: int) -> None:
    shown, caret = excerpt(text, offset).split("\n")
    assert shown.startswith("    ")
    assert caret.strip(" ") == "^"


@pytest.mark.parametrize(
    ("seconds", "written_as"),
    [
        (0, "0s"),
        (0.5, "500ms"),
        (1.25, "1250ms"),
        (90, "90s"),
        (900, "15m"),
        (86_400, "24h"),
        (172_800, "2d"),
    ],
)
def test_durations_are_shown_in_their_largest_unit(seconds: float, written_as: str) -> None:
    assert written_duration(timedelta(seconds=seconds)) == written_as


@pytest.mark.parametrize(("size", "written_as"), [(999, "999B"), (15_000_000, "15MB"), (10**9, "1GB")])
def test_sizes_are_shown_in_their_largest_unit(size: int, written_as: str) -> None:
    assert written_size(size) == written_as
