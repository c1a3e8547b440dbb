"""Words that every text has, whatever it is about: they tell nothing of it.

Of the closed classes only (articles, prepositions, conjunctions, pronouns, particles, auxiliaries), in the
forms in which news have them. Negations and words of time and place are not here: those may tell.
"""

from collections.abc import Mapping
from functools import cache

_ENGLISH = """
a an the this that these those and or but nor so yet if then than as because while although though
whether of to in on at by for from with into onto upon about over under between among through during
before after against within without toward towards per via off out up down around across along behind
beyond near i me my we us our you your he him his she her it its they them their who whom whose which
what when where why how is are was were be been being am do does did done doing have has had having will
would shall should can could may might must there here also just only own same such more most some any
each every both all other another s t d ll ve re im ive id youre youve hes shes theyre theyve weve thats
whos theres
"""
_RUSSIAN = """
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
_UKRAINIAN = """
і й та а але або чи же ж б би не ні то що щоб як так якщо коли де куди звідки чому хоча поки бо тому
також теж в у на з із зі до від од за над під по при про для без через між перед після крім серед проти
ради о об я мене мені мною ми нас нам нами ти тебе тобі ви вас вам вами він його нього йому ньому ним
нім вона її неї їй ній нею воно вони їх них їм ними свій своя своє свої свого своєї своїх своїм своїми
свою мій наш ваш цей ця це ці цього цієї цих цьому цим цими цю той та те ті того тієї тих тому тим тими
ту хто кого кому ким чого чому який яка яке які якого якої яких якому яким якими яку сам сама само самі
весь вся все всі всього всієї всіх всім усі усіх бути був була було були буде будуть є може можуть вже
ще лише тільки навіть
"""
_KOREAN = """
이 그 저 것 수 등 및 또 또는 그리고 하지만 그러나 그런데 따라서 때문에 위해 위한 대해 대한 통해 따라
따르면 관련 관해 의해 함께 있다 있는 있습니다 있었다 없다 없는 했다 한다 하는 하고 한 된다 됐다 되는 된
더 가장 각 이번 그는 그녀는 그의 이를 이는 이에 이와 것으로 것은 것이 것을 것이다 라고 고 며
"""
_LISTS: Mapping[str, str] = {"en": _ENGLISH, "ru": _RUSSIAN, "uk": _UKRAINIAN, "ko": _KOREAN}


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language, folded as ``Token.norm`` is; none of other languages."""
    return frozenset(_LISTS.get(language, "").split())
