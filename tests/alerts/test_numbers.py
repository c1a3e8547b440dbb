"""What counts as a number in the news of four languages, and what it is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.numbers import numbers


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("10,000 troops", ["10000"]),
        ("10 000 солдат, 10.000, 10'000 and 10’000", ["10000"] * 4),
        ("1,5 млн и 1.5 million", ["1500000"] * 2),
        ("3 thousand, 3 million, $2bn", ["3000", "3000000", "2000000000"]),
        ("$1.50m, US$1.5M, £2m-a-year, €3m.", ["1500000", "1500000", "2000000", "3000000"]),
        ("10m deep, 5 m, $7 m, $8mph, 1.5m", ["10", "5", "7", "8", "1.5"]),
        ("10 тыс. чел., 12 тысяч, 5 тисяч, 7 тис.", ["10000", "12000", "5000", "7000"]),
        ("2 миллиона, 3 мільярди, 4 млрд", ["2000000", "3000000000", "4000000000"]),
        ("북한 병력 1만1천명", ["11000"]),
        ("북한군 1만 2000여 명", ["12000"]),
        ("북한 병사 1만1000명", ["11000"]),
        ("약1만명, 병사3000명", ["10000", "3000"]),
        ("3천명, 3만명, 2억 5천만 달러, 1조2000억원", ["3000", "30000", "250000000", "1200000000000"]),
        ("1.5만명", ["15000"]),
        ("1만명 가운데 3천명", ["10000", "3000"]),
        ("DPRK 1000: that many died", ["1000"]),
        ("потери:1000", ["1000"]),
        ("in 2025 300 troops", ["2025", "300"]),
        ("10K troops, 2.5k-strong, 10 km, 10km, 5 kg", ["10000", "2500", "10", "10", "5"]),
        ("5% and 5.50%", ["5", "5.5"]),
        ("погибли 12чел. в 20km", ["12", "20"]),
    ],
)
def test_numbers_are_known_by_their_worth(text: str, worth: list[str]) -> None:
    assert list(numbers(text)) == worth


@pytest.mark.parametrize(
    "text",
    [
        "14:45",
        "9:05:30",
        "24.11.2026",
        "2026-11-24 and 24/11/2026",
        "11월 24일, 2026년 11월 24일",
        "the 2nd report",
        "[2보] 북한",
        "Su57, B3",
        "v1.2.3",
    ],
)
def test_times_dates_ordinals_and_names_are_none(text: str) -> None:
    assert list(numbers(text)) == []


@given(st.text(alphabet="0123456789.,:' 천만억조십백명a", max_size=40))
def test_whatever_the_text_it_is_read(text: str) -> None:
    for number in numbers(text):
        assert number.replace(".", "").isdigit()
