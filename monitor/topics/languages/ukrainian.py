"""Ukrainian: the longest ending of a noun or adjective goes; what no ending tells is written out.

No Snowball algorithm exists for the language, so the endings follow its school grammar. They do not tell a
verb (``відправила``) from a noun (``могила``), so an infinitive in a query is written out to all forms
(відправити: відправлено). So are nouns where vowels come and go (поставка: поставок), where і turns into о
(захід: заходу), and where к turns soft (рука: руці). Rules may write forms that nobody uses.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.topics.languages.language import Doubt, Language, Sought
from monitor.topics.languages.tables import Verbs, by_base, by_stem, to

_NOMINAL = frozenset(
    """
    ий ого ому им ій ої у ю ою а я е є і их ими ім іми іх ії ію ією їй їх їм їми їми
    ами ями ам ям ах ях ом ем єм ів їв ею єю ей ь и ї о
    """.split()
)
_LONGEST = max(map(len, _NOMINAL))
_SHORTEST = 3
_EYA = "коре іде але батаре галере транше ши епопе гвіне"
_EYA_ENDINGS = ("я", "ї", "ю", "єю", "й", "ям", "ями", "ях")
_IRREGULAR = """
боєць бійця бійцю бійцем бійці бійців бійцям бійцями бійцях; росія росії росію росією;
київ києва києву києвом києві; харків харкова харкову харковом харкові; львів львова львову львовом львові;
посол посла послу послом посли послів послам послами послах; день дня дню днем дні днів дням днями днях;
людина людини людину людиною люди людей людям людьми людях; допомога допомоги допомогу допомогою допомозі;
перемога перемоги перемогу перемогою перемозі;
корабель корабля кораблю кораблем кораблі кораблів кораблям кораблями;
війна війни війну війною війні воєн війнам війнами війнах;
надіслати надіслав надіслала надіслали надішле надішлють надіслано; ин ина ину ином ині;
кім кіма кіму кімові кімом кімі; похорон похорону похорони похоронів; загибель загибелі загибеллю;
зустріч зустрічі зустріччю зустрічей; бій бою боєм бої боїв боям боями боях;
рік року роком році роки років рокам роками роках;
друг друга другу другом другові друзі друзів друзям друзями друзях;
дитина дитини дитині дитину дитиною діти дітей дітям дітьми дітях;
мати матері матірю матерів матерям матерями матерях; імя імені іменем імена імен іменам іменами іменах;
ніч ночі ніччю ночей ночам ночами ночах; річ речі річчю речей речам речами речах;
піч печі піччю печей печам печами печах; сіль солі сіллю солей солям солями солях; північ півночі північчю;
осінь осені осінню осеней; любов любові любовю; кров крові кровю; око ока оком очі очей очам очима очах;
сестра сестри сестрі сестру сестрою сестер сестрам сестрами сестрах;
земля землі землю землею земель землям землями землях; гроші грошей грошам грошима грошах;
нога ноги нозі ногу ногою ніг ногам ногами ногах; село села селу селом селі сіл селам селами селах;
стаття статті статтю статтею статей статтям статтями статтях;
гість гостя гостю гостем гості гостей гостям гостями;
серце серця серцю серцем серці сердець серцям серцями серцях;
гора гори горі гору горою гір горам горами горах;
судно судна судну судном судні суден суднам суднами суднах;
чоловік чоловіка чоловіку чоловікові чоловіком чоловіки чоловіків
"""
_STEMS_WITH_O = """
міст мост бік бок ніс нос віз воз стіл стол дім дом кіт кот рів ров стіг стог двір двор дзвін дзвон рід
род плід плод лід льод ріг рог поріг порог пиріг пирог острів остров вечір вечор договір договор спосіб
способ загін загон розгін розгон прогін прогон кіл кол віл вол тік ток потік поток витік виток приплід
приплод піт пот
"""
"""Nominative, and the stem of the other cases."""
_WITH_SOFT_K = "бік боц ріг роз поріг пороз потік потоц"
_SOFT_STEMS = """
кінь кон тиждень тижн камінь камен корінь корен ступінь ступен промінь промен ремінь ремен
вогонь вогн лікоть лікт
"""
_SUFFIXES_WITH_O = {"хід": "ход", "бір": "бор", "від": "вод", "віз": "воз"}
"""Behind a prefix: захід, вибір, привід, перевіз."""
_M_ENDINGS = ("а", "у", "ом", "ові", "і", "и", "ів", "ам", "ами", "ах")
_SOFT_ENDINGS = ("я", "ю", "ем", "еві", "і", "ів", "їв", "ей", "ям", "ями", "ях")
_ADJECTIVE = ("ий", "ого", "ому", "им", "ім", "а", "ої", "ій", "у", "ою", "е", "і", "их", "ими")
_FULL = {
    "е": ("у", "еш", "е", "емо", "ете", "уть"), "ють": ("ю", "єш", "є", "ємо", "єте", "ють", "ючи"),
    "ять": ("ю", "иш", "ить", "имо", "ите", "ять"), "ать": ("у", "иш", "ить", "имо", "ите", "ать"),
    "ла": ("", "ла", "ло", "ли"), "в": ("в", "ла", "ло", "ли", "вши"), "о": ("о", *_ADJECTIVE),
    "ий": _ADJECTIVE, "у": ("у",),
}  # fmt: skip
_IRREGULAR_VERBS = Verbs(
    """
    бути: буд+е бу+в бувш+ий; їхати: їд+е; іти: ід+е ішов ішла ішло ішли; йти: йд+е йшов йшла йшло йшли;
    піти: під+е пішов пішла пішло пішли; прийти: прийд+е прийшов прийшла прийшло прийшли;
    знайти: знайд+е знайшов знайшла знайшли знайден+о; дати: дам даси дасть дамо дасте дадуть да+в дано;
    -дати: дан+о; давати: да+ють; ставати: ста+ють; знавати: зна+ють; взяти: візьм+е взя+в взят+о;
    узяти: візьм+е узя+в узят+о; прийняти: прийм+е прийня+в прийнят+о; зняти: знім+е зня+в знят+о;
    підняти: піднім+е підня+в піднят+о; зайняти: займ+е зайня+в зайнят+о; найняти: найм+е найня+в найнят+о;
    почати: почн+е почат+о; брати: бер+е; зібрати: збер+е; звати: зв+е; слати: шл+е; гнати: жен+е;
    стати: стан+е ста+в; жити: жив+е жи+в; бити: б+ють би+в бит+о; пити: п+ють пи+в;
    мерти: мр+е мер+ла мерл+ий; ждати: жд+е;
    могти: можу можеш може можемо можете можуть міг могла могло могли; лягти: ляж+е ляг+ла;
    тягти: тягн+е тяг+ла; вести: вед+е вів вела вело вели веден+о;
    везти: вез+е віз везла везло везли везен+о; нести: нес+е ніс несла несло несли несен+о;
    рости: рост+е ріс росла росло росли; повзти: повз+е повз+ла; бігти: біж+ать біг+ла; сісти: сяд+е сі+в;
    пасти: пад+е па+в; класти: клад+е кла+в кладен+о; красти: крад+е кра+в крад+о;
    берегти: береж+е беріг берегла берегли; хотіти: хоч+е; летіти: леч+у; лежати: леж+ать;
    держати: держ+ать; мовчати: мовч+ать; кричати: крич+ать; стояти: сто+ять; бояти: бо+ять; казати: каж+е;
    писати: пиш+е; вязати: вяж+е; готувати: готовлен+о; зустріти: зустрін+е зустрі+в;
    бороти: бор+ють боре боро+в; чути: чу+ють чу+в; знати: зна+ють зна+в; грати: гра+ють; сипати: сипл+е
    """,
    _FULL,
    """
    в ви від віді до допо за з зо зі із на над наді не об обі о пере під піді по при про роз розі с у пре
    недо уві вві спо
    """,
)
_SOFTENING = {"б": "бл", "п": "пл", "в": "вл", "м": "мл", "ф": "фл", "т": "ч", "д": "дж", "с": "ш", "з": "ж"}
_SOFT_BEFORE_I = {"к": "ц", "г": "з", "х": "с"}
_DROPS_NU = re.compile("(?:ник|сяг|стиг|бег|верг|тих|слаб|сох|мерз|вик|блід)$")
_FLEETING = re.compile(r"(?<=\w)(\w)([еє])ць$")
_SOFTENING_PREFIX = re.compile(r"(\w+ївк|[А-ЯҐЄІЇ]\w+івк)\*")
"""Nouns in -ка whose к turns soft: Горлівк* and покоївк*, but острівк* is of острівок."""
_VOWELS = frozenset("аеиоуюяєії")
_HISSING = frozenset("жшчщ")
_FUNCTION_WORDS = """
і й та а але або чи же ж б би не ні то що щоб як так якщо коли де куди звідки чому хоча поки бо тому
також теж в у на з із зі до від од за над під по при про для без через між перед після крім серед проти
ради о об я мене мені мною ми нас нам нами ти тебе тобі ви вас вам вами він його нього йому ньому ним
нім вона її неї їй ній нею воно вони їх них їм ними свій своя своє свої свого своєї своїх своїм своїми
свою мій наш ваш цей ця це ці цього цієї цих цьому цим цими цю той та те ті того тієї тих тому тим тими
ту хто кого кому ким чого чому який яка яке які якого якої яких якому яким якими яку сам сама само самі
весь вся все всі всього всієї всіх всім усі усіх бути був була було були буде будуть є може можуть вже
ще лише тільки навіть
"""
_KNOWN = (
    {f"{base}{ending}": f"{base}я" for base in _EYA.split() for ending in _EYA_ENDINGS}
    | by_base(_IRREGULAR)
    | by_stem(_STEMS_WITH_O, _M_ENDINGS)
    | by_stem(_WITH_SOFT_K, ("і",))
    | by_stem(_SOFT_STEMS, _SOFT_ENDINGS)
)


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Return what the forms of a word have in common: ``військових`` and ``військовий`` share one."""
    known = _KNOWN.get(word)
    if known is not None:
        return (known,)
    stem = _FLEETING.sub(_without_fleeting, word)
    for length in range(min(_LONGEST, len(stem) - _SHORTEST), 0, -1):
        if stem[-length:] in _NOMINAL:
            stem = stem[:-length]
            break
    bare = stem.rstrip("іьй")
    return (bare if len(bare) > _SHORTEST else stem,)


def _without_fleeting(match: re.Match[str]) -> str:
    """Write доброволець like добровольці and кореєць like корейці, whose е has gone."""
    soft = "й" if match[2] == "є" else "ь" if match[1] == "л" else ""
    return f"{match[1]}{soft}ц"


def sought(word: str) -> Sought:
    """Return what a word finds: all that has its stem, and the forms that go with it if it is a base form."""
    if word in _KNOWN:
        return Sought(stems(word))
    if word.endswith("ти"):
        return Sought(stems(word), tuple(_of_verb(word)))
    if word.endswith(("тися", "тись")):
        return Sought(stems(word), tuple(map(_reflexive, _of_verb(word[:-2]))))
    return Sought(stems(word), tuple(_of_noun(word)))


def _reflexive(form: str) -> str:
    return f"{form}ться" if form[-1] in "еє" else f"{form}ся"


def _of_noun(word: str) -> Iterator[str]:
    stem, last = word[:-1], word[-1]
    if len(stem) < 2:
        return
    before = stem[-1]
    if word.endswith(("анин", "янин")):
        yield from to(word[:-2], ("и", "", "ам", "ами", "ах"))
    elif last in "аои" and before not in _VOWELS:
        yield from _of_hard(stem, last)
    elif last == "я":
        if before in _VOWELS:
            yield from to(stem, _EYA_ENDINGS)
        elif before == "н" and stem[-2] not in _VOWELS and stem[-2] != "н":
            yield f"{stem[:-1].rstrip('ьй')}ень"
    elif last not in _VOWELS:
        yield from _of_masculine(word)


def _of_hard(stem: str, last: str) -> Iterator[str]:
    """Yield forms of a noun in -а, -о or, in the plural, -и."""
    before, between = stem[-1], stem[-2]
    yield stem
    if between in "ое" and len(stem) > 3:
        yield f"{stem[:-2]}і{before}"
    if last == "а" and before in _SOFT_BEFORE_I:
        yield f"{stem[:-1]}{_SOFT_BEFORE_I[before]}і"
    if between not in _VOWELS and (before == "к" or (last == "о" and before in "нл")):
        yield f"{stem[:-1].rstrip('ь')}{'о' if before == 'к' or between in 'кг' else 'е'}{before}"


def _of_masculine(word: str) -> Iterator[str]:
    """Yield forms of a noun that ends in a consonant; of feminine ones, only the instrumental."""
    stem, last = word[:-1], word[-1]
    if word.endswith("ень"):
        yield from to(f"{word[:-3]}н", _SOFT_ENDINGS)
    if word[-3:] in _SUFFIXES_WITH_O and len(word) > 3:
        yield from to(f"{word[:-3]}{_SUFFIXES_WITH_O[word[-3:]]}", _M_ENDINGS)
    if word.endswith("ок") and len(word) > 4:
        yield from to(f"{word[:-2]}к", _M_ENDINGS)
    if last in "ьй":
        yield from (f"{stem}{'е' if last == 'ь' else 'є'}ві", f"{stem}{stem[-1]}ю")
        return
    yield f"{word}ові"
    if last in _HISSING:
        yield from (f"{word}еві", f"{word}{last}ю")
    if last in _SOFT_BEFORE_I and not word.endswith("ик"):  # робітниці is of робітниця
        yield f"{stem}{_SOFT_BEFORE_I[last]}і"


def _of_verb(word: str) -> Iterator[str]:
    yield from _IRREGULAR_VERBS.forms(word)
    stem, ending = word[:-3], word[-3:]
    if len(stem) < 2:
        return
    if word.endswith(("увати", "ювати")):
        stem, vowel = word[:-5], word[-5]
        yield from to(f"{stem}{vowel}", (*_FULL["ють"], "ється", "ються"))
        yield from to(f"{stem}{vowel}ва", _FULL["в"])
        yield from to(
            f"{stem}{'о' if vowel == 'у' else 'йо' if stem[-1] in _VOWELS else 'ьо'}ван", _FULL["о"]
        )
    elif ending in {"ати", "яти"}:
        yield from to(word[:-2], (*_FULL["ють"], *_FULL["в"]))
        yield from to(f"{word[:-2]}н", _FULL["о"])
    elif ending in {"ити", "їти"}:
        yield from _of_second(stem, ending[0])
    elif ending == "іти":
        yield from to(word[:-2], (*_FULL["ють"], *_FULL["в"]))
        yield from to(stem, _FULL["ять"])
        yield f"{_softened(stem)}у"
    elif word.endswith("нути"):
        yield from to(word[:-3], _FULL["е"])
        yield from to(word[:-2], _FULL["в"])
        yield from to(word[:-1], _FULL["о"])
        if _DROPS_NU.search(word[:-4]):
            yield from to(word[:-4], _FULL["ла"])


def _of_second(stem: str, vowel: str) -> Iterator[str]:
    soft = _softened(stem)
    yield from to(f"{stem}{vowel}", (*_FULL["в"], "ш", "ть", "мо", "те"))
    yield f"{stem}{'ать' if stem[-1] in _HISSING else 'ять'}"
    yield from to(soft, ("ю", "у", "ять"))
    yield from to(f"{soft}{'е' if vowel == 'и' else 'є'}н", _FULL["о"])


def _softened(stem: str) -> str:
    """Return the stem as it is before the ю of відправлю or the е of відправлено."""
    if stem.endswith("ст"):
        return f"{stem[:-2]}щ"
    return f"{stem[:-1]}{_SOFTENING.get(stem[-1], stem[-1])}"


def _doubts(word: str) -> Iterator[Doubt]:
    if found := _SOFTENING_PREFIX.fullmatch(word):
        softened, base = f"{found[1][:-1]}ці", f"{found[1]}а"
        yield Doubt(f"{word} does not find {softened}", f"write {base}, which finds that too")


_CYRILLIC = re.compile("[\u0400-\u052f]")
_NEVER = re.compile("[ыэъ]")

UKRAINIAN = Language(
    code="uk",
    reads=lambda word: _CYRILLIC.search(word) is not None and _NEVER.search(word) is None,
    stems=stems,
    sought=sought,
    function_words=frozenset(_FUNCTION_WORDS.split()),
    doubts=_doubts,
    alike=(("донбас", "донбасс"),),
)
