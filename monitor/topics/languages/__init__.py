"""Inflection, a file a language: what it knows is a ``Language``, and a new one is added to ``LANGUAGES``.

Words come in folded (see ``topics.text``) and are lower case.
"""

from monitor.topics.languages.english import ENGLISH
from monitor.topics.languages.korean import KOREAN
from monitor.topics.languages.language import Language
from monitor.topics.languages.russian import RUSSIAN
from monitor.topics.languages.ukrainian import UKRAINIAN

__all__ = ["LANGUAGES", "function_words"]

LANGUAGES: tuple[Language, ...] = (ENGLISH, RUSSIAN, UKRAINIAN, KOREAN)


def function_words(code: str) -> frozenset[str]:
    """Return the function words of a language, folded as ``Token.norm`` is; none of other languages."""
    return next((language.function_words for language in LANGUAGES if language.code == code), frozenset())
