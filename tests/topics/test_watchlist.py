"""The shipped watchlist: that it is sound, and that it tells the three subjects from what looks like them."""

import pytest
from ruamel.yaml import YAML

from monitor.topics.query import Entity, names, parse
from tests.topics.shipped import BOTH, LABOUR, SHIPPED, TROOPS, topics_of

YES = {
    ("en", BOTH): """
        Kim Jong Un sends New Year greetings to Putin
        N. Korea, Russia agree to expand rail freight
        NKorea ships 20,000 containers of munitions to Russia, Seoul says
        UN monitors say shells fired at Kharkiv were made in North Korea
        Syria, North Korea recognise breakaway regions; Kyiv cuts ties with Pyongyang
        Kremlin aide: invitation for Kim to visit Moscow stands
        Russian footballers to play friendly in Pyongyang
    """,
    ("en", TROOPS): """
        Kremlin dismisses talk of North Korean soldiers as a hoax
        Pentagon: 10,000 D.P.R.K. troops train in eastern Russia
        Seoul: the North to send 6,000 more troops to Russia
        Kim opens museum for heroes of overseas operation in Kursk
        Storm Corps men seen near Sudzha
        Zelenskiy: North Koreans suffer 4,000 casualties
        Korean soldiers in Kursk hide from drones in pairs
        Korean troops beaten back in Kursk region, says Seoul, citing South Korean spies
        Remains of 30 fallen flown home from Rostov to Sunan
    """,
    ("en", LABOUR): """
        Uzbek builders unpaid in Mariupol, rights group says
        Russia recruits Kenyan men for construction in Donetsk
        Pyongyang picks 1,000 workers for Lugansk, sources say
    """,
    ("ru", BOTH): """
        Путин поздравил Ким Чен Ына с днём освобождения Кореи
        Артисты Мариинки выступили в Пхеньяне
        МИД РФ: Токио нагнетает истерию вокруг КНДР
        Cеверная Kорея поставила Москве миллион снарядов
    """,
    ("ru", TROOPS): """
        Песков назвал фейком сообщения о солдатах из КНДР
        Зеленский показал пленных северокорейцев
        КНДР пришлёт сапёров для разминирования Курской области
        Корейцы пошли в атаку под Суджей
        Двоих корейских солдат взяли в плен в Курской области
    """,
    ("ru", LABOUR): """
        В ДНР ждут строителей из КНДР
        Вьетнамские рабочие приедут в ЛНР
        Узбекские строители в Мариуполе остались без зарплаты
    """,
    ("uk", BOTH): """
        Путін подарував Кім Чен Ину лімузин
        КНДР і РФ домовилися про міст через Туманну
        Лавров прилетів до Вонсана
    """,
    ("uk", TROOPS): """
        У Кремлі заперечили участь північнокорейських солдатів у війні
        Кім Чен Ин обійняв удів загиблих на Курщині
        Росія везе саперів з КНДР розміновувати Курщину
        Корейці втратили взвод під Суджею
        Під Курськом узяли в полон трьох зі спецкорпусу „Буря“, шукають перекладача з Сеула
    """,
    ("uk", LABOUR): """
        На Донеччину везуть робітників з Індії
        У Маріуполь звозять заробітчан із Таджикистану
        У Горлівці кинули без грошей узбецьких будівельників
        Індійські муляри зводять школу в Макіївці
        Швачок із В'єтнаму чекають у Дружківці
    """,
    ("ko", BOTH): """
        북·러, 두만강 자동차 다리 착공
        러 대사 "북과 교역 크게 늘어"
        조로친선병원 개건, 로씨야 보건상 참석
    """,
    ("ko", TROOPS): """
        국정원 "북한, 러에 6천명 추가 파병"
        北 공병 1000명, 쿠르스크 지뢰 제거 투입
        김정은, 쿠르스크 전사자 유족 위로
    """,
    ("ko", LABOUR): """
        북한 노동자 1천명 돈바스 간다
        마리우폴 재건에 우즈베크 노동자 대거 투입
    """,
}
NO = {
    "en": """
        Indonesia's DPR passes bill on migrant workers
        DPR lawmakers in Jakarta discuss foreign workers
        Corruption index: North Korea last, Russia 154th
        Russia is turning into North Korea, exiled editor says
        Soviet pilots fought secretly in the Korean War, archives show
        Nepali fighters in Russian ranks want to go home
        Cuban mercenaries captured near Bakhmut
        Seoul: the North fires artillery near the sea border
        A troop of monkeys escapes from zoo
        Kubernetes deployment guide for beginners
        Donetsk refugees find jobs in Poland
        Luhansk miners sent to work in Vorkuta
        North Korean workers return home from China
        Kursk region seeks builders from Uzbekistan
        South Korean president visits Tokyo. Also today: Russian soldiers retook a village in Kursk
        Korean chip makers lead losses, Ukrainian forces shell Kursk
        Korean Air avoids Russia after troops mass near Kursk
        Kursk veteran opens Korean barbecue in Tula
        Sakhalin Koreans honour soldiers who fell at Kursk
        South Korean volunteer tells of fighting for Ukraine in Kursk
        Korean striker of Zenit meets wounded soldiers from Kursk
        Shares slip: Hyundai sells Russian plant, army advances in Kursk
    """,
    "ru": """
        КНР и РФ провели учения
        Рейтинг паспортов: Россия опустилась, КНДР в конце
        Дайджест: Путин в Пекине, КНДР испытала ракету
        Шахтёрам в Донецке задолжали зарплату
        Добровольцы из Сербии воюют в Донбассе
        Бригада строителей из Москвы восстановила школу в Мариуполе
        Сеул: северокорейские солдаты пересекли границу
        Ким, наш человек в Сеуле: кто станет послом России
        Судья Ким приговорил курского солдата за побег
        Корейскую морковь раздали солдатам в курском госпитале
        Корейцы Сахалина почтили бойцов Курской дуги
    """,
    "uk": """
        Непальських найманців взяли в полон на Донеччині
        Росія перетворюється на Північну Корею
        Заробітчани з Луганщини шукають роботу в Польщі
        Північна Корея запустила балістичну ракету
        Боєць, поранений під Курськом, відкрив корейську кав'ярню
        Південна Корея лікуватиме бійців, поранених на Курщині
    """,
    "ko": """
        북한산 등산객 급증…주말 러시아워 방불
        조선업 인력난에 외국인 노동자 채용
        한빛부대 남수단 파병…북한 도발 대비 태세 점검
        북한군 20여명 군사분계선 침범
        러시아의 '북한화'…인터넷 차단 확대
        도네츠크 광부들 임금 체불 항의
        한국 반도체주 하락, 쿠르스크 교전에 가스값 출렁
        쿠르스크서 다친 우크라이나 병사 20명, 한국서 치료
    """,
}
WANTED = [(*key, line.strip()) for key, lines in YES.items() for line in lines.strip().splitlines()]
UNWANTED = [(language, line.strip()) for language, lines in NO.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("language", "topic", "title"), WANTED)
def test_headline_is_found(language: str, topic: str, title: str) -> None:
    assert topic in topics_of(language, title)


@pytest.mark.parametrize(("language", "title"), UNWANTED)
def test_lookalike_is_not_found(language: str, title: str) -> None:
    assert topics_of(language, title) == set()


@pytest.mark.parametrize(("language", "topic", "title"), [item for item in WANTED if item[1] == TROOPS])
def test_soldiers_of_north_korea_are_also_a_matter_of_both(language: str, topic: str, title: str) -> None:
    assert topics_of(language, title) == {BOTH, TROOPS}


def test_every_entity_is_used_and_every_term_is_text() -> None:
    content = YAML(typ="safe").load(SHIPPED)
    queries = [*content["queries"].values(), *(topic["query"] for topic in content["topics"])]
    used = {one.name for query in queries for one in names(parse(query)) if isinstance(one, Entity)}
    assert used == set(content["entities"])
    terms = [term for lists in content["entities"].values() for terms in lists.values() for term in terms]
    assert [term for term in terms if not isinstance(term, str)] == []


def test_fresh_installation_tells_nobody_and_needs_no_secret() -> None:
    content = YAML(typ="safe").load(SHIPPED)
    assert "receivers" not in content
    assert not any(topic.get("alert") for topic in content["topics"])
