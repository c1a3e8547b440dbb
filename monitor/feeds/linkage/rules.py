"""What two entries have in common that are one article at two places. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from monitor.feeds.linkage.pairing import Key

Sides = Mapping[str, Sequence[object]]
"""What an entry has under each of the names that rules speak of; of dates, for one, it may have several."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What two have in common that are one article, and which of it no third one may have.

    What only has to be so, as that an entry has left its place just now, counts as had by both.
    """

    common: tuple[str, ...]
    alone: tuple[str, ...]

    def keys(self, sides: Sides) -> list[Key]:
        """Return what an entry has of what the rule asks for."""
        return list(product(*(sides[name] for name in self.common)))


def _rule(common: str, *, alone: str = "") -> Rule:
    return Rule(tuple(common.split()), tuple(alone.split()))


RULES = (
    # The words and more.
    _rule("text moment"),
    _rule("text hour just_left"),
    _rule("text date words_tell"),
    _rule("text guid", alone="guid"),
    _rule("text guid words_tell"),
    _rule("text set_clock just_left"),
    _rule("text twin"),
    # The words alone.
    _rule("text undated words_tell"),
    _rule("text date just_left by_words_only"),
    _rule("text undated just_left by_words_only"),
    # Other words.
    _rule("guid hour", alone="guid"),
    _rule("guid title guids_differ", alone="guid"),
    _rule("guid lead guids_differ", alone="guid lead"),
    _rule("title moment", alone="head"),
    _rule("title twin just_left"),
    _rule("title undated just_left site_moves", alone="title"),
    _rule("lead moment keeps_leads", alone="lead"),
    _rule("title tale earlier keeps_leads", alone="lead"),
    _rule("lead moment unnamed just_left beside_others", alone="lead"),
    _rule("opening unnamed just_left beside_others", alone="opening"),
    _rule("second untold unnamed just_left beside_others", alone="second"),
    _rule("number moment", alone="number"),
    _rule("number title just_left", alone="number"),
    _rule("number lead just_left", alone="number lead"),
    _rule("articles_number just_left", alone="number"),
)
"""What the package tells under 3 and 4, the strongest first.

``moment`` and ``hour`` are dates that say so much, ``head`` is headline and date; ``set_clock`` is a date by
a clock that was set since; ``by_words_only`` is what has no address, and another guid at each fetch; ``twin``
is the address but for its ``www.``, if one alone stood there; ``untold`` is what has no text that we know of.
Where a document replaces the last one as a whole, but most keep their leads (``keeps_leads``), ``tale`` is
the lead of a long text, and ``earlier`` a date that is none after all of that one.
"""
MARKS = ("guid", "title", "lead", "head", "number", "opening", "second")
"""What may be had by one alone."""
