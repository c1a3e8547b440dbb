"""A document -> the entries in it. Pure, runs in the cage: ``reading`` is the way in."""
