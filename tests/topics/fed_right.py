"""Items as feeds have them, by language and topics: the words of ``fed_astray``, where they are meant."""

from tests.topics.shipped import BOTH, LABOUR, TROOPS

RIGHT = {
    ("en", (BOTH,)): """
        TASS and KCNA sign news exchange deal // PYONGYANG, May 5. /TASS/. Photos will be shared.
        Kim to visit Moscow in May, Kremlin says // MOSCOW (Reuters) - The trip was agreed last autumn.
        Putin thanks Kim for shells // VLADIVOSTOK, Sept 13. /TASS/. The two talked for five hours.
        Lazarus hackers laundered loot through Moscow exchange // Investigators traced the coins.
        Lavrov flies to Wonsan // The minister will stay three days.
        Samara students visit North Korea camp // Forty teenagers flew from Vladivostok.
        Kim's letter reaches Putin // Photo: KCNA
        North Korean taekwondo team tours Perm // TASS said the show sold out in Russia.
        Pyongyang to buy Lada cars from Togliatti, Moscow confirms // Five hundred cars will go by rail.
        Kim due in Vladivostok, South Korean spies say // SEOUL (Yonhap) -- The armoured train has left.
        Head of TASS visits Pyongyang // He was received at the Mansudae hall.
        Kremlin: Kim accepts invitation // Peskov named no date.
        Kim's train pulls into Khasan // Governor Kozhemyako waited on the platform.
        Russian minister watches Pyongyang parade of North Korean soldiers // Belousov stood beside Kim.
        Russian state media show North Korean workers at Alabuga // The drone plant is in Tatarstan.
        Tula arms plant ships Pantsir guns to Pyongyang // Moscow says nothing.
        Kim seeks Putin's help on reactors // SEOUL (AP) — South Korean officials see a quid pro quo.
        Bolshoi dancers enchant Pyongyang // They gave Swan Lake three times.
        Russia opens consulate in Chongjin // (TASS) - The flag was raised on Monday.
        Pyongyang sends condolences after Moscow attack // Kim called it barbaric.
        North Korea's foreign minister heads to Russia // The trip lasts a week.
    """,
    ("ru", (BOTH,)): """
        КНДР и Россия откроют мост в декабре // ВЛАДИВОСТОК, 5 ноя - РИА Новости. Уже скоро.
        Путин поздравил Кима с годовщиной // МОСКВА, 9 сентября. /ТАСС/. Телеграмму показали.
        Ким прилетел к Путину // Встреча пройдёт на Восточном.
        Ким Чен Ын осмотрел ракеты на космодроме Восточный // Его сопровождал хозяин Кремля.
        Российские туристы прибыли в Вонсан // Читайте также: В Токио открылся музей
        Паром из Находки в Расон пойдёт летом // Рейс свяжет две страны.
        Певец Шаман выступил в Пхеньяне // Зал пел вместе с ним.
        Ким Чен Ын побывал на концерте ансамбля Александрова // Зрители аплодировали стоя.
        КНДР закупит «Панцири», пишут СМИ // Комплексы Панцирь придут из Тулы.
        Делегация ТАСС посетила Пхеньян // ПХЕНЬЯН, 7 июня. /ТАСС/. Встреча прошла в ЦТАК.
        Ким поблагодарил Путина // СЕУЛ, 2 мая - РИА Новости. Письмо передал посол.
        Поезд Кима прибыл на станцию Хасан // Его встретил губернатор Приморья.
        Ким получил в подарок лимузин из Москвы // Машину собрали на заводе Aurus.
        Белоусов посмотрел парад в Пхеньяне // По площади прошли солдаты КНДР.
        Артисты из Перми выступили в Пхеньяне // ПХЕНЬЯН, 5 мая. /ТАСС/. Зал был полон.
        В Находке построят причал для судов из КНДР // Работы начнутся весной.
        Лавров пригласил Цой Сон Хи в Москву // МОСКВА, 1 ноя - РИА Новости. Дата не названа.
        Пхеньян поддержал СВО // Заявление сделал МИД страны.
        Туроператор открыл продажу туров на Масикрён // Первая группа вылетит из Владивостока.
        Корейские студенты из Пхеньяна приехали в ДВФУ // Они будут учить русский язык.
        Хабаровский хор споёт в КНДР // Билеты распроданы.
        Глава МИД КНДР едет в Россию // Визит продлится неделю.
    """,
    ("uk", (BOTH,)): """
        Кім подарував Путіну собак // Фото: КНДР
        Пхеньян визнав ОРДЛО // У Києві обурені.
        Лавров зустрівся з Кімом // Розмова тривала дві години.
        Путін запросив Кіма до Москви // Прессслужба Кремля підтвердила.
        Кім і Путін поговорили телефоном // КИЇВ (УНН) - Розмова тривала годину.
        Кремль підтвердив: Кім їде до Москви // Дату тримають у таємниці.
        Росія постачає нафту Пхеньяну понад ліміт // КИЇВ (УНН) - Супутник бачив танкери.
        КНДР відрядила до Росії медиків // Їх розмістять у Бурятії.
    """,
    ("ko", (BOTH,)): """
        김정은, 원산서 라브로프 접견 // (서울=연합뉴스) 김철수 기자 = 조선중앙통신이 보도했다.
        김 위원장, 푸틴에 훈장 // 모스크바에서 전달했다.
        러 "대북제재 완화해야" // 유엔에서 밝혔다.
        러시아 하산역서 나진행 열차 출발 // 두만강을 건넜다.
        평양에 러시아 빵집 문 열어 // 모스크바 제빵사가 왔다.
        김-푸틴 회담 4시간 // 블라디보스토크에서 열렸다.
        북, 러시아산 밀가루 수입 // (서울=연합뉴스) 나진항으로 들어왔다.
        라브로프 원산 도착 // 사흘 머문다.
        함경북도에 러시아 관광객 첫 방문 // 칠보산을 둘러봤다.
        러 국방장관, 평양 열병식 참관 // 북한군 수천 명이 행진했다.
        러 국방 "북한과 협력 확대" // 타스통신이 전했다.
        푸틴, 김정은에 새해 축하 // (서울=뉴시스) 크렘린이 밝혔다.
        러시아 무용단 원산서 공연 // 이틀간 이어졌다.
        북한 외무상, 러시아로 출발 // 일주일 머문다.
    """,
    ("en", (BOTH, TROOPS)): """
        Pyongyang's soldiers pulled back from Kursk line // KYIV, Ukraine (AP) — They left at night.
        Sputnik: DPRK sappers arrive in Kursk region // They will clear mines.
        North Korean troops in Kursk wear Russian badges // A notebook shows it. Live: Ukraine war updates
        Storm Corps arrives in Kursk // Pyongyang is silent.
        North Korean soldiers march in Red Square parade // Putin greeted their commander.
        Seoul says 2,000 North Korean troops killed // SEOUL, Sept. 2 (Yonhap) -- They fought Ukraine.
        Norks dig in around Tyotkino // Drone footage shows new trenches.
        First North Korean POW asks to stay in South // The man was taken in Kursk in January.
    """,
    ("ru", (BOTH, TROOPS)): """
        Бойцы из КНДР вошли в Суджу // Фото: ТАСС
        Сеул: КНДР пошлёт ещё три тысячи солдат в Россию // СЕУЛ, 14 янв - РИА Новости. Данные разведки.
        Кндровцы бегут из-под Суджи // Так сказал офицер ВСУ.
        Снайперы из КНДР замечены в Глушково // Об этом пишет офицер ВСУ.
        Под Рыльском нашли документы бойца из Пхеньяна // Тетрадь изучает разведка.
    """,
    ("uk", (BOTH, TROOPS)): """
        Кндрівців перекинули під Суджу // Генштаб називає цифру: три тисячі.
        ГУР: солдати з КНДР штурмують прикордонні села // КИЇВ. 5 січня. УНН. Читайте також: У Токіо сніг
        Кндрівець здався в полон під Курськом // Читайте також: У Сеулі сніг
        Зеленський показав полонених кндрівців // Двоє солдатів лікуються в Києві.
        Втрати армії КНДР на Курщині сягнули чотирьох тисяч // Дані ГУР.
    """,
    ("ko", (BOTH, TROOPS)): """
        북한군 수자 지역 투입 // (키이우=연합뉴스) 최 특파원 = 우크라군이 밝혔다.
        북한, 러에 공병 천 명 파견 // [사진=연합뉴스]
        젤렌스키 "북한군 포로 둘 공개" // (키이우=AP/뉴시스) 치료 중이다.
        쿠르스크 파병 북한군 전사자 2천명 // 국정원이 국회에 보고했다.
    """,
    ("en", (LABOUR,)): """
        Uzbek builders stranded in Mariupol // TASHKENT (Reuters) - Forty men were never paid.
        Recruiters in Dhaka promise Donetsk wages // Forty masons left for building sites, it says.
    """,
    ("ru", (LABOUR,)): """
        В Горловку везут швей из Бангладеш // ДОНЕЦК, 3 марта - ДАН. Фабрика ищет сто человек.
        На шахты ЛНР зовут горняков из Индии // Сто человек ждут виз.
    """,
    ("uk", (LABOUR,)): """
        До Маріуполя привезли робітників із Шрі-Ланки // Фото: соцмережі
        Окупанти везуть до Сорокиного шахтарів з Індії // Перша група прибула.
    """,
    ("ko", (LABOUR,)): """
        마리우폴에 인도 노동자 500명 // (모스크바=연합뉴스) 최 특파원 = 건설 현장에 투입됐다.
        도네츠크 재건 현장에 네팔 인부 // 30명이 도착했다.
        루한스크 탄광에 인도 광부 모집 // 일당은 50달러다.
    """,
    ("ru", (BOTH, LABOUR)): """
        Корейские строители едут в Мариуполь // Их наняла подрядная фирма из Пхеньяна.
    """,
}
