"""What is made quick gives what the plain way gives."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import language, normalize, urls
from monitor.articles.normalize import characters, plain_text
from monitor.articles.urls import canonical_url, web_url

SPACES = " \n\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2000\u2028\u2029\u3000"
PIECES = [
    *SPACES, "<", "&", "amp;", "<p>", "<br/>", "&nbsp;", "&#10;", "&#28;", "AP", "북", "ы", "є", "ў", "é",
    "東", "の", "e\u0301", "\u0301" * 40, "\u0344" * 31, "\u1107\u116e", "\ud800", "\udc00", "\x1b[31m",
    "\u200b", "😀",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=20).map("".join)


def even(text: str) -> str:
    """Return a text with even white space, run by run."""

    def one(run: re.Match[str]) -> str:
        return "\n" if re.search("[\n\r\x0b\x0c\x85\u2028\u2029]", run.group()) else " "

    return re.sub(r"\s+", one, text).strip(" \n")


@given(texts.filter(lambda text: not set("<&") & set(text)))
def test_white_space_is_made_even_run_by_run(text: str) -> None:
    expected = even(characters(even(characters(text))))
    assert plain_text(text, 10_000)[0] == expected


@given(texts)
def test_a_text_without_odd_characters_is_only_composed(text: str) -> None:
    plain = "".join(one for one in text if unicodedata.category(one)[0] in "LNPSZ" and one < "\u0300")
    assert characters(plain) == unicodedata.normalize("NFC", plain)


@given(texts, texts, st.sampled_from([None, "ru", "uk-UA", "ko", "zh", "en"]))
def test_letters_count_one_by_one(title: str, text: str, hint: str | None) -> None:
    sample = f"{title}\n{text}"[: language.SAMPLE]
    cyrillic = sum("\u0400" <= one <= "\u052f" for one in sample)
    latin = sum((one.isascii() and one.isalpha()) or "\u00c0" <= one <= "\u024f" for one in sample)
    east = any(script.search(sample) for script in (language._HANGUL, language._KANA, language._HAN))
    found = language.detect(title, text, hint)
    if not (cyrillic or latin or east):
        assert found == (hint[:2] if hint else language.UNKNOWN)
    elif not east and cyrillic * 2 >= latin:
        assert found == language._cyrillic(sample, hint[:2] if hint else None)
    elif not east:
        assert found == language._other(sample, hint[:2] if hint else None)


@given(
    st.lists(st.sampled_from(["https://a.example/1", "https://a.example/2?b=1", "no address", "http://["]))
)
def test_an_address_is_the_same_whatever_was_asked_before(addresses: list[str]) -> None:
    known = {one: (web_url(one), canonical_url(one)) for one in ("https://a.example/1", "no address")}
    for one in addresses:
        web_url(one)
        canonical_url(one)
    assert {one: (web_url(one), canonical_url(one)) for one in known} == known


HOSTS = [
    "a.example",
    "A.example",
    "a..example",
    "a.example.",
    "1.2.3.4",
    "a_b.example",
    "-a",
    "a" * 300,
    "ё.рф",
]
PATHS = ["", "/", "/1", "/a/b-c.html", "//a", "/a//b", "/a/", "/a//", "/../b", "/%61", "/a?b=1", "/#!a", "/ё"]


@given(
    st.sampled_from(["http", "https", "ftp", "HTTP"]),
    st.sampled_from(HOSTS),
    st.lists(st.sampled_from(PATHS), max_size=3).map("".join),
)
def test_an_ordinary_address_comes_out_as_any_other_does(scheme: str, host: str, path: str) -> None:
    url = f"{scheme}://{host}{path}"
    assert (web_url(url), canonical_url(url)) == (urls._web_url(url), urls._canonical_url(url))


MARKUP = [
    "<p>", "</p>", '<p class="a">', "<br/>", "<BR />", "<b>", "</b>", '<a href="https://a.example/?b&amp;c">',
    "</a>", "<a href='1'>", "<img src=1>", '<img alt="a>b"/>', "<script>", "</script>", "<!-- ", " -->",
    "<AP통신>", "<pre>", "<svg>", "<plaintext>", "<", ">", "/", "&", "&amp;", "&lt;", "&gt;", "&nbsp;",
    "&#39;", "&#x2019;", "&#8217;", "&#11;", "&#011;", "&#x0b;", "&#128;", "&#xD800;", "&#x110000;", "&copy",
    "&copy;", "&notit;", "&foo;", "&amp;lt;", "p", "=", '"', " ", "\n", "слово", "word",
]  # fmt: skip


@given(st.lists(st.sampled_from(MARKUP), max_size=15).map("".join))
def test_simple_tags_are_taken_away_as_the_tree_builder_would(markup: str) -> None:
    flat = " ".join(markup[: markup.rfind(">") + 1].split())
    bare = normalize._INLINE_TAG.sub("", normalize._BLOCK_TAG.sub("\n", flat))
    if normalize._is_bare(bare):
        by_tree = normalize._by_tree(flat)
        assert normalize._tidy(normalize._decoded(bare)) == normalize._tidy(normalize._decoded(by_tree))
