"""Datelines, credits and links are no part of what a text is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Topic, Watchlist
from monitor.topics.credits import without_credits
from monitor.topics.explain import explain
from monitor.topics.found import Text
from monitor.topics.matcher import compile_watchlist


def left(summary: str) -> str:
    """Return what counts of a summary, with single blanks."""
    kept = without_credits(Text("Title", summary)).summary
    assert len(kept) == len(summary)
    return " ".join(kept.split())


@pytest.mark.parametrize(
    ("summary", "kept"),
    [
        ("MOSCOW, May 5. /TASS/. The bridge opens.", "The bridge opens."),
        ("МОСКВА, 5 мая - РИА Новости. Мост открыт.", "Мост открыт."),
        ("Москва. 5 мая. ИНТЕРФАКС - Мост открыт.", "Мост открыт."),
        ("ВЛАДИВОСТОК, 5 августа 2025 г. /ТАСС/. Мост открыт.", "Мост открыт."),
        ("КИЇВ. 5 травня. УНН. Міст відкрито.", "Міст відкрито."),
        ("Moscow (Reuters) - The bridge opens.", "The bridge opens."),
        ("SEOUL, Aug. 5 (Yonhap) -- The bridge opens.", "The bridge opens."),
        ("VLADIVOSTOK, Russia (AP) — The bridge opens.", "The bridge opens."),
        ("KYIV, Ukraine — The bridge opens.", "The bridge opens."),
        ("(모스크바=연합뉴스) 이하나 특파원 = 다리가 열렸다.", "다리가 열렸다."),
        ("The bridge opens /TASS/.", "The bridge opens ."),
        (
            "The bridge opens. Photo: Sputnik/Ivan Petrov. It is long.",
            "The bridge opens. Photo . It is long.",
        ),
        ("Мост открыт (фото: РИА Новости).", "Мост открыт (фото )."),
        ("다리가 열렸다. [사진=타스통신]", "다리가 열렸다. [사진 ]"),
        (
            "Мост открыт. Читайте также: Россия строит флот. Он длинный.",
            "Мост открыт. Читайте также Он длинный.",
        ),
        (
            "Міст відкрито.\nЧитайте також: Росія будує\nВін довгий.",
            "Міст відкрито. Читайте також Він довгий.",
        ),
        ("It opens. Live: Ukraine war updates", "It opens. Live"),
        ("It opens. (Additional reporting by A. Petrov in Moscow; Editing by B. Lee)", "It opens."),
    ],
)
def test_what_stands_around_the_news_does_not_count(summary: str, kept: str) -> None:
    assert left(summary) == kept


@pytest.mark.parametrize(
    "summary",
    [
        "Moscow and Kyiv talk.",
        "On May 5 Kim met Putin. They talked.",
        "Путин 9 мая встретился с Кимом. Они говорили.",
        "Kim will visit Moscow in May - Kremlin. No day is named.",
        "North Korea, May 9. Putin met Kim.",
        "Putin (left) - the host - spoke.",
        "На фото: солдаты в Курске.",
        "Live: soldiers enter Kursk",
        "He said: Russia will pay. Ratio 3:1, a=b, 1/2, and/or.",
        "Russia - a giant - votes.",
        "",
    ],
)
def test_the_news_are_left_as_they_are(summary: str) -> None:
    text = Text("Title", summary)
    assert without_credits(text) is text


def test_time_grows_with_the_text_and_no_faster() -> None:
    for hostile in (
        "MOSCOW, May 5" + " " * 100_000,
        "Photo: " + "A" * 100_000,
        "Aa." * 50_000,
        "фото:" * 20_000,
    ):
        assert len(left(hostile)) <= len(hostile)


def test_headline_is_left_whole_and_a_body_is_treated_like_a_summary() -> None:
    text = Text("Photo: Putin", "", "MOSCOW, May 5. /TASS/. It rains.")
    assert without_credits(text).title == text.title
    assert without_credits(text).body.split() == ["It", "rains."]


@given(
    st.text(st.sampled_from("Aa :=/()[].,-5\nмай"), max_size=60),
    st.sampled_from(["", "Photo:", "Read also:"]),
)
def test_all_else_stays_where_it_is(summary: str, label: str) -> None:
    text = Text("", summary + label + summary)
    kept = without_credits(text).summary
    assert len(kept) == len(text.summary)
    assert all(new in {old, " "} for new, old in zip(kept, text.summary, strict=True))


def test_matcher_and_explanation_pass_credits_over_and_show_words_in_their_place() -> None:
    watchlist = Watchlist("v", (Topic("t", "Moscow"),), {})
    text = Text("A parade", "MOSCOW, May 5. /TASS/. Guests came from Moscow.")
    (hit,) = compile_watchlist(watchlist).match(text)
    assert [text.summary[span.start : span.end] for span in hit.spans] == ["Moscow"]
    assert explain(watchlist, "t", text).root.spans == hit.spans
    assert not compile_watchlist(watchlist).match(Text("A parade", "MOSCOW, May 5. /TASS/. Guests came."))
