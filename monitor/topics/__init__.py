"""3. Article -> match: the query grammar, tokens, the matcher, explanations. Pure."""
