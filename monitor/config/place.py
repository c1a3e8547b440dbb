"""Where something stands in a file."""

from typing import NamedTuple


class Place(NamedTuple):
    """Line and column, counted from 1."""

    line: int
    column: int


START = Place(1, 1)
