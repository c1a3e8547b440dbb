"""Which edits of an article are worth another alert."""

import re
from typing import Any

import pytest

from monitor.alerts.edits import edited
from monitor.alerts.policy import decide
from monitor.model import Feed, Match, Span
from tests.samples import NOW, article, match

TEXT = "North Korea sent 10,000 troops to Kursk. The minister met 3 envoys at 12:30."


def found(text: str = TEXT, word: str = "troops", revision: int = 2, title: str = "News", **of: Any) -> Match:
    start = text.index(word)
    span = Span("summary", start, start + len(word), "troops")
    return match(
        article(title=title, summary=text, revision=revision, **of), spans=(span,), revision=revision
    )


FIRST = decide(found(revision=1), NOW)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (found(TEXT.replace("10,000", "12,000")), "edited: now 12000; no longer 10000"),
        (found(title="12 killed"), "edited: now 12"),
        (found(title="북한 병력 1만2천명"), "edited: now 12000"),
        (found(TEXT.replace("troops", "soldiers"), "soldiers"), "edited: now soldiers; no longer troops"),
    ],
)
def test_another_number_or_another_matched_word_alerts_and_says_so(edit: Match, reason: str) -> None:
    alert = edited(FIRST, edit, NOW)
    assert alert is not None
    assert alert.reason == reason
    assert alert.id != FIRST.id
    assert alert.subject == FIRST.subject


@pytest.mark.parametrize(
    ("text", "now", "worth"),
    [
        ("Россия получит 10 тыс. солдат", "12", "12000"),
        ("Росія отримає 10 тис. військових, солдат", "12", "12000"),
        ("Около 10 млн. солдат", "4", "4000000"),
        ("Около 10 тыс. КНДР-овских солдат", "12", "12000"),
        ("Some 10,000 U.S. soldiers came", "12,000", "12000"),
        ("Up to 10 St. Petersburg soldiers came", "700", "700"),
        ("До 10 раненых в г. Курске, солдат", "12", "12"),
        ("Some 10 men who came on Sept. 3 were soldiers", "12", "12"),
        ("Some 10 men led by Lt. Gen. J. Smith, all soldiers", "12", "12"),
    ],
)
def test_a_full_stop_behind_an_abbreviation_ends_no_sentence(text: str, now: str, worth: str) -> None:
    word = "soldiers" if "soldiers" in text else "солдат"
    edit = found(re.sub("10(,000)?", now, text, count=1), word)
    alert = edited(decide(found(text, word, revision=1), NOW), edit, NOW)
    assert alert is not None
    assert alert.reason.startswith(f"edited: now {worth}; ")


@pytest.mark.parametrize(
    "text",
    [
        "The troops came. At {} they left.",
        "{}명이 왔다. 북한 troops",
        "He met {} envoys.\n\ntroops came",
        "{} met in 2025. The troops came.",
        "Was it {}? troops came",
        "Договор подписали в {} г. Прибыли troops",
    ],
)
def test_the_numbers_of_other_sentences_count_nothing(text: str) -> None:
    first = decide(found(text.format(3), revision=1), NOW)
    assert edited(first, found(text.format(4)), NOW) is None


@pytest.mark.parametrize(
    "edit",
    [
        found(TEXT.replace("minister", "president")),
        found(TEXT.replace("10,000", "10 000")),
        found(TEXT.replace("10,000", "10.000")),
        found(TEXT.replace("10,000", "10 thousand")),
        found(TEXT.replace("3 envoys", "4 envoys")),
        found(TEXT.replace("12:30", "14:45")),
        found(TEXT.replace("Kursk. The", "Kursk. Updated at 14:45. The")),
        found(TEXT.replace("troops", "Troops"), "Troops"),
        found(TEXT.replace("10,000", "12,000"), revision=1),
    ],
)
def test_other_edits_alert_nobody(edit: Match) -> None:
    assert edited(FIRST, edit, NOW) is None


def test_what_another_feed_shows_is_no_edit() -> None:
    other = Feed("copycat", "https://copycat.example/feed", "Copycat")
    assert edited(FIRST, found(TEXT.replace("10,000", "12,000"), feed=other), NOW) is None


def test_what_was_withheld_stays_so() -> None:
    old = decide(found(revision=1, backlog=True), NOW)
    assert edited(old, found(TEXT.replace("10,000", "12,000"), backlog=True), NOW) is None


def test_the_same_change_is_the_same_alert() -> None:
    one, two = (edited(FIRST, found(TEXT.replace("10,000", "12,000"), revision=n), NOW) for n in (2, 5))
    assert one
    assert two
    assert one.id == two.id
