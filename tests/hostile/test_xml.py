"""XML that is made to take time or memory, to reach files, or is simply broken."""

from pathlib import Path

import psutil
import pytest

from monitor.feeds.document.reading import ReadFeed
from tests.hostile.reader import Reader, reading
from tests.hostile.server import Server, http, item, rss

PROLOG = '<?xml version="1.0" encoding="utf-8"?>'
LAST = item("Last")
TEN = "".join(f'<!ENTITY l{n} "{(f"&l{n - 1};" if n > 1 else "&l;") * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE l [<!ENTITY l "lol">{TEN}]>'
LONG = f'<!DOCTYPE l [<!ENTITY a "{"A" * 100_000}">]>'


def lines(declarations: str) -> str:
    """Return a document type with a line for each declaration, as it is usually written."""
    return declarations.replace("<!ENTITY", "\n<!ENTITY").replace("]>", "\n]>")


def memory() -> int:
    """Return the bytes that this process and its parsers take."""
    me = psutil.Process()
    return sum(one.memory_info().rss for one in (me, *me.children(recursive=True)))


def get(site: Server, reader: Reader, body: str | bytes) -> ReadFeed:
    return reader.read(site.put(http(body, "200 OK", "Content-Type: text/xml")))


def titles(site: Server, reader: Reader, body: str | bytes) -> list[str]:
    return [entry.title for entry in get(site, reader, body).entries]


def refused(site: Server, reader: Reader, body: str) -> bool:
    """Return whether a feed is refused for its entities."""
    return "its entities stand for" in reader.refusal(
        site.put(http(body, "200 OK", "Content-Type: text/xml"))
    )


@pytest.mark.parametrize("write", [str, lines], ids=["in one line", "in lines"])
@pytest.mark.parametrize("start", ["", PROLOG, PROLOG + "\n"], ids=["bare", "after prolog", "below prolog"])
@pytest.mark.parametrize("bomb", [LAUGHS + "|&l9;", LONG + "|" + "&a;" * 50_000], ids=["laughs", "quadratic"])
def test_entities_that_would_explode_are_refused(
    site: Server, reader: Reader, bomb: str, start: str, write: object
) -> None:
    declared, used = bomb.split("|")
    assert callable(write)
    before = memory()
    assert refused(site, reader, start + write(declared) + rss(item(f"a {used}"), LAST))
    assert memory() - before < 200_000_000


@pytest.mark.parametrize(
    "head",
    [
        f"<!--{'x' * 20_000}-->{LAUGHS}",
        f"<?x {'y' * 20_000}?>{LAUGHS}",
        f"<!DOCTYPE a>{LAUGHS}",
        LAUGHS.replace("DOCTYPE", "doctype"),
        LAUGHS.replace('"lol"', '"]>"'),
    ],
    ids="far-behind behind-an-instruction second lower-case false-end".split(),
)
def test_a_bomb_that_hides_is_refused(site: Server, reader: Reader, head: str) -> None:
    assert refused(site, reader, head + rss(item("a &l9; b"), LAST))


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "&b;"><!ENTITY b "&a;">',
        """<!ENTITY % a "<!ENTITY z 'zz'>"><!ENTITY % b "&#37;a;&#x25;a;">""",
        "".join(f'<!ENTITY a{n} "{"A" * 1000}">' for n in range(60)),
    ],
    ids="recursive of-parameters many-of-some-length".split(),
)
def test_all_that_makes_a_small_document_huge_is_refused(site: Server, reader: Reader, declared: str) -> None:
    used = "".join(f"&a{n};" for n in range(60)) * 20 if "a1" in declared else "none of them"
    assert refused(site, reader, f"<!DOCTYPE r [{declared}]>" + rss(item(used), LAST))


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY nbsp "&#160;"><!ENTITY amp "&#38;#38;"><!ENTITY copy "&#xA9;">',
        '<!ENTITY rss "http://purl.org/rss/1.0/"><!ENTITY % l PUBLIC "-//W3C//x" "http://x.test/"> %l;',
        f'<!ENTITY long "{"A" * 500_000}">',
        f"<!-- {TEN} -->",
    ],
    ids="characters addresses long-but-hardly-used commented-out".split(),
)
def test_harmless_entities_cost_nothing(site: Server, reader: Reader, declared: str) -> None:
    text = f"caf&eacute;{'&nbsp;' * 20_000}&rss; &long;"
    found = titles(
        site,
        reader,
        f"<!DOCTYPE r [{declared}]>" + rss(item("One", f"<description>{text}</description>"), LAST),
    )
    assert found == ["One", "Last"]


def test_entities_that_a_text_shows_are_words(site: Server, reader: Reader) -> None:
    text = f"<description><![CDATA[{LAUGHS}&l9;]]></description>"
    assert titles(site, reader, rss(item("AT&T", text), LAST)) == ["AT&T", "Last"]


def test_a_document_type_of_quotes_takes_no_memory(site: Server) -> None:
    with reading(max_body="15MB") as reader:
        found = titles(site, reader, "<!DOCTYPE r " + "\"'" * 3_000_001 + ">" + rss(LAST))
        assert found in ([], ["Last"])


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file://{file}">]>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "{url}"> %p;]>',
        '<!DOCTYPE r SYSTEM "{url}">',
        '<!DOCTYPE r SYSTEM "file://{file}">',
        '<!DOCTYPE r PUBLIC "-//x//y" "{url}" [<!ENTITY % p SYSTEM "{url}"> %p;]>',
        '<?xml-stylesheet type="text/xsl" href="{url}"?>',
    ],
)
@pytest.mark.parametrize("write", [str, lines], ids=["in one line", "in lines"])
def test_nothing_outside_the_document_is_read_or_fetched(
    site: Server, reader: Reader, tmp_path: Path, declared: str, write: object
) -> None:
    (tmp_path / "secret").write_text("TOP SECRET")
    url = site.put(http(b"<!ENTITY x 'TOP SECRET'>"), "/outside")
    assert callable(write)
    include = f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file://{tmp_path}/secret'/>"
    head = PROLOG + write(declared.format(file=tmp_path / "secret", url=url))
    found = get(site, reader, head + rss(item("a &x; b"), item("One", include), LAST))
    assert [entry.title for entry in found.entries][1:] == ["One", "Last"]
    assert "TOP SECRET" not in str(found)
    assert list(site.seen) == ["/feed"]


@pytest.mark.parametrize("between", ["", "\n", "<!-- one -->\n"])
def test_a_document_type_elsewhere_is_done_without(site: Server, reader: Reader, between: str) -> None:
    where = site.put(http(b""), "/rss-0.91.dtd")
    kind = f'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "{where}">'
    assert titles(site, reader, PROLOG + between + kind + rss(item("caf&eacute; &mdash; bar"))) == [
        "café — bar"
    ]
    assert list(site.seen) == ["/feed"]


MANY = 50_000
ATTRIBUTES = "".join(f" a{n}='x'" for n in range(MANY))
HEAVY = {
    "nested elements": item("One", f"<description>{'<a>' * 100_000}{'</a>' * 100_000}</description>") + LAST,
    "nested elements in a title": item("<b>" * MANY + "One" + "</b>" * MANY) + LAST,
    "nested and escaped": item("One", f"<description>{'&lt;div>' * MANY}</description>") + LAST,
    "attributes": "<item" + "".join(f" a{n}='x'" for n in range(MANY)) + "><title>One</title></item>" + LAST,
    "a huge attribute": f"<item><title a='{'x' * 900_000}'>One</title></item>{LAST}",
    "a long author": item("One", f"<author>{'a' * 128_000}@</author>") + LAST,
    "a long author in CDATA": item("One", f"<author><![CDATA[{'a' * 128_000}@b]]></author>") + LAST,
    "long authors": "".join(item("One", f"<author>{'a' * 4_000}@</author>") for _ in range(200)) + LAST,
    "a long editor": f"<managingEditor>{'a' * 200_000}@</managingEditor>" + item("One") + LAST,
    "a long creator": item(
        "One", f"<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>{'a' * 128_000}@</dc:creator>"
    )
    + LAST,
    "a long name of an element": item("One", f"<{'t' * 400_000}>x</{'t' * 400_000}>") + LAST,
    "a long date": item("One", f"<pubDate>{'1:' * 400_000}</pubDate>") + LAST,
    "a long address": item("One", f"<link>http://{'a' * 900_000}</link>") + LAST,
    "a long path": item("One", f"<link>{'../' * 30_000}</link>") + LAST,
    "unknown elements": item("One", "".join(f"<u{n}>v</u{n}>" for n in range(1800))) + LAST,
    "namespaces": item("One", "".join(f"<n{n}:x xmlns:n{n}='http://n{n}/'/>" for n in range(5000))) + LAST,
    "ampersands": item("One", f"<description>{'&' * 100_000}</description>") + LAST,
    "angle brackets": item("One", f"<description>{'&lt;' * 100_000}</description>") + LAST,
    "attributes beside a bare ampersand": item("One & two").replace("<item", f"<item{ATTRIBUTES}") + LAST,
    "markup of a broken feed": item("One", f"<description>{'a & b <i>x</i> ' * 600_000}</description>")
    + LAST,
    "attributes within markup": item("One", f"<description>a & b <p{ATTRIBUTES}>x</p></description>") + LAST,
    "marks": item("One", f"<description>a{chr(0x301) * 200_000}</description>") + LAST,
}


@pytest.mark.parametrize("what", HEAVY)
def test_what_is_made_to_take_long_is_read_all_the_same(site: Server, what: str) -> None:
    with reading(max_body="15MB") as reader:
        found = titles(site, reader, rss(HEAVY[what]))
        assert (found[0][:3], found[-1]) == ("One", "Last")


@pytest.mark.parametrize(
    "inner", ["<p>word text here</p>" * 500_000, f"<p{ATTRIBUTES}>x</p>", "<p>" * 500_000]
)
def test_markup_of_atom_that_is_made_to_take_long_loses_no_entry(site: Server, inner: str) -> None:
    div = f"<div xmlns='http://www.w3.org/1999/xhtml'>{inner}</div>"
    entries = f"<entry><title>One</title><content type='xhtml'>{div}</content><id>urn:1</id></entry>"
    last = "<entry><title>Last</title><id>urn:2</id></entry>"
    with reading(max_body="15MB") as reader:
        read = get(site, reader, f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}{last}</feed>")
    assert [(entry.title, entry.guid) for entry in read.entries] == [("One", "urn:1"), ("Last", "urn:2")]
    assert read.problems
