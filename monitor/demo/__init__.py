"""The demo: sample feeds of invented outlets, served and read on this machine.

feeds/      the sources of the samples, UTF-8, with tokens for dates and rare characters
samples     renders a source as the bytes an outlet would serve
newsstand   serves the samples over HTTP
"""
