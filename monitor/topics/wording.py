"""Which words speak for useful, and which for noise. Pure.

The measure is the log-odds ratio with an informative Dirichlet prior, as a z-score: B. L. Monroe,
M. P. Colaresi, K. M. Quinn, "Fightin' Words: Lexical Feature Selection and Evaluation for Identifying the
Content of Political Conflict", Political Analysis 16 (2008), 372-403. Here a label has a word or has it not,
so the prior has these two parts, and the variance all four counts; shares of the running words would make
those of short texts look special. The prior is what all labels say together, with the weight of ``PRIOR``
of them, so that a word seen once or twice says little.

Numbers and function words are left out, though chance makes some of them tell: nobody can act on "to".

Each language is a comparison of its own, or every Korean word would speak for whatever most Korean matches
are. Forms of a word count as one: as the stem that most labels share.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt

from monitor.topics.labels import Label
from monitor.topics.languages import function_words
from monitor.topics.text import stems

PRIOR = 4
"""Labels that the prior weighs as much as."""
LEAST = 1.645
"""The z-score above which chance alone lifts one word in twenty."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of one language, and how many labels have it."""

    word: str
    """The commonest of its forms."""
    language: str
    useful: int
    of_useful: int
    """All useful ones in this language."""
    noise: int
    of_noise: int
    z: float
    """Above 0 it speaks for useful, below for noise."""


def separating(labels: Iterable[Label]) -> tuple[Term, ...]:
    """Return the words that speak for useful or noise, the strongest for useful first, for noise last.

    None of the labels may be withdrawn.
    """
    languages: dict[str, list[Label]] = {}
    for label in labels:
        languages.setdefault(label.language, []).append(label)
    terms = [term for language, found in languages.items() for term in _terms(language, found)]
    strong = [term for term in terms if abs(term.z) >= LEAST]
    return tuple(sorted(strong, key=lambda term: (-term.z, term.language, term.word)))


def z_score(one: int, of_one: int, other: int, of_other: int, prior: float, of_prior: float) -> float:
    """Return how many standard deviations a word is more at home in the one group than in the other.

    ``one`` of ``of_one`` labels have the word, and so on; the prior is above 0, and below ``of_prior``.
    """
    have_one, have_other = one + prior, other + prior
    lack_one, lack_other = of_one - one + of_prior - prior, of_other - other + of_prior - prior
    variance = 1 / have_one + 1 / lack_one + 1 / have_other + 1 / lack_other
    return (log(have_one / lack_one) - log(have_other / lack_other)) / sqrt(variance)


def _terms(language: str, labels: Sequence[Label]) -> list[Term]:
    names = _names(labels)
    having = {"useful": Counter[str](), "noise": Counter[str]()}
    for label in labels:
        having[label.verdict].update({names[word] for word in label.words if _tells(word, language)})
    useful, noise = having["useful"], having["noise"]
    of = Counter(label.verdict for label in labels)
    if not of["useful"] or not of["noise"]:
        return []
    terms = []
    for word, count in (useful + noise).items():
        if count < len(labels):  # what all have sets none apart
            counts = useful[word], of["useful"], noise[word], of["noise"]
            z = z_score(*counts, PRIOR * count / len(labels), PRIOR)
            terms.append(Term(word, language, *counts, z))
    return terms


def _tells(word: str, language: str) -> bool:
    """Return whether a word can be of what a text is about: numbers and function words are of any."""
    return not word.isnumeric() and word not in function_words(language)


def _names(labels: Iterable[Label]) -> dict[str, str]:
    """Return for each word the form that stands for all forms of it.

    A Korean word has several readings, of which the one that most labels share is right more often than not.
    """
    labelled = [(label, {word: stems(word) for word in label.words}) for label in labels]
    words = Counter(word for label, _ in labelled for word in set(label.words))
    shared = Counter(
        stem for _, of in labelled for stem in {stem for several in of.values() for stem in several}
    )
    stem_of = {
        word: max(several, key=lambda stem: (shared[stem], len(stem), stem))
        for _, of in labelled
        for word, several in of.items()
    }
    names: dict[str, str] = {}
    for word in sorted(stem_of, key=lambda word: (-words[word], len(word), word)):
        names.setdefault(stem_of[word], word)
    return {word: names[stem] for word, stem in stem_of.items()}
