"""OPML: what is read of it, and what is refused."""

import tracemalloc

import pytest

from monitor.errors import ParseError
from monitor.feeds.opml import GROUPS, read, write


def opml(body: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return f'{head}<opml version="2.0"><head><title>x</title></head><body>{body}</body></opml>'.encode()


def refused(body: bytes) -> str:
    with pytest.raises(ParseError) as caught:
        read(body)
    return str(caught.value)


def test_outlines_come_with_their_line_and_groups() -> None:
    found = read(
        opml(
            '\n<outline text="World"><outline title="Asia">\n<outline xmlURL="https://a.example/"/></outline>'
        )[: -len("</body></opml>")]
        + b'<outline text="x"/></outline></body></opml>'
    )
    assert [(one.line, one.attributes, one.groups) for one in found] == [
        (3, {"xmlurl": "https://a.example/"}, ("World", "Asia")),
        (3, {"text": "x"}, ("World",)),
    ]


def test_a_feed_with_outlines_of_its_own_is_a_feed_and_a_group() -> None:
    found = read(opml('<outline text="A" xmlUrl="https://a.example/"><outline text="B"/></outline>'))
    assert [(one.attributes["text"], one.groups) for one in found] == [("A", ()), ("B", ("A",))]


def test_what_stands_in_a_comment_is_commented() -> None:
    found = read(opml('<outline isComment="true"><outline text="A"/></outline><outline text="B"/>'))
    assert [(one.attributes["text"], one.commented) for one in found] == [("A", True), ("B", False)]


def test_blank_lines_before_it_are_passed_over() -> None:
    (found,) = read(b" \r\n\n" + opml('\n<outline text="A"/>', '<?xml version="1.0" encoding="koi8-r"?>'))
    assert (found.line, found.attributes) == (4, {"text": "A"})


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_blank_lines_behind_a_byte_order_mark_are_passed_over_too(codec: str) -> None:
    text = opml('\n<outline text="Вести"/>').decode()
    (found,) = read(f"\r\n\n{text}".encode(codec))
    assert (found.line, found.attributes) == (4, {"text": "Вести"})
    assert refused("\n".encode(codec)) == "it is empty"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r", "euc-kr"])
def test_it_is_read_in_the_encoding_that_it_names(codec: str) -> None:
    title = "평양" if codec == "euc-kr" else "Вести"
    text = opml(f'<outline text="{title}"/>', f'<?xml version="1.0" encoding="{codec}"?>').decode()
    assert read(text.encode(codec))[0].attributes == {"text": title}


def test_other_bytes_than_the_encoding_named_are_refused_with_the_line() -> None:
    wrong = (
        opml('\n<outline text="Вести"/>', '<?xml version="1.0" encoding="utf-8"?>').decode().encode("cp1251")
    )
    assert refused(wrong) == "line 2 is not in utf-8: save it again as UTF-8"


@pytest.mark.parametrize("name", ["rot13", "zlib", "punycode", "utf-7", "no-such"])
def test_what_is_no_encoding_is_refused(name: str) -> None:
    assert f"not known ({name})" in refused(opml("", f'<?xml version="1.0" encoding="{name}"?>'))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"\n\nhello", "not well-formed XML: syntax error in line 3"),
        (b"<rss version='2.0'><channel/></rss>", "not OPML: it begins with <rss>"),
        (b"<html><body>x</body></html>", "not OPML: it begins with <html>"),
        (
            b"<!doctype html><p>Log in",
            "it begins with <!doctype html>, as HTML pages do, such as one that asks for",
        ),
        (
            b"\n<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>",
            "it begins with <!DOCTYPE HTML>, as HTML pages",
        ),
        (b"<HTML lang=en>", "it begins with <HTML>, as HTML pages do"),
        (b"<opml><body>\n<outline text='a'>", "no element found in line 2"),
        (b"<opml>&nbsp;</opml>", "undefined entity in line 1: write the character itself for &nbsp;"),
        (
            b"<opml>\n<outline text='a &amp; b&eacute;'/></opml>",
            "line 2: write the character itself for &eacute;",
        ),
        (
            b"\n\n<opml>\n<outline text='a & b'/></opml>",
            "in line 4: write &amp; for an & that stands for itself",
        ),
        (b"<opml><outline text='AT&T'/></opml>", "in line 1: write &amp;"),
        (b"<opml><outline xmlUrl='https://a.example/?b=1&c=2'/></opml>", "in line 1: write &amp;"),
        (b"<opml>&</opml>", "in line 1: write &amp;"),
        (b"<opml><outline text='a &amp; b < c'/></opml>", "in line 1: write &lt;"),
        (b"<opml><body><outline text='a", "unclosed token in line 1: it is cut off: export it once more"),
        (b"<opml><body>\n<outline text='a &am", "line 2: it is cut off: export it once more"),
        (b"<opml><body><outline/>", "no element found in line 1: it is cut off: export it once more"),
        (b"<opml><outline></opml>", "mismatched tag in line 1: mend it there, or export it once more"),
        (b"\x89PNG\r\n\x1a\n\x00", "is not in utf-8"),
    ],
)
def test_what_is_no_opml_is_refused_with_the_reason(body: bytes, why: str) -> None:
    assert why in refused(body)


BILLION = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "declared",
    [
        f'<!DOCTYPE opml [<!ENTITY l0 "lol">{BILLION}]>',
        '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE opml [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>',
    ],
)
def test_entities_are_refused(declared: str) -> None:
    assert "declares entities" in refused(opml('<outline text="&l9;&x;"/>', declared))


def test_a_document_type_elsewhere_is_not_opened() -> None:
    outside = '<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/opml.dtd">'
    assert read(opml('<outline text="A"/>', outside))[0].attributes == {"text": "A"}


def test_depth_costs_little() -> None:
    many = 100_000
    deep = '<outline text="g" xmlUrl="u">' * many + "</outline>" * many
    tracemalloc.start()
    found = read(opml(deep))
    assert len(found) == many
    assert found[-1].groups == ("g",) * GROUPS
    assert tracemalloc.get_traced_memory()[1] < 300_000_000
    tracemalloc.stop()


def test_what_is_written_is_read_as_it_was() -> None:
    feeds = [{"text": 'a "b" <c> & d\n\t\r é 평양', "xmlurl": "https://a.example/?b=1&c=2"}, {"text": ""}]
    assert [one.attributes for one in read(write("Title <&>", feeds).encode())] == feeds
