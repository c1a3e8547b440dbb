"""English: the Snowball stemmer (Porter 2), the irregular forms that it cannot know, and two ways to spell.

A word of a query is looked for in British and in American spelling: labour and labor, organise and organize.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from monitor.topics.languages.language import Language, Sought

_IRREGULAR = """
send sent; fight fought; go went gone goes; say said; take took taken; buy bought; sell sold; give gave
given; come came; meet met; build built rebuilt; rebuild rebuilt; win won; lose lost; hold held; make
made; see saw seen; find found; leave left; think thought; tell told; become became; begin began begun;
fall fell fallen; fly flew flown; drive drove driven; die dying; write wrote written; shoot shot; strike
struck; bring brought; catch caught; keep kept; pay paid; lead led; lie lying; hide hid hidden; seek
sought; teach taught; get got gotten; know knew known; show shown; speak spoke spoken; stand stood; steal
stole stolen; swear swore sworn; bear bore borne; bind bound; break broke broken; choose chose chosen;
deal dealt; draw drew drawn; feed fed; feel felt; flee fled; forbid forbade forbidden; grow grew grown;
lay laid; mean meant; overthrow overthrew overthrown; ride rode ridden; rise rose risen; run ran; sink
sank sunk; sit sat; spend spent; spring sprang sprung; swim swam swum; tear tore torn; throw threw thrown;
undertake undertook undertaken; wear wore worn; withdraw withdrew withdrawn; withhold withheld; man men;
woman women; child children; foot feet; wife wives; life lives; freeze froze frozen; lend lent; forgive
forgave forgiven; arise arose arisen; stick stuck; dig dug; swing swung; cling clung; sling slung; shrink
shrank shrunk; drink drank drunk; eat ate eaten; blow blew blown; shake shook shaken; awake awoke awoken;
weave wove woven; creep crept; sleep slept; sweep swept; weep wept; bend bent; foresee foresaw foreseen;
undergo underwent undergone; overcome overcame; rethink rethought; retake retook retaken; crisis crises;
tooth teeth; thief thieves; knife knives; half halves; shelf shelves; wolf wolves; mouse mice; criterion
criteria
"""
_SPELLINGS = """
adviser advisor; aeroplane airplane; ageing aging; aluminium aluminum; armour armor; calibre caliber;
catalogue catalog; centre center; defence defense; despatch dispatch; dialogue dialog; enrol enroll; fibre
fiber; fulfil fulfill; grey gray; humour humor; instalment installment; jewellery jewelry; judgement
judgment; kilometre kilometer; licence license; litre liter; manoeuvre maneuver; metre meter; mould mold;
mum mom; offence offense; pretence pretense; plough plow; programme program; protester protestor; pyjamas
pajamas; sabre saber; sceptic skeptic; sceptical skeptical; skilful skillful; sombre somber; spectre
specter; theatre theater; traveller traveler; councillor councilor; counsellor counselor; tranquillity
tranquility; wilful willful; donbas donbass; luhansk lugansk; kyiv kiev; kharkiv kharkov; odesa odessa;
zelensky zelenskyy zelenskiy; zaporizhzhia zaporizhia zaporizhzhya zaporozhye
"""
"""Ways to write one word."""
_OUR = re.compile(
    "(?<=arm|col|fav|hon|hum|lab|rig|rum|sav|tum|val|vap|vig|arb|eav|ghb|lav|avi|arl|anc|end|lam)"
    "ou?r(?=(?:s|ed|ing|ers?|able|ably|ites?|hood|ly)?$)"
)
_ISE = re.compile("(?<=\\w{3}[iy])[sz](?=(?:e[srd]?|ers|ing|ations?)$)")
_FUNCTION_WORDS = """
a an the this that these those and or but nor so yet if then than as because while although though
whether of to in on at by for from with into onto upon about over under between among through during
before after against within without toward towards per via off out up down around across along behind
beyond near i me my we us our you your he him his she her it its they them their who whom whose which
what when where why how is are was were be been being am do does did done doing have has had having will
would shall should can could may might must there here also just only own same such more most some any
each every both all other another s t d ll ve re im ive id youre youve hes shes theyre theyve weve thats
whos theres
"""


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Return what the forms of a word have in common: ``soldiers`` and ``soldier`` give the same."""
    # A stemmer object keeps the word it works on, so threads must not share one.
    return (str(snowballstemmer.stemmer("english").stemWord(_BASES.get(word, word))),)


def sought(word: str) -> Sought:
    """Return what a word finds: all that has its stem in either spelling."""
    found = dict.fromkeys(stem for one in (word, *_other_spellings(word)) for stem in stems(one))
    return Sought(tuple(found))


def _other_spellings(word: str) -> Iterator[str]:
    yield from _ALIKE.get(word, ())
    if found := _OUR.search(word):
        yield from (f"{word[: found.start()]}{one}{word[found.end() :]}" for one in ("our", "or"))
    if found := _ISE.search(word):
        yield from (f"{word[: found.start()]}{one}{word[found.end() :]}" for one in "sz")
    if word.endswith("man") and len(word) > 5:
        yield f"{word[:-3]}men"


def _alike() -> dict[str, tuple[str, ...]]:
    groups = [row.split() for row in _SPELLINGS.split(";")]
    return {
        f"{one}{plural}": tuple(f"{other}{plural}" for other in group if other != one)
        for group in groups
        for one in group
        for plural in ("", "s")
    }


_BASES = {form: base for base, *forms in (row.split() for row in _IRREGULAR.split(";")) for form in forms}
_ALIKE = _alike()

ENGLISH = Language(
    code="en",
    reads=str.isascii,
    stems=stems,
    sought=sought,
    function_words=frozenset(_FUNCTION_WORDS.split()),
    alike=tuple((f"north {one}", f"n {one}", f"n{one}") for one in ("korea", "korean", "koreans")),
    possessive="(?<=[A-Za-z])'[sS]$",
)
