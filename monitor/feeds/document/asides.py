"""CDATA sections and comments: what looks like elements in them is none. Pure."""

ASIDE = r"<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+(?:\]\]>|\Z)|<!--(?:[^-]++|-(?!->))*+(?:-->|\Z)"
"""One of them, or what is there of it, as part of a pattern. Three times as fast as `.*?`."""
