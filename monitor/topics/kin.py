"""Clauses that differ only in the forms of their words are one thing to whoever reads of them. Pure."""

from collections.abc import Iterable

from monitor.topics.text import sought, tokenize

_Frame = tuple[str, ...]


def kin(clauses: Iterable[str]) -> dict[str, str]:
    """Return for each clause the name of its kin: the same for ``@a: рабочий`` and ``@a: рабочих``.

    Kin have the same entity and the same signs (``=``, ``*``, quotes), and their words the same stems, in one
    language or another.
    """
    groups: dict[_Frame, list[str]] = {}
    for clause in sorted(set(clauses)):
        frames = _frames(clause)
        met = [groups[frame] for frame in frames if frame in groups]
        joined = sorted({clause, *(one for group in met for one in group)})
        groups |= dict.fromkeys([frame for one in joined for frame in _frames(one)], joined)
    return {clause: _name(group) for group in groups.values() for clause in group}


def _frames(clause: str) -> tuple[_Frame, _Frame]:
    """Return what kin have in common: two readings, for Cyrillic words are Russian or Ukrainian."""
    entity, _, term = clause.rpartition(": ")
    pieces = [_readings(piece) for piece in term.split()]
    return (entity, *(first for first, _ in pieces)), (entity, *(last for _, last in pieces))


def _readings(piece: str) -> tuple[str, str]:
    if piece.strip('"').startswith("=") or piece.strip('"').endswith("*"):
        return piece, piece
    stems = [sought(token.norm).stems for token in tokenize(piece)]
    first, last = ("-".join(one[place] for one in stems) for place in (0, -1))
    return (first, last) if stems else (piece, piece)


def _name(group: list[str]) -> str:
    """Return the entity once, and each term."""
    entity, colon, _ = group[0].rpartition(": ")
    return f"{entity}{colon}{', '.join(clause.rpartition(': ')[2] for clause in group)}"
