"""3. Article -> match: which topics a text is about, and the words that say so. Pure.

query (parser, terms, nodes, named)   the text of a query becomes a tree; the grammar is drawn in ``query``
text (languages)               a text becomes tokens, and the forms of a word are brought together
matcher (compiler, clauses, vocabulary)   all topics of a watchlist asked of one text at once
score                          how much a match tells: place, closeness, rarity
explain                        why a topic matched, or what was missing
candidates, search             what an index is asked for
"""
