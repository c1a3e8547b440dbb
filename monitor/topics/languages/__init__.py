"""Inflection, a file a language. Words come in folded (see ``topics.text``) and are lower case."""
