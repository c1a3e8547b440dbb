"""What labels tell of topics: how many of their matches are useful, and what sets the others apart. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from monitor.topics.kin import kin
from monitor.topics.labels import Label
from monitor.topics.wording import Term, separating

Z = 1.959964
"""Of 95 %, both sides."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some labels say useful, and between what the true share lies at 95 %."""

    name: str
    useful: int
    noise: int
    precision: float | None
    """0 to 1; ``None`` without labels."""
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TopicReport:
    """What labels tell of one topic."""

    topic: str
    matches: int
    """That are stored, labelled or not."""
    total: Share
    languages: tuple[Share, ...]
    """Most labels first."""
    clauses: tuple[Share, ...]
    """Of each clause the labels of matches in which it found something; the surest to be noise first.

    Those that differ in the forms of their words are one (``topics.kin``), named by all of them.
    """
    terms: tuple[Term, ...]
    """From those that speak most for useful to those that speak most for noise."""


def report(labels: Iterable[Label], matches: Mapping[str, int]) -> tuple[TopicReport, ...]:
    """Return a report on each topic that has labels or ``matches`` (their number), most matches first.

    Labels that were taken back count as none.
    """
    topics: dict[str, list[Label]] = {topic: [] for topic in matches}
    for label in labels:
        if label.verdict != "withdrawn":
            topics.setdefault(label.topic_id, []).append(label)
    made = [_topic(topic, matches.get(topic, 0), found) for topic, found in topics.items()]
    return tuple(sorted(made, key=lambda one: (-one.matches, one.topic)))


def share(name: str, useful: int, noise: int) -> Share:
    """Return the share of ``useful`` with its interval."""
    total = useful + noise
    return Share(name, useful, noise, useful / total if total else None, *wilson(useful, total))


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return between what the true share lies at 95 %, given ``hits`` of ``total``; 0 to 1 of none.

    The score interval of E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
    Inference", Journal of the American Statistical Association 22 (1927), 209-212: it holds for few labels
    too.
    """
    if not total:
        return 0.0, 1.0
    rate, square = hits / total, Z * Z
    middle = (rate + square / (2 * total)) / (1 + square / total)
    half = Z / (1 + square / total) * sqrt(rate * (1 - rate) / total + square / (4 * total * total))
    return (max(middle - half, 0.0) if hits else 0.0), (min(middle + half, 1.0) if hits < total else 1.0)


def _topic(topic: str, matches: int, labels: Sequence[Label]) -> TopicReport:
    languages = _shares(labels, lambda label: (label.language,))
    names = kin(clause for label in labels for clause in label.clauses)
    clauses = _shares(labels, lambda label: tuple(dict.fromkeys(map(names.__getitem__, label.clauses))))
    return TopicReport(
        topic,
        matches,
        share(topic, *_counts(labels)),
        tuple(sorted(languages, key=lambda one: (-one.useful - one.noise, one.name))),
        tuple(sorted(clauses, key=lambda one: (one.high, -one.noise, one.name))),
        separating(labels),
    )


def _shares(labels: Iterable[Label], names_of: Callable[[Label], tuple[str, ...]]) -> list[Share]:
    groups: dict[str, list[Label]] = {}
    for label in labels:
        for name in names_of(label):
            groups.setdefault(name, []).append(label)
    return [share(name, *_counts(found)) for name, found in groups.items()]


def _counts(labels: Iterable[Label]) -> tuple[int, int]:
    counts = Counter(label.verdict for label in labels)
    return counts["useful"], counts["noise"]
