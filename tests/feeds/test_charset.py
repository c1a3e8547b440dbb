"""A document that is text names no encoding any more, however its prolog is laid out."""

import time

import pytest

from monitor.feeds.document.charset import without_declaration


@pytest.mark.parametrize(
    ("prolog", "left"),
    [
        ('<?xml version="1.0" encoding="cp1251"?>', '<?xml version="1.0"?>'),
        ("<?xml encoding='cp1251' version='1.0'?>", "<?xml version='1.0'?>"),
        ('\n<?xml version="1.0"\n\t encoding = "cp1251"?>', '\n<?xml version="1.0"?>'),
        ('<?xml version="1.0" ' + " " * 500 + 'encoding="cp1251"?>', '<?xml version="1.0"?>'),
        ('<?xml version="1.0"?><a encoding="cp1251"/>', None),
        ('<?xml version="1.0" myencoding="cp1251"?>', None),
    ],
)  # fmt: skip
def test_an_encoding_is_no_longer_named(prolog: str, left: str | None) -> None:
    assert without_declaration(f"{prolog}<rss/>") == f"{left or prolog}<rss/>"


@pytest.mark.parametrize(
    "begin", ["", "<?xml ", "<?xml encoding", "<?xml encoding=", "<?xml " + "encoding " * 20]
)
def test_blanks_without_end_take_no_time(begin: str) -> None:
    text = begin + " " * 14_000_000 + "?><rss/>"
    before = time.process_time()
    assert without_declaration(text) == text
    assert time.process_time() - before < 1.0
