"""What is made quick gives what the plain way gives."""

import html
import re
import unicodedata

import nh3
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import language, markup, normalize, urls
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


def by_tree(flat: str) -> str:
    """Return escaped text: what a real tree builder leaves. In spans it moves nothing elsewhere."""
    hidden = set(markup._DROPPED)
    names = "|".join(sorted({*markup._INSTEAD, *hidden}, key=len, reverse=True))

    def span(tag: re.Match[str]) -> str:
        name = (tag["name"] or tag["other"]).lower()
        if name in hidden or tag["other"]:
            return f"<\x01{tag['slash'] or ''}{name}"
        return ("\n" if name in markup._BLOCK else "") + f"<\x01{tag['slash']}span"

    tags = rf"<(?:(?P<slash>/?)(?P<name>{names})(?=[\s/>])|(?P<other>!--))"
    marked = re.sub(tags, span, flat, flags=re.IGNORECASE)
    stray = re.sub(r"<(?!\x01)|&(?!#?\w{1,31};)", lambda one: html.escape(one[0]), marked)
    return nh3.Cleaner(tags=set(), clean_content_tags=hidden).clean(stray.replace("\x01", ""))


def told(text: str) -> str:
    return normalize._tidy(normalize._decoded(text))


def is_odd(text: str) -> bool:
    """Return whether a text has entities on which HTML has rules of its own."""
    return bool(re.search(r"&(?:#0*11;|#x0*b;|#x110000;|#xD800;|(?:notit|foo);)", text))


@given(st.lists(st.sampled_from(MARKUP), max_size=15).map("".join))
def test_simple_tags_are_taken_away_as_the_tree_builder_would(text: str) -> None:
    flat = " ".join(text[: text.rfind(">") + 1].split())
    bare = markup.simply(flat)
    if "<" not in bare:
        assert markup.without_tags(flat) == "".join(markup._between_tags(flat)) == bare
        assert is_odd(bare) or told(bare) == told(by_tree(flat))


ELEMENTS = [
    "<p>{}</p>", "<p title='a \"b\" > c'>{}</p>", "<b>{}</b>", "<table><tr><td>{}</td></tr></table>",
    '<a href="https://a.example/?b&amp;c" title="<i>x</i>">{}</a>', "<script>if (a < b) f()</script>{}",
    "<STYLE>p > b</STYLE>{}", "<iframe src=1>none</iframe>{}", "<!-- <p>{} --> {}", "<img src=1.jpg>{}",
    "<!---->{}", "<br / >{}", "<AP통신> {}", "слово {} word", "&lt;{}&amp;",
]  # fmt: skip
sound = st.recursive(
    st.sampled_from(["слово", "word", "a &gt; b", ""]),
    lambda inner: st.builds(
        lambda parts, last: "".join(parts) + last,
        st.lists(st.builds(lambda one, text: one.replace("{}", text), st.sampled_from(ELEMENTS), inner)),
        inner,
    ),
    max_leaves=8,
)


@given(sound)
def test_sound_markup_is_read_as_the_tree_builder_reads_it(text: str) -> None:
    flat = " ".join(text.split())
    assert told("".join(markup._between_tags(flat))) == told(by_tree(flat))
