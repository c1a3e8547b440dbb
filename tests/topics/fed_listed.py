"""Items as feeds have them that name both states in one list, and states of a list that act together."""

from tests.topics.shipped import BOTH, LABOUR, TROOPS

LISTED = {
    "en": """
        Think tank ranks threats to NATO // Russia, Iran and North Korea get a chapter each.
        Insurer drops cover for 12 countries // Libya, Yemen, North Korea, Russia and Sudan are on its list.
        Report: spies move to AI // It names groups from Russia, China, Iran and North Korea.
        Magnitude 6 quake shakes border of China, Russia and North Korea // It was 500 km deep.
        Anti-doping agency names offenders // Russia, North Korea and Angola missed the deadline, WADA said.
        Freedom House: Finland first, North Korea last // Russia scored 12 points.
        Measles: vaccination rate 98 % in North Korea, 96 % in Russia // The WHO gave figures for 190 states.
        Trump: I get on with everybody // Asked about Kim, he smiled; Putin, he said, was a disappointment.
        Kim visits seed farm in Sinuiju // Russia's state news agency quoted Rodong Sinmun on the harvest.
        Kim Il Sung's guerrillas and their camp near Khabarovsk // A chapter of a new book.
    """,
    "ru": """
        Главное за 60 секунд // Над Курском сбили дроны. КНДР испытала ракету. Рубль вырос.
        Живём в «Северной Корее», шутят в посёлке под Омском // Дорога одна, заборы глухие.
        Трамп: встречусь с Кимом хоть сегодня // О Путине он сказал, что разочарован.
        Банк перестал слать деньги в 11 стран // В списке Ливия, КНДР, Россия и Йемен.
        Видеохостинг удалил каналы // Названы сети из России, Азербайджана и Северной Кореи.
        Землетрясение на стыке Китая, России и КНДР // Очаг лежал глубоко, жертв нет.
        Рейтинг Freedom House: КНДР последняя // Россия набрала 12 баллов.
        «Дача была моей Северной Кореей»: певица о детстве // Россию она покинула.
    """,
    "uk": """
        Що ви пропустили вночі // Росія втратила 900 солдатів. КНДР випробувала ракету.
        Російська пошта дедалі схожіша на північнокорейську // Оглядач порівняв черги.
        Кім у затопленому Сиийджу // Пише російське РІА «Новини», переказуючи ЦТАК.
        Явка 99 %: вибори за пхеньянськими лекалами // Чечня знову попереду росіян.
        Соцмережа видалила тисячі сторінок // Їх вели з Росії, Ірану та Північної Кореї.
        Повінь у КНДР: змито рисові поля // Передає російський «Інтерфакс» з посиланням на «Нодон сінмун».
        Землетрус стався між Китаєм, Росією та КНДР // Осередок був глибоко.
    """,
    "ko": """
        북촌 '북러' 달리기 모임 인기 // 새벽마다 한옥길을 뛴다.
        보험사, 10개국 여행 보장 제외 // 리비아, 예멘, 북한, 러시아가 포함됐다.
        트럼프 "러와 핵 줄이고 싶다…김정은은 핵 많아" // 기자들에게 따로 말했다.
        독감 접종률 북한 97%·러시아 60% // 세계보건기구 통계다.
        중국·러시아·북한 접경서 규모 6 지진 // 피해는 없었다.
    """,
}
"""About none of the topics, by language."""

TOGETHER = {
    ("en", (BOTH,)): """
        Russia, Belarus and North Korea sign rail agreement // Freight will roll from Khasan.
        Half the invaders' shells come from Kim's depots // They often fail, HUR says.
        Iran and North Korea supply Russia with munitions // Both deny it, the report says.
    """,
    ("en", (BOTH, TROOPS)): """
        Captured rifleman speaks in Kyiv // In Kursk it was a drill, the prisoner told a Korean interpreter.
        Storm Corps wounded go home by train, NIS says // Replacements wait near Kursk.
        Kremlin denies Kim's men mass near Belgorod // "Ask the ministry," said Peskov.
        Kursk captive tells MP he wants to come South // The soldier of the North is 20.
    """,
    ("ru", (BOTH,)): """
        Снаряды с корейской маркировкой нашли бойцы под Тёткином // Завод стоит в Чагандо.
        Айтишник из КНДР жил во Владивостоке // Его внесли в санкционный список.
        Груши из КНДР появились в Уссурийске // Россельхознадзор снял запрет на ввоз.
        Вагонов с углем через Хасан стало больше // Станция Туманган принимает три состава в сутки.
        Туристы из Приморья вернулись из Вонсана // Тур стоит 150 тысяч рублей, интернета нет.
        Бригаду каменщиков из КНДР заметили на стройке в Казани // Их привозят под охраной.
        Хакеров из КНДР прикрывал российский провайдер // Группа выходила в сеть с адресов в Хабаровске.
    """,
    ("ru", (BOTH, TROOPS)): """
        «Штурмовой корпус» сменил тактику у Погребков // Ходят группами, рассказали десантники.
        Песков: о корейском спецназе под Владивостоком ничего не знаю // Он назвал это вбросом.
    """,
    ("ru", (LABOUR,)): """
        Жатву в ЛНР убирают вьетнамские механизаторы // Они приехали в Старобельск по контракту.
    """,
    ("uk", (BOTH,)): """
        Жінки з КНДР пакують замовлення під Москвою // Паспорти у працівниць забрали.
        Касетний елемент із КНДР примотали до російського дрона // Його виготовлено торік, кажуть військові.
        Київ розірвав відносини з КНДР // Пхеньян визнав так звані республіки.
    """,
    ("uk", (BOTH, TROOPS)): """
        11-й корпус «Шторм» наступає на Курщині // Накази дають через перекладачів.
    """,
    ("uk", (LABOUR,)): """
        У полях під Новоазовськом побачили непальців // Це 40 сезонних працівників.
        Брухт на «Азовсталі» ріжуть таджики // Бригаду набрали через телеграм.
        «Нікому йти в лаву»: на шахти ЛНР кличуть гірників із Непалу // Просять квоту на 500 іноземців.
    """,
    ("ko", (BOTH,)): """
        김정은, 푸틴에 새해 인사 "피를 나눈 전우" // 편지를 보냈다.
    """,
    ("ko", (BOTH, TROOPS)): """
        국정원 "공병 천 명 러로 이동" // 지뢰 제거에 투입된다고 했다.
        미 국방부 "폭풍군단 사상자 4천 명" // 교대 병력을 준비한다고 했다.
    """,
}
"""About these topics, by language."""
