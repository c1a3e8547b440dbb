"""Russian: Snowball's stemmer tells most forms; others are written out from a base form in a query.

Written out are participles (отправить: отправлен), presents (воевать: воюет), vowels that come and go
(поставка: поставок) and nouns in -ин (гражданин: граждане). A rule may write forms that nobody uses: they
find nothing. Nouns that follow no rule are in tables, and so are verbs, behind every prefix.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from monitor.topics.languages.language import Language, Sought
from monitor.topics.languages.tables import Verbs, by_base, by_stem, to

_EYA = "коре иде алле батаре галере транше ше зате эпопе гвине ассамбле"
"""Snowball gives корея and кореи different stems."""
_EYA_ENDINGS = ("я", "и", "е", "ю", "ей", "ею", "й", "ям", "ями", "ях")
_LIKE_VERBS = "визит кредит лимит транзит дефицит бандит аудит депозит"
"""They look like verbs, but only in the nominative."""
_IRREGULAR = """
человек человека человеку человеком человеке люди людей людям людьми людях;
ребенок ребенка ребенку ребенком ребенке дети детей детям детьми детях;
друг друга другу другом друге друзья друзей друзьям друзьями друзьях;
сын сына сыну сыном сыне сыновья сыновей сыновьям сыновьями сыновьях;
муж мужа мужу мужем муже мужья мужей мужьям мужьями мужьях;
брат брата брату братом брате братья братьев братьям братьями братьях;
хозяин хозяина хозяину хозяином хозяине хозяева хозяев хозяевам хозяевами хозяевах;
мать матери матерью матерей матерям матерями матерях; дочь дочери дочерью дочерей дочерям дочерьми дочерях;
путь пути путем путей путям путями путях; церковь церкви церковью церквей церквям церквями церквях;
день дня дню днем дне дни дней дням днями днях; год года году годом годе годы годов годам годами годах;
лев льва льву львом льве; боец бойца бойцу бойцом бойце бойцы бойцов бойцам бойцами бойцах;
отец отца отцу отцом отце отцы отцов отцам отцами отцах;
посол посла послу послом послы послов послам послами послах;
конец конца концу концом конце концы концов концам концами концах;
время времени временем времена времен временам временами временах;
имя имени именем имена имен именам именами именах; знамя знамени знаменем знамена знамен знаменам;
письмо письма письму письмом письме писем письмам письмами письмах;
судно судна судну судном судне суда судов судам судами судах;
тюрьма тюрьмы тюрьме тюрьму тюрьмой тюрем тюрьмам тюрьмами тюрьмах; деньги денег деньгам деньгами деньгах;
сестра сестры сестре сестру сестрой сестер сестрам сестрами сестрах;
земля земли земле землю землей земель землям землями землях;
господин господина господину господином господине господа господ господам господами господах;
небо неба небу небом небе небеса небес небесам небесами небесах;
ухо уха уху ухом ухе уши ушей ушам ушами ушах;
россиянин россиянина россиянину россиянином россиянине россияне россиян россиянам россиянами россиянах;
послать послал послала послали послало пошлет пошлют послан посланы послана послано
"""
_SUPPLETIVE = {"год": ("лет",)}
"""Forms that are those of another word too."""
_STEMS_OF_M = """
узел узл котел котл угол угл ветер ветр костер костр шатер шатр ковер ковр хребет хребт рот рт лед льд лоб лб
осел осл орел орл козел козл ров рв шов шв перец перц
"""
"""Nominative, and the stem of the other cases."""
_SOFT_STEMS = "огонь огн ноготь ногт локоть локт уголь угл"
_M_ENDINGS = ("а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
_K_ENDINGS = ("а", "у", "ом", "е", "и", "ов", "ам", "ами", "ах")
_SOFT_ENDINGS = ("я", "ю", "ем", "е", "и", "ей", "ям", "ями", "ях")
_IN_ENDINGS = ("е", "", "ам", "ами", "ах")
_HARD = ("ый", "ого", "ому", "ым", "ом", "ая", "ой", "ую", "ою", "ое", "ые", "ых", "ыми")
_MIXED = ("ий", "его", "ему", "им", "ем", "ая", "ей", "ую", "ею", "ее", "ие", "их", "ими")
_SHORT = ("", "а", "о", "ы")
_PRESENT = ("ешь", "ет", "ем", "ете")
_VERBS = """
быть: буд+ет был+ла бывш+ий; ехать: ед+ет; идти: ид+ет шел шла шло шли шедш+ий;
йти: йд+ет шел шла шло шли шедш+ий; найти: найд+ет нашел нашла нашло нашли найден+ найденн+ый;
отозвать: отзов+ет; прийти: прид+ет пришел пришла пришло пришли пришедш+ий;
дать: дам дашь даст дадим дадите дадут дал дала дало дали дан дана дано даны давш+ий; -дать: данн+ый;
давать: да+ют дающ+ий; ставать: ста+ют; знавать: зна+ют;
взять: возьм+ет взял взяла взяло взяли взят+ взят+ый взявш+ий; принять: прим+ет принят+ принят+ый;
поднять: подним+ет поднят+ поднят+ый; занять: займ+ет занят+ занят+ый; снять: сним+ет снят+ снят+ый;
понять: пойм+ет понят+ понят+ый; нанять: найм+ет нанят+ нанят+ый; отнять: отним+ет отнят+ отнят+ый;
начать: начн+ет начат+ начат+ый; брать: бер+ет; звать: зов+ет; слать: шл+ют; ждать: жд+ет; рвать: рв+ет;
стать: стан+ет; жить: жив+ет жил жила жили; бить: бь+ют бит+ бит+ый бил била били; гнать: гон+ит;
мереть: мр+ет мер мерла мерло мерли мерш+ий; тереть: тр+ет тер терла терли терт+ый;
мочь: могу можешь может можем можете могут мог могла могло могли могш+ий;
лечь: лягу ляжет ляжем лягут лег легла легли; сесть: сяд+ет; пасть: пад+ет пал пала пало пали павш+ий;
красть: крад+ет крал крала крали краден+; класть: клад+ет; нести: нес+ет нес+ла несен+ несенн+ый несш+ий;
везти: вез+ет вез+ла везен+ везенн+ый везш+ий; вести: вед+ет вел вела вело вели веден+ веденн+ый ведш+ий;
расти: раст+ет рос+ла росш+ий; ползти: полз+ет полз+ла; спасти: спас+ет спас+ла спасен+ спасенн+ый спасш+ий;
обрести: обрет+ет обрел обрела обрели; лететь: леч+у; хотеть: хочу хочешь хочет; держать: держ+ат;
лежать: леж+ат; бежать: бегу бегут беж+ат; кричать: крич+ат; молчать: молч+ат; слышать: слыш+ат;
стоять: сто+ят; боять: бо+ят; спать: сплю сп+ят; влечь: влеку влекут влеч+ет влек+ла влечен+ влеченн+ый;
ранить: ранен+ый
"""
"""What Snowball does not bring to the infinitive. The ending after + stands for all that go with it."""
_FULL = {
    "ет": ("у", *_PRESENT, "ут"), "ют": ("ю", *_PRESENT, "ют"), "ит": ("ю", "ишь", "ит", "им", "ите", "ят"),
    "ат": ("у", "ишь", "ит", "им", "ите", "ат"), "ят": ("ю", "ишь", "ит", "им", "ите", "ят"),
    "ла": ("", "ла", "ло", "ли"), "ый": _HARD, "ий": _MIXED, "": _SHORT, "у": ("у",),
}  # fmt: skip
_PREFIXES = """
в во вз взо воз вос восс вы до за из изо ис на над недо о об обо объ от ото пере по под подо подъ пред пре
при про раз разо рас с со соз у без въ съ
"""
_SOFTENING = {"б": ("бл",), "п": ("пл",), "в": ("вл",), "м": ("мл",), "ф": ("фл",), "т": ("ч", "щ"),
              "д": ("ж", "жд"), "с": ("ш",), "з": ("ж",)}  # fmt: skip
_IRREGULAR_VERBS = Verbs(_VERBS, _FULL, _PREFIXES)
_DROPS_NU = re.compile(
    "(?:гиб|верг|стиг|бег|сох|мерз|мок|слеп|чез|гас|глох|ник|вык|тих|слаб|креп|мерк|пух|вяз|торг)$"
)
_FLEETING = re.compile(r"(\w\w)ец$")
_VOWELS = frozenset("аеиоуыэюя")
_HISSING = frozenset("жшчщ")


_FUNCTION_WORDS = """
и а но или либо да же ли бы не ни то что чтобы как так если когда где куда откуда почему зачем хотя пока
чем потому поэтому также тоже в во на с со к ко у о об обо от ото до из изо за над под подо по при про
для без безо через между перед передо около после кроме среди против ради я меня мне мной мы нас нам
нами ты тебя тебе вы вас вам вами он его него ему нему им ним нем она ее нее ей ней ею оно они их них
ими ними свой своя свое свои своего своей своих своим своими свою мой наш ваш этот эта это эти этого
этой этих этому этим этими этом эту тот та те того той тех тому тем теми том ту кто кого кому кем ком
чего чему что который которая которое которые которого которой которых которому которым которыми котором
которую сам сама само сами весь вся все всего всей всех всем всеми быть был была было были будет будут
есть может могут уже еще лишь только даже
"""


_KNOWN = (
    {f"{base}{ending}": f"{base}я" for base in _EYA.split() for ending in _EYA_ENDINGS}
    | {noun: noun for noun in _LIKE_VERBS.split()}
    | by_base(_IRREGULAR)
    | by_stem(_STEMS_OF_M, _M_ENDINGS)
    | by_stem(_SOFT_STEMS, _SOFT_ENDINGS)
)


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Return what the forms of a word have in common: ``войска`` and ``войсками`` give the same."""
    known = _KNOWN.get(word)
    if known is not None:
        return (known,)
    # A stemmer object keeps the word it works on, so threads must not share one.
    stemmer = snowballstemmer.stemmer("russian")
    return (str(stemmer.stemWord(_FLEETING.sub(_without_fleeting, word))),)


def _without_fleeting(match: re.Match[str]) -> str:
    """Write доброволец like добровольцы and кореец like корейцы, whose е has gone."""
    before = match[1]
    if before[-1] in _VOWELS:
        return f"{before}йцы"
    return f"{before}ьцы" if before[-1] == "л" else f"{before}цы"


def sought(word: str) -> Sought:
    """Return what a word finds: all that has its stem, and the forms that go with it if it is a base form."""
    if word in _KNOWN:
        return Sought(stems(word), _SUPPLETIVE.get(word, ()))
    if word.endswith(("ть", "ти", "чь")):
        return Sought(stems(word), tuple(_of_verb(word)))
    if word.endswith(("ться", "тись", "чься")):
        return Sought(stems(word), tuple(map(_reflexive, _of_verb(word[:-2]))))
    return Sought(stems(word), tuple(_of_noun(word)))


def _reflexive(form: str) -> str:
    return f"{form}сь" if form[-1] in _VOWELS and form[-2:] not in {"ая", "ее"} else f"{form}ся"


def _of_noun(word: str) -> Iterator[str]:
    stem, ending = word[:-2], word[-2:]
    if len(stem) < 2:
        return
    before = stem[-1]
    if word[-1] in "ао":
        yield word[:-1]  # a form of it, even where it is a word of its own: рот of рота
    if word.endswith(("анин", "янин")):
        yield from to(stem, _IN_ENDINGS)
    elif word.endswith("арин"):
        yield from to(stem, ("ы", *_IN_ENDINGS[1:]))
    elif ending in {"ка", "ки"} and before not in _VOWELS:
        yield f"{stem[:-1]}ек" if before in "йь" else f"{stem}ек" if before in _HISSING else f"{stem}ок"
    elif ending == "ня" and before not in _VOWELS:
        yield f"{stem[:-1]}ен" if before in "йь" else f"{stem}ен"
    elif ending in {"но", "ло", "цо"} and before not in _VOWELS:
        yield f"{stem}о{ending[0]}" if before in "кг" else f"{stem.removesuffix('ь')}е{ending[0]}"
    elif len(stem) > 2 and ending in {"ок", "ек"} and (ending == "ок") != (before in _HISSING):
        bare = f"{stem}й" if before in _VOWELS else stem
        yield from to(f"{bare}к", _K_ENDINGS)
    elif word.endswith("ень"):
        yield from to(f"{word[:-3]}н", _SOFT_ENDINGS)


def _of_verb(word: str) -> Iterator[str]:
    yield from _IRREGULAR_VERBS.forms(word)
    stem, ending = word[:-3], word[-3:]
    if len(stem) < 2:
        return
    if word.endswith(("овать", "евать")):
        stem = word[:-5]
        root = f"{stem}{'у' if word[-5] == 'о' or stem[-1] in 'жшчщц' else 'ю'}"
        yield from to(root, (*_FULL["ют"], "й", "йте", "ется", "ются"))
        yield from to(f"{root}ющ", _MIXED)
    elif ending == "ить":
        yield from _of_second(stem)
    elif ending == "еть":
        yield from to(stem, (*_FULL["ят"], "ел", "ела", "ело", "ели", "ев"))
        yield from to(f"{stem}е", _FULL["ют"])
        yield from (f"{soft}у" for soft in _softened(stem))
        yield from to(f"{stem}евш", _MIXED)
    elif word.endswith("нуть"):
        yield from _of_semelfactive(word[:-4])
    elif ending == "ать" and stem[-1] in "зс":
        yield from to(_softened(stem)[0], (*_PRESENT, "ут"))


def _of_second(stem: str) -> Iterator[str]:
    for soft in _softened(stem):
        yield from to(soft, ("ю", "у"))
        yield from to(f"{soft}ен", _SHORT)
        yield from to(f"{soft}енн", _HARD)
    late = "а" if stem[-1] in _HISSING else "я"
    yield f"{stem}{late}т"
    yield from to(f"{stem}{late}щ", _MIXED)


def _of_semelfactive(stem: str) -> Iterator[str]:
    yield from to(f"{stem}н", (*_FULL["ет"], "ул", "ула", "уло", "ули"))
    yield from to(f"{stem}нут", (*_SHORT, *_HARD))
    if _DROPS_NU.search(stem):
        yield from to(stem, _FULL["ла"])
        yield from to(f"{stem}ш", _MIXED)


def _softened(stem: str) -> tuple[str, ...]:
    """Return the stem as it is before the ю of отправлю or the е of отправлен."""
    if stem.endswith(("ст", "ск")):
        return (f"{stem[:-2]}щ",)
    soft = _SOFTENING.get(stem[-1])
    return tuple(f"{stem[:-1]}{one}" for one in soft) if soft else (stem,)


_CYRILLIC = re.compile("[\u0400-\u052f]")
_NEVER = re.compile("[іїєґ]")

RUSSIAN = Language(
    code="ru",
    reads=lambda word: _CYRILLIC.search(word) is not None and _NEVER.search(word) is None,
    stems=stems,
    sought=sought,
    function_words=frozenset(_FUNCTION_WORDS.split()),
    folds={"ё": "е"},
)
