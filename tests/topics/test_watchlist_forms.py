"""Places and trades of the shipped watchlist are found in every case, also in a text of unknown language."""

import pytest

from monitor.model import Topic, Watchlist
from monitor.topics.found import Text
from monitor.topics.matcher import CompiledWatchlist, compile_watchlist
from tests.topics.shipped import shipped_entities

FORMS = {
    ("uk", "donbas"): """
        Горлівка Горлівки Горлівці Горлівку Горлівкою
        Макіївка Макіївки Макіївці Макіївку Макіївкою
        Авдіївка Авдіївки Авдіївці Авдіївку Авдіївкою
        Кадіївка Кадіївки Кадіївці Кадіївку Кадіївкою
        Амвросіївка Амвросіївки Амвросіївці Амвросіївку Амвросіївкою
        Дружківка Дружківки Дружківці Дружківку Дружківкою
        Брянка Брянки Брянці Брянку Брянкою
        Волноваха Волновахи Волновасі Волноваху Волновахою
        Донецьк Донецька Донецьку Донецьком
        Маріуполь Маріуполя Маріуполю Маріуполем Маріуполі
        Ясинувата Ясинуватої Ясинуватій Ясинувату Ясинуватою
        Донеччина Донеччини Донеччині Донеччину Донеччиною
        горлівський макіївської авдіївських
    """,
    ("uk", "russia"): """
        Камчатка Камчатки Камчатці Камчатку Камчаткою
        Чукотка Чукотки Чукотці Чукотку Чукоткою
        Алабуга Алабуги Алабузі Алабугу Алабугою
        Петербург Петербурга Петербургу Петербургом Петербурзі
        Єкатеринбург Єкатеринбурга Єкатеринбургом Єкатеринбурзі
        Владивосток Владивостока Владивостоком Владивостоці
    """,
    ("uk", "war"): "Харків Харкова Харкову Харковом Харкові харківських запорізький Запоріжжя Запоріжжі",
    ("uk", "workers"): """
        швачка швачки швачці швачку швачкою швачок швачкам швачками швачках
        доярка доярки доярці доярку дояркою доярок дояркам доярками доярках
        покоївка покоївки покоївці покоївку покоївкою покоївок покоївкам покоївками покоївках
    """,
    ("uk", "deployment"): """
        чутка чутки чутці чутку чуткою чуток чуткам чутками чутках
        подяка подяки подяці подяку подякою
        атака атаки атаці атаку атакою атак атакам
    """,
    ("uk", "arms"): "балістика балістики балістиці боєголовка боєголовки боєголовці боєголовок",
    ("ru", "donbas"): """
        Горловка Горловки Горловке Горловку Горловкой
        Макеевка Макеевки Макеевке Макеевку Макеевкой
        Дружковка Дружковки Дружковке Дружковку Дружковкой
        Волноваха Волновахи Волновахе Волноваху Волновахой
        Мариуполь Мариуполя Мариуполю Мариуполем Мариуполе
        горловский макеевской авдеевских
    """,
    ("ru", "workers"): "доярка доярки доярке доярку дояркой доярок доярками швея швеи швеей",
}
GROUPS = [
    (language, entity, line.split())
    for (language, entity), text in FORMS.items()
    for line in text.strip().splitlines()
]


@pytest.fixture(scope="module")
def entities() -> CompiledWatchlist:
    """Return a topic for each entity, of its name."""
    topics = tuple(Topic(name, f"@{name}") for name in shipped_entities())
    return compile_watchlist(Watchlist("entities", topics, shipped_entities()))


@pytest.mark.parametrize(("language", "entity", "forms"), GROUPS, ids=[group[2][0] for group in GROUPS])
def test_every_case_is_found(
    entities: CompiledWatchlist, language: str, entity: str, forms: list[str]
) -> None:
    lost = [
        (form, said)
        for form in forms
        for said in (language, "und")
        if entity not in {hit.topic_id for hit in entities.match(Text(form, language=said))}
    ]
    assert lost == []
