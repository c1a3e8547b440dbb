"""Languages, told by headlines of our own."""

import pytest

from monitor.articles.language import detect


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("Builders from the North arrive in Mariupol", None, "en"),
        ("Troops march at dawn", None, "en"),
        ("Рабочие из КНДР приехали на стройку", None, "ru"),
        ("Объявлен набор строителей", None, "ru"),
        ("Робітники з КНДР приїхали на будову", None, "uk"),
        ("Оголошено набір будівельників", None, "uk"),
        ("Росія та Північна Корея підписали угоду", "ru", "uk"),
        ("Съезд открылся в Пхеньяне", "uk", "ru"),
        ("КНДР", "uk", "uk"),
        ("КНДР", "ru", "ru"),
        ("북한 노동자 도착", None, "ko"),
        ("北 노동자 1천명", None, "ko"),
        ("北朝鮮の労働者が到着した", None, "ja"),
        ("朝鲜工人抵达", None, "zh"),
        ("Nordkoreanische Arbeiter sind auf der Baustelle eingetroffen", None, "de"),
        ("Lavrov to visit Pyongyang", None, "en"),
        ("Kim meets Shoigu", "xx", "en"),
        ("Удар по Курску", None, "ru"),
        ("Северна Корея изпраща войски", None, "bg"),
        ("Trupe nord-coreene", "ro", "ro"),
        ("", None, "und"),
        ("12345", "ko", "ko"),
    ],
)
def test_language_of_headlines(text: str, hint: str | None, language: str) -> None:
    assert detect(text, "", hint) == language


def test_a_hint_with_a_region_counts() -> None:
    assert detect("123", "", "ko-KR") == "ko"
