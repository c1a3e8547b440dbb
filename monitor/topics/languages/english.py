"""English: the Snowball stemmer (Porter 2), and the irregular forms that it cannot know."""

from functools import lru_cache

import snowballstemmer

_IRREGULAR = """
send sent; fight fought; go went gone goes; say said; take took taken; buy bought; sell sold;
give gave given; come came; meet met; build built rebuilt; rebuild rebuilt; win won; lose lost;
hold held; make made; see saw seen; find found; leave left; think thought; tell told; become became;
begin began begun; fall fell fallen; fly flew flown; drive drove driven; die dying; write wrote written;
shoot shot; strike struck; bring brought; catch caught; keep kept; pay paid; lead led; lie lying;
hide hid hidden; seek sought; teach taught; get got gotten; know knew known; show shown;
speak spoke spoken; stand stood; steal stole stolen; swear swore sworn; bear bore borne; bind bound;
break broke broken; choose chose chosen; deal dealt; draw drew drawn; feed fed; feel felt; flee fled;
forbid forbade forbidden; grow grew grown; lay laid; mean meant; overthrow overthrew overthrown;
ride rode ridden; rise rose risen; run ran; sink sank sunk; sit sat; spend spent; spring sprang sprung;
swim swam swum; tear tore torn; throw threw thrown; undertake undertook undertaken; wear wore worn;
withdraw withdrew withdrawn; withhold withheld; man men; woman women; child children; foot feet;
wife wives; life lives; serviceman servicemen; servicewoman servicewomen; crewman crewmen;
gunman gunmen; rifleman riflemen; spokesman spokesmen
"""


def _irregular() -> dict[str, str]:
    groups = (line.split() for line in _IRREGULAR.split(";"))
    return {form: base for base, *forms in groups for form in forms}


_BASES = _irregular()


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Return what the forms of a word have in common: ``soldiers`` and ``soldier`` give the same."""
    # A stemmer object keeps the word it works on, so threads must not share one.
    return (str(snowballstemmer.stemmer("english").stemWord(_BASES.get(word, word))),)
