"""Items as feeds have them, on none of the topics that the shipped watchlist has, by language.

Datelines, credits, links and outlets name Russia; namesakes and ordinary words look like names.
"""

ASTRAY = {
    "en": """
        North Korea stages night parade // PYONGYANG, October 10. /TASS/. Soldiers crossed the square.
        North Korean soldiers rebuild homes after floods // MOSCOW, August 14 (Interfax) - They clear mud.
        Kim Jong Un opens greenhouse farm - The Moscow Times // The leader praised the builders.
        DPRK soldier crosses border into South // He came at dawn. Read also: Russian losses in Kursk
        North Korea fires two ballistic missiles, Seoul says // They fell into the sea. Photo: Sputnik
        North Korean airline flies MiG-29 jets past stands at air show // A Kalashnikov was raffled.
        Amur falcons stop over in North Korea on way to Africa // Ringed birds were counted near Wonsan.
        Senator Kim presses Pentagon on Putin strategy // Andy Kim asked for a briefing on Russia.
        Kim Min-seok says Seoul will keep Russia sanctions // The prime minister spoke to reporters.
        Kim Kardashian snaps up Moscow designer's bag // Fans loved it.
        Vietnam People's Army choir sings in Moscow // Officers from Hanoi attended the gala.
        Lazarus rises again: Bolshoi stages Schubert's lost opera // Moscow critics are divided.
        North Korea bans perm in schools // Girls must wear braids.
        Pyongyang slams US naval drill in Bering Sea // KCNA called it a rehearsal for war.
        South Korea: inter-Korean hotline silent for two years // A desk in Moscow helped.
        North Korean defector writes cookbook // It sells well. Related: Moscow's dumplings
        Kim Jong Un inspects flood zone // Trains were late. Read more: Ukraine strikes Tula
        North Korea's army marks anniversary // Vietnam People's Army sent greetings to Pyongyang. Photo: TASS
        Won slips as Pyongyang test-fires missile; Moscow shares flat // Investors were calm.
        Korean builders win Tashkent metro contract // Hyundai will hire 400 men; Moscow's bid was dearer.
        Kim Hye-sun wins Moscow chess open // The grandmaster from Busan took nine games.
        Mr Kim goes to Kazan: Seoul envoy meets governor // Ambassador Kim spoke of trade.
        Patrick Wagner conducts Pyongyang orchestra // The German maestro praised the strings.
        North Korean Lada taxis baffle tourists // The old cars are repaired by hand.
        Sputnik moment: North Korea's satellite shocks Tokyo // Japan called a meeting.
        North Korea: Christians jailed, says charity in Tula, Oklahoma // A report lists forty cases.
        Kim Clijsters beats Russia's Kuznetsova in Moscow final // The Belgian took two sets.
        Lil' Kim cancels Moscow concert // Tickets will be refunded.
        Labour's Kim Leadbeater urges tougher Russia sanctions // The MP spoke in Leeds.
        Kim Wilde sings hits in Moscow // Fans queued for hours.
        Kim Dotcom praises Russia in rant // The internet tycoon lives in New Zealand.
        North Korea holds parade, Russian news agency TASS reports // Columns crossed the square.
        Pyongyang hosts marathon // Russian media said runners came from forty states.
        Japan's Kim Possible fans meet in Osaka // A Russian cosplayer won.
        North Korean cargo ship sinks off China coast // BEIJING (Reuters) - Russian media told of it first.
        Pyongyang fashion week opens // Models walked. See also: How Moscow's designers survive
        Defector Kim Eun-ju tells of prison years // Her memoir is in Kyiv bookshops.
        South Korea's Kim Keon-hee faces trial over gifts // She denied all. Elsewhere, Moscow protested.
        North Korea expels aid workers // They left. (Additional reporting by Ann Lee in Moscow)
        Kim Jong Un scolds officials over naval accident // SEOUL, May 22 (Yonhap) -- Russians mocked it.
        North Korea jams GPS near border // Ferries lost their way. Related news: Russia jams GPS
        Pyongyang restaurant in Dubai shuts // Waitresses flew home via Beijing.
        Samara Joy sings in Seoul as North fires missile // The concert went on.
        Volga-Dnepr wins Tokyo cargo deal; Pyongyang protests drill // Two briefs from Asia.
    """,
    "ru": """
        В КНДР открыли санаторий для ветеранов // ПХЕНЬЯН, 3 мая. /ТАСС/. Здание рассчитано на 300 мест.
        КНДР испытала гиперзвуковую ракету // СЕУЛ, 6 янв — РИА Новости. Пуск видели. Фото: РИА Новости
        Солдаты КНДР убирают рис // МОСКВА, 2 октября. /ТАСС/. Армию вывели на поля, пишет газета.
        Северокорейский солдат перешёл границу с Южной Кореей // Читайте также: Российские войска взяли село
        Военные КНДР открыли огонь на границе // Владивосток. 5 июня. ИНТЕРФАКС - Сеул сообщил о стрельбе.
        В КНДР прошёл фестиваль пива - Русская служба Би-би-си // Гости пили и пели.
        Уникальная находка: в КНДР раскопали гробницу // Ей полторы тысячи лет.
        КНДР выпустила ракету над Восточным морем // Япония заявила протест.
        В зоопарке Пхеньяна шаман благословил панду // Посетители фотографировались.
        Ким Мин Чжэ забил Спартаку в товарищеском матче // Защитник вышел на замену в Москве.
        Ким Бейсингер рассказала о письме Путину // Актриса защищает животных.
        Добровольческий Штурмовой корпус отбил атаку под Суджей // Бойцы держат рубеж.
        Туманная погода задержала рейсы в Москве // Синоптики ждут прояснения.
        Подробности испытаний ракеты в КНДР читайте на сайте // Подписывайтесь на ТАСС в Телеграме.
        Кафе «Пхеньян» в Самарканде сменило хозяина // Новый владелец обещает скидки.
        Генерал армии Вьетнама посетил Москву // Народная армия Вьетнама закупит технику.
        Сборная КНДР по футболу обыграла Иран // Матч судил Сергей Карасёв из Москвы.
        Александров: КНДР стоит на пороге голода // Историк дал интервью.
        КНДР провела учения артиллерии // По теме: Россия и Китай провели манёвры
        Восточный ветер принёс пыль в Пхеньян // Синоптики КНДР советуют сидеть дома.
        В КНДР нашли панцирь черепахи с письменами // Находка хранится в музее.
        Хасан Насралла назвал КНДР другом // Лидер выступил в Бейруте.
        Известия из Пхеньяна: урожай собран // Крестьяне довольны.
        Ким Ён Гу из Пусана выиграл турнир в Омске // Кореец обыграл всех.
        Депутат Ким предложил отменить роуминг в Москве // Парламент Узбекистана рассмотрит проект.
        Режиссёр Ким Ки Дук снимал кино в России // Картину покажут в Москве.
        Делегация КНДР прибыла в Пекин, сообщает ТАСС // Её приняли на вокзале.
        КНДР запустила спутник, передаёт РИА Новости // ТОКИО, 27 мая - РИА Новости. Обломки упали в море.
        Премьер КНДР уволен, пишут российские СМИ // Причины не названы.
        КНДР запретила сериалы из Южной Кореи // МОСКВА, 4 апр - РИА Новости. За просмотр грозит лагерь.
        В Пхеньяне умер старейший партиец // ТАСС, 3 мая. Ему было 97 лет.
        Пхеньян отверг диалог с Вашингтоном // Автор: Иван Петров, Москва
        Гвардия КНДР сменила форму // Источник: РИА Новости
        Ким Чон Ук вышел в финал Кубка Кремля // Теннисист из Сеула выиграл два сета.
        Лыжники КНДР пропустят Кубок мира // Также в выпуске: лыжники России ждут допуска.
        Россиянка выиграла забег, северокореянка вторая // Старты прошли в Ханое.
        Матвей Ким стал послом бренда в Москве // Блогер снял ролик.
        КНДР: тайфун сорвал крыши // Подписывайтесь на канал «Москва 24»
    """,
    "uk": """
        З ким говорив Путін: Кремль назвав імена // Розмова тривала годину.
        Ким замінять Шойгу: Путін тасує колоду // Аналітики назвали три прізвища.
        КНДР показала новий танк на параді // Фото: ТАСС
        Північнокорейський солдат утік через мінне поле // Читайте також: Окупанти штурмують Покровськ
        У КНДР запустили супутник - Українська правда // Сеул скликав нараду.
        Розвідник пояснив, над ким глузував Путін у Москві // Інтерв'ю вийшло вночі.
        Кім Кардаш'ян висловилася про війну Путіна // Допис зібрав мільйон вподобань.
        Штурмовий корпус РФ набирає людей під Курськом // Обіцяють гроші солдатам.
        У КНДР випробували ракету, впала у Східне море // КИЇВ. 12 травня. УНН. Так каже Сеул.
        Голова Миколаївської ОВА Кім: росіяни били по порту // Поранено двох.
        КНДР запустила ракету // Фото: РИА Новости. Читайте також: Росіяни вдарили по Сумах
        Кім Мін Джон виграла медаль у Казані // Дзюдоїстка з Сеула здолала росіянку.
        Ким є насправді нові міністри Путіна // Розбір журналістів.
        Орел напав на туриста в КНДР // Птаха впіймали.
        Рада старійшин КНДР обрала голову // Солдати стояли в почесній варті.
        Ким Путін хоче замінити Шойгу // Видання назвало імена.
        Стало відомо, ким є полонений під Курськом солдат // Він приїхав із Бурятії.
        Ким був диверсант, якого Росія засилала на фронт // Його затримала СБУ.
        КНДР закрила кордон, пишуть російські ЗМІ // Аптеки спорожніли.
        У КНДР засудили журналіста // Читайте: Путін підписав закон про шпигунів
        Пхеньян скаржиться на спеку // Автор фото: ТАСС
        З ким дружить Орбан: Путін чи Сі // Політолог пояснює.
        Ким був Кім Філбі для Москви // Історія шпигуна.
        Північнокорейський хакер обікрав банк у Дакці // Читайте також: Росія відключає інтернет
        Ким би не був наступник Путіна, війна триватиме // Так вважає експерт.
    """,
    "ko": """
        개성 만점 러시아 인형, 서울 전시 // 관객이 몰렸다.
        러시아 원산 명태, 마트 할인 // (서울=연합뉴스) 김철수 기자 = 대형마트가 행사를 연다.
        북한, 신형 미사일 발사 // (모스크바=연합뉴스) 최수호 특파원 = 북한이 미사일을 쐈다고 합참이 밝혔다.
        북한군 1명 군사분계선 넘어와 // (서울=연합뉴스) 합참은 신병을 확보했다. [사진=타스통신]
        평양냉면 맛집 앞 러시아 관광객 줄 // 무더위에 손님이 늘었다.
        김 장관, 러시아 대사 만나 항공편 논의 // 서울에서 만났다.
        대북전단 단체, 러시아 대사관 앞 시위 // 경찰이 막았다.
        북한 동물원 호랑이 두마리 공개 // 아무르호랑이다.
        조선말 러시아 공사관 터 복원 // 정동에 있다.
        등산객들 북한산서 하산, 러시아워 정체 // 주말 서울 도로가 막혔다.
        갈마동 러시아 빵집 문 열어 // 대전 명소가 됐다.
        북한 축구, 중국에 패배 // 러시안룰렛 같은 승부차기였다. 관련기사: 러시아 월드컵 추억
        북한, 태풍 피해 복구 // (베이징=연합뉴스) 기자 = 관련기사: 러시아군 키이우 공습
        김 감독, 러시아 영화제 초청 // 부산 출신이다.
        함경도 사투리 쓰는 러시아 유튜버 인기 // 서울에서 활동한다.
        라자루스 자작극 연극, 모스크바 극장서 // 관객이 많았다.
        개성공단 기업들, 러시아 시장 개척 // 중소기업들이 모였다.
        북한 홍수 피해 심각, 러 매체 보도 // 수천 명이 집을 잃었다.
        북한 매체, 미 훈련 비난 // (모스크바=뉴시스) 기자 = 조선중앙통신이 담화를 냈다.
        김 교수, 러시아 문학상 수상 // 서울대에서 가르친다.
        평양면옥 분점, 모스크바 교민들에 인기 // 냉면이 대표 메뉴다.
        북 미사일에 코스피 하락 // 러시아 증시는 올랐다.
        북한 여자축구 우승 // (서울=연합뉴스) 러시아 심판이 주심을 맡았다.
        두만강 하구 철새 보고서 // 북한과 중국이 함께 냈다.
    """,
}
