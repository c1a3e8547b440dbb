"""A page -> its article: the text alone, whatever the page is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.fulltext import main_text

URL = "https://wire.example/a"
PARAGRAPHS = {
    "en": "The troops were seen on day {n} near the border, and nothing more is known about them so far.",
    "ru": "Войска были замечены у границы на {n}-й день, и больше о них пока ничего не известно.",
    "uk": "Війська помітили біля кордону на {n}-й день, і більше про них поки нічого не відомо.",
    "ko": "병력은 {n}일째 국경 부근에서 목격됐으며 아직 더 알려진 것이 없다고 이 매체는 전했다.",
}


def page(language: str = "en", paragraphs: int = 8) -> str:
    told = "".join(f"<p>{PARAGRAPHS[language].format(n=n)}</p>" for n in range(paragraphs))
    return (
        "<html><head><title>Troops seen</title><script>var menu = 1</script></head><body>"
        "<nav><a href='/'>Home</a> <a href='/sport'>Football</a></nav>"
        f"<article><h1>Troops seen</h1>{told}</article>"
        "<aside><a href='/x'>Read also: festival opens</a></aside>"
        "<div class='comments'><p>I think this comment is no part of the article at all.</p></div>"
        "<footer>All rights reserved</footer></body></html>"
    )


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_the_article_is_found_without_what_stands_around_it(language: str) -> None:
    text, cut = main_text(page(language), URL, 10_000)
    assert not cut
    for n in range(8):
        assert PARAGRAPHS[language].format(n=n) in text.splitlines()
    for other in ("Football", "festival", "comment", "rights", "var menu"):
        assert other not in text


def test_a_long_article_is_cut_with_a_mark() -> None:
    text, cut = main_text(page(paragraphs=50), URL, 300)
    assert cut
    assert len(text) <= 300
    assert text.endswith("…")


@pytest.mark.parametrize("odd", ["", "<", "<p>", "no markup", "<html></html>", "\0", "<div>" * 5_000])
def test_what_is_no_article_gives_no_text(odd: str) -> None:
    assert main_text(odd, URL, 1000) == ("", False)


@given(st.text(alphabet=st.sampled_from("<>/&;apdivhtml \n\0\u200bтекст북한"), max_size=300))
def test_any_page_gives_harmless_text(odd: str) -> None:
    text, _ = main_text(f"<html><body><article>{odd}</article></body></html>", URL, 1000)
    assert "\0" not in text
    assert "\u200b" not in text
    text.encode()
