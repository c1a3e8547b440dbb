"""Ukrainian: the longest ending goes, once as a noun or adjective and once as a verb.

No Snowball algorithm exists for the language, so the endings follow its school grammar. A word gets both
stems, since the ending does not tell a verb (``відправила``) from a noun (``могила``). The tables are for
what no ending tells: vowels that come and go, and і that turns into о or е in an open syllable.
"""

import re
from functools import lru_cache

_NOMINAL = """
ий ого ому им ій ої у ю ою а я е є і их ими ім іми іх ії ію ією їй їх їм їми їми
ами ями ам ям ах ях ом ем єм ів їв ею єю ей ь и ї о
"""
_VERBAL = """
ати ити іти їти яти ать ять ить їть уть ють ав ала ало али яв яла яло яли ив ила ило или ів іла іло іли
ую уєш ує уємо уєте ують ювати ював ювала юють ює увати ував увала увало ували ування
аю ає аємо ають яю яє яємо яють ано яно ено єно имо емо
"""
_NOUNS_IN_EYA = "коре іде але батаре галере транше ши епопе гвіне"
_EYA_ENDINGS = ("я", "ї", "ю", "єю", "й", "ям", "ями", "ях")
_IRREGULAR = """
боєць бійця бійцю бійцем бійці бійців бійцям бійцями бійцях;
росія росії росію росією; київ києва києву києвом києві;
харків харкова харкову харковом харкові; львів львова львову львовом львові;
посол посла послу послом посли послів послам послами послах;
договір договору договором договорі договори договорів договорам договорами договорах;
бій бою боєм бої боїв боям боями боях; день дня дню днем дні днів дням днями днях;
рік року роком році роки років рокам роками; людина людини людину людиною люди людей людям людьми людях;
допомога допомоги допомогу допомогою допомозі; перемога перемоги перемогу перемогою перемозі;
корабель корабля кораблю кораблем кораблі кораблів кораблям кораблями;
війна війни війну війною війні воєн війнам війнами війнах; кінь коня коню конем коні коней;
надіслати надіслав надіслала надіслали надішле надішлють надіслано;
ин ина ину ином ині; кім кіма кіму кімом кімі;
похорон похорону похорони похоронів; загибель загибелі загибеллю; зустріч зустрічі зустріччю зустрічей
"""
_SOFTENED = {"ці": "к", "зі": "г", "сі": "х"}
_SHORTEST = 3
_FLEETING = re.compile(r"(?<=\w)(\w)([еє])ць$")


def _table() -> dict[str, str]:
    stems = {f"{base}{ending}": f"{base}я" for base in _NOUNS_IN_EYA.split() for ending in _EYA_ENDINGS}
    for line in _IRREGULAR.split(";"):
        forms = line.split()
        stems |= dict.fromkeys(forms, forms[0])
    return stems


_STEMS = _table()
_NOMINAL_ENDINGS = frozenset(_NOMINAL.split())
_VERBAL_ENDINGS = frozenset(_VERBAL.split())
_LONGEST = max(map(len, _NOMINAL_ENDINGS | _VERBAL_ENDINGS))


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Return what the forms of a word have in common: ``військових`` and ``військовий`` share one."""
    known = _STEMS.get(word)
    if known is not None:
        return (known,)
    found = {_noun(word): None, _verb(word): None}
    if word.endswith(("ові", "еві")) and len(word) > 5:
        # президентові is a dative, військові a plural adjective: nothing but the sense tells.
        found[word[:-3]] = None
    softened = _SOFTENED.get(word[-2:])
    if softened and len(word) > 4:
        # у Владивостоці, у Празі: before this і the к, г and х of a base form turn soft.
        found[word[:-2] + softened] = None
    return tuple(found)


def _noun(word: str) -> str:
    word = _FLEETING.sub(_without_fleeting, word)
    return _strip(word, _NOMINAL_ENDINGS).rstrip("іьй") or word


def _without_fleeting(match: re.Match[str]) -> str:
    """Write доброволець like добровольці and кореєць like корейці, whose е has gone."""
    soft = "й" if match[2] == "є" else "ь" if match[1] == "л" else ""
    return f"{match[1]}{soft}ц"


def _verb(word: str) -> str:
    return _strip(word.removesuffix("ся").removesuffix("сь"), _VERBAL_ENDINGS)


def _strip(word: str, endings: frozenset[str]) -> str:
    for length in range(min(_LONGEST, len(word) - _SHORTEST), 0, -1):
        if word[-length:] in endings:
            return word[:-length]
    return word
