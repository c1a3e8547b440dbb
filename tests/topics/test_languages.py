"""Each line is one word in several forms; every form must be found by the first, and by no other."""

from itertools import combinations

import pytest

from monitor.topics.languages.lookalikes import repair
from monitor.topics.text import query_stems, stems

FORMS = {
    "en": """
        soldier soldiers
        troop troops
        deploy deploys deployed deploying
        send sends sent sending
        fight fights fought fighting
        serviceman servicemen
        worker workers
        army armies
        Korean Koreans
        build builds built building
        child children
    """,
    "ru": """
        войска войск войскам войсками войсках войско
        солдат солдаты солдата солдатами солдатов
        боец бойца бойцы бойцов бойцами
        доброволец добровольца добровольцы добровольцев
        кореец корейца корейцы корейцев
        Корея Кореи Корее Корею Кореей
        Россия России Россию Россией
        северный северная северной северную северные
        рабочий рабочие рабочих рабочими
        строитель строители строителей строителями
        визит визита визитом визиты
        Донецк Донецка Донецке Донецком
        Мариуполь Мариуполя Мариуполе
        Ын Ына Ыну Ыном
        посол посла послы послов
        отправить отправит отправил отправила отправили
    """,
    "uk": """
        військо війська військам військами військах військ
        військовий військового військові військових військовим
        солдат солдати солдата солдатів солдатам
        боєць бійця бійці бійців бійцями
        доброволець добровольця добровольці добровольців
        кореєць корейця корейці корейців
        Корея Кореї Корею Кореєю
        Росія Росії Росію Росією
        північний північна північної північну північні
        робітник робітника робітники робітників
        будівельник будівельника будівельники будівельниками
        Донеччина Донеччини Донеччині Донеччину
        Маріуполь Маріуполя Маріуполі
        Ин Ина Ину Ином
        відправити відправив відправила відправили відправить
        договір договору договори договорів
        президент президента президентові
        Владивосток Владивостока Владивостоці
        Волга Волгою Волзі
    """,
    "ko": """
        북한 북한이 북한은 북한을 북한의 북한에서 북한에서는 북한과 북한으로부터
        북한군 북한군이 북한군의 북한군들 북한군들이 북한군에게
        러시아 러시아가 러시아는 러시아로 러시아와 러시아와의 러시아에
        서울 서울로 서울에서
        노동자 노동자가 노동자들 노동자들을
        파병 파병한 파병했다 파병하기 파병을 파병된
        김정은 김정은이 김정은의
        북 북이 북과 북에
    """,
}
GROUPS = [
    (language, group.lower().split())
    for language, text in FORMS.items()
    for group in text.strip().splitlines()
]


def finds(query: str, word: str, language: str) -> bool:
    return not set(query_stems(query, language)).isdisjoint(stems(word, language))


@pytest.mark.parametrize(("language", "group"), GROUPS, ids=[f"{lang}-{group[0]}" for lang, group in GROUPS])
def test_base_form_finds_every_form(language: str, group: list[str]) -> None:
    assert [word for word in group if not finds(group[0], word, language)] == []


@pytest.mark.parametrize(("language", "group"), GROUPS, ids=[f"{lang}-{group[0]}" for lang, group in GROUPS])
def test_base_form_finds_every_form_in_a_text_of_unknown_language(language: str, group: list[str]) -> None:
    assert [word for word in group if not finds(group[0], word, "und")] == []


@pytest.mark.parametrize("language", FORMS)
def test_base_form_finds_no_form_of_another_word(language: str) -> None:
    groups = [group for group_language, group in GROUPS if group_language == language]
    confused = [
        (one[0], word)
        for first, second in combinations(groups, 2)
        for one, other in ((first, second), (second, first))
        for word in other
        if finds(one[0], word, language) and {one[0], other[0]} != {"військо", "військовий"}
    ]
    assert confused == []


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("북한", "북한산"),
        ("북한", "북한강"),
        ("북", "북한"),
        ("러시아", "러시아워"),
        ("조선", "조선업"),
        ("кндр", "кнр"),
        ("dprk", "dpr"),
        ("корея", "корейка"),
        ("корея", "кора"),
        ("pyongyang", "pyeongchang"),
        ("donetsk", "donets"),
    ],
)
def test_word_does_not_find_its_lookalike(query: str, word: str) -> None:
    assert not any(finds(query, word, language) for language in ("en", "ru", "uk", "ko", "und"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cеверная", "северная"),
        ("kорея", "корея"),
        ("рutin", "putin"),
        ("жutin", "жutin"),
        ("кhдр", "кндр"),
        ("νorth", "north"),
        ("north", "north"),
        ("корея", "корея"),
        ("북a", "북a"),
    ],
)
def test_word_of_mixed_scripts_is_set_right(written: str, meant: str) -> None:
    assert repair(written) == meant
