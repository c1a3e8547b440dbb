"""Counts in words."""

_ENDINGS = {"entry": "entries", "delivery": "deliveries", "match": "matches", "process": "processes"}


def number(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 match``, ``2,000 feeds``."""
    return f"{count:,} {noun if count == 1 else _ENDINGS.get(noun, f'{noun}s')}"
