"""The shipped watchlist on whole texts: what stands far apart in a long article is no act of the two."""

import pytest

from tests.topics.shipped import BOTH, LABOUR, TROOPS, topics_of

WAR = {
    "en": """Ukrainian commanders said that Russian troops had pushed into two more villages in the
        Kursk region. A battalion left the road to Sudzha at night. Repair crews restored power to four
        thousand homes, and Putin called for talks. Near Pokrovsk the front held, the General Staff
        said, though losses were heavy.""",
    "ru": """Российские военные заняли ещё два села в Курской области. Батальон ночью оставил дорогу на
        Суджу. Ремонтные бригады вернули свет в четыре тысячи домов, а Путин снова говорил о
        переговорах. Под Покровском, по данным Генштаба ВСУ, фронт держится, хотя потери велики и
        раненых везут в Полтаву.""",
    "uk": """Російські війська зайшли ще у два села на Курщині. Батальйон уночі покинув дорогу на Суджу.
        Ремонтні бригади повернули світло в чотири тисячі будинків, а Путін знову казав про переговори.
        На північ від Покровська, за даними Генштабу ЗСУ, солдати тримають фронт, хоч втрати великі.""",
    "ko": """러시아군이 쿠르스크 지역 마을 두 곳에 더 진입했다. 대대 병력은 밤사이 수자로 가는 길을
        비웠다. 복구반은 4천 가구에 전기를 다시 공급했고 푸틴은 협상을 말했다. 포크로우스크 전선은
        유지됐으나 손실이 컸다.""",
}
ELSEWHERE = {
    "en": """The central bank left its rate where it was, and said that prices were rising more slowly
        than it had feared. Households spend less on furniture and clothes, more on rent and heating.
        Economists were split over what comes next: some expect a cut before the summer, others think
        that pay, which grew by six per cent, will keep the bank from changing anything for the rest of
        the year, whatever the minister says.""",
    "ru": """Центральный банк оставил ставку прежней и сказал, что цены растут медленнее, чем он
        опасался. Семьи меньше тратят на мебель и одежду, больше на жильё и отопление. Экономисты
        разошлись в том, что будет дальше: одни ждут снижения до лета, другие думают, что доходы,
        выросшие на шесть процентов, не дадут банку ничего менять до конца года, что бы ни говорил
        министр.""",
    "uk": """Центральний банк залишив ставку незмінною і сказав, що ціни зростають повільніше, ніж він
        побоювався. Родини менше витрачають на меблі й одяг, більше на житло й опалення. Економісти
        розійшлися в тому, що буде далі: одні чекають зниження до літа, інші думають, що доходи, які
        зросли на шість відсотків, не дадуть банку нічого міняти до кінця року, хоч би що казав міністр.""",
    "ko": """중앙은행은 금리를 그대로 두고 물가가 우려보다 천천히 오른다고 밝혔다. 가계는 가구와 옷에
        돈을 덜 쓰고 집세와 난방에 더 쓴다. 경제학자들의 전망은 갈렸다. 여름 전에 내릴 것이라는 쪽이
        있고, 6% 오른 급여 때문에 올해는 움직이지 못할 것이라는 쪽도 있다. 장관이 무슨 말을 하든
        그렇다는 것이다. 환율은 이날 거의 그대로였다.""",
}
IN_PASSING = {
    "en": """A Korean restaurant in the old town draws a crowd. Its owner, a former officer from Busan,
        grills pork at the table. North Korea fired a missile into the sea on Sunday, the third of the
        year; Kim Jong Un watched the launch with his daughter, and Japan protested.""",
    "ru": """Корейское кафе в старом городе полно каждый вечер. Хозяин, бывший офицер из Пусана, жарит
        свинину за столом. КНДР в воскресенье запустила ракету в сторону моря, третью за год; Ким Чен Ын
        смотрел на пуск с дочерью, а Япония заявила протест.""",
    "uk": """Корейська кав'ярня в старому місті повна щовечора. Господар, колишній офіцер із Пусана,
        смажить свинину за столом. КНДР у неділю запустила ракету в бік моря, третю за рік; Кім Чен Ин
        дивився на пуск із донькою, а Японія заявила протест.""",
    "ko": """구시가지의 한국 식당은 저녁마다 붐빈다. 부산에서 온 전직 장교가 고기를 굽는다. 북한이
        일요일 동해로 미사일을 쐈다. 올해 세 번째 발사로 김정은이 딸과 함께 지켜봤고 일본은 항의했다.""",
}
SENT = {
    "en": "Six Korean soldiers died in the attack, an officer said; North Korea has 11,000 men there.",
    "ru": "В атаке погибли шесть корейских солдат, сказал офицер; КНДР держит там одиннадцать тысяч человек.",
    "uk": "В атаці загинули шестеро корейських солдатів, сказав офіцер; КНДР тримає там одинадцять тисяч.",
    "ko": "공격에서 북한군 여섯 명이 숨졌다고 장교가 말했다. 그곳에는 북한 병력 1만 1천 명이 있다.",
}
OF_THE_WAR = {
    "en": "Russian troops enter two villages in Kursk",
    "ru": "Российские войска вошли в два села под Курском",
    "uk": "Російські війська зайшли у два села на Курщині",
    "ko": "러시아군 쿠르스크 마을 진입",
}
OF_ASIA = {"en": "A week in Asia", "ru": "Неделя в Азии", "uk": "Тиждень в Азії", "ko": "아시아의 한 주"}


@pytest.mark.parametrize("language", WAR)
@pytest.mark.parametrize("titles", [OF_THE_WAR, OF_ASIA], ids=["war", "asia"])
def test_korea_in_passing_makes_no_topic_of_an_article_on_the_war(
    language: str, titles: dict[str, str]
) -> None:
    body = "\n\n".join(part[language] for part in (WAR, ELSEWHERE, IN_PASSING))
    assert topics_of(language, titles[language], body=body) == set()


@pytest.mark.parametrize("language", WAR)
def test_soldiers_in_the_middle_of_a_long_article_are_found(language: str) -> None:
    body = "\n\n".join(part[language] for part in (ELSEWHERE, WAR, SENT, ELSEWHERE))
    assert topics_of(language, OF_ASIA[language], body=body) == {BOTH, TROOPS}


@pytest.mark.parametrize(
    ("language", "title", "summary", "topics"),
    [
        ("en", "Korean soldiers storm a village", "They came out of the woods near Kursk.", {BOTH, TROOPS}),
        (
            "en",
            "Coffins flown from Rostov",
            "The dead were North Korean; a plane met them at Sunan.",
            {BOTH, TROOPS},
        ),
        ("ru", "Двое корейцев взяты в плен", "Это случилось в Курской области.", {BOTH, TROOPS}),
        ("uk", "Бригада мулярів прибула", "Робітники з КНДР житимуть у Макіївці.", {BOTH, LABOUR}),
        ("en", "Seoul remembers Korean soldiers", "In Kyiv, officials spoke of Kursk.", set()),
        ("en", "Korean doctors treat the wounded in Incheon", "Some were hit in Kursk.", set()),
        ("ru", "Премьер Южной Кореи прибыл в Токио", "Солдаты взяли село под Курском.", set()),
        ("uk", "Корейська фірма дарує екскаватори", "Їх чекають підрозділи під Курськом.", set()),
    ],
)
def test_title_and_summary_count_together(language: str, title: str, summary: str, topics: set[str]) -> None:
    assert topics_of(language, title, summary) == topics
