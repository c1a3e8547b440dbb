"""Servers that ask who one is, started for the tests that need them: see ``kafka`` and ``elasticsearch``."""
