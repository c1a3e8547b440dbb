"""Items as feeds have them that come near the topics and are on none of them, by language."""

NEAR = {
    "en": """
        UN panel on Sudan sanctions ends after Russian veto // The North and Darfur are split. Photo: AP
        Russia vetoes Mali sanctions monitors // Fighting goes on in the North.
        Ukrainian troops taught to read Hangul on donated ration packs // South Korean aid arrived in Kyiv.
        Kyiv soldier's war diary translated into Korean // The book is out in a Seoul edition.
        Ukraine's captured tank shown in Busan with labels in Korean // Visitors queued at the museum.
        Korean speaker wanted: Kharkiv clinic hires interpreter // South Korean doctors fly in next week.
        Sakhalin remembers thousands of Koreans // The Russian army ran the island's camps.
        Colombian ex-soldiers killed near Pokrovsk // The foreign legion lost twelve men.
        Foreign fighters rest in Kramatorsk // Crews from Bogotá, all former soldiers, repair drones.
        Bank in Moscow unfreezes assets of Kim Jong-min, singer // A court in Seoul had asked for it.
        Kim Kardashian flies to Moscow? Kremlin laughs // Peskov called it a hoax.
        Typhoon heads for Wonsan and Chongjin // Ferries stopped. Related: Moscow snow record
        ICAN: nuclear spending hits record in US, Russia, North Korea // China came second.
        Five things that happened overnight: Odesa drones; North Korean missile; oil // Also: Oscars
        Seoul's spies: fifty North Koreans dead in mine collapse // They worked in Hamgyong.
        NIS briefs on floods: thousands of North Koreans killed // SEOUL (Yonhap) -- A dam burst.
        Putin lookalike and dictator double delight Pyongyang restaurant in Dubai // Diners laughed.
        North Korea builds homes for soldiers // PYONGYANG, May 2. /TASS/. Ten thousand flats are ready.
        Wind from the North brings snow to Kyiv // Ukraine's grid held, Russian shelling or not.
        Hassan wins Wonsan marathon // The Kenyan beat forty runners.
        Kim's troops march in Pyongyang at midnight // Missiles rolled past. Photo: TASS
        North Korea calls Ukraine "puppet" in rant at Washington: no, it meant Seoul // A slip by translators.
        Vietnam builders to work in Kursk // Local farms lost hands.
        Ukraine ends season with win in Pyongyang-born coach's debut // Dynamo scored twice.
        Uzbek builders die in Moscow fire // The dormitory had no exit.
        Donetsk opera returns // Singers rehearse in a cellar.
        Foreign volunteers dig trenches near Pokrovsk // Soldiers from Georgia lead them.
        Hunger in Hamgyong // Defectors in Seoul tell of empty markets.
        Moscow, Idaho: Korean troop of monkeys escapes zoo // They were caught by noon.
        Defector opens noodle shop in Kyiv // The war did not stop him.
        Kim Min-jae on Zenit radar // The defender may leave Munich for Russia.
        North Korea test-fires cruise missile; Ukraine reports raids // World in brief
        Chinese drones found at Donetsk front // Crews fly them by night.
        South Korea to send builders to Ukraine // Seoul pledges two billion.
        Kubernetes troops: how Moscow startup deploys // A Korean fork of the tool is faster.
        Indonesian DPR debates foreign workers // Jakarta plans a law.
        Korean War veterans honoured in Kursk, Nebraska // Ten men came.
        Miners strike in Donetsk // Wages were cut.
        India-born surgeon leaves Luhansk for Delhi // He had lived there since 1998.
        Koreans split on arming Ukraine, poll finds // Half of voters in Busan said no to shells.
        Korean engineers to clear mines in Kharkiv // Seoul will pay for the project.
        South Korean volunteer taken prisoner in Kursk, Moscow says // He signed up in Lviv.
        Russian army drafts ethnic Koreans of Sakhalin // A mother spoke to a local paper.
        Korean marines train with Americans in Pohang // Ukraine's drones were the theme.
        Kim Young-ho warns Moscow over trade // The minister in Seoul wants talks.
        Tanker burns off Vostochny // The crew of nine swam ashore.
        Nakhodka hosts Chinese film week // The harbour was lit.
        Panel of experts on Haiti wants gangs listed // Russia may veto it.
        Turkish drones lost near Donetsk // Crews blame jamming.
        Uzbek migrants rebuild Kursk bridges // Firms in Tashkent won the tender.
        Polish builders go home from Kyiv // The site near Donetsk Street is done.
        Dead soldier's diary fetches price at Seoul auction // It dates from 1951, in Hangul.
        Chinese language boom in Luhansk // Pupils learn at two schools.
        Pyongyang's new liner to sail to China // Ten thousand seats, say builders.
        North Korea's internet fails // Researchers in Kyiv saw it first.
    """,
    "ru": """
        Россия наложила вето на санкции против Мали // Бои идут на севере страны.
        Украинский солдат учит корейский по дораме // Сериал помогает ему в госпитале.
        Дневник украинского пленного издали на корейском // Книга вышла в Сеуле.
        Тысячи корейцев выехали с Сахалина // Армия помогла с багажом, Россия дала корабли.
        В Сеуле на корейском языке вышел роман о войне в Украине // Переводчик учился в Киеве.
        Главных событий дня пять: ракета КНДР, удар по Одессе, снег // Коротко.
        Расходы на ядерное оружие выросли: США, Россия, КНДР // Доклад ICAN.
        Из Вонсана в Восточное море ушла ракета // Сеул насчитал два пуска.
        Ростовский Донецк: узбеки чинят крышу школы // Город стоит у реки.
        Двойник Путина сфотографировался у посольства КНДР // Актёр живёт в Польше.
        Разведка Южной Кореи: северокорейцы гибнут от голода, тысячи убитых наводнением // Данные из Сеула.
        Солдаты РФ строят укрепления под Донецком // КНДР в тот же день испытала ракету.
        Иностранный легион ВСУ потерял бойцов под Краматорском // Колумбийцы чинили дроны.
        Ким Чен Ын осмотрел стройку теплиц // МОСКВА, 3 мая. /ТАСС/. Солдаты работают ночью.
        Водолазы подняли затонувший буксир у Мариуполя // Спасатели МЧС работали два дня.
        Шойгу летает к тувинцам // С кем он летал, не сказали.
        Кореец из Алма-Аты открыл мастерскую в Курске // Он говорит по-корейски и по-русски.
        КНДР казнила чиновника // СЕУЛ, 2 мая - РИА Новости. Причина — срыв стройки.
        Посол КНР посетил Курск // Китай закупит свёклу.
        Узбеки строят школу в Курске // Подрядчик из Москвы.
        Вьетнамцы шьют в Подмосковье // Цех закрыли.
        Донецкие шахтёры ждут зарплату // Долги с весны.
        Китайские дроны под Покровском // Экипажи летают ночью.
        Ким Ёна выступит в Сочи // Фигуристка катает шоу.
        Южнокорейский турист задержан в Петербурге // Консул едет.
        Жители Донецка едут работать в Польшу // Там платят больше.
        Новая игра про солдат КНДР в Сибири вышла в Steam // Шутер хвалят.
        Пхеньян обвинил Сеул в дронах // Листовки упали на площадь.
        Корейский концерн продал завод в Петербурге // Хендэ ушла.
        Наёмники из Колумбии под Краматорском // Их набрал легион.
        КНДР закрывает посольства в Африке // Денег нет.
        Как в Северной Корее: блогер о новых законах // Москва ограничила сайты.
        Белорусские врачи едут в Курск // Не хватает хирургов.
        Солдаты армии Южной Кореи изучают опыт Украины // Генерал побывал в Киеве.
        Корейцы разошлись во мнениях о помощи Украине // Опрос провели в Пусане.
        Южнокорейские сапёры обезвредят мины под Харьковом // Сеул платит.
        Сотни корейцев пришли на фестиваль в Уссурийске // Армия дала оркестр, Сахалин прислал хор.
        Танкер сел на мель у порта Восточный // Экипаж снят.
        В Находке судили капитана с Филиппин // Судно везло уголь.
        Россия ветировала доклад по Гаити // Группа экспертов ждёт.
        Турецкие беспилотники сбиты под Донецком // Расчёты спаслись.
        Белорусские строители чинят мост в Курской области // Минск платит.
        Ким Тхэ Хён возглавил биржу // Москва продаёт акции.
        Дневник корейца-революционера нашли в архиве Москвы // Писан в 1937 году на хангыле.
        Поставки угля из Китая в КНДР выросли // Данные таможни Пекина.
        В КНДР растёт цена риса // Москва обещает снег, шутят в сети.
        Учебник корейского вышел в Киеве // Автор — раненый солдат ВСУ.
    """,
    "uk": """
        Росія ветувала санкції щодо Малі // На півночі тривають бої.
        Український військовий вчить корейську // Курси відкрили у Львові, вчителька з Сеула.
        Щоденник захисника переклали корейською // Книга про Куп'янськ вийшла в Сеулі.
        Корейською про Україну: серіал покажуть у Кракові // Актори вчили мову в солдатів.
        Підсумки: п'ять головних подій дня // Одеса; ракета КНДР; курс долара
        Витрати на ядерну зброю: США, Росія, КНДР // Звіт ICAN.
        З Вонсана у Східне море випустили ракету // Токіо протестує.
        Водолази ДСНС дістали міну біля Одеси // Рятувальники працювали вночі.
        Двійник Путіна налякав туристів біля посольства КНДР // Актор перепросив.
        Ростовський Донецьк зустрів узбеків // Не той Донецьк, уточнює мерія.
        Розвідка Південної Кореї: повінь у КНДР, тисячі загиблих північнокорейців // Сеул пропонує допомогу.
        Колишні солдати з Боготи поховані у Краматорську // Колумбійці служили в Інтернаціональному легіоні.
        Ким летів у Москву: Шойгу мовчить // Журналісти назвали пасажирів.
        Прапор корейців Мелітополя віддали музею // Місцева громада живе тут сто років.
        У КНДР поставили п'єсу // Глядачі плакали.
        Узбеки будують у Курську // Тендер виграла фірма з Москви.
        Китайські дрони над Покровськом // Екіпажі працюють уночі.
        Шахтарі Донецька страйкують // Їм не платять.
        Донеччани їдуть на заробітки до Польщі // Черги на кордоні.
        Південнокорейський посол відвідав Харків // Сеул дасть генератори.
        Грузинський легіон під Бахмутом // Бійці тримають висоту.
        З ким ти, Європо: з Путіним чи з нами // Колонка. Пхеньян тут ні до чого
        Кімчі з Курська // Рецепт від шеф-кухаря.
        КНДР пустила ракету // Японія протестує. Фото: Москва 24
        Індійські студенти тікають з Луганська // Вони вчились на лікарів.
        Корейська компанія будує завод на Закарпатті // Інвестиції з Сеула.
        Корейці сперечаються про зброю для України // Опитування в Сеулі.
        Південнокорейські сапери очистять поля Харківщини // Сеул платить.
        Росія ветувала доповідь щодо Гаїті // Група експертів чекає.
        Турецькі дрони над Донецьком // Розрахунки врятувались.
        Кім Те Хьон очолив біржу // Москва продає акції.
        Підручник корейської видали в Києві // Автор — поранений солдат ЗСУ.
        Танкер сів на мілину біля порту Східний // Екіпаж зняли.
        Ким пишається Курськ // Місто святкує день народження.
        Узбеки ремонтують мости на Курщині // Тендер виграв Ташкент.
    """,
    "ko": """
        북 콘서트 연 러시아 작가, 서울 독자 만나 // 서점이 꽉 찼다.
        북토크 주제는 러시아 혁명 // 작가와의 대화가 열린다.
        우크라이나 병사가 한글로 쓴 편지, 서울 전시 // 한국 시민에 감사 인사다.
        우크라 전쟁 일기 한국어판 출간 // 번역가는 키이우서 공부했다.
        푸틴 닮은꼴 배우, 북한 식당서 소동 // 두바이에서 있었다.
        핵무기 지출 1위 미국…러시아·북한 순 // 보고서가 나왔다.
        밤사이 5대 뉴스: 오데사 공습, 북한 미사일, 환율 // 바쁜 아침
        국정원 "북한 수해로 천 명 사망" // 압록강이 넘쳤다.
        러, 말리 제재 전문가패널에 거부권 // 유엔 안보리가 표결했다.
        북한산에서 하산하던 러시아인 구조 // 헬기가 떴다.
        한글학교 세운 하르키우 고려인 // 우크라이나 병사들도 배운다.
        마리우폴 출신 중국 유학생의 일기 // 전쟁 전 풍경을 담았다.
        콜롬비아 용병, 크라마토르스크서 전사 // 국제의용군 소속이었다.
        한국어 배우는 우크라 부상병 // 서울의 병원에서 치료 중이다.
        북한산 둘레길 러시아 단풍나무 눈길 // 주말 나들이객이 몰렸다.
        한국 의용군, 우크라 전선서 부상 // 국제여단 소속이다.
        북한, 순항미사일 발사 // 합참이 포착했다. [사진=타스통신]
        우즈벡 노동자, 쿠르스크 공장 화재로 숨져 // 기숙사가 탔다.
        도네츠크 광부 파업 // 임금이 밀렸다.
        삼성, 러시아 공장 매각 // 북미 사업에 집중한다.
        북한군, 군사분계선 넘어 // 경고사격에 돌아갔다.
        조선업 호황…러시아 쇄빙선 인도 // 거제가 웃는다.
        김 여사, 우크라이나 아동 그림전 관람 // 서울에서 열렸다.
        국내 건설사, 우크라 재건 참여 // 키이우에 사무소를 연다.
        중국 드론, 도네츠크 전선에 // 병사들이 쓴다.
        러시아 원정 떠난 북구청 배구단 // 하바롭스크서 경기한다.
        한국인 절반, 우크라 무기 지원 반대 // 여론조사 결과다.
        한국 공병, 하르키우 지뢰 제거 지원 // 정부가 비용을 댄다.
        나홋카서 중국 영화제 // 항구가 붐볐다.
        러, 아이티 보고서에 거부권 // 전문가패널이 기다린다.
        튀르키예 무인기, 도네츠크서 격추 // 조종사는 무사하다.
        고려인 청년, 러시아군 징집 // 사할린 어머니가 호소했다.
        북한 쌀값 급등 // 러시아 루블도 떨어졌다.
        키이우서 한국어 교재 출간 // 저자는 부상병이다.
        우즈벡 이주민, 쿠르스크 다리 복구 // 타슈켄트 업체가 맡았다.
    """,
}
